#include "quality/checks/expression.h"

#include <fmt/format.h>

#include "core/text.h"

namespace weir::quality {
Check expression_check(const CheckScope& scope, const std::string& condition) {
  Check check = row_check("expression", scope, {}, {.considered = {}, .broken = fmt::format("NOT ({}\n)", condition)});
  check.name = check_name("expression", {condition});
  return check;
}

Result<std::vector<Check>> read_expression(const ConfigNode& arguments, const CheckScope& scope) {
  if (!arguments.is_scalar() || trim(arguments.text()).empty()) {
    return fail_at(arguments.place(), "expression needs an SQL condition: \"expression: amount >= 0\"");
  }
  return std::vector<Check>{expression_check(scope, std::string(trim(arguments.text())))};
}
}  // namespace weir::quality
