#include "quality/checks/unique.h"

#include <fmt/format.h>

#include "core/text.h"
#include "quality/check_arguments.h"

namespace weir::quality {
namespace {
std::string finding(std::uint64_t values, std::uint64_t rows_doubled, std::uint64_t rows) {
  if (values == 0) {
    return {};
  }
  return fmt::format("{} {} there more than once, in {} of {} rows", human_count(values), values == 1 ? "value is" : "values are",
                     human_count(rows_doubled), human_count(rows));
}
}  // namespace

Check unique_check(const CheckScope& scope, const std::vector<Column>& columns, const UniqueOptions& options) {
  std::vector<std::string> keys;
  std::vector<std::string> shown;
  std::vector<std::string> names;
  std::vector<std::string> present;
  for (const Column& column : columns) {
    keys.push_back(column.sql);
    shown.push_back(column.sql + " AS " + sql_name(column.name));
    names.push_back(column.name);
    present.push_back(column.sql + " IS NOT NULL");
  }
  Check check;
  check.type = "unique";
  check.name = check_name("unique", names);
  check.place = scope.place;
  check.table = scope.table;
  check.columns = columns;
  const std::string rows = fmt::format("FROM {} WHERE {}", scope.table.sql,
                                       all_of({scope.where, options.ignores_nulls ? join(present, " OR ") : std::string()}));
  check.query = fmt::format(
      "SELECT sum(n), sum(CASE WHEN n > 1 THEN n END), count_if(n > 1) "
      "FROM (SELECT count(*) AS n {} GROUP BY {})",
      rows, join(keys, ", "));
  check.failing_rows = fmt::format("SELECT {}, count(*) AS \"rows\" {} GROUP BY {} HAVING count(*) > 1", join(shown, ", "), rows,
                                   join(keys, ", "));
  check.takes_mostly = options.count == UniqueOptions::Count::kRows;
  note_sql(check, scope.where);
  check.compared_with = check.takes_mostly ? "rows" : "values";
  check.measure = [by_values = !check.takes_mostly](const Values& values, Timestamp) -> Result<Measurement> {
    Measurement out;
    WEIR_TRY_ASSIGN(out.rows, count_in(values, 0));
    WEIR_TRY_ASSIGN(const std::uint64_t rows_doubled, count_in(values, 1));
    WEIR_TRY_ASSIGN(const std::uint64_t values_doubled, count_in(values, 2));
    out.failures = by_values ? values_doubled : rows_doubled;
    out.finding = finding(values_doubled, rows_doubled, out.rows);
    return out;
  };
  return check;
}

Result<std::vector<Check>> read_unique(const ConfigNode& arguments, const CheckScope& scope) {
  WEIR_TRY_ASSIGN(const auto columns, read_columns(arguments, "unique"));
  return std::vector<Check>{unique_check(scope, columns)};
}
}  // namespace weir::quality
