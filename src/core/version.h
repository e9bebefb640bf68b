#pragma once

#include <string_view>

namespace weir {
/// The version of weir, from CMakeLists.txt: "0.1.0".
extern const std::string_view kVersion;
}  // namespace weir
