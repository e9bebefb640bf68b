#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/project_options.h"
#include "cli/sql.h"
#include "cli/text_table.h"
#include "core/files.h"
#include "core/text.h"
#include "delta/history.h"
#include "delta/snapshot.h"
#include "lake/session.h"
#include "lake/statements/statement.h"

namespace weir::cli {
namespace {
struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

Result<std::string> read_standard_input() {
  std::string text;
  std::array<char, 65536> buffer{};
  for (std::size_t count = 0; (count = std::fread(buffer.data(), 1, buffer.size(), stdin)) > 0;) {
    text.append(buffer.data(), count);
  }
  return text;
}

// `error` has a place within a statement that began at `offset` of `text`, which came from `file`.
Error placed(Error error, const std::string& text, std::size_t offset, const std::string& file) {
  if (error.place && error.place->file.empty()) {
    const std::string_view before = std::string_view(text).substr(0, offset);
    const auto lines = static_cast<int>(std::ranges::count(before, '\n'));
    const std::size_t newline = before.rfind('\n');
    if (error.place->line == 1) {
      error.place->column += static_cast<int>(before.size() - (newline == std::string_view::npos ? 0 : newline + 1));
    }
    error.place->line += lines;
    error.place->file = file;
  }
  return error;
}

Status write_parquet(lake::Session& session, const std::string& statement, const std::string& path, const std::stop_token& stop) {
  WEIR_TRY_ASSIGN(const std::string bound, session.bind(statement));
  // COPY writes beside the target and renames, so a half-written file is never visible under the name.
  WEIR_TRY(session.connection().execute(fmt::format("COPY ({}) TO {} (FORMAT parquet)", bound, sql_string(path)), stop));
  return {};
}

struct SqlOutput {
  std::string format;
  std::optional<std::string> path;
  std::uint64_t rows_max = 40;
};

Result<SqlOutput> sql_output(const Invocation& invocation) {
  SqlOutput output;
  output.path = invocation.value("--output");
  const std::string otherwise = invocation.has("--json") ? "json" : "table";
  output.format = invocation.value_or("--format", otherwise);
  const std::vector<std::string> formats = {"table", "csv", "json", "parquet"};
  if (std::ranges::find(formats, output.format) == formats.end()) {
    return fail(ErrorCode::kInvalid, fmt::format("--format is one of table, csv, json, parquet, not \"{}\"{}", output.format,
                                                 did_you_mean(output.format, formats)));
  }
  if (output.format == "parquet" && !output.path) {
    return fail(ErrorCode::kInvalid, "--format parquet needs a file: --output FILE");
  }
  WEIR_TRY_ASSIGN(const auto rows, invocation.integer("--rows"));
  output.rows_max = rows && *rows >= 0 ? static_cast<std::uint64_t>(*rows) : 40;
  return output;
}

Status run_statement(lake::Session& session, const std::string& statement, const SqlOutput& output, std::FILE* file, const std::stop_token& stop) {
  if (output.format == "parquet") {
    return write_parquet(session, statement, *output.path, stop);
  }
  WEIR_TRY_ASSIGN(duck::ResultSet result, lake::run_statement(session, statement, stop));
  const RowsFormat format = output.format == "csv" ? RowsFormat::kCsv : output.format == "json" ? RowsFormat::kJson : RowsFormat::kTable;
  return print_rows(result, format, file, output.rows_max);
}

std::string rows_text(const std::optional<std::int64_t>& rows) {
  return rows ? human_count(static_cast<std::uint64_t>(*rows)) : std::string("?");
}

// The table that the command line names. Errors: kNotFound with the nearest name.
Result<lake::TableName> existing_table(const Invocation& invocation, const lake::Lake& lake) {
  WEIR_TRY_ASSIGN(const lake::TableName name, lake::TableName::parse(*invocation.argument(0)));
  WEIR_TRY_ASSIGN(const auto found, lake.resolve(name));
  if (found) {
    return *found;
  }
  WEIR_TRY_ASSIGN(const auto names, lake.list());
  std::vector<std::string> candidates;
  for (const lake::TableName& candidate : names) {
    candidates.push_back(candidate.text());
  }
  return fail(ErrorCode::kNotFound, fmt::format("there is no such table in the lake{}", did_you_mean(name.text(), candidates)), name.text());
}

Cell number_cell(std::int64_t number) { return {std::to_string(number), number}; }

// A metric of a commit: a number, or the text of one.
Cell metric_cell(const Json& metrics, const char* key) {
  if (!metrics.is_object() || !metrics.contains(key)) {
    return "";
  }
  const std::string text = metrics[key].is_string() ? metrics[key].get<std::string>() : metrics[key].dump();
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? Cell(text, number) : Cell(text);
}
}  // namespace

Result<ExitCode> run_sql(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const SqlOutput output, sql_output(invocation));
  std::string text = join(invocation.values("--command"), ";\n");
  std::string file = "sql";
  if (const auto path = invocation.value("--file")) {
    WEIR_TRY_ASSIGN(text, read_file(*path));
    file = *path;
  } else if (text.empty()) {
    if (isatty(STDIN_FILENO) != 0) {
      std::fputs("weir: type SQL and end with Ctrl-D (or use -c or -f)\n", stderr);
    }
    WEIR_TRY_ASSIGN(text, read_standard_input());
  }
  const auto statements = split_statements(text);
  if (statements.empty()) {
    return fail(ErrorCode::kInvalid, "there is no statement");
  }
  WEIR_TRY_ASSIGN(const auto project, open_lake(invocation));
  WEIR_TRY_ASSIGN(const auto session, project->lake()->session());
  std::unique_ptr<std::FILE, CloseFile> opened;
  if (output.path && output.format != "parquet") {
    opened.reset(std::fopen(output.path->c_str(), "wb"));
    if (!opened) {
      return fail(ErrorCode::kIo, "cannot be written", *output.path);
    }
  }
  constexpr std::string_view kExplain = "EXPLAIN ";
  for (const auto& [statement, offset] : statements) {
    WEIR_TRY(session->release());
    Status status = run_statement(*session, (invocation.has("--explain") ? std::string(kExplain) : std::string()) + statement, output, opened ? opened.get() : stdout, invocation.stop());
    if (!status) {
      Error error = std::move(status).error();
      if (invocation.has("--explain") && error.place && error.place->line == 1) {
        error.place->column -= static_cast<int>(kExplain.size());
      }
      return std::unexpected(placed(std::move(error), text, offset, file));
    }
  }
  return ExitCode::kOk;
}

Result<ExitCode> run_table_list(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const auto project, open_lake(invocation));
  const lake::Lake& lake = *project->lake();
  WEIR_TRY_ASSIGN(const auto names, lake.list());
  TextTable table({"table", "kind", "version", "rows", "files", "size"}, {3, 4, 5});
  table.align_right(2);
  for (const lake::TableName& name : names) {
    WEIR_TRY_ASSIGN(const auto kind, lake.find(name));
    if (kind == lake::EntryKind::kView) {
      table.add({name.text(), "view", "", "", "", ""});
      continue;
    }
    WEIR_TRY_ASSIGN(const auto snapshot, lake.snapshot(name));
    const auto rows = snapshot->rows_count();
    const std::int64_t bytes = snapshot->files().total_bytes();
    table.add({name.text(), "table", number_cell(snapshot->version()), rows ? Cell(rows_text(rows), *rows) : Cell(rows_text(rows)),
               number_cell(static_cast<std::int64_t>(snapshot->files().size())), Cell(human_bytes(static_cast<std::uint64_t>(bytes)), bytes)});
  }
  table.print(stdout, invocation.has("--json"));
  return ExitCode::kOk;
}

Result<ExitCode> run_table_history(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const auto limit, invocation.integer("--limit"));
  if (limit && *limit < 1) {
    return fail(ErrorCode::kInvalid, "--limit needs a number from 1 on");
  }
  WEIR_TRY_ASSIGN(const auto project, open_lake(invocation));
  const lake::Lake& lake = *project->lake();
  WEIR_TRY_ASSIGN(const lake::TableName name, existing_table(invocation, lake));
  const auto entries = delta::read_history(lake.store(), lake.location(name), {.limit_count = static_cast<std::size_t>(limit.value_or(20))});
  if (!entries) {
    return std::unexpected(Error(entries.error()).within(name.text()));
  }
  TextTable table({"version", "time", "operation", "node", "rows", "files", "engine"}, {0, 4, 5});
  for (const delta::HistoryEntry& entry : *entries) {
    const Json info = Json::parse(entry.commit_info_json, nullptr, false);
    const Json metrics = Json::parse(entry.operation_metrics_json, nullptr, false);
    std::string node;
    if (info.is_object() && info.contains("weir") && info["weir"].is_object()) {
      node = info["weir"].value("node", "");
    }
    table.add({number_cell(entry.version), format_timestamp(entry.timestamp), entry.operation, node, metric_cell(metrics, "numOutputRows"),
               metric_cell(metrics, "numFiles"), entry.engine_info});
  }
  table.print(stdout, invocation.has("--json"));
  return ExitCode::kOk;
}

Result<ExitCode> run_table_describe(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const auto project, open_lake(invocation));
  const lake::Lake& lake = *project->lake();
  WEIR_TRY_ASSIGN(const lake::TableName name, existing_table(invocation, lake));
  WEIR_TRY_ASSIGN(const auto kind, lake.find(name));
  if (kind == lake::EntryKind::kView) {
    WEIR_TRY_ASSIGN(const lake::View view, lake.view(name));
    if (invocation.has("--json")) {
      const Json object = {{"view", name.text()}, {"node", view.record.node}, {"created", format_timestamp(view.created)}, {"sql", view.sql}};
      std::fputs((object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n").c_str(), stdout);
      return ExitCode::kOk;
    }
    std::fputs(fmt::format("{} is a view, made by {} at {}:\n\n{}\n", name.text(), view.record.node, format_timestamp(view.created), trim(view.sql)).c_str(),
               stdout);
    return ExitCode::kOk;
  }
  WEIR_TRY_ASSIGN(const auto snapshot, lake.snapshot(name));
  TextTable columns({"column", "type", "nullable", "partition"}, {});
  for (const delta::Field& field : snapshot->schema().fields) {
    columns.add({field.name, delta::type_text(field.type), field.nullable ? "yes" : "no", snapshot->is_partition_column(field.name) ? "yes" : ""});
  }
  columns.print(stdout, invocation.has("--json"));
  if (invocation.has("--json")) {
    return ExitCode::kOk;
  }
  const delta::Protocol& protocol = snapshot->protocol();
  std::string text = fmt::format("\nversion   {}, {}\nrows      {}\nfiles     {}, {}\nprotocol  reader {}, writer {}\nfolder    {}\n", snapshot->version(),
                                 format_timestamp(snapshot->timestamp()), rows_text(snapshot->rows_count()), snapshot->files().size(),
                                 human_bytes(static_cast<std::uint64_t>(snapshot->files().total_bytes())), protocol.min_reader_version,
                                 protocol.min_writer_version, (lake.options().root / name.folder()).string());
  for (const auto& [key, value] : snapshot->metadata().configuration) {
    text += fmt::format("property  {} = {}\n", key, value);
  }
  std::fputs(text.c_str(), stdout);
  return ExitCode::kOk;
}
}  // namespace weir::cli
