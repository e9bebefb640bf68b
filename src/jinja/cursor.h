#pragma once

#include <string_view>
#include <vector>

#include "jinja/host_object.h"
#include "jinja/value.h"

namespace weir::jinja {
/// Goes through whatever Python can loop over: list, tuple, dict (keys), set, str (characters), range, undefined
/// (nothing) and host objects. Sees changes that the loop's body makes to a list, as Python does.
class Cursor {
 public:
  /// Errors: `message` (with "{}" for the type's name) when the value cannot be looped over.
  static Result<Cursor> open(const Value& value, std::string_view message = "'{}' object is not iterable");

  /// False at the end, else `out` holds the next value. Errors: a dict that changed its size, the iterator's own.
  Result<bool> next(Value& out);
  /// How many values there are in all, when that is known beforehand.
  std::optional<std::size_t> length() const;

 private:
  Value source_;
  std::size_t at_ = 0;    // items, bytes of a text, or entries given so far
  std::size_t size_ = 0;  // of a dict when the loop began
};

/// All values, in a list of their own. Errors: as Cursor.
Result<std::vector<Value>> collect(const Value& value);
}  // namespace weir::jinja
