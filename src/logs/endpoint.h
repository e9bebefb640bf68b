#pragma once

#include <string>
#include <string_view>

#include "logs/record.h"

namespace weir::logs {
/// `path` with the segments that are ids replaced: "/users/123/a" becomes "/users/{id}/a". Ids are numbers, UUIDs, and
/// words of at least eight hexadecimal digits of which one is 0 … 9. Uses `scratch` for the result when it differs.
std::string_view fold_ids(std::string_view path, std::string& scratch);

/// Whether a request is for a page that people look at: GET, answered with a status below 400, and not for a picture, a
/// style sheet, a script or the like, as the ending of its path tells.
bool is_page(const Record& record);

/// The endings that are not pages, without the point: "css", "js", "png" …
std::string_view asset_endings();
}  // namespace weir::logs
