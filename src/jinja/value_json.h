#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "jinja/value.h"

namespace weir::jinja {
struct JsonOptions {
  std::optional<int> indent;  ///< blanks per level; without it everything stands on one line
  bool sort_keys = false;
  bool escape_beyond_ascii = true;  ///< write \uXXXX
};

/// json.dumps(value). Errors: kInvalid for what JSON does not know: sets, functions, undefined.
Result<std::string> write_json(const Value& value, const JsonOptions& options = {});
/// json.loads(text); objects keep their order. Errors: kInvalid.
Result<Value> read_json(std::string_view text);
}  // namespace weir::jinja
