#pragma once

#include <string>

#include "jinja/value.h"

namespace weir::jinja {
/// pprint.pformat(value): repr, broken into lines where it is wider than 80, dict keys sorted.
Result<std::string> pretty_print(const Value& value);
}  // namespace weir::jinja
