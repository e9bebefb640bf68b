#pragma once

#include <vector>

#include "core/config.h"
#include "quality/check.h"

namespace weir::quality {
/// No row has null in `column`.
Check not_null_check(const CheckScope& scope, const Column& column);
/// `not_null: order_id`; a list of columns makes one check of each.
Result<std::vector<Check>> read_not_null(const ConfigNode& arguments, const CheckScope& scope);
}  // namespace weir::quality
