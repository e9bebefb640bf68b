#pragma once

#include <string>
#include <string_view>

#include "jinja/host_object.h"
#include "jinja/value.h"

/// Python's two ways to format text.
namespace weir::jinja {
/// `format % values`: a tuple, one value, or a dict for %(name)s. Errors: kInvalid as in Python.
Result<Value> format_percent(const Value& format, const Value& values);
/// format.format(...): fields by position and name, attributes, items, !r and !s, format specs.
Result<std::string> format_braces(std::string_view format, const Arguments& arguments);
/// format(value, spec): the part after the colon in a field.
Result<std::string> format_value(const Value& value, std::string_view spec);
}  // namespace weir::jinja
