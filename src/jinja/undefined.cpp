#include "jinja/undefined.h"

#include <fmt/format.h>

namespace weir::jinja {
namespace {
std::string owner_text(const Value& owner) {
  return owner.is_none() ? "None" : fmt::format("{} object", type_name(owner));
}
}  // namespace

std::string Undefined::message() const {
  if (!hint_.empty()) {
    return hint_;
  }
  if (owner_.empty()) {
    return fmt::format("'{}' is undefined", name_);
  }
  // A name that is no string was kept as its repr, and then the sentence speaks of an element.
  if (name_.starts_with('\x01')) {
    return fmt::format("{} has no element {}", owner_, std::string_view(name_).substr(1));
  }
  return fmt::format("'{}' has no attribute '{}'", owner_, name_);
}

std::unexpected<Error> Undefined::failure() const {
  return fail(ErrorCode::kInvalid, message());
}

std::string Undefined::printed() const {
  if (mode_ != UndefinedMode::kDebug) {
    return {};
  }
  if (!hint_.empty()) {
    return fmt::format("{{{{ undefined value printed: {} }}}}", hint_);
  }
  if (owner_.empty()) {
    return fmt::format("{{{{ {} }}}}", name_);
  }
  const bool is_element = name_.starts_with('\x01');
  return is_element ? fmt::format("{{{{ no such element: {}[{}] }}}}", owner_, std::string_view(name_).substr(1))
                    : fmt::format("{{{{ no such element: {}['{}'] }}}}", owner_, name_);
}

Value undefined_name(UndefinedMode mode, std::string_view name) {
  return Value::adopt(Kind::kUndefined, new Undefined(mode, std::string(name), {}, {}));
}

Value undefined_attribute(UndefinedMode mode, const Value& owner, std::string_view name) {
  return Value::adopt(Kind::kUndefined, new Undefined(mode, std::string(name), owner_text(owner), {}));
}

Value undefined_item(UndefinedMode mode, const Value& owner, const Value& key) {
  if (key.is_string()) {
    return undefined_attribute(mode, owner, key.string());
  }
  std::string name = "\x01" + key.repr().value_or("?");
  return Value::adopt(Kind::kUndefined, new Undefined(mode, std::move(name), owner_text(owner), {}));
}

Value undefined_because(UndefinedMode mode, std::string hint, std::string_view name) {
  return Value::adopt(Kind::kUndefined, new Undefined(mode, std::string(name), {}, std::move(hint)));
}
}  // namespace weir::jinja
