// weir table optimize | vacuum | restore | check: the statements of the same names, for people who do not write SQL.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/project_options.h"
#include "cli/sql.h"
#include "cli/text_table.h"
#include "core/text.h"
#include "delta/check.h"
#include "lake/session.h"
#include "lake/statements/statement.h"

namespace weir::cli {
namespace {
Result<std::string> table_sql(const Invocation& invocation) {
  WEIR_TRY_ASSIGN(const lake::TableName name, lake::TableName::parse(*invocation.argument(0)));
  return sql_name(name.schema) + "." + sql_name(name.name);
}

Result<ExitCode> run_and_print(Invocation& invocation, const std::string& statement, RowsFormat format = RowsFormat::kTable) {
  WEIR_TRY_ASSIGN(const auto project, open_lake(invocation));
  WEIR_TRY_ASSIGN(const auto session, project->lake()->session());
  WEIR_TRY_ASSIGN(duck::ResultSet result, lake::run_statement(*session, statement, invocation.stop()));
  WEIR_TRY(print_rows(result, invocation.has("--json") ? RowsFormat::kJson : format, stdout));
  return ExitCode::kOk;
}
}  // namespace

Result<ExitCode> run_table_optimize(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const std::string table, table_sql(invocation));
  const std::vector<std::string> zorder = invocation.values("--zorder");
  const std::vector<std::string> hilbert = invocation.values("--hilbert");
  if (!zorder.empty() && !hilbert.empty()) {
    return fail(ErrorCode::kInvalid, "rows lie along one curve: give --zorder or --hilbert");
  }
  const bool purge = invocation.has("--purge");
  if (purge && !(zorder.empty() && hilbert.empty())) {
    return fail(ErrorCode::kInvalid, "--purge only writes deleted rows out of the files; run it without --zorder and --hilbert");
  }
  const bool full = invocation.has("--full");
  if (purge && full) {
    return fail(ErrorCode::kInvalid, "--full orders a clustered table anew, which also writes deleted rows out of its files; leave --purge out");
  }
  std::string sql = (purge ? "REORG TABLE " : "OPTIMIZE ") + table + (full ? " FULL" : "");
  if (const auto where = invocation.value("--where")) {
    sql += " WHERE " + *where;
  }
  if (purge) {
    sql += " APPLY (PURGE)";
  }
  std::vector<std::string> columns;
  for (const std::string& list : zorder.empty() ? hilbert : zorder) {
    for (const std::string& column : split(list, ',')) {
      columns.push_back(sql_name(trim(column)));
    }
  }
  if (!columns.empty()) {
    sql += fmt::format(" {} BY ({})", zorder.empty() ? "HILBERT" : "ZORDER", join(columns, ", "));
  }
  return run_and_print(invocation, sql);
}

Result<ExitCode> run_table_vacuum(Invocation& invocation) {
  WEIR_TRY_ASSIGN(std::string sql, table_sql(invocation));
  sql = "VACUUM " + sql;
  WEIR_TRY_ASSIGN(const auto hours, invocation.integer("--retain"));
  if (hours) {
    sql += fmt::format(" RETAIN {} HOURS", *hours);
  }
  for (const auto& [flag, words] : {std::pair{"--lite", " LITE"}, {"--force", " FORCE"}, {"--dry-run", " DRY RUN"}}) {
    sql += invocation.has(flag) ? words : "";
  }
  // A list of files is for other programs too: whole names, one a line.
  return run_and_print(invocation, sql, invocation.has("--dry-run") ? RowsFormat::kCsv : RowsFormat::kTable);
}

Result<ExitCode> run_table_restore(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const std::string table, table_sql(invocation));
  WEIR_TRY_ASSIGN(const auto version, invocation.integer("--version"));
  const auto time = invocation.value("--timestamp");
  if (version.has_value() == time.has_value()) {
    return fail(ErrorCode::kInvalid, "say what to go back to: --version N or --timestamp TIME");
  }
  return run_and_print(invocation, version ? fmt::format("RESTORE TABLE {} TO VERSION AS OF {}", table, *version)
                                           : fmt::format("RESTORE TABLE {} TO TIMESTAMP AS OF {}", table, sql_string(*time)));
}

Result<ExitCode> run_table_check(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const auto project, open_lake(invocation));
  lake::Lake& lake = *project->lake();
  std::vector<lake::TableName> names;
  if (invocation.argument(0)) {
    WEIR_TRY_ASSIGN(const lake::TableName name, lake::TableName::parse(*invocation.argument(0)));
    names.push_back(name);
  } else {
    WEIR_TRY_ASSIGN(names, lake.list());
  }
  WEIR_TRY_ASSIGN(const auto session, lake.session());
  TextTable found({"table", "problem"}, {});
  std::size_t tables_count = 0;
  std::size_t problems_count = 0;
  for (const lake::TableName& name : names) {
    WEIR_TRY_ASSIGN(const auto kind, lake.find(name));
    if (kind == lake::EntryKind::kView) {
      continue;
    }
    ++tables_count;
    auto problems = delta::check_table(lake.store(), lake.location(name), session->connection());
    if (!problems) {
      return std::unexpected(std::move(problems).error().within(name.text()));
    }
    for (const std::string& problem : *problems) {
      ++problems_count;
      found.add({name.text(), problem});
    }
  }
  if (problems_count > 0 || invocation.has("--json")) {
    found.print(stdout, invocation.has("--json"));
  }
  if (!invocation.has("--json")) {
    std::fputs(fmt::format("{} tables: {}\n", tables_count, problems_count == 0 ? "sound" : fmt::format("{} problems", problems_count)).c_str(), stdout);
  }
  return problems_count == 0 ? ExitCode::kOk : ExitCode::kDataFailed;
}
}  // namespace weir::cli
