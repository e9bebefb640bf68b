#include "quality/checks/between.h"

#include <fmt/format.h>

#include "core/clock.h"
#include "core/text.h"
#include "quality/check_arguments.h"

namespace weir::quality {
namespace {
// Only what is plain on both sides can be compared without the column's type; SQL judges the rest.
bool is_above(const ConfigNode& a, const ConfigNode& b) {
  if (is_number(a) && is_number(b)) {
    return a.as_number("min").value() > b.as_number("max").value();
  }
  const auto time_a = parse_timestamp(a.text());
  const auto time_b = parse_timestamp(b.text());
  return time_a && time_b && *time_a > *time_b;
}
}  // namespace

Check between_check(const CheckScope& scope, const Column& column, const Bounds& bounds) {
  std::vector<std::string> kept;
  if (!bounds.min.empty()) {
    kept.push_back(fmt::format("{} {} {}", column.sql, bounds.strict_min ? ">" : ">=", bounds.min));
  }
  if (!bounds.max.empty()) {
    kept.push_back(fmt::format("{} {} {}", column.sql, bounds.strict_max ? "<" : "<=", bounds.max));
  }
  const RowRule rule{.considered = column.sql + " IS NOT NULL", .broken = fmt::format("NOT ({})", join(kept, " AND "))};
  Check check = row_check("between", scope, {column}, rule);
  check.name = check_name("between", {column.name, bounds.min, bounds.max});
  return check;
}

Result<std::vector<Check>> read_between(const ConfigNode& arguments, const CheckScope& scope) {
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(arguments, "between"));
  WEIR_TRY_ASSIGN(Column column, read_column(map));
  const ConfigNode* min = map.find("min");
  const ConfigNode* max = map.find("max");
  Bounds bounds;
  WEIR_TRY_ASSIGN(bounds.strict_min, map.flag_or("strict_min", false));
  WEIR_TRY_ASSIGN(bounds.strict_max, map.flag_or("strict_max", false));
  WEIR_TRY(map.finish());
  if (min == nullptr && max == nullptr) {
    return fail_at(arguments.place(), "between needs min, max or both");
  }
  if (min != nullptr && max != nullptr && is_above(*min, *max)) {
    return fail_at(min->place(), fmt::format("between: min ({}) is above max ({})", min->text(), max->text()));
  }
  column.needs_number = (min != nullptr && is_number(*min)) || (max != nullptr && is_number(*max));
  if (min != nullptr) {
    WEIR_TRY_ASSIGN(bounds.min, sql_literal(*min, "min"));
  }
  if (max != nullptr) {
    WEIR_TRY_ASSIGN(bounds.max, sql_literal(*max, "max"));
  }
  return std::vector<Check>{between_check(scope, column, bounds)};
}
}  // namespace weir::quality
