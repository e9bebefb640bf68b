#include "quality/checks/freshness.h"

#include <fmt/format.h>

#include <charconv>

#include "core/text.h"
#include "quality/check_arguments.h"

namespace weir::quality {
namespace {
Result<Timestamp> microseconds_in(const std::string& text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(ErrorCode::kInternal, fmt::format("a freshness check's SQL gave \"{}\" where a time was expected", excerpt(text, 40)));
  }
  return Timestamp(std::chrono::microseconds(count));
}
}  // namespace

Check freshness_check(const CheckScope& scope, const Column& column, std::chrono::milliseconds age_max) {
  Check check;
  check.type = "freshness";
  check.name = check_name("freshness", {column.name});
  check.place = scope.place;
  check.table = scope.table;
  check.columns = {column};
  check.aggregates = {count_of(guarded(scope.where, column.sql + " IS NOT NULL")),
                      fmt::format("epoch_us(CAST(max({}\n) AS TIMESTAMPTZ))", guarded(scope.where, column.sql))};
  check.compared_with = std::to_string(age_max.count());
  note_sql(check, scope.where);
  check.depends_on_time = true;
  check.measure = [name = column.name, age_max](const Values& values, Timestamp now) -> Result<Measurement> {
    Measurement out;
    WEIR_TRY_ASSIGN(out.rows, count_in(values, 0));
    if (values.size() < 2 || !values[1]) {
      out.failures = 1;
      out.finding = fmt::format("{} has no value", name);
      return out;
    }
    WEIR_TRY_ASSIGN(const Timestamp newest, microseconds_in(*values[1]));
    const std::chrono::microseconds age = std::max(std::chrono::microseconds(0), now - newest);
    const bool fresh = age <= age_max;
    out.failures = fresh ? 0 : 1;
    out.finding = fmt::format("the newest {} is {} old ({}){}", name, human_duration(age), format_timestamp(newest),
                              fresh ? "" : fmt::format(", at most {} wanted", human_duration(age_max)));
    return out;
  };
  return check;
}

Result<std::vector<Check>> read_freshness(const ConfigNode& arguments, const CheckScope& scope) {
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(arguments, "freshness"));
  WEIR_TRY_ASSIGN(const Column column, read_column(map));
  WEIR_TRY_ASSIGN(const ConfigNode node, map.require("max_age"));
  WEIR_TRY_ASSIGN(const std::string text, node.as_text("max_age"));
  WEIR_TRY(map.finish());
  const auto age_max = parse_duration(text);
  if (!age_max) {
    return fail_at(node.place(), "max_age: " + age_max.error().message);
  }
  return std::vector<Check>{freshness_check(scope, column, *age_max)};
}
}  // namespace weir::quality
