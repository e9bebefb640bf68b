#include "cli/commands.h"

namespace weir::cli {
namespace {
const Flag kSelect{"--select", "-s", "SELECTOR", "only these nodes: +fact_orders, tag:daily, raw.*, staging+",
                   "dbt's grammar; several are a union, a,b an intersection. docs/reference/selection.md has all of it.", true};
const Flag kExclude{"--exclude", "", "SELECTOR", "not these nodes", "", true};
const Flag kIndirect{"--indirect-selection", "", "MODE", "which tests come along: eager (default), cautious, buildable or empty",
                     "eager: those that look at any selected node; cautious: at selected ones only; buildable: at selected ones and what these need."};
const Flag kFullRefresh{"--full-refresh", "-f", "", "build everything anew, also what is fresh; incremental models start over", ""};
const Flag kFailFast{"--fail-fast", "-x", "", "start nothing more after the first failure", ""};
const Flag kWhy{"--why", "", "", "say for each node why it runs", ""};
const Flag kForce{"--force", "", "", "run the selected nodes although nothing has changed", ""};

std::vector<Flag> run_flags() { return {kSelect, kExclude, kIndirect, kFullRefresh, kForce, kFailFast, kWhy}; }

std::vector<Command> make_commands() {
  return {
      {"build", "load, transform, check and report whatever is not up to date",
       "Runs all nodes of the project in order: sources, seeds, models and snapshots, the checks between them, and reports. A node whose "
       "code and inputs have not changed is skipped: the tables themselves say what they were built from. A node whose checks fail "
       "stops what is downstream of it; the rest goes on. With --json the last line is one object with nodes_total, nodes_run, "
       "nodes_skipped, nodes_failed and seconds. Ends with 0 when all is well, 1 when data did not pass, 2 when the project is wrong "
       "and 3 when something could not be done.",
       "weir build\nweir build +fact_orders\nweir build --select tag:daily --exclude stg_payments",
       {{"SELECTOR", "as of --select", false, true}},
       run_flags(),
       run_build},
      {"run", "transform: models and snapshots only",
       "Like build, for models and snapshots alone; nothing is loaded or checked.", "weir run --select marts", {{"SELECTOR", "as of --select", false, true}},
       run_flags(), run_run},
      {"test", "checks only", "Runs the tests of the models and the suites in checks/. Ends with 1 when data did not pass.", "weir test --select fact_orders",
       {{"SELECTOR", "as of --select", false, true}}, run_flags(), run_test},
      {"ingest", "load the sources into raw", "Loads what is new of the sources in ingest/. Loading twice adds nothing.", "weir ingest orders",
       {{"SELECTOR", "as of --select", false, true}}, run_flags(), run_ingest},
      {"report", "render the reports", "Renders the Markdown pages of reports/ to one HTML file each, in target/reports.", "weir report sales",
       {{"SELECTOR", "as of --select", false, true}}, run_flags(), run_report},
      {"ls", "list the nodes of the project", "Lists what a selection means, one node a line: the kind and the name. With --json one object a line.",
       "weir ls --select +fact_orders", {{"SELECTOR", "as of --select", false, true}},
       {kSelect, kExclude, kIndirect, {"--resource-type", "", "KIND", "only nodes of this kind: model, snapshot, test, source, ingest, report …", "", true}}, run_list},
      {"sql", "run SQL over the lake",
       "Tables of the lake are named schema.table; `VERSION AS OF 5`, `TIMESTAMP AS OF '2024-01-01'` and `AT (VERSION => 5)` behind a name "
       "read older versions. One statement sees one version of each table. INSERT, DELETE, UPDATE, MERGE, CREATE TABLE and ALTER TABLE "
       "change tables of the lake, and delta.`folder` is a Delta table anywhere. Statements come from -c, from -f, or from standard input. "
       "Results go to standard output.",
       "weir sql -c \"select status, count(*) from raw.orders group by all\"\nweir sql -f query.sql --format csv > result.csv\n"
       "weir sql -c \"select * from raw.orders\" --format parquet -o orders.parquet",
       {},
       {{"--command", "-c", "SQL", "the statement", "", true},
        {"--file", "-f", "FILE", "a file of statements", ""},
        {"--format", "", "FORMAT", "table (default), csv, json or parquet", "json is an array of objects. parquet needs --output."},
        {"--output", "-o", "FILE", "where the result goes instead of standard output", ""},
        {"--rows", "", "N", "how many rows a table for people shows (default 40)", ""},
        {"--explain", "", "", "show how DuckDB would run the statements instead of running them", ""}},
       run_sql},
      {"table list", "list the tables and views of the lake", "Name, kind, version, rows and size of each table.", "weir table list", {}, {}, run_table_list},
      {"table history", "show the commits of a table", "Newest first: version, time, operation, who built it, rows and files.",
       "weir table history raw.orders", {{"TABLE", "schema.name"}}, {{"--limit", "-n", "N", "how many commits (default 20)", ""}}, run_table_history},
      {"table describe", "show a table's columns and details", "Columns with types, partitions, properties, protocol, files, rows and size.",
       "weir table describe raw.orders", {{"TABLE", "schema.name"}}, {}, run_table_describe},
      {"table optimize", "pack small files together, or order the rows so that filters skip files",
       "Rows, older versions and the history stay. With --zorder or --hilbert the rows are sorted along a curve through several columns; "
       "one column is sorted plainly. What is in order already is left alone. The same as the SQL statements OPTIMIZE and REORG.",
       "weir table optimize raw.orders\nweir table optimize raw.orders --hilbert customer_id,ordered_at --where \"day >= '2024-01-01'\"",
       {{"TABLE", "schema.name"}},
       {{"--where", "", "CONDITION", "only files that may hold such rows: columns compared with constants", ""},
        {"--zorder", "", "COLUMNS", "order by these columns, along the Z-order curve", "", true},
        {"--hilbert", "", "COLUMNS", "the same along the Hilbert curve, which skips a little more", "", true},
        {"--full", "", "", "order all rows of a table with CLUSTER BY columns anew, not only new ones", ""},
        {"--purge", "", "", "write files with deleted rows anew, and only those", ""}},
       run_table_optimize},
      {"table vacuum", "remove files that no version of the last week needs",
       "Older versions cannot be read any more afterwards. How long files are kept is the table's property delta.deletedFileRetentionDuration "
       "(a week by default). The same as the SQL statement VACUUM.",
       "weir table vacuum raw.orders --dry-run\nweir table vacuum raw.orders --retain 720",
       {{"TABLE", "schema.name"}},
       {{"--dry-run", "", "", "list the files and remove nothing", ""},
        {"--retain", "", "HOURS", "keep what versions of the last so many hours need", ""},
        {"--force", "", "", "allow fewer hours than the table's property: when nobody else reads or writes the table", ""},
        {"--lite", "", "", "look only at files that commits removed, without listing the folder", "What failed writers left behind stays."}},
       run_table_vacuum},
      {"table restore", "bring a table back to an older version", "A commit that can be undone in the same way. The same as the SQL statement RESTORE.",
       "weir table restore raw.orders --version 12\nweir table restore raw.orders --timestamp '2024-01-31 06:00'",
       {{"TABLE", "schema.name"}},
       {{"--version", "", "N", "of the history", ""}, {"--timestamp", "", "TIME", "the newest version at or before this time (UTC)", ""}},
       run_table_restore},
      {"table check", "prove a table's log against the protocol and against its files",
       "Reads all commits, checkpoints, deletion vectors and data files. Ends with 1 when something is wrong. All tables without TABLE.",
       "weir table check raw.orders", {{"TABLE", "schema.name", false}}, {}, run_table_check},
      {"flow validate", "check the flows in flows/*.yml", "Says where a flow is wrong: file, line and column. docs/reference/flows.md describes the files.", "weir flow validate", {}, {},
       run_flow_validate},
      {"flow ls", "list the flows and when they run", "One flow a line. With --json one object a line.", "weir flow ls", {}, {}, run_flow_list},
      {"flow show", "list the tasks of a flow", "One task a line, with what it needs, its trigger rule, retries and pool.", "weir flow show daily", {{"FLOW", "its name"}}, {}, run_flow_show},
      {"flow next", "say when flows run next", "The runs to come by the schedules, whatever has run already. Times are UTC, dates are in the flow's time zone.",
       "weir flow next daily --count 10\nweir flow next --from 2024-03-10", {{"FLOW", "its name; all flows without it", false}},
       {{"--count", "", "N", "how many of each flow (default 5)", ""}, {"--from", "", "TIME", "after this time instead of now", "Without an offset it is in the flow's time zone."}},
       run_flow_next},
      {"flow test", "run a flow once, without a record",
       "Runs the tasks in their order, in parallel where they do not need each other, with retries, pools and timeouts as the file says. "
       "Logs go to .weir/flows. Ends with 0 when the run succeeded and 3 when it failed.",
       "weir flow test daily --date 2024-01-01\nweir flow test daily --param country=kr", {{"FLOW", "its name"}},
       {{"--date", "", "DATE", "the date of the run, {{ ds }} (default: now)", "With at: interval_end it is the interval that holds the date; without it, the last whole one."},
        {"--param", "", "NAME=VALUE", "instead of the flow's own", "", true}},
       run_flow_test},
      {"flow run", "run a flow once and keep the run", "Like flow test; the run, its attempts and the text of the flow are kept in .weir/flows.db.", "weir flow run daily --date 2024-01-01",
       {{"FLOW", "its name"}},
       {{"--date", "", "DATE", "the date of the run, {{ ds }} (default: now)", "With at: interval_end it is the interval that holds the date; without it, the last whole one."},
        {"--param", "", "NAME=VALUE", "instead of the flow's own", "", true}},
       run_flow_run},
      {"flow runs", "list the runs of flows, the newest first", "Those that flow run has kept.", "weir flow runs daily --limit 5", {{"FLOW", "its name; all flows without it", false}},
       {{"--limit", "", "N", "how many (default 20)", ""}}, run_flow_runs},
      {"logs count", "count the lines of log files, and their records by level",
       "Reads plain, gzip and Zstandard files, patterns, and standard input (-) in bounded memory. The format is found out for each file: access logs, "
       "syslog, log4j, logback, Python, glog, Kubernetes, JSON lines, logfmt, or plain text with a level. A level counts where the format puts it, "
       "not anywhere in the text; the lines of a stack trace belong to their record. docs/reference/logs.md tells more.",
       "weir logs count app.log\nweir logs count 'logs/*.gz' --format json", {{"FILE", "a file, a pattern, or - for standard input", true, true}},
       {{"--format", "", "FORMAT", "of the result: table (default), json or csv", ""},
        {"--log-format", "", "FORMAT", "of the logs, instead of finding it out: access, syslog, text, glog, cri, json, logfmt …, or nginx's log_format or Apache's LogFormat string", ""},
        {"--examples", "", "N", "how many lines that were not understood are shown for each file (default 5)", ""}},
       run_logs_count},
      {"logs analyze", "analyse log files: requests, errors, sessions, durations, levels and kinds of messages",
       "Of access logs: requests per hour, error rate in windows of 5 minutes, statuses, the most requested endpoints (without their queries), "
       "sessions of users with entry and exit pages, and, where the log has them, quantiles of durations and the slowest requests. Of other logs: "
       "levels per hour, and messages grouped into templates. Files and formats are as for logs count; all files are analysed together.",
       "weir logs analyze access.log\nweir logs analyze 'logs/access*.gz' --fold-ids --top 20\n"
       "weir logs analyze access.log --result error_rate --format csv > errors.csv",
       {{"FILE", "a file, a pattern, or - for standard input", true, true}},
       {{"--format", "", "FORMAT", "of the result: table (default), json or csv", ""},
        {"--result", "", "NAME", "only this result: endpoints, sessions, error_rate …", "", true},
        {"--html", "", "FILE", "also write a page with charts that needs no other file", ""},
        {"--save", "", "SCHEMA", "also save each result as a table of the lake: SCHEMA.endpoints …", ""},
        {"--top", "", "N", "how many rows of endpoints, pages, slowest requests and templates (default 10)", ""},
        {"--fold-ids", "", "", "count /users/123 as /users/{id}", "Ids are numbers, UUIDs, and words of eight or more hexadecimal digits."},
        {"--session-gap", "", "DURATION", "a session ends after so long without a request (default 30m)", ""},
        {"--log-format", "", "FORMAT", "of the logs, instead of finding it out: access, syslog, text, glog, cri, json, logfmt …, or nginx's log_format or Apache's LogFormat string", ""},
        {"--examples", "", "N", "how many lines that were not understood are shown for each file (default 5)", ""}},
       run_logs_analyze},
      {"init", "start a new project", "Makes a folder with weir.yml, dbt_project.yml and a small example of each kind of file that works as it is.",
       "weir init shop", {{"FOLDER", "made when missing; must hold no project"}}, {}, run_init},
      {"demo", "make the example shop and run it from source to report",
       "Writes the example project and its source files into FOLDER (default: weir-demo), then builds it. Running it again does only what is left to do.",
       "weir demo\nweir demo /tmp/shop --scale 1", {{"FOLDER", "made when missing", false}},
       {{"--scale", "", "S", "size: 1 is 1 million orders, 570 MB (default 0.1)", ""}, {"--seed", "", "N", "which of many shops (default 42)", ""}}, run_demo},
      {"generate", "make source data of any size",
       "The same options give the same bytes on every machine. docs/reference/shop-data.md, log-data.md and taxi-data.md describe the files. A "
       "shop takes --scale and --day; logs take --kind, and --lines or --size; taxi takes --gb, --months and --first.",
       "weir generate shop --out data --scale 0.01\nweir generate logs --kind access --size 1GB --out access.log\nweir generate taxi --gb 1 --out data",
       {{"WHAT", "shop, logs or taxi"}},
       {{"--out", "-o", "PATH", "where it goes: a folder for a shop or taxi (default: data), a file for logs", ""},
        {"--seed", "", "N", "which of many (default 42)", ""},
        {"--scale", "", "S", "shop: size, 1 is 1 million orders (default 1)", ""},
        {"--day", "", "N", "shop: 1 is 2022 to 2024, 2 and later one more day each (default 1)", ""},
        {"--kind", "", "KIND", "logs: access (default) or app", ""},
        {"--lines", "", "N", "logs: how many records", ""},
        {"--size", "", "SIZE", "logs: how many bytes at most, for example 1GB", ""},
        {"--latency", "", "", "logs: an access log with the seconds of each answer", ""},
        {"--gb", "", "N", "taxi: gigabytes of all files together (default 0.1)", ""},
        {"--months", "", "N", "taxi: how many months (default 12)", ""},
        {"--first", "", "MONTH", "taxi: the first month (default 2023-01)", ""}},
       run_generate},
      {"doctor", "say what is missing here and how to mend it", "Checks the machine, DuckDB's library, the project's files, the lake and the disk.", "weir doctor", {}, {},
       run_doctor},
      {"completion", "print the completion script for a shell", "For bash: weir completion bash > /etc/bash_completion.d/weir", "weir completion fish | source",
       {{"SHELL", "bash, zsh or fish"}}, {}, run_completion},
  };
}
}  // namespace

std::span<const Command> all_commands() {
  static const std::vector<Command> commands = make_commands();
  return commands;
}
}  // namespace weir::cli
