#pragma once

#include <string>
#include <string_view>

#include "core/result.h"
#include "jinja/value.h"

namespace weir::jinja {
/// Replaces Python's escapes (\n, \x41, \u00e9, \U0001f600, \101) in what stands between the quotes.
/// Errors: kInvalid for an escape that is cut short.
Result<std::string> unescape_string(std::string_view text);

/// Reads a Python literal as ast.literal_eval does: numbers, strings, None, True, False, and lists, tuples, dicts and
/// sets of them. Nothing when the text is no literal.
std::optional<Value> read_literal(std::string_view text);
}  // namespace weir::jinja
