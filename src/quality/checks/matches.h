#pragma once

#include <string>
#include <vector>

#include "core/config.h"
#include "quality/check.h"

namespace weir::quality {
/// Every value of `column` has a match of `regex` (RE2) in it; `^` and `$` tie it to the ends. Nulls do not matter.
Check matches_check(const CheckScope& scope, const Column& column, const std::string& regex);
/// `matches: {column: email, regex: '^[^@]+@[^@]+$'}`. Errors: kInvalid also for a broken expression.
Result<std::vector<Check>> read_matches(const ConfigNode& arguments, const CheckScope& scope);
}  // namespace weir::quality
