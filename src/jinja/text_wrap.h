#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::jinja {
struct WrapOptions {
  std::int64_t width = 79;
  bool break_long_words = true;
  bool break_on_hyphens = true;
};
/// Breaks one line into lines of at most `width` code points, as Python's textwrap does; blanks where a line is broken
/// are dropped.
std::vector<std::string> wrap_line(std::string_view line, const WrapOptions& options);
}  // namespace weir::jinja
