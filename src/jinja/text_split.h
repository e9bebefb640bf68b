#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

/// Cutting text apart as Python does. The pieces are views of the text.
namespace weir::jinja {
/// At runs of white space; at most `times` cuts unless that is negative.
std::vector<std::string_view> split_blanks(std::string_view text, std::int64_t times, bool from_right);
/// At each separator, which is not empty.
std::vector<std::string_view> split_text(std::string_view text, std::string_view separator, std::int64_t times,
                                         bool from_right);
/// At line ends of all kinds that Unicode knows.
std::vector<std::string_view> split_lines(std::string_view text, bool keep_ends);
/// Without the code points of `set` at both ends, or at one.
std::string_view strip_characters(std::string_view text, std::string_view set, bool left, bool right);
/// Replaces the first `times` occurrences, all when that is negative. An empty `from` stands between all code points.
/// Errors: a result that is too long.
Result<std::string> replace_text(std::string_view text, std::string_view from, std::string_view to, std::int64_t times);
/// str.center: where the blanks are odd, Python puts the one more to the left only when the width is odd.
Result<std::string> center_text(std::string_view text, std::size_t width, std::string_view fill);
}  // namespace weir::jinja
