#pragma once

#include <optional>
#include <vector>

#include "jinja/value.h"

namespace weir::jinja {
class Renderer;

/// Gets "address.city" or "items.0" of a value, as the argument `attribute` of many filters asks for.
class AttributeGetter {
 public:
  /// None or kMissing gets the value itself.
  explicit AttributeGetter(const Value& attribute);
  /// What to take in place of what is undefined on the way.
  void set_default(Value standard) { default_ = std::move(standard); }
  Result<Value> get(Renderer& renderer, const Value& item) const;

 private:
  std::vector<Value> parts_;
  std::optional<Value> default_;
};

/// A str in lower case, everything else as it is: the key of filters that ignore case.
Value ignore_case(const Value& value);
}  // namespace weir::jinja
