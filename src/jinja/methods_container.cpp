#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "jinja/builtin.h"
#include "jinja/cursor.h"
#include "jinja/dict.h"
#include "jinja/dict_view.h"
#include "jinja/number.h"
#include "jinja/operators.h"
#include "jinja/renderer.h"
#include "jinja/sorting.h"

/// The methods of list, tuple, dict, set, int and float.
namespace weir::jinja {
namespace {
std::vector<Value>& elements(const Call& call) {
  return call.self().elements();
}
Dict& dictionary(const Call& call) {
  return call.self().dictionary();
}

std::unexpected<Error> unhashable(const Value& key) {
  return fail(ErrorCode::kInvalid, fmt::format("unhashable type: '{}'", type_name(key)));
}

Result<Value> list_append(Call& call) {
  WEIR_TRY(refuse_cycle(call.self(), call.values[1]));
  WEIR_TRY(check_items_count(elements(call).size() + 1));
  elements(call).push_back(call.values[1]);
  return Value();
}

Result<Value> list_extend(Call& call) {
  WEIR_TRY_ASSIGN(auto items, collect(call.values[1]));
  WEIR_TRY(check_items_count(elements(call).size() + items.size()));
  for (const Value& item : items) {
    WEIR_TRY(refuse_cycle(call.self(), item));
  }
  auto& target = elements(call);
  target.insert(target.end(), std::make_move_iterator(items.begin()), std::make_move_iterator(items.end()));
  return Value();
}

Result<Value> list_insert(Call& call) {
  WEIR_TRY(refuse_cycle(call.self(), call.values[2]));
  WEIR_TRY_ASSIGN(const std::int64_t index, call.integer(1, 0));
  auto& items = elements(call);
  WEIR_TRY(check_items_count(items.size() + 1));
  const auto size = static_cast<std::int64_t>(items.size());
  const std::int64_t at = std::clamp<std::int64_t>(index < 0 ? index + size : index, 0, size);
  items.insert(items.begin() + at, call.values[2]);
  return Value();
}

Result<Value> list_pop(Call& call) {
  WEIR_TRY_ASSIGN(const std::int64_t index, call.integer(1, -1));
  auto& items = elements(call);
  if (items.empty()) {
    return fail(ErrorCode::kInvalid, "pop from empty list");
  }
  const auto size = static_cast<std::int64_t>(items.size());
  const std::int64_t at = index < 0 ? index + size : index;
  if (at < 0 || at >= size) {
    return fail(ErrorCode::kInvalid, "pop index out of range");
  }
  Value value = std::move(items[static_cast<std::size_t>(at)]);
  items.erase(items.begin() + at);
  return value;
}

Result<Value> list_remove(Call& call) {
  auto& items = elements(call);
  for (std::size_t i = 0; i < items.size(); ++i) {
    WEIR_TRY_ASSIGN(const bool found, compare(Comparison::kEqual, items[i], call.values[1]));
    if (found) {
      items.erase(items.begin() + static_cast<std::ptrdiff_t>(i));
      return Value();
    }
  }
  return fail(ErrorCode::kInvalid, "list.remove(x): x not in list");
}

Result<Value> list_clear(Call& call) {
  const auto dying = std::exchange(elements(call), {});
  return Value();
}

Result<Value> list_copy(Call& call) {
  return Value::list(elements(call));
}

Result<Value> list_reverse(Call& call) {
  std::reverse(elements(call).begin(), elements(call).end());
  return Value();
}

Result<Value> list_sort(Call& call) {
  WEIR_TRY_ASSIGN(const bool reverse, call.flag(2));
  // Keys may call the template; the list stays as it is until they are there.
  std::vector<Value> items = elements(call);
  std::vector<Value> keys;
  if (call.has(1) && !call.values[1].is_none()) {
    for (const Value& item : items) {
      Value argument = item;
      WEIR_TRY_ASSIGN(Value key, call.renderer.call(call.values[1], std::span(&argument, 1)));
      keys.push_back(std::move(key));
    }
  } else {
    keys = items;
  }
  WEIR_TRY_ASSIGN(elements(call), sort_by_keys(std::move(items), keys, reverse));
  return Value();
}

Result<Value> sequence_index(Call& call) {
  const auto items = call.self().items();
  const auto size = static_cast<std::int64_t>(items.size());
  WEIR_TRY_ASSIGN(std::int64_t start, call.integer(2, 0));
  WEIR_TRY_ASSIGN(std::int64_t stop, call.integer(3, size));
  start = std::max<std::int64_t>(0, start < 0 ? start + size : start);
  stop = std::min(size, stop < 0 ? stop + size : stop);
  for (std::int64_t i = start; i < stop; ++i) {
    WEIR_TRY_ASSIGN(const bool found, compare(Comparison::kEqual, items[static_cast<std::size_t>(i)], call.values[1]));
    if (found) {
      return Value(i);
    }
  }
  WEIR_TRY_ASSIGN(const std::string text, call.values[1].repr());
  return fail(ErrorCode::kInvalid, fmt::format("{} is not in {}", text, type_name(call.self())));
}

Result<Value> sequence_count(Call& call) {
  std::int64_t count = 0;
  for (const Value& item : call.self().items()) {
    WEIR_TRY_ASSIGN(const bool is_one, compare(Comparison::kEqual, item, call.values[1]));
    count += is_one ? 1 : 0;
  }
  return Value(count);
}

Result<Value> dict_get(Call& call) {
  if (!hash_value(call.values[1])) {
    return unhashable(call.values[1]);
  }
  const Value* found = dictionary(call).find(call.values[1]);
  return found != nullptr ? *found : call.has(2) ? call.values[2] : Value();
}

template <DictView::Part part>
Result<Value> dict_view(Call& call) {
  return Value(make_ref<DictView>(call.self(), part));
}

Result<Value> dict_pop(Call& call) {
  if (!hash_value(call.values[1])) {
    return unhashable(call.values[1]);
  }
  auto value = dictionary(call).take(call.values[1]);
  if (value) {
    return std::move(*value);
  }
  if (call.has(2)) {
    return call.values[2];
  }
  WEIR_TRY_ASSIGN(const std::string text, call.values[1].repr());
  return fail(ErrorCode::kInvalid, fmt::format("the dict has no key {}", text));
}

Result<Value> dict_popitem(Call& call) {
  auto entry = dictionary(call).take_last();
  if (!entry) {
    return fail(ErrorCode::kInvalid, "popitem(): dictionary is empty");
  }
  return Value::tuple({std::move(entry->key), std::move(entry->value)});
}

Result<Value> dict_setdefault(Call& call) {
  if (!hash_value(call.values[1])) {
    return unhashable(call.values[1]);
  }
  Dict& dict = dictionary(call);
  if (const Value* found = dict.find(call.values[1])) {
    return *found;
  }
  Value value = call.has(2) ? call.values[2] : Value();
  WEIR_TRY(refuse_cycle(call.self(), value));
  WEIR_TRY(check_items_count(dict.size() + 1));
  std::ignore = dict.set(call.values[1], value);
  return value;
}

Result<Value> dict_update(Call& call) {
  const auto values = call.rest.positional();
  if (values.size() > 1) {
    return fail(ErrorCode::kInvalid, fmt::format("update expected at most 1 argument, got {}", values.size()));
  }
  auto added = make_ref<Dict>();
  if (!values.empty()) {
    WEIR_TRY(update_dict(*added, values[0]));
  }
  for (const Keyword& keyword : call.rest.keywords()) {
    std::ignore = added->set(keyword.name, keyword.value);
  }
  Dict& dict = dictionary(call);
  WEIR_TRY(check_items_count(dict.size() + added->size()));
  for (const auto& entry : added->entries()) {
    if (!entry.key.is_missing()) {
      WEIR_TRY(refuse_cycle(call.self(), entry.value));
      std::ignore = dict.set(entry.key, entry.value);
    }
  }
  return Value();
}

Result<Value> dict_clear(Call& call) {
  dictionary(call).clear();
  return Value();
}

Result<Value> dict_copy(Call& call) {
  return Value::dict(dictionary(call).copy());
}

Result<Value> set_add(Call& call) {
  WEIR_TRY(check_items_count(dictionary(call).size() + 1));
  if (!dictionary(call).set(call.values[1], Value())) {
    return unhashable(call.values[1]);
  }
  return Value();
}

Result<Value> set_remove(Call& call) {
  if (!dictionary(call).take(call.values[1])) {
    WEIR_TRY_ASSIGN(const std::string text, call.values[1].repr());
    return fail(ErrorCode::kInvalid, fmt::format("the set has no {}", text));
  }
  return Value();
}

Result<Value> set_discard(Call& call) {
  std::ignore = dictionary(call).take(call.values[1]);
  return Value();
}

Result<Value> set_pop(Call& call) {
  for (const auto& entry : dictionary(call).entries()) {
    if (!entry.key.is_missing()) {
      Value key = entry.key;
      std::ignore = dictionary(call).take(key);
      return key;
    }
  }
  return fail(ErrorCode::kInvalid, "pop from an empty set");
}

Result<Value> set_copy(Call& call) {
  return Value::set(dictionary(call).copy());
}

/// The values of any iterable as a set.
Result<Ref<Dict>> keys_of(const Value& value) {
  if (value.is(Kind::kSet)) {
    return Ref<Dict>(&value.dictionary());
  }
  WEIR_TRY_ASSIGN(const auto items, collect(value));
  auto keys = make_ref<Dict>();
  for (const Value& item : items) {
    if (!keys->set(item, Value())) {
      return unhashable(item);
    }
  }
  return keys;
}

template <typename Keep>
Ref<Dict> filtered(const Dict& from, const Keep& keep) {
  auto out = make_ref<Dict>();
  for (const auto& entry : from.entries()) {
    if (!entry.key.is_missing() && keep(entry.key)) {
      std::ignore = out->set(entry.key, Value());
    }
  }
  return out;
}

enum class SetOperation : std::uint8_t { kUnion, kIntersection, kDifference, kSymmetric };

Ref<Dict> combine(SetOperation operation, const Dict& left, const Dict& right) {
  const auto in_right = [&](const Value& key) { return right.find(key) != nullptr; };
  const auto in_left = [&](const Value& key) { return left.find(key) != nullptr; };
  if (operation == SetOperation::kIntersection) {
    return filtered(left, in_right);
  }
  if (operation == SetOperation::kDifference) {
    return filtered(left, [&](const Value& key) { return !in_right(key); });
  }
  auto out = operation == SetOperation::kUnion ? left.copy()
                                               : filtered(left, [&](const Value& key) { return !in_right(key); });
  for (const auto& entry : filtered(right, [&](const Value& key) { return !in_left(key); })->entries()) {
    std::ignore = out->set(entry.key, Value());
  }
  return out;
}

template <SetOperation operation>
Result<Value> set_combine(Call& call) {
  Ref<Dict> result = dictionary(call).copy();
  for (const Value& other : call.rest.positional()) {
    WEIR_TRY_ASSIGN(const auto keys, keys_of(other));
    result = combine(operation, *result, *keys);
  }
  return Value::set(result);
}

template <SetOperation operation>
Result<Value> set_change(Call& call) {
  WEIR_TRY_ASSIGN(const Value result, set_combine<operation>(call));
  Dict& dict = dictionary(call);
  dict.clear();
  for (const auto& entry : result.dictionary().entries()) {
    if (!entry.key.is_missing()) {
      std::ignore = dict.set(entry.key, Value());
    }
  }
  return Value();
}

Result<Value> set_issubset(Call& call) {
  WEIR_TRY_ASSIGN(const auto keys, keys_of(call.values[1]));
  return Value(combine(SetOperation::kDifference, dictionary(call), *keys)->empty());
}

Result<Value> set_issuperset(Call& call) {
  WEIR_TRY_ASSIGN(const auto keys, keys_of(call.values[1]));
  return Value(combine(SetOperation::kDifference, *keys, dictionary(call))->empty());
}

Result<Value> set_isdisjoint(Call& call) {
  WEIR_TRY_ASSIGN(const auto keys, keys_of(call.values[1]));
  return Value(combine(SetOperation::kIntersection, dictionary(call), *keys)->empty());
}

Result<Value> integer_bit_length(Call& call) {
  const Value size = integer_is_negative(call.self()) ? integer_negate(call.self()) : call.self();
  const std::string digits = integer_text_in(size, 2);
  return Value(digits == "0" ? 0 : static_cast<std::int64_t>(digits.size()));
}

Result<Value> float_is_integer(Call& call) {
  const double real = call.self().real();
  return Value(std::isfinite(real) && real == std::floor(real));
}

constexpr BuiltinEntry kListMethods[] = {
    {"append", "self object", 2, list_append},
    {"clear", "self", 1, list_clear},
    {"copy", "self", 1, list_copy},
    {"count", "self value", 2, sequence_count},
    {"extend", "self iterable", 2, list_extend},
    {"index", "self value start stop", 2, sequence_index},
    {"insert", "self index object", 3, list_insert},
    {"pop", "self index", 1, list_pop},
    {"remove", "self value", 2, list_remove},
    {"reverse", "self", 1, list_reverse},
    {"sort", "self key reverse", 1, list_sort},
};

constexpr BuiltinEntry kTupleMethods[] = {
    {"count", "self value", 2, sequence_count},
    {"index", "self value start stop", 2, sequence_index},
};

constexpr BuiltinEntry kDictMethods[] = {
    {"clear", "self", 1, dict_clear},
    {"copy", "self", 1, dict_copy},
    {"get", "self key default", 2, dict_get},
    {"items", "self", 1, dict_view<DictView::Part::kItems>},
    {"keys", "self", 1, dict_view<DictView::Part::kKeys>},
    {"pop", "self key default", 2, dict_pop},
    {"popitem", "self", 1, dict_popitem},
    {"setdefault", "self key default", 2, dict_setdefault},
    {"update", "self *", 1, dict_update},
    {"values", "self", 1, dict_view<DictView::Part::kValues>},
};

constexpr BuiltinEntry kSetMethods[] = {
    {"add", "self elem", 2, set_add},
    {"clear", "self", 1, dict_clear},
    {"copy", "self", 1, set_copy},
    {"difference", "self *", 1, set_combine<SetOperation::kDifference>},
    {"difference_update", "self *", 1, set_change<SetOperation::kDifference>},
    {"discard", "self elem", 2, set_discard},
    {"intersection", "self *", 1, set_combine<SetOperation::kIntersection>},
    {"intersection_update", "self *", 1, set_change<SetOperation::kIntersection>},
    {"isdisjoint", "self other", 2, set_isdisjoint},
    {"issubset", "self other", 2, set_issubset},
    {"issuperset", "self other", 2, set_issuperset},
    {"pop", "self", 1, set_pop},
    {"remove", "self elem", 2, set_remove},
    {"symmetric_difference", "self *", 1, set_combine<SetOperation::kSymmetric>},
    {"symmetric_difference_update", "self *", 1, set_change<SetOperation::kSymmetric>},
    {"union", "self *", 1, set_combine<SetOperation::kUnion>},
    {"update", "self *", 1, set_change<SetOperation::kUnion>},
};

constexpr BuiltinEntry kIntegerMethods[] = {
    {"bit_length", "self", 1, integer_bit_length},
    {"conjugate", "self", 1, [](Call& call) -> Result<Value> { return call.self(); }},
};

constexpr BuiltinEntry kFloatMethods[] = {
    {"conjugate", "self", 1, [](Call& call) -> Result<Value> { return call.self(); }},
    {"is_integer", "self", 1, float_is_integer},
};
}  // namespace

std::span<const BuiltinEntry> list_methods() {
  return kListMethods;
}
std::span<const BuiltinEntry> tuple_methods() {
  return kTupleMethods;
}
std::span<const BuiltinEntry> dict_methods() {
  return kDictMethods;
}
std::span<const BuiltinEntry> set_methods() {
  return kSetMethods;
}
std::span<const BuiltinEntry> integer_methods() {
  return kIntegerMethods;
}
std::span<const BuiltinEntry> float_methods() {
  return kFloatMethods;
}
}  // namespace weir::jinja
