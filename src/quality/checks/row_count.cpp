#include "quality/checks/row_count.h"

#include <fmt/format.h>

#include "core/text.h"

namespace weir::quality {
Check row_count_check(const CheckScope& scope, const CountRange& range) {
  Check check;
  check.type = "row_count";
  check.name = check_name("row_count", {range.min ? std::to_string(*range.min) : "", range.max ? std::to_string(*range.max) : ""});
  check.place = scope.place;
  check.table = scope.table;
  check.aggregates = {count_of(scope.where)};
  check.compared_with = range.text();
  note_sql(check, scope.where);
  check.measure = [range](const Values& values, Timestamp) -> Result<Measurement> {
    Measurement out;
    WEIR_TRY_ASSIGN(out.rows, count_in(values, 0));
    if (!range.holds(out.rows)) {
      out.failures = 1;
      out.finding = fmt::format("{} row{}, {} wanted", human_count(out.rows), out.rows == 1 ? "" : "s", range.text());
    }
    return out;
  };
  return check;
}

Result<std::vector<Check>> read_row_count(const ConfigNode& arguments, const CheckScope& scope) {
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(arguments, "row_count"));
  WEIR_TRY_ASSIGN(const CountRange range, read_count_range(map, "row_count"));
  WEIR_TRY(map.finish());
  return std::vector<Check>{row_count_check(scope, range)};
}

Result<std::vector<Check>> read_not_empty(const ConfigNode& arguments, const CheckScope& scope) {
  if (!arguments.is_null() && !(arguments.is_scalar() && to_lower(arguments.text()) == "true")) {
    return fail_at(arguments.place(), "not_empty takes no arguments: write \"- not_empty\"");
  }
  Check check = row_count_check(scope, {.min = 1, .max = std::nullopt});
  check.type = "not_empty";
  check.name = "not_empty";
  return std::vector<Check>{std::move(check)};
}
}  // namespace weir::quality
