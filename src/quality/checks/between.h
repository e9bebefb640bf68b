#pragma once

#include <string>
#include <vector>

#include "core/config.h"
#include "quality/check.h"

namespace weir::quality {
struct Bounds {
  std::string min;  ///< SQL; empty: none
  std::string max;
  bool strict_min = false;  ///< the bound itself is too small
  bool strict_max = false;
};

/// Every value of `column` lies between the bounds, of which one may be absent. Nulls do not matter.
Check between_check(const CheckScope& scope, const Column& column, const Bounds& bounds);
/// `between: {column: amount, min: 0, max: 1000000, strict_min: true}`.
Result<std::vector<Check>> read_between(const ConfigNode& arguments, const CheckScope& scope);
}  // namespace weir::quality
