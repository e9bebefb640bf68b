#include "jinja/operators.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "jinja/cursor.h"
#include "jinja/dict.h"
#include "jinja/format.h"
#include "jinja/namespace.h"
#include "jinja/number.h"
#include "jinja/range.h"
#include "jinja/repr.h"
#include "jinja/unicode.h"

namespace weir::jinja {
namespace {
bool is_number(const Value& value) {
  return value.is_integer() || value.is(Kind::kFloat);
}

std::string_view operator_text(BinaryOperator op) {
  switch (op) {
    case BinaryOperator::kAdd:
      return "+";
    case BinaryOperator::kSub:
      return "-";
    case BinaryOperator::kMul:
      return "*";
    case BinaryOperator::kDiv:
      return "/";
    case BinaryOperator::kFloorDiv:
      return "//";
    case BinaryOperator::kMod:
      return "%";
    case BinaryOperator::kPow:
      return "** or pow()";
  }
  return "?";
}

std::unexpected<Error> no_operation(BinaryOperator op, const Value& left, const Value& right) {
  if (op == BinaryOperator::kAdd && left.is_string()) {
    return fail(ErrorCode::kInvalid, fmt::format("can only concatenate str (not \"{}\") to str; use ~ or |string to "
                                                 "join text with other values",
                                                 type_name(right)));
  }
  return fail(ErrorCode::kInvalid, fmt::format("unsupported operand type(s) for {}: '{}' and '{}'", operator_text(op),
                                               type_name(left), type_name(right)));
}

Result<Value> add_sequences(const Value& left, const Value& right) {
  WEIR_TRY(check_items_count(left.items().size() + right.items().size()));
  std::vector<Value> items;
  items.reserve(left.items().size() + right.items().size());
  items.insert(items.end(), left.items().begin(), left.items().end());
  items.insert(items.end(), right.items().begin(), right.items().end());
  return left.is_list() ? Value::list(std::move(items)) : Value::tuple(std::move(items));
}

Result<Value> repeat(const Value& sequence, const Value& count) {
  if (!count.as_integer()) {
    return fail(ErrorCode::kInvalid, "cannot fit 'int' into an index-sized integer");
  }
  const std::int64_t wanted = std::max<std::int64_t>(0, *count.as_integer());
  const auto times = static_cast<std::size_t>(wanted);
  if (sequence.is_string()) {
    const std::string_view text = sequence.string();
    if (text.empty() || times == 0) {
      return Value(std::string_view());
    }
    WEIR_TRY(check_string_size(times > kStringBytesMax ? times : text.size() * times));
    auto out = Str::make_uninitialized(text.size() * times);
    for (std::size_t i = 0; i < times; ++i) {
      std::memcpy(out->bytes() + i * text.size(), text.data(), text.size());
    }
    return static_cast<Str*>(sequence.object())->is_markup() ? Value(Str::make_markup(out->view())) : Value(out);
  }
  const auto source = sequence.items();
  std::vector<Value> items;
  if (!source.empty()) {
    WEIR_TRY(check_items_count(times > kItemsCountMax ? times : source.size() * times));
    items.reserve(source.size() * times);
    for (std::size_t i = 0; i < times; ++i) {
      items.insert(items.end(), source.begin(), source.end());
    }
  }
  return sequence.is_list() ? Value::list(std::move(items)) : Value::tuple(std::move(items));
}

Value subtract_sets(const Dict& left, const Dict& right) {
  auto out = make_ref<Dict>();
  for (const auto& entry : left.entries()) {
    if (!entry.key.is_missing() && right.find(entry.key) == nullptr) {
      std::ignore = out->set(entry.key, Value());
    }
  }
  return Value::set(out);
}

Result<Value> operate_numbers(BinaryOperator op, const Value& left, const Value& right) {
  if (!left.is(Kind::kFloat) && !right.is(Kind::kFloat)) {
    return integer_operate(op, left, right);
  }
  const auto a = left.is(Kind::kFloat) ? std::optional(left.real()) : integer_to_double(left);
  const auto b = right.is(Kind::kFloat) ? std::optional(right.real()) : integer_to_double(right);
  if (!a || !b) {
    return fail(ErrorCode::kInvalid, "int too large to convert to float");
  }
  return float_operate(op, *a, *b);
}

bool is_repeatable(const Value& value) {
  return value.is_string() || value.is_sequence();
}

/// -1, 0, 1 for values that have an order; an error names the two kinds otherwise; nothing for NaN.
Result<std::optional<int>> order(const Value& left, const Value& right, std::string_view sign, int depth);

Result<std::optional<int>> order_items(std::span<const Value> left, std::span<const Value> right, std::string_view sign,
                                       int depth) {
  if (depth > 200) {
    return fail(ErrorCode::kInvalid, "the values are nested too deeply to be compared");
  }
  for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (!(left[i] == right[i])) {
      return order(left[i], right[i], sign, depth + 1);
    }
  }
  return std::optional(left.size() < right.size() ? -1 : left.size() > right.size() ? 1 : 0);
}

Result<std::optional<int>> order(const Value& left, const Value& right, std::string_view sign, int depth) {
  if (is_number(left) && is_number(right)) {
    return compare_numbers(left, right);
  }
  if (left.is_string() && right.is_string()) {
    const int sign_of = left.string().compare(right.string());
    return std::optional(sign_of < 0 ? -1 : sign_of > 0 ? 1 : 0);
  }
  if (left.is_sequence() && left.kind() == right.kind()) {
    return order_items(left.items(), right.items(), sign, depth);
  }
  for (const Value* side : {&left, &right}) {
    if (side->is_undefined()) {
      return side->undefined().failure();
    }
  }
  if (left.is(Kind::kHost)) {
    if (const auto known = left.host().compare(right)) {
      return known;
    }
  }
  return fail(ErrorCode::kInvalid, fmt::format("'{}' not supported between instances of '{}' and '{}'", sign,
                                               type_name(left), type_name(right)));
}

bool is_subset(const Dict& left, const Dict& right) {
  return std::all_of(left.entries().begin(), left.entries().end(), [&](const Dict::Entry& entry) {
    return entry.key.is_missing() || right.find(entry.key) != nullptr;
  });
}

bool compare_sets(Comparison comparison, const Dict& left, const Dict& right) {
  switch (comparison) {
    case Comparison::kLess:
      return left.size() < right.size() && is_subset(left, right);
    case Comparison::kLessEqual:
      return is_subset(left, right);
    case Comparison::kGreater:
      return right.size() < left.size() && is_subset(right, left);
    default:
      return is_subset(right, left);
  }
}

Result<bool> compare_order(Comparison comparison, const Value& left, const Value& right) {
  if (left.is(Kind::kSet) && right.is(Kind::kSet)) {
    return compare_sets(comparison, left.dictionary(), right.dictionary());
  }
  const std::string_view sign = comparison == Comparison::kLess        ? "<"
                                : comparison == Comparison::kLessEqual ? "<="
                                : comparison == Comparison::kGreater   ? ">"
                                                                       : ">=";
  WEIR_TRY_ASSIGN(const std::optional<int> known, order(left, right, sign, 0));
  if (!known) {
    return false;
  }
  switch (comparison) {
    case Comparison::kLess:
      return *known < 0;
    case Comparison::kLessEqual:
      return *known <= 0;
    case Comparison::kGreater:
      return *known > 0;
    default:
      return *known >= 0;
  }
}

Status refuse_strict(const Value& value) {
  if (value.is_undefined() && value.undefined().is_strict()) {
    return value.undefined().failure();
  }
  return {};
}

Result<std::optional<std::int64_t>> slice_bound(const Value& bound) {
  if (bound.is_none()) {
    return std::nullopt;
  }
  if (bound.is(Kind::kBigInt)) {
    return std::optional(integer_is_negative(bound) ? std::numeric_limits<std::int64_t>::min()
                                                    : std::numeric_limits<std::int64_t>::max());
  }
  if (bound.is_undefined()) {
    return bound.undefined().failure();
  }
  if (!bound.as_integer()) {
    return fail(ErrorCode::kInvalid, "slice indices must be integers or None");
  }
  return bound.as_integer();
}

struct SliceBounds {
  std::int64_t start;
  std::int64_t stop;
  std::int64_t step;
  std::int64_t count;
};

Result<SliceBounds> slice_bounds(std::int64_t length, const Value& start, const Value& stop, const Value& step) {
  WEIR_TRY_ASSIGN(const auto wanted_step, slice_bound(step));
  WEIR_TRY_ASSIGN(const auto wanted_start, slice_bound(start));
  WEIR_TRY_ASSIGN(const auto wanted_stop, slice_bound(stop));
  SliceBounds out{0, 0, wanted_step.value_or(1), 0};
  if (out.step == 0) {
    return fail(ErrorCode::kInvalid, "slice step cannot be zero");
  }
  const bool backward = out.step < 0;
  const std::int64_t low = backward ? -1 : 0;
  const std::int64_t high = backward ? length - 1 : length;
  const auto clamp = [&](std::int64_t bound) {
    if (bound < 0) {
      bound = bound < -length ? -1 - length : bound;
      return std::max(low, bound + length);
    }
    return std::min(high, bound);
  };
  out.start = wanted_start ? clamp(*wanted_start) : (backward ? high : low);
  out.stop = wanted_stop ? clamp(*wanted_stop) : (backward ? low : high);
  if (backward) {
    // A step of -2^63 cannot be negated; any step that far takes one item.
    const std::int64_t size =
        out.step == std::numeric_limits<std::int64_t>::min() ? std::numeric_limits<std::int64_t>::max() : -out.step;
    out.count = out.start > out.stop ? (out.start - out.stop - 1) / size + 1 : 0;
  } else {
    out.count = out.start < out.stop ? (out.stop - out.start - 1) / out.step + 1 : 0;
  }
  return out;
}

Value slice_text(const Value& value, const SliceBounds& bounds) {
  const auto& str = *static_cast<Str*>(value.object());
  const std::string_view text = str.view();
  std::string out;
  if (bounds.step == 1) {
    if (str.is_ascii()) {
      return Value(text.substr(static_cast<std::size_t>(bounds.start), static_cast<std::size_t>(bounds.count)));
    }
    const std::size_t begin = unicode::offset_of(text, static_cast<std::size_t>(bounds.start));
    const std::size_t size = unicode::offset_of(text.substr(begin), static_cast<std::size_t>(bounds.count));
    return Value(text.substr(begin, size));
  }
  const auto characters = unicode::characters(text);
  std::int64_t at = bounds.start;
  for (std::int64_t i = 0; i < bounds.count; ++i) {
    out += characters[static_cast<std::size_t>(at)];
    at += i + 1 < bounds.count ? bounds.step : 0;
  }
  return Value(out);
}

bool reaches(const Value& value, const Object* target, int& budget) {
  if (value.kind() < Kind::kList || --budget < 0) {
    return false;
  }
  if (value.object() == target) {
    return true;
  }
  if (value.is_sequence()) {
    return std::any_of(value.items().begin(), value.items().end(),
                       [&](const Value& item) { return reaches(item, target, budget); });
  }
  const Namespace* space = value.as<Namespace>();
  if (!value.is(Kind::kDict) && space == nullptr) {
    return false;
  }
  const auto& entries = space != nullptr ? space->attributes().entries() : value.dictionary().entries();
  return std::any_of(entries.begin(), entries.end(), [&](const Dict::Entry& entry) {
    return reaches(entry.key, target, budget) || reaches(entry.value, target, budget);
  });
}
}  // namespace

Status check_string_size(std::size_t size_bytes) {
  if (size_bytes > kStringBytesMax) {
    return fail(ErrorCode::kInvalid, fmt::format("a text of {} bytes is too long", size_bytes));
  }
  return {};
}

Status check_items_count(std::size_t count) {
  if (count > kItemsCountMax) {
    return fail(ErrorCode::kInvalid, fmt::format("a list of {} items is too long", count));
  }
  return {};
}

Status refuse_cycle(const Value& container, const Value& item) {
  // A circle that is longer than this is not found and costs its memory.
  int budget = 256;
  if (reaches(item, container.object(), budget)) {
    return fail(ErrorCode::kUnsupported, fmt::format("a {} cannot be put into itself", type_name(container)));
  }
  return {};
}

Result<bool> truth_of(const Value& value) {
  if (value.is(Kind::kBool)) {
    return value.boolean();
  }
  WEIR_TRY(refuse_strict(value));
  return value.truth();
}

Result<Value> concatenate(const Value& left, const Value& right) {
  const bool left_markup = static_cast<Str*>(left.object())->is_markup();
  const bool right_markup = static_cast<Str*>(right.object())->is_markup();
  WEIR_TRY(check_string_size(left.string().size() + right.string().size()));
  if (left_markup != right_markup) {
    const std::string a = left_markup ? std::string(left.string()) : escape_html(left.string());
    const std::string b = right_markup ? std::string(right.string()) : escape_html(right.string());
    return Value(Str::make_markup(a + b));
  }
  if (left_markup) {
    return Value(Str::make_markup(std::string(left.string()) + std::string(right.string())));
  }
  const std::string_view a = left.string();
  const std::string_view b = right.string();
  auto out = Str::make_uninitialized(a.size() + b.size());
  std::memcpy(out->bytes(), a.data(), a.size());
  std::memcpy(out->bytes() + a.size(), b.data(), b.size());
  return Value(out);
}

Result<Value> operate(BinaryOperator op, const Value& left, const Value& right) {
  if (is_number(left) && is_number(right)) {
    return operate_numbers(op, left, right);
  }
  for (const Value* side : {&left, &right}) {
    // `%` of a text takes anything on its right.
    if (side->is_undefined() && !(op == BinaryOperator::kMod && left.is_string())) {
      return side->undefined().failure();
    }
  }
  if (op == BinaryOperator::kAdd) {
    if (left.is_string() && right.is_string()) {
      return concatenate(left, right);
    }
    if (left.is_sequence() && left.kind() == right.kind()) {
      return add_sequences(left, right);
    }
  } else if (op == BinaryOperator::kMul) {
    if (is_repeatable(left) && right.is_integer()) {
      return repeat(left, right);
    }
    if (left.is_integer() && is_repeatable(right)) {
      return repeat(right, left);
    }
  } else if (op == BinaryOperator::kMod && left.is_string()) {
    return format_percent(left, right);
  } else if (op == BinaryOperator::kSub && left.is(Kind::kSet) && right.is(Kind::kSet)) {
    return subtract_sets(left.dictionary(), right.dictionary());
  }
  if (left.is(Kind::kHost)) {
    WEIR_TRY_ASSIGN(auto result, left.host().operate(op, right, false));
    if (result) {
      return *result;
    }
  }
  if (right.is(Kind::kHost)) {
    WEIR_TRY_ASSIGN(auto result, right.host().operate(op, left, true));
    if (result) {
      return *result;
    }
  }
  return no_operation(op, left, right);
}

Result<Value> negate(const Value& value) {
  if (value.is_integer()) {
    return integer_negate(value);
  }
  if (value.is(Kind::kFloat)) {
    return Value(-value.real());
  }
  if (value.is_undefined()) {
    return value.undefined().failure();
  }
  if (value.is(Kind::kHost)) {
    WEIR_TRY_ASSIGN(auto result, value.host().operate(BinaryOperator::kMul, Value(-1), false));
    if (result) {
      return *result;
    }
  }
  return fail(ErrorCode::kInvalid, fmt::format("bad operand type for unary -: '{}'", type_name(value)));
}

Result<Value> positive(const Value& value) {
  if (value.is(Kind::kBool)) {
    return Value(value.integer());
  }
  if (is_number(value)) {
    return value;
  }
  if (value.is_undefined()) {
    return value.undefined().failure();
  }
  return fail(ErrorCode::kInvalid, fmt::format("bad operand type for unary +: '{}'", type_name(value)));
}

Result<bool> less(const Value& left, const Value& right) {
  return compare_order(Comparison::kLess, left, right);
}

Result<bool> compare(Comparison comparison, const Value& left, const Value& right) {
  switch (comparison) {
    case Comparison::kEqual:
    case Comparison::kNotEqual: {
      WEIR_TRY(refuse_strict(left));
      WEIR_TRY(refuse_strict(right));
      // NaN equals nothing, not even itself.
      const bool equal = left == right;
      return equal == (comparison == Comparison::kEqual);
    }
    case Comparison::kIn:
      return contains(right, left);
    case Comparison::kNotIn: {
      WEIR_TRY_ASSIGN(const bool found, contains(right, left));
      return !found;
    }
    default:
      return compare_order(comparison, left, right);
  }
}

Result<bool> contains(const Value& container, const Value& item) {
  switch (container.kind()) {
    case Kind::kStr:
      if (!item.is_string()) {
        if (item.is_undefined()) {
          return fail(ErrorCode::kInvalid,
                      fmt::format("'in <string>' requires string as left operand, but {}", item.undefined().message()));
        }
        return fail(ErrorCode::kInvalid,
                    fmt::format("'in <string>' requires string as left operand, not {}", type_name(item)));
      }
      return container.string().find(item.string()) != std::string_view::npos;
    case Kind::kDict:
    case Kind::kSet:
      if (!hash_value(item)) {
        return fail(ErrorCode::kInvalid, fmt::format("unhashable type: '{}'", type_name(item)));
      }
      return container.dictionary().find(item) != nullptr;
    case Kind::kUndefined:
      WEIR_TRY(refuse_strict(container));
      return false;
    case Kind::kHost: {
      WEIR_TRY_ASSIGN(const auto known, container.host().contains(item));
      if (known) {
        return *known;
      }
      break;
    }
    case Kind::kList:
    case Kind::kTuple:
      if (!container.items().empty()) {
        WEIR_TRY(refuse_strict(item));
      }
      break;
    default:
      break;
  }
  WEIR_TRY_ASSIGN(Cursor cursor, Cursor::open(container, "argument of type '{}' is not iterable"));
  Value value;
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, cursor.next(value));
    if (!more) {
      return false;
    }
    if (value == item) {
      return true;
    }
  }
}

std::optional<std::size_t> length_of(const Value& value) {
  switch (value.kind()) {
    case Kind::kStr:
      return static_cast<Str*>(value.object())->length();
    case Kind::kList:
    case Kind::kTuple:
      return value.items().size();
    case Kind::kDict:
    case Kind::kSet:
      return value.dictionary().size();
    case Kind::kUndefined:
      return value.undefined().is_strict() ? std::nullopt : std::optional<std::size_t>(0);
    case Kind::kHost:
      return value.host().length();
    default:
      return std::nullopt;
  }
}

Result<std::optional<Value>> find_item(const Value& value, const Value& key) {
  if (value.is(Kind::kDict)) {
    const Value* found = value.dictionary().find(key);
    return found == nullptr ? std::nullopt : std::optional(*found);
  }
  if (value.is(Kind::kHost)) {
    return value.host().item(key);
  }
  if (!value.is_sequence() && !value.is_string()) {
    return std::nullopt;
  }
  const auto wanted = key.as_integer();
  if (!wanted) {
    return std::nullopt;
  }
  const auto length = static_cast<std::int64_t>(*length_of(value));
  const std::int64_t index = *wanted < 0 ? *wanted + length : *wanted;
  if (index < 0 || index >= length) {
    return std::nullopt;
  }
  if (value.is_sequence()) {
    return std::optional(value.items()[static_cast<std::size_t>(index)]);
  }
  const auto& str = *static_cast<Str*>(value.object());
  const std::string_view text = str.view();
  const std::size_t begin =
      str.is_ascii() ? static_cast<std::size_t>(index) : unicode::offset_of(text, static_cast<std::size_t>(index));
  std::size_t size = 0;
  unicode::decode(text, begin, size);
  const std::string_view character = text.substr(begin, size);
  return std::optional(str.is_markup() ? Value(Str::make_markup(character)) : Value(character));
}

Result<Value> slice(const Value& value, const Value& start, const Value& stop, const Value& step) {
  if (value.is_undefined()) {
    return value.undefined().is_chainable() ? Result<Value>(value) : value.undefined().failure();
  }
  if (Range* range = value.as<Range>()) {
    const auto length = static_cast<std::int64_t>(range->count());
    WEIR_TRY_ASSIGN(const SliceBounds bounds, slice_bounds(length, start, stop, step));
    return range->slice(bounds.start, bounds.stop, bounds.step);
  }
  if (!value.is_sequence() && !value.is_string()) {
    return fail(ErrorCode::kInvalid, fmt::format("'{}' object is not subscriptable by a slice", type_name(value)));
  }
  const auto length = static_cast<std::int64_t>(*length_of(value));
  WEIR_TRY_ASSIGN(const SliceBounds bounds, slice_bounds(length, start, stop, step));
  if (value.is_string()) {
    const Value text = slice_text(value, bounds);
    return static_cast<Str*>(value.object())->is_markup() ? Value(Str::make_markup(text.string())) : text;
  }
  std::vector<Value> items;
  items.reserve(static_cast<std::size_t>(bounds.count));
  std::int64_t at = bounds.start;
  for (std::int64_t i = 0; i < bounds.count; ++i) {
    items.push_back(value.items()[static_cast<std::size_t>(at)]);
    at += i + 1 < bounds.count ? bounds.step : 0;
  }
  return value.is_list() ? Value::list(std::move(items)) : Value::tuple(std::move(items));
}
}  // namespace weir::jinja
