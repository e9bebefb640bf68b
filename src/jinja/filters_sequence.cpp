#include <fmt/format.h>

#include <algorithm>

#include "jinja/attribute_getter.h"
#include "jinja/builtin.h"
#include "jinja/cursor.h"
#include "jinja/dict.h"
#include "jinja/operators.h"
#include "jinja/range.h"
#include "jinja/renderer.h"
#include "jinja/sorting.h"
#include "jinja/unicode.h"

/// Filters of sequences as a whole.
namespace weir::jinja {
namespace {
/// Values that are there already, given one by one: Jinja2's generators can be gone through only once.
class ListIterator final : public Iterator {
 public:
  explicit ListIterator(std::vector<Value> items) : items_(std::move(items)) {}
  Result<bool> next(Value& out) override {
    if (at_ >= items_.size()) {
      return false;
    }
    out = items_[at_++];
    return true;
  }

 private:
  std::vector<Value> items_;
  std::size_t at_ = 0;
};

Value once(std::vector<Value> items) {
  return make_ref<ListIterator>(std::move(items));
}

/// A tuple whose parts have names.
Value group_tuple(Value grouper, std::vector<Value> items) {
  static constexpr std::string_view kNames[] = {"grouper", "list"};
  std::vector<Value> parts{std::move(grouper), Value::list(std::move(items))};
  return Value::adopt(Kind::kTuple, new List(std::move(parts), kNames));
}

/// The keys of all items, as filters with `attribute` and `case_sensitive` compare them.
Result<std::vector<Value>> keys_of(Call& call, std::span<const Value> items, const AttributeGetter& getter,
                                   bool case_sensitive) {
  std::vector<Value> keys;
  keys.reserve(items.size());
  for (const Value& item : items) {
    WEIR_TRY_ASSIGN(Value key, getter.get(call.renderer, item));
    keys.push_back(case_sensitive ? std::move(key) : ignore_case(key));
  }
  return keys;
}

Result<Value> first(Call& call) {
  WEIR_TRY_ASSIGN(Cursor cursor, Cursor::open(call.self()));
  Value value;
  WEIR_TRY_ASSIGN(const bool any, cursor.next(value));
  return any ? value : undefined_because(call.renderer.undefined_mode(), "No first item, sequence was empty.");
}

Result<Value> last(Call& call) {
  const Value& value = call.self();
  const bool is_reversible =
      value.is_sequence() || value.is_string() || value.is_dict() || value.is_undefined() || value.is(Kind::kHost);
  if (!is_reversible || value.as<Iterator>() != nullptr) {
    return fail(ErrorCode::kInvalid, fmt::format("'{}' object is not reversible", type_name(value)));
  }
  WEIR_TRY_ASSIGN(auto items, collect(value));
  return !items.empty() ? std::move(items.back())
                        : undefined_because(call.renderer.undefined_mode(), "No last item, sequence was empty.");
}

Result<Value> length(Call& call) {
  if (const auto count = length_of(call.self())) {
    return Value::size(*count);
  }
  if (call.self().is_undefined()) {
    return call.self().undefined().failure();
  }
  return fail(ErrorCode::kInvalid, fmt::format("object of type '{}' has no len()", type_name(call.self())));
}

Result<Value> to_list(Call& call) {
  WEIR_TRY_ASSIGN(auto items, collect(call.self()));
  WEIR_TRY(call.renderer.count_steps(items.size() / 16));
  return Value::list(std::move(items));
}

Result<Value> reverse(Call& call) {
  if (call.self().is_string()) {
    auto characters = unicode::characters(call.self().string());
    std::string out;
    for (auto it = characters.rbegin(); it != characters.rend(); ++it) {
      out += *it;
    }
    return Value(out);
  }
  WEIR_TRY_ASSIGN(auto items, collect(call.self()));
  std::reverse(items.begin(), items.end());
  // What Python cannot reverse in place comes back as a list.
  const bool is_copied = call.self().is(Kind::kSet) || call.self().as<Iterator>() != nullptr;
  return is_copied ? Value::list(std::move(items)) : once(std::move(items));
}

Result<Value> sort(Call& call) {
  WEIR_TRY_ASSIGN(auto items, collect(call.self()));
  WEIR_TRY_ASSIGN(const bool reversed, call.flag(1));
  WEIR_TRY_ASSIGN(const bool case_sensitive, call.flag(2));
  // "age,name" sorts by both.
  std::vector<AttributeGetter> getters;
  if (call.has(3) && call.values[3].is_string()) {
    std::string_view rest = call.values[3].string();
    while (true) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      getters.emplace_back(Value(rest.substr(0, comma)));
      if (comma == rest.size()) {
        break;
      }
      rest.remove_prefix(comma + 1);
    }
  } else {
    getters.emplace_back(call.values[3]);
  }
  std::vector<Value> keys;
  for (const Value& item : items) {
    std::vector<Value> parts;
    for (const auto& getter : getters) {
      WEIR_TRY_ASSIGN(Value part, getter.get(call.renderer, item));
      parts.push_back(case_sensitive ? std::move(part) : ignore_case(part));
    }
    keys.push_back(Value::list(std::move(parts)));
  }
  WEIR_TRY_ASSIGN(items, sort_by_keys(std::move(items), keys, reversed));
  return Value::list(std::move(items));
}

Result<Value> unique(Call& call) {
  WEIR_TRY_ASSIGN(const auto items, collect(call.self()));
  WEIR_TRY_ASSIGN(const bool case_sensitive, call.flag(1));
  WEIR_TRY_ASSIGN(const auto keys, keys_of(call, items, AttributeGetter(call.values[2]), case_sensitive));
  Dict seen_keys;
  std::vector<Value> out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (seen_keys.find(keys[i]) != nullptr) {
      continue;
    }
    if (!seen_keys.set(keys[i], Value())) {
      return fail(ErrorCode::kInvalid, fmt::format("unhashable type: '{}'", type_name(keys[i])));
    }
    out.push_back(items[i]);
  }
  return once(std::move(out));
}

template <bool greatest>
Result<Value> extreme(Call& call) {
  WEIR_TRY_ASSIGN(const auto items, collect(call.self()));
  if (items.empty()) {
    return undefined_because(call.renderer.undefined_mode(), "No aggregated item, sequence was empty.");
  }
  WEIR_TRY_ASSIGN(const bool case_sensitive, call.flag(1));
  WEIR_TRY_ASSIGN(const auto keys, keys_of(call, items, AttributeGetter(call.values[2]), case_sensitive));
  std::size_t best = 0;
  for (std::size_t i = 1; i < items.size(); ++i) {
    WEIR_TRY_ASSIGN(const bool is_better,
                    greatest ? compare(Comparison::kGreater, keys[i], keys[best]) : less(keys[i], keys[best]));
    best = is_better ? i : best;
  }
  return items[best];
}

Result<Value> sum(Call& call) {
  const AttributeGetter getter(call.values[1]);
  Value total = call.has(2) ? call.values[2] : Value(0);
  if (total.is_string()) {
    return fail(ErrorCode::kInvalid, "sum() can't sum strings; use join");
  }
  WEIR_TRY_ASSIGN(Cursor cursor, Cursor::open(call.self()));
  Value item;
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, cursor.next(item));
    if (!more) {
      return total;
    }
    WEIR_TRY(call.renderer.count_steps());
    WEIR_TRY_ASSIGN(const Value value, getter.get(call.renderer, item));
    WEIR_TRY_ASSIGN(total, operate(BinaryOperator::kAdd, total, value));
  }
}

Result<Value> slice_evenly(Call& call) {
  WEIR_TRY_ASSIGN(const auto items, collect(call.self()));
  WEIR_TRY_ASSIGN(const std::int64_t slices, call.integer(1, 0));
  if (slices == 0) {
    return fail(ErrorCode::kInvalid, "integer division or modulo by zero");
  }
  if (slices < 0) {
    return once({});
  }
  WEIR_TRY(check_items_count(static_cast<std::size_t>(slices)));
  const auto count = static_cast<std::int64_t>(items.size());
  const std::int64_t size = count / slices;
  const std::int64_t longer = count % slices;
  std::vector<Value> out;
  std::int64_t at = 0;
  for (std::int64_t i = 0; i < slices; ++i) {
    const std::int64_t end = at + size + (i < longer ? 1 : 0);
    std::vector<Value> part(items.begin() + at, items.begin() + end);
    if (call.has(2) && !call.values[2].is_none() && i >= longer) {
      part.push_back(call.values[2]);
    }
    out.push_back(Value::list(std::move(part)));
    at = end;
  }
  return once(std::move(out));
}

Result<Value> batch(Call& call) {
  WEIR_TRY_ASSIGN(const auto items, collect(call.self()));
  WEIR_TRY_ASSIGN(const std::int64_t size, call.integer(1, 0));
  std::vector<Value> out;
  std::vector<Value> part;
  for (const Value& item : items) {
    if (static_cast<std::int64_t>(part.size()) == size) {
      out.push_back(Value::list(std::exchange(part, {})));
    }
    part.push_back(item);
  }
  if (!part.empty()) {
    if (call.has(2) && !call.values[2].is_none() && static_cast<std::int64_t>(part.size()) < size) {
      WEIR_TRY(check_items_count(static_cast<std::size_t>(size)));
      part.resize(static_cast<std::size_t>(size), call.values[2]);
    }
    out.push_back(Value::list(std::move(part)));
  }
  return once(std::move(out));
}

Result<Value> groupby(Call& call) {
  WEIR_TRY_ASSIGN(auto items, collect(call.self()));
  AttributeGetter getter(call.values[1]);
  if (call.has(2) && !call.values[2].is_none()) {
    getter.set_default(call.values[2]);
  }
  WEIR_TRY_ASSIGN(const bool case_sensitive, call.flag(3));
  WEIR_TRY_ASSIGN(auto keys, keys_of(call, items, getter, case_sensitive));
  WEIR_TRY_ASSIGN(items, sort_by_keys(std::move(items), keys, false));
  WEIR_TRY_ASSIGN(keys, keys_of(call, items, getter, case_sensitive));
  std::vector<Value> groups;
  for (std::size_t begin = 0; begin < items.size();) {
    std::size_t end = begin + 1;
    while (end < items.size() && keys[end] == keys[begin]) {
      ++end;
    }
    WEIR_TRY_ASSIGN(Value grouper, getter.get(call.renderer, items[begin]));
    groups.push_back(group_tuple(std::move(grouper), {items.begin() + static_cast<std::ptrdiff_t>(begin),
                                                      items.begin() + static_cast<std::ptrdiff_t>(end)}));
    begin = end;
  }
  return Value::list(std::move(groups));
}

std::unexpected<Error> not_a_mapping(const Value& value) {
  if (value.is_undefined()) {
    return value.undefined().failure();
  }
  return fail(ErrorCode::kInvalid, fmt::format("'{}' object has no attribute 'items'", type_name(value)));
}

Result<std::vector<Value>> pairs_of(Call& call) {
  if (!call.self().is_dict()) {
    WEIR_TRY_ASSIGN(const Value method, call.renderer.attribute(call.self(), Value("items")));
    if (method.is_undefined()) {
      return not_a_mapping(call.self());
    }
    WEIR_TRY_ASSIGN(const Value items, call.renderer.call(method, {}));
    return collect(items);
  }
  std::vector<Value> pairs;
  for (const auto& entry : call.self().dictionary().entries()) {
    if (!entry.key.is_missing()) {
      pairs.push_back(Value::tuple({entry.key, entry.value}));
    }
  }
  return pairs;
}

Result<Value> dictsort(Call& call) {
  WEIR_TRY_ASSIGN(const bool case_sensitive, call.flag(1));
  const Value by = call.has(2) ? call.values[2] : Value("key");
  WEIR_TRY_ASSIGN(const bool reversed, call.flag(3));
  const bool by_value = by == Value("value");
  if (!by_value && !(by == Value("key"))) {
    return fail(ErrorCode::kInvalid, "You can only sort by either \"key\" or \"value\"");
  }
  WEIR_TRY_ASSIGN(auto pairs, pairs_of(call));
  std::vector<Value> keys;
  for (const Value& pair : pairs) {
    const Value& key = pair.items()[by_value ? 1 : 0];
    keys.push_back(case_sensitive ? key : ignore_case(key));
  }
  WEIR_TRY_ASSIGN(pairs, sort_by_keys(std::move(pairs), keys, reversed));
  return Value::list(std::move(pairs));
}

Result<Value> items(Call& call) {
  if (call.self().is_undefined()) {
    return once({});
  }
  if (!call.self().is_dict() && !(call.self().is(Kind::kHost) && call.self().host().is_mapping())) {
    return fail(ErrorCode::kInvalid, "Can only get item pairs from a mapping.");
  }
  WEIR_TRY_ASSIGN(auto pairs, pairs_of(call));
  return once(std::move(pairs));
}

Result<Value> random(Call& call) {
  WEIR_TRY_ASSIGN(const auto values, collect(call.self()));
  if (values.empty()) {
    return undefined_because(call.renderer.undefined_mode(), "No random item, sequence was empty.");
  }
  return values[static_cast<std::size_t>(call.renderer.environment().options.random(values.size()))];
}

constexpr BuiltinEntry kFilters[] = {
    {"batch", "value linecount fill_with", 2, batch},
    {"count", "obj", 1, length},
    {"dictsort", "value case_sensitive by reverse", 1, dictsort},
    {"first", "seq", 1, first},
    {"groupby", "value attribute default case_sensitive", 2, groupby},
    {"items", "value", 1, items},
    {"last", "seq", 1, last},
    {"length", "obj", 1, length},
    {"list", "value", 1, to_list},
    {"max", "value case_sensitive attribute", 1, extreme<true>},
    {"min", "value case_sensitive attribute", 1, extreme<false>},
    {"random", "seq", 1, random},
    {"reverse", "value", 1, reverse},
    {"slice", "value slices fill_with", 2, slice_evenly},
    {"sort", "value reverse case_sensitive attribute", 1, sort},
    {"sum", "iterable attribute start", 1, sum},
    {"unique", "value case_sensitive attribute", 1, unique},
};
}  // namespace

std::span<const BuiltinEntry> sequence_filters() {
  return kFilters;
}
}  // namespace weir::jinja
