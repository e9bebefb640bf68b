#pragma once

#include <vector>

#include "core/config.h"
#include "quality/check.h"
#include "quality/check_arguments.h"

namespace weir::quality {
/// The table has as many rows as `range` wants. What does not pass is one failure.
Check row_count_check(const CheckScope& scope, const CountRange& range);
/// `row_count: {min: 1000, max: 5000}`, also called `row_count_between`.
Result<std::vector<Check>> read_row_count(const ConfigNode& arguments, const CheckScope& scope);
/// `not_empty`: at least one row.
Result<std::vector<Check>> read_not_empty(const ConfigNode& arguments, const CheckScope& scope);
}  // namespace weir::quality
