#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <typeinfo>

#include "jinja/value.h"

namespace weir::jinja {
class Renderer;

/// A named argument of a call.
struct Keyword {
  Value name;  ///< a str
  Value value;
};

/// The arguments of one call. Borrowed from the caller: valid until the call returns.
class Arguments {
 public:
  Arguments(Renderer& renderer, std::span<Value> positional, std::span<Keyword> keywords = {})
      : renderer_(&renderer), positional_(positional), keywords_(keywords) {}

  std::span<Value> positional() const { return positional_; }
  std::span<Keyword> keywords() const { return keywords_; }
  /// The keyword argument `name`, or null.
  const Value* keyword(std::string_view name) const;

  /// Sorts the arguments by the names of the parameters, as Python does at a call; a parameter that was not given is
  /// kMissing. The first `required_count` must be given. Errors: kInvalid for a missing, doubled or unknown argument,
  /// with `function` in the message.
  Result<std::vector<Value>> bind(std::string_view function, std::initializer_list<std::string_view> parameters,
                                  std::size_t required_count) const;

  /// The render this call belongs to; a host object calls values back through it.
  Renderer& renderer() const { return *renderer_; }
  /// Where the call stands in its template.
  Place place() const;

 private:
  Renderer* renderer_;
  std::span<Value> positional_;
  std::span<Keyword> keywords_;
};

enum class BinaryOperator : std::uint8_t { kAdd, kSub, kMul, kDiv, kFloorDiv, kMod, kPow };

/// An object with behaviour of its own. Derive from it to give templates `this`, `adapter`, a relation, ...
/// Names that begin with an underscore never reach `attribute`. What an object does not override it does not have.
/// Methods may be called from any thread that renders with it.
class HostObject : public Object {
 public:
  /// What messages call it: "Relation".
  virtual std::string_view type_name() const = 0;
  virtual Result<std::optional<Value>> attribute(std::string_view name);
  virtual Result<std::optional<Value>> item(const Value& key);
  virtual bool is_callable() const { return false; }
  virtual Result<Value> call(Arguments& arguments);
  /// str(object); "<Relation object>" unless overridden.
  virtual Result<std::string> text();
  virtual Result<std::string> repr() { return text(); }
  virtual bool truth() { return true; }
  virtual std::optional<std::size_t> length() { return std::nullopt; }
  /// What a loop over it goes through: a list, a tuple or an Iterator; nothing when it cannot be looped over.
  virtual Result<std::optional<Value>> iterate() { return std::nullopt; }
  /// Whether `in` finds the value; nothing leaves it to `iterate`.
  virtual Result<std::optional<bool>> contains(const Value&) { return std::nullopt; }
  virtual bool is_mapping() const { return false; }
  virtual bool is_sequence() const { return false; }
  virtual bool equals(const Value&) { return false; }
  /// Negative, zero or positive; nothing when the two have no order.
  virtual std::optional<int> compare(const Value&) { return std::nullopt; }
  virtual std::optional<std::uint64_t> hash() const;
  /// `object op other`, or `other op object` when `reversed`; nothing when there is no such operation.
  virtual Result<std::optional<Value>> operate(BinaryOperator, const Value& /*other*/, bool /*reversed*/) {
    return std::nullopt;
  }
};

/// Gives one value after the other, once.
class Iterator : public HostObject {
 public:
  std::string_view type_name() const override { return "generator"; }
  /// False at the end, else `out` holds the next value.
  virtual Result<bool> next(Value& out) = 0;
};

/// Wraps `function` as a value that templates can call; `name` is for messages and printing.
Value function(std::string name, std::function<Result<Value>(Arguments&)> function);

inline Value::Value(Ref<HostObject> object) noexcept : Value(adopt(Kind::kHost, object.get())) {}
inline HostObject& Value::host() const noexcept {
  return *static_cast<HostObject*>(payload_.object);
}
template <typename T>
T* Value::as() const noexcept {
  if (kind_ != Kind::kHost) {
    return nullptr;
  }
  auto* object = static_cast<HostObject*>(payload_.object);
  if constexpr (std::is_final_v<T>) {
    return typeid(*object) == typeid(T) ? static_cast<T*>(object) : nullptr;
  } else {
    return dynamic_cast<T*>(object);
  }
}
}  // namespace weir::jinja
