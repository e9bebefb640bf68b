#pragma once

#include <string>
#include <string_view>

#include "core/config.h"

/// Values of YAML as Python writes them: dbt makes names and ids of tests from such texts.
namespace weir::quality {
/// str() of the value that Python's YAML reader makes: "True", "1", "0.5", "None", "['a', 1]".
std::string python_str(const ConfigNode& node);
/// repr() of a text: 'it', or "it's" where that saves escapes.
std::string python_repr(std::string_view text);
}  // namespace weir::quality
