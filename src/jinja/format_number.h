#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "jinja/value.h"

namespace weir::jinja {
/// [[fill]align][sign][#][0][width][grouping][.precision][type], as both of Python's ways to format know it.
struct FormatSpec {
  std::string fill = " ";  ///< one code point
  char align = 0;          ///< '<', '>', '^', '=' or 0 for the type's own
  char sign = '-';         ///< '+', '-' or ' '
  bool alternate = false;
  std::size_t width = 0;
  char grouping = 0;  ///< ',' or '_' or 0
  std::optional<int> precision;
  char type = 0;
};

/// Pads `text` to the spec's width, counted in code points; `align` is used when the spec has none.
Result<std::string> pad_text(const FormatSpec& spec, std::string_view text, char align);
/// A float in type e, E, f, F, g, G, % or none.
Result<std::string> format_float(const FormatSpec& spec, double real);
/// An int in type b, d, n, o, x, X, c or none.
Result<std::string> format_integer(const FormatSpec& spec, const Value& integer);
}  // namespace weir::jinja
