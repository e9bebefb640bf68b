#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "core/result.h"

namespace weir {
/// JSON documents (order of keys kept). Configuration that people write is read by core/config.h, which knows places.
using Json = nlohmann::ordered_json;

/// Parses `text`. `file` is named in the error: "x.json:3:14: ...". Errors: kInvalid with the place. Depth is bounded.
Result<Json> parse_json(std::string_view text, std::string_view file);
}  // namespace weir
