#pragma once

#include <string>
#include <vector>

#include "core/config.h"
#include "quality/check.h"

namespace weir::quality {
/// The SQL condition `condition` is true or null for every row, as a CHECK of SQL wants it.
Check expression_check(const CheckScope& scope, const std::string& condition);
/// `expression: amount >= discount`.
Result<std::vector<Check>> read_expression(const ConfigNode& arguments, const CheckScope& scope);
}  // namespace weir::quality
