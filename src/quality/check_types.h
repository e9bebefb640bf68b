#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "quality/check.h"

namespace weir::quality {
/// A kind of check that `checks/*.yml` can name. A new one is a file pair in checks/ and a line in the table.
struct CheckType {
  std::string_view name;
  /// Makes checks of what stands behind the name. Errors: kInvalid with the place of what is wrong.
  Result<std::vector<Check>> (*read)(const ConfigNode& arguments, const CheckScope& scope);
};

/// All of them, each name once.
std::span<const CheckType> check_types();
/// The one called `name`, or nullptr.
const CheckType* find_check_type(std::string_view name);
}  // namespace weir::quality
