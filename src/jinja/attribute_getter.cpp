#include "jinja/attribute_getter.h"

#include "core/text.h"
#include "jinja/number.h"
#include "jinja/renderer.h"
#include "jinja/unicode.h"

namespace weir::jinja {
AttributeGetter::AttributeGetter(const Value& attribute) {
  if (attribute.is_none() || attribute.is_missing()) {
    return;
  }
  if (!attribute.is_string()) {
    parts_.push_back(attribute);
    return;
  }
  for (const std::string& part : split(attribute.string(), '.')) {
    const bool is_index = !part.empty() && part.find_first_not_of("0123456789") == std::string::npos;
    parts_.push_back(is_index ? parse_integer(part).value_or(Value(part)) : Value(part));
  }
}

Result<Value> AttributeGetter::get(Renderer& renderer, const Value& item) const {
  Value value = item;
  for (const Value& part : parts_) {
    WEIR_TRY_ASSIGN(value, renderer.item(value, part));
    if (default_ && value.is_undefined()) {
      value = *default_;
    }
  }
  return value;
}

Value ignore_case(const Value& value) {
  return value.is_string() ? Value(unicode::to_lower(value.string())) : value;
}
}  // namespace weir::jinja
