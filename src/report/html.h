#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "core/json.h"

/// The two ways in which data gets into a page. Nothing else writes data into HTML.
namespace weir::report {
/// `text` with invalid UTF-8 and control characters (but newline and tab) replaced by U+FFFD.
std::string clean_text(std::string_view text);
/// Cleans `text` and escapes it for an element's content or a quoted attribute.
std::string escape_html(std::string_view text);
/// Writes `json` so that it may stand inside a <script> element: no "<", ">" or "&" is left in it.
/// Invalid UTF-8 becomes U+FFFD.
std::string script_json(const Json& json);
}  // namespace weir::report
