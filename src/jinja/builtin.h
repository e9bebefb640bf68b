#pragma once

#include <array>
#include <span>
#include <string_view>

#include "jinja/host_object.h"
#include "jinja/value.h"

/// Filters, tests and methods that come with the engine are rows of constant tables.
namespace weir::jinja {
/// One call of a built-in. `values` holds the object it works on and then one value for each parameter, kMissing where
/// none was given. A built-in whose parameters end with "*" gets the rest in `rest`.
struct Call {
  Renderer& renderer;
  std::span<Value> values;
  Arguments& rest;

  const Value& self() const { return values[0]; }
  bool has(std::size_t index) const { return index < values.size() && !values[index].is_missing(); }
  /// The int under `index`, or `standard` when it was not given. Errors: kInvalid for what is no int.
  Result<std::int64_t> integer(std::size_t index, std::int64_t standard) const;
  /// The truth of the value under `index`; false when it was not given.
  Result<bool> flag(std::size_t index) const;
  /// The text under `index`. Errors: kInvalid for what is no str.
  Result<std::string_view> text(std::size_t index) const;
};

struct BuiltinEntry {
  static constexpr std::size_t kParametersMax = 8;

  std::string_view name;
  std::string_view parameters;  ///< names divided by blanks, the object itself first: "value width first blank"
  std::size_t required_count;   ///< of the parameters, the object included
  Result<Value> (*function)(Call& call);

  constexpr bool takes_rest() const { return parameters.ends_with('*'); }
  constexpr std::size_t parameters_count() const {
    std::size_t count = takes_rest() ? 0 : 1;
    for (const char c : parameters) {
      count += c == ' ' ? 1 : 0;
    }
    return count;
  }
};

/// A filter by name: one of ours, or a function of the host, which gets the value as first argument.
struct FilterEntry {
  const BuiltinEntry* builtin = nullptr;
  Value host;
};
/// The same for a test.
struct TestEntry {
  const BuiltinEntry* builtin = nullptr;
  Value host;
};

/// The methods of one name, by the kind that has them: "replace" of str, "pop" of list, dict and set.
struct MethodSet {
  static constexpr std::size_t kKindsCount = static_cast<std::size_t>(Kind::kHost) + 1;
  std::array<const BuiltinEntry*, kKindsCount> by_kind{};
  const BuiltinEntry* of(Kind kind) const { return by_kind[static_cast<std::size_t>(kind)]; }
};

/// Sorts `arguments` to the parameters of `entry` and calls it with `self`.
Result<Value> call_builtin(const BuiltinEntry& entry, const Value& self, Arguments& arguments);

/// The methods called `name` of str, list, tuple, dict, set, int and float; null when no kind has one.
const MethodSet* find_methods(std::string_view name);
/// A value that calls method `entry` of `self`.
Value bind_method(const BuiltinEntry& entry, Value self);

std::span<const BuiltinEntry> string_methods();
std::span<const BuiltinEntry> list_methods();
std::span<const BuiltinEntry> tuple_methods();
std::span<const BuiltinEntry> dict_methods();
std::span<const BuiltinEntry> set_methods();
std::span<const BuiltinEntry> integer_methods();
std::span<const BuiltinEntry> float_methods();

std::span<const BuiltinEntry> text_filters();
std::span<const BuiltinEntry> html_filters();
std::span<const BuiltinEntry> number_filters();
std::span<const BuiltinEntry> sequence_filters();
std::span<const BuiltinEntry> selection_filters();
/// as_native, as_bool, as_number and as_text.
std::span<const BuiltinEntry> dbt_filters();
std::span<const BuiltinEntry> builtin_tests();
}  // namespace weir::jinja
