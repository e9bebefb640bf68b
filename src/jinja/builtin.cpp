#include "jinja/builtin.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/text.h"
#include "jinja/cursor.h"
#include "jinja/operators.h"
#include "jinja/repr.h"
#include "jinja/undefined.h"

namespace weir::jinja {
namespace {
/// A method of a value, to be called later.
class BoundMethod final : public HostObject {
 public:
  BoundMethod(const BuiltinEntry& entry, Value self) : entry_(entry), self_(std::move(self)) {}
  std::string_view type_name() const override { return "builtin_function_or_method"; }
  bool is_callable() const override { return true; }
  Result<Value> call(Arguments& arguments) override { return call_builtin(entry_, self_, arguments); }
  Result<std::string> text() override {
    return fmt::format("<built-in method {} of {} object>", entry_.name, jinja::type_name(self_));
  }

 private:
  const BuiltinEntry& entry_;
  Value self_;
};

/// The position of parameter `name`, the object itself being 0.
std::optional<std::size_t> parameter_index(const BuiltinEntry& entry, std::string_view name) {
  std::size_t index = 0;
  std::string_view rest = entry.parameters;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(' '), rest.size());
    if (rest.substr(0, end) == name && name != "*") {
      return index;
    }
    rest.remove_prefix(std::min(end + 1, rest.size()));
    ++index;
  }
  return std::nullopt;
}

std::vector<std::string> parameter_names(const BuiltinEntry& entry) {
  auto names = split(entry.parameters, ' ');
  names.erase(names.begin());
  return names;
}

std::string_view parameter_name(const BuiltinEntry& entry, std::size_t index) {
  std::string_view rest = entry.parameters;
  for (; index > 0; --index) {
    rest.remove_prefix(std::min(rest.find(' ') + 1, rest.size()));
  }
  return rest.substr(0, rest.find(' '));
}

using MethodTable = std::unordered_map<std::string_view, MethodSet>;

MethodTable make_method_table() {
  MethodTable table;
  const auto add = [&](Kind kind, std::span<const BuiltinEntry> entries) {
    for (const auto& entry : entries) {
      table[entry.name].by_kind[static_cast<std::size_t>(kind)] = &entry;
    }
  };
  add(Kind::kStr, string_methods());
  add(Kind::kList, list_methods());
  add(Kind::kTuple, tuple_methods());
  add(Kind::kDict, dict_methods());
  add(Kind::kSet, set_methods());
  add(Kind::kInt, integer_methods());
  add(Kind::kBool, integer_methods());
  add(Kind::kBigInt, integer_methods());
  add(Kind::kFloat, float_methods());
  return table;
}

Result<Value> call_plain(const BuiltinEntry& entry, const Value& self, Arguments& arguments);

Value as_markup(const Value& value) {
  if (value.is_string()) {
    return Value(Str::make_markup(value.string()));
  }
  if (value.is_sequence()) {
    std::vector<Value> items;
    for (const Value& item : value.items()) {
      items.push_back(as_markup(item));
    }
    return value.is_list() ? Value::list(std::move(items)) : Value::tuple(std::move(items));
  }
  return value;
}

Result<Value> escape_argument(const Value& value, bool is_list) {
  if (value.is_string()) {
    return escape_value(value);
  }
  if (!is_list) {
    return value;
  }
  WEIR_TRY_ASSIGN(auto items, collect(value));
  for (Value& item : items) {
    WEIR_TRY_ASSIGN(item, escape_value(item));
  }
  return Value::list(std::move(items));
}

/// A method of markup: the text it gets is escaped, and what it gives is markup.
Result<Value> call_on_markup(const BuiltinEntry& entry, const Value& self, Arguments& arguments) {
  constexpr std::string_view kAsking[] = {"count", "endswith", "find", "index", "rfind", "rindex", "startswith"};
  const bool only_asks = entry.name.starts_with("is") ||
                         std::find(std::begin(kAsking), std::end(kAsking), entry.name) != std::end(kAsking);
  if (only_asks) {
    return call_plain(entry, self, arguments);
  }
  const bool is_join = entry.name == "join";
  for (Value& value : arguments.positional()) {
    WEIR_TRY_ASSIGN(value, escape_argument(value, is_join));
  }
  for (Keyword& keyword : arguments.keywords()) {
    WEIR_TRY_ASSIGN(keyword.value, escape_argument(keyword.value, is_join));
  }
  WEIR_TRY_ASSIGN(const Value result, call_plain(entry, self, arguments));
  return as_markup(result);
}

bool is_string_method(const BuiltinEntry& entry) {
  const auto methods = string_methods();
  return &entry >= methods.data() && &entry < methods.data() + methods.size();
}
}  // namespace

Result<std::int64_t> Call::integer(std::size_t index, std::int64_t standard) const {
  if (!has(index)) {
    return standard;
  }
  if (values[index].is_undefined()) {
    return values[index].undefined().failure();
  }
  if (const auto value = values[index].as_integer()) {
    return *value;
  }
  return fail(ErrorCode::kInvalid,
              fmt::format("'{}' object cannot be interpreted as an integer", type_name(values[index])));
}

Result<bool> Call::flag(std::size_t index) const {
  return has(index) ? truth_of(values[index]) : Result<bool>(false);
}

Result<std::string_view> Call::text(std::size_t index) const {
  if (values[index].is_string()) {
    return values[index].string();
  }
  if (values[index].is_undefined()) {
    return values[index].undefined().failure();
  }
  return fail(ErrorCode::kInvalid, fmt::format("a str was expected, not '{}'", type_name(values[index])));
}

Result<Value> call_builtin(const BuiltinEntry& entry, const Value& self, Arguments& arguments) {
  if (self.is_string() && static_cast<Str*>(self.object())->is_markup() && is_string_method(entry)) {
    return call_on_markup(entry, self, arguments);
  }
  return call_plain(entry, self, arguments);
}

namespace {
Result<Value> call_plain(const BuiltinEntry& entry, const Value& self, Arguments& arguments) {
  std::array<Value, BuiltinEntry::kParametersMax> values;
  const std::size_t count = entry.parameters_count();
  values[0] = self;
  const std::size_t direct = std::min(arguments.positional().size(), count - 1);
  for (std::size_t i = 0; i < direct; ++i) {
    values[i + 1] = arguments.positional()[i];
  }
  for (std::size_t i = direct + 1; i < count; ++i) {
    values[i] = Value::missing();
  }
  if (entry.takes_rest()) {
    Arguments rest(arguments.renderer(), arguments.positional().subspan(direct), arguments.keywords());
    if (direct + 1 < entry.required_count) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}() missing a required argument: '{}'", entry.name, parameter_name(entry, direct + 1)));
    }
    Call call{arguments.renderer(), std::span(values).first(count), rest};
    return entry.function(call);
  }
  if (arguments.positional().size() > direct) {
    return fail(ErrorCode::kInvalid, fmt::format("{}() takes at most {} argument(s), {} were given", entry.name,
                                                 count - 1, arguments.positional().size()));
  }
  for (const Keyword& keyword : arguments.keywords()) {
    const std::string_view name = keyword.name.string();
    const auto index = parameter_index(entry, name);
    if (!index || *index == 0) {
      return fail(ErrorCode::kInvalid, fmt::format("{}() got an unexpected keyword argument '{}'{}", entry.name, name,
                                                   did_you_mean(name, parameter_names(entry))));
    }
    if (!values[*index].is_missing()) {
      return fail(ErrorCode::kInvalid, fmt::format("{}() got multiple values for argument '{}'", entry.name, name));
    }
    values[*index] = keyword.value;
  }
  for (std::size_t i = 1; i < entry.required_count; ++i) {
    if (values[i].is_missing()) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("{}() missing a required argument: '{}'", entry.name, parameter_name(entry, i)));
    }
  }
  Arguments none(arguments.renderer(), {});
  Call call{arguments.renderer(), std::span(values).first(count), none};
  return entry.function(call);
}
}  // namespace

const MethodSet* find_methods(std::string_view name) {
  static const MethodTable table = make_method_table();
  const auto found = table.find(name);
  return found == table.end() ? nullptr : &found->second;
}

Value bind_method(const BuiltinEntry& entry, Value self) {
  return make_ref<BoundMethod>(entry, std::move(self));
}
}  // namespace weir::jinja
