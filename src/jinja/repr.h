#pragma once

#include <string>
#include <string_view>

#include "jinja/value.h"

namespace weir::jinja {
/// Appends str(value). Errors: a strict undefined, a host object that fails, a result beyond kStringBytesMax.
Status append_text(std::string& out, const Value& value);
/// Appends repr(value). Errors: as append_text.
Status append_repr(std::string& out, const Value& value);
/// Appends `text` in Python's quotes: 'it' or "it's", with \n, \x00, \u200b for what cannot be seen.
void append_quoted(std::string& out, std::string_view text);
/// Text with &, <, >, ' and " replaced by their HTML names.
std::string escape_html(std::string_view text);
/// What a template prints where everything is escaped: markup and objects with `__html__` as they are.
Result<Value> escape_value(const Value& value);
}  // namespace weir::jinja
