#include "cli/logs_results.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/files.h"
#include "core/text.h"
#include "duck/database.h"
#include "lake/writer.h"
#include "logs/log_rows.h"
#include "report/page.h"
#include "report/report_file.h"

namespace weir::cli {
namespace {
using logs::AnalysisResult;
using logs::AnalysisTable;
using logs::AnalysisType;
using logs::AnalysisValue;

std::string_view sql_type(AnalysisType type) {
  switch (type) {
    case AnalysisType::kText:
      return "VARCHAR";
    case AnalysisType::kInteger:
      return "BIGINT";
    case AnalysisType::kNumber:
      return "DOUBLE";
    case AnalysisType::kTime:
      return "TIMESTAMP";
  }
  return "VARCHAR";
}

Status append_value(duck::Appender& appender, const AnalysisValue& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    return appender.integer(*integer);
  }
  if (const auto* number = std::get_if<double>(&value)) {
    return appender.number(*number);
  }
  if (const auto* time = std::get_if<Timestamp>(&value)) {
    return appender.timestamp(*time);
  }
  const auto* text = std::get_if<std::string>(&value);
  if (text == nullptr) {
    return appender.null();
  }
  std::string scratch;
  return appender.text(logs::as_utf8(*text, scratch));
}

Status save_table(const AnalysisTable& table, const lake::TableName& name, lake::Session& session, const std::stop_token& stop) {
  const std::string temporary = "weir_logs_" + table.name;
  std::string columns;
  for (const logs::AnalysisColumn& column : table.columns) {
    columns += (columns.empty() ? "" : ", ") + sql_name(column.name) + " " + std::string(sql_type(column.type));
  }
  WEIR_TRY(session.connection().execute(fmt::format("CREATE OR REPLACE TEMP TABLE {} ({})", temporary, columns)));
  WEIR_TRY_ASSIGN(duck::Appender appender, duck::Appender::open(session.connection(), "temp", "main", temporary));
  for (const auto& row : table.rows) {
    for (const AnalysisValue& value : row) {
      WEIR_TRY(append_value(appender, value));
    }
    WEIR_TRY(appender.end_row());
  }
  WEIR_TRY(appender.close());
  WEIR_TRY(lake::write_table(session, {.table = name, .select_sql = "SELECT * FROM temp.main." + temporary, .operation = "LOGS ANALYZE", .stop = stop}));
  WEIR_TRY(session.connection().execute("DROP TABLE temp.main." + temporary));
  return {};
}

report::ColumnType column_type(AnalysisType type) {
  switch (type) {
    case AnalysisType::kText:
      return report::ColumnType::kText;
    case AnalysisType::kInteger:
      return report::ColumnType::kInteger;
    case AnalysisType::kNumber:
      return report::ColumnType::kDouble;
    case AnalysisType::kTime:
      return report::ColumnType::kTimestamp;
  }
  return report::ColumnType::kText;
}

report::Cell cell_of(const AnalysisValue& value) {
  return std::visit([](const auto& one) { return report::Cell(one); }, value);
}

/// Gives the results under their names, which the page has in place of SQL.
class ResultRunner : public report::QueryRunner {
 public:
  explicit ResultRunner(const AnalysisResult& result) : result_(result) {}
  Result<report::Table> run(const std::string& sql, const Place& place, std::size_t rows_count_max) override {
    const auto found = std::ranges::find(result_.tables, trim(sql), &AnalysisTable::name);
    if (found == result_.tables.end()) {
      return fail_at(place, "there is no such result");
    }
    report::Table table;
    for (const logs::AnalysisColumn& column : found->columns) {
      table.columns.push_back({column.name, column_type(column.type)});
    }
    for (const auto& row : found->rows) {
      if (table.rows.size() > rows_count_max) {
        break;
      }
      auto& cells = table.rows.emplace_back();
      std::ranges::transform(row, std::back_inserter(cells), cell_of);
    }
    return table;
  }

 private:
  const AnalysisResult& result_;
};

/// How a result is drawn, as a report calls it; a table where there is nothing better.
std::string drawing_of(const AnalysisTable& table) {
  const std::string& name = table.name;
  if (name == "requests_per_hour") {
    return "{{ line(requests_per_hour, x='hour', y='requests', title='Requests per hour') }}\n\n"
           "{{ area(requests_per_hour, x='hour', y=['client_errors', 'server_errors'], title='Errors per hour') }}\n";
  }
  if (name == "error_rate") {
    return "{{ line(error_rate, x='window', y='error_rate', format='percent', title='Share of server errors, windows of 5 minutes') }}\n";
  }
  if (name == "levels_per_hour") {
    return "{{ area(levels_per_hour, x='hour', y=['fatal', 'error', 'warn'], title='Warnings and errors per hour') }}\n\n"
           "{{ line(levels_per_hour, x='hour', y=['info', 'debug', 'trace'], title='Other records per hour') }}\n";
  }
  if (name == "sessions") {
    return "{{ big_value(sessions, value='users') }}\n{{ big_value(sessions, value='sessions') }}\n"
           "{{ big_value(sessions, value='mean_pages', format='number:1') }}\n"
           "{{ big_value(sessions, value='bounce_rate', format='percent') }}\n";
  }
  if (name == "endpoints" || name == "entry_pages" || name == "exit_pages") {
    const std::string x = name == "endpoints" ? "endpoint" : "page";
    const std::string y = name == "endpoints" ? "requests" : "sessions";
    return fmt::format("{{{{ bar({0}, x='{1}', y='{2}', horizontal=true, title='{3}') }}}}\n", name, x, y, table.title) +
           (name == "endpoints" ? "\n{{ table(endpoints, formats={'share': 'percent'}) }}\n" : "");
  }
  if (name == "statuses") {
    return "{{ table(statuses, title='Statuses', formats={'status': 'text', 'share': 'percent'}) }}\n";
  }
  if (name == "templates") {
    return "{{ table(templates, title='Kinds of messages', formats={'share': 'percent'}) }}\n";
  }
  if (name == "slowest") {
    return "{{ table(slowest, title='Slowest requests', formats={'status': 'text', 'line': 'text'}) }}\n";
  }
  return fmt::format("{{{{ table({}, title='{}') }}}}\n", name, table.title);
}

/// The page as a report, with names of results in place of SQL.
std::string page_text(const AnalysisResult& result) {
  constexpr std::size_t kDrawnRowsMax = 5'000;  // more points than a chart has room for
  std::string text = "---\ntitle: Log analysis\n---\n";
  std::string body = fmt::format("{} requests and {} other records in {} files; {} lines were not understood.\n\n", human_count(result.requests_count),
                                 human_count(result.messages_count), human_count(result.files.size()), human_count(result.unparsed_count));
  for (const AnalysisTable& table : result.tables) {
    if (table.rows.empty() || (table.rows.size() > kDrawnRowsMax && table.name == "error_rate")) {
      continue;
    }
    text += fmt::format("```sql {0}\n{0}\n```\n", table.name);
    body += "## " + table.title + "\n\n" + drawing_of(table) + "\n";
  }
  for (const std::string& note : result.notes) {
    body += "- " + note + "\n";
  }
  return text + "\n" + body;
}
}  // namespace

Status save_to_lake(const AnalysisResult& result, const std::string& schema, lake::Session& session, const std::stop_token& stop) {
  for (const AnalysisTable& table : result.tables) {
    WEIR_TRY_ASSIGN(const lake::TableName name, lake::TableName::parse(schema + "." + table.name));
    WEIR_TRY(save_table(table, name, session, stop));
  }
  return {};
}

Status write_page(const AnalysisResult& result, const std::filesystem::path& file) {
  WEIR_TRY_ASSIGN(const report::ReportFile page, report::parse_report("logs.md", page_text(result)));
  ResultRunner runner(result);
  WEIR_TRY_ASSIGN(const std::string html, report::render_report(page, runner, {}));
  return write_file(file, html);
}
}  // namespace weir::cli
