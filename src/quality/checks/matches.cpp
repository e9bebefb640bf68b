#include "quality/checks/matches.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include "core/text.h"
#include "quality/check_arguments.h"

namespace weir::quality {
Check matches_check(const CheckScope& scope, const Column& column, const std::string& regex) {
  const RowRule rule{.considered = column.sql + " IS NOT NULL",
                     .broken = fmt::format("NOT regexp_matches({}, {})", column.sql, sql_string(regex))};
  Check check = row_check("matches", scope, {column}, rule);
  check.name = check_name("matches", {column.name});
  return check;
}

Result<std::vector<Check>> read_matches(const ConfigNode& arguments, const CheckScope& scope) {
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(arguments, "matches"));
  WEIR_TRY_ASSIGN(const Column column, read_column(map));
  WEIR_TRY_ASSIGN(const ConfigNode node, map.require("regex"));
  WEIR_TRY_ASSIGN(const std::string regex, node.as_text("regex"));
  WEIR_TRY(map.finish());
  RE2::Options options;
  options.set_log_errors(false);
  const RE2 compiled(regex, options);
  if (!compiled.ok()) {
    return fail_at(node.place(), fmt::format("regex is not a regular expression (RE2): {}", compiled.error()));
  }
  return std::vector<Check>{matches_check(scope, column, regex)};
}
}  // namespace weir::quality
