#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "jinja/value.h"

namespace weir::jinja {
/// What a template may do with a name or an attribute that is not there.
enum class UndefinedMode : std::uint8_t {
  kDefault,    ///< prints as nothing, is false, loops over nothing; everything else is an error
  kChainable,  ///< as kDefault, and attributes and items of it are undefined again
  kStrict,     ///< everything but `is defined` and `default` is an error
  kDebug,      ///< as kDefault, but prints as {{ name }}
  kDbt,        ///< as kChainable, and calling it gives it back: what dbt uses while it parses
};

/// A value that is not there, and why.
class Undefined final : public Object {
 public:
  Undefined(UndefinedMode mode, std::string name, std::string owner, std::string hint)
      : mode_(mode), name_(std::move(name)), owner_(std::move(owner)), hint_(std::move(hint)) {}

  UndefinedMode mode() const { return mode_; }
  bool is_strict() const { return mode_ == UndefinedMode::kStrict; }
  bool is_chainable() const { return mode_ == UndefinedMode::kChainable || mode_ == UndefinedMode::kDbt; }
  std::string_view name() const { return name_; }
  /// "'x' is undefined" or "'dict object' has no attribute 'x'".
  std::string message() const;
  /// The error of doing with it what cannot be done.
  std::unexpected<Error> failure() const;
  /// What it prints as, where printing is allowed.
  std::string printed() const;

 private:
  UndefinedMode mode_;
  std::string name_;   // as in the template; for an item that is no string, its repr
  std::string owner_;  // "dict object"; empty for a plain name
  std::string hint_;   // takes the place of the message when set
};

inline const Undefined& Value::undefined() const noexcept {
  return *static_cast<Undefined*>(payload_.object);
}

/// "'x' is undefined".
Value undefined_name(UndefinedMode mode, std::string_view name);
/// "'dict object' has no attribute 'x'".
Value undefined_attribute(UndefinedMode mode, const Value& owner, std::string_view name);
/// Attribute or item `key` of `owner` is not there.
Value undefined_item(UndefinedMode mode, const Value& owner, const Value& key);
Value undefined_because(UndefinedMode mode, std::string hint, std::string_view name = {});
}  // namespace weir::jinja
