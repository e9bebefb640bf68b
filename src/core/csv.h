#pragma once

#include <string>
#include <string_view>

namespace weir {
/// `text` as a field of CSV (RFC 4180): in quotes where it has a comma, a quote or a line break.
std::string csv_field(std::string_view text);
}  // namespace weir
