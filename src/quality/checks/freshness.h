#pragma once

#include <chrono>
#include <vector>

#include "core/config.h"
#include "quality/check.h"

namespace weir::quality {
/// The newest value of `column` (a date, a timestamp, or a text that SQL reads as one; UTC where it says no zone) is at most
/// `age_max` older than the run's time. A table without a value fails. What does not pass is one failure.
Check freshness_check(const CheckScope& scope, const Column& column, std::chrono::milliseconds age_max);
/// `freshness: {column: updated_at, max_age: 2d}`.
Result<std::vector<Check>> read_freshness(const ConfigNode& arguments, const CheckScope& scope);
}  // namespace weir::quality
