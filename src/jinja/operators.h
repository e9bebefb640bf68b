#pragma once

#include <optional>

#include "jinja/host_object.h"
#include "jinja/undefined.h"
#include "jinja/value.h"

/// Python's operators on values.
namespace weir::jinja {
enum class Comparison : std::uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kIn, kNotIn };

Result<Value> operate(BinaryOperator op, const Value& left, const Value& right);
Result<Value> negate(const Value& value);
Result<Value> positive(const Value& value);
Result<bool> compare(Comparison comparison, const Value& left, const Value& right);
/// left < right. Errors: kInvalid when the two kinds have no order.
Result<bool> less(const Value& left, const Value& right);
Result<bool> contains(const Value& container, const Value& item);
/// Truth as `if` takes it. Errors: a strict undefined.
Result<bool> truth_of(const Value& value);

/// len(value); nothing when it has none.
std::optional<std::size_t> length_of(const Value& value);
/// value[key] as Python's subscript, nothing when there is no such item or no items at all.
Result<std::optional<Value>> find_item(const Value& value, const Value& key);
/// value[start:stop:step], with None for what was left out.
Result<Value> slice(const Value& value, const Value& start, const Value& stop, const Value& step);
/// str(left) + str(right) of str and markup, escaping as markup demands.
Result<Value> concatenate(const Value& left, const Value& right);

/// A list that holds itself would never be freed, so putting `item` into `container` is refused then.
Status refuse_cycle(const Value& container, const Value& item);
/// Errors when `size` is beyond kStringBytesMax.
Status check_string_size(std::size_t size_bytes);
/// Errors when `count` is beyond kItemsCountMax.
Status check_items_count(std::size_t count);
}  // namespace weir::jinja
