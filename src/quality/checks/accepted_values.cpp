#include "quality/checks/accepted_values.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "quality/check_arguments.h"

namespace weir::quality {
Check accepted_values_check(const CheckScope& scope, const Column& column, const AcceptedValuesOptions& options) {
  const std::string present = column.sql + " IS NOT NULL";
  const std::string broken =
      options.values.empty() ? present : fmt::format("{} NOT IN ({})", column.sql, join(options.values, ", "));
  Check check = row_check("accepted_values", scope, {column}, {.considered = present, .broken = broken});
  check.name = check_name("accepted_values", {column.name});
  if (!options.counts_values) {
    return check;
  }
  check.aggregates.push_back(fmt::format("count(DISTINCT {}) FILTER (WHERE {})", column.sql, check.failing_condition));
  check.takes_mostly = false;
  check.measure = [](const Values& values, Timestamp) -> Result<Measurement> {
    Measurement out;
    WEIR_TRY_ASSIGN(out.rows, count_in(values, 0));
    WEIR_TRY_ASSIGN(const std::uint64_t rows_failed, count_in(values, 1));
    WEIR_TRY_ASSIGN(out.failures, count_in(values, 2));
    if (out.failures > 0) {
      out.finding = fmt::format("{} {} not accepted, in {} of {} rows", human_count(out.failures),
                                out.failures == 1 ? "value is" : "values are", human_count(rows_failed), human_count(out.rows));
    }
    return out;
  };
  return check;
}

Result<std::vector<Check>> read_accepted_values(const ConfigNode& arguments, const CheckScope& scope) {
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(arguments, "accepted_values"));
  WEIR_TRY_ASSIGN(Column column, read_column(map));
  WEIR_TRY_ASSIGN(const ConfigNode values, map.require("values"));
  WEIR_TRY(map.finish());
  if (!values.is_sequence() || values.items().empty()) {
    return fail_at(values.place(), "values must be a list with at least one value: [placed, shipped]");
  }
  AcceptedValuesOptions options;
  // One text among them makes all of them texts: [A, B, 1].
  column.needs_number = std::ranges::all_of(values.items(), is_number);
  for (const ConfigNode& value : values.items()) {
    if (value.is_null()) {
      return fail_at(value.place(), "null is always accepted; use not_null to refuse it, or put \"null\" in quotes when it is a text");
    }
    WEIR_TRY_ASSIGN(std::string literal, sql_literal(value, "each of the values"));
    options.values.push_back(is_number(value) && !column.needs_number ? sql_string(value.text()) : std::move(literal));
  }
  return std::vector<Check>{accepted_values_check(scope, column, options)};
}
}  // namespace weir::quality
