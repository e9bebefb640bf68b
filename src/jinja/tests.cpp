#include <fmt/format.h>

#include "jinja/builtin.h"
#include "jinja/cursor.h"
#include "jinja/number.h"
#include "jinja/operators.h"
#include "jinja/range.h"
#include "jinja/renderer.h"

/// The tests that stand behind `is`.
namespace weir::jinja {
namespace {
Result<Value> remainder_is(const Value& value, const Value& divisor, std::int64_t wanted) {
  WEIR_TRY_ASSIGN(const Value remainder, operate(BinaryOperator::kMod, value, divisor));
  return Value(remainder == Value(wanted));
}

Result<Value> odd(Call& call) {
  return remainder_is(call.self(), Value(2), 1);
}
Result<Value> even(Call& call) {
  return remainder_is(call.self(), Value(2), 0);
}
Result<Value> divisibleby(Call& call) {
  return remainder_is(call.self(), call.values[1], 0);
}

template <Kind kind>
Result<Value> has_kind(Call& call) {
  return Value(call.self().is(kind));
}

template <Comparison comparison>
Result<Value> compares(Call& call) {
  WEIR_TRY_ASSIGN(const bool holds, compare(comparison, call.self(), call.values[1]));
  return Value(holds);
}

template <bool wanted>
Result<Value> is_bool(Call& call) {
  return Value(call.self().is(Kind::kBool) && call.self().boolean() == wanted);
}

/// str(value).islower() or .isupper().
Result<Value> has_case(Call& call, std::string_view method) {
  WEIR_TRY_ASSIGN(const std::string text, call.self().text());
  Arguments none(call.renderer, {});
  return call_builtin(*find_methods(method)->of(Kind::kStr), Value(text), none);
}

Result<Value> is_iterable(Call& call) {
  if (call.self().is_undefined() && call.self().undefined().is_strict()) {
    return call.self().undefined().failure();
  }
  return Value(Cursor::open(call.self()).has_value());
}

Result<Value> is_sequence(Call& call) {
  const Value& value = call.self();
  const bool is_host = value.is(Kind::kHost) && (value.host().is_sequence() || value.host().is_mapping());
  return Value(value.is_sequence() || value.is_string() || value.is_dict() || is_host ||
               (value.is_undefined() && !value.undefined().is_strict()));
}

Result<Value> is_callable(Call& call) {
  const Value& value = call.self();
  return Value((value.is(Kind::kHost) && value.host().is_callable()) || value.is_undefined());
}

Result<Value> is_same(Call& call) {
  const Value& left = call.self();
  const Value& right = call.values[1];
  if (left.kind() != right.kind()) {
    return Value(false);
  }
  return Value(left.kind() < Kind::kUndefined ? left == right : left.object() == right.object());
}

Result<Value> is_filter(Call& call) {
  return Value(call.self().is_string() && call.renderer.environment().find_filter(call.self().string()) != nullptr);
}

Result<Value> is_test(Call& call) {
  return Value(call.self().is_string() && call.renderer.environment().find_test(call.self().string()) != nullptr);
}

constexpr BuiltinEntry kTests[] = {
    {"!=", "value other", 2, compares<Comparison::kNotEqual>},
    {"<", "value other", 2, compares<Comparison::kLess>},
    {"<=", "value other", 2, compares<Comparison::kLessEqual>},
    {"==", "value other", 2, compares<Comparison::kEqual>},
    {">", "value other", 2, compares<Comparison::kGreater>},
    {">=", "value other", 2, compares<Comparison::kGreaterEqual>},
    {"boolean", "value", 1, has_kind<Kind::kBool>},
    {"callable", "value", 1, is_callable},
    {"defined", "value", 1, [](Call& call) -> Result<Value> { return Value(!call.self().is_undefined()); }},
    {"divisibleby", "value num", 2, divisibleby},
    {"eq", "value other", 2, compares<Comparison::kEqual>},
    {"equalto", "value other", 2, compares<Comparison::kEqual>},
    {"escaped", "value", 1,
     [](Call& call) -> Result<Value> {
       return Value(call.self().is_string() && static_cast<Str*>(call.self().object())->is_markup());
     }},
    {"even", "value", 1, even},
    {"false", "value", 1, is_bool<false>},
    {"filter", "value", 1, is_filter},
    {"float", "value", 1, has_kind<Kind::kFloat>},
    {"ge", "value other", 2, compares<Comparison::kGreaterEqual>},
    {"greaterthan", "value other", 2, compares<Comparison::kGreater>},
    {"gt", "value other", 2, compares<Comparison::kGreater>},
    {"in", "value seq", 2, compares<Comparison::kIn>},
    {"integer", "value", 1,
     [](Call& call) -> Result<Value> { return Value(call.self().is_integer() && !call.self().is(Kind::kBool)); }},
    {"iterable", "value", 1, is_iterable},
    {"le", "value other", 2, compares<Comparison::kLessEqual>},
    {"lessthan", "value other", 2, compares<Comparison::kLess>},
    {"lower", "value", 1, [](Call& call) { return has_case(call, "islower"); }},
    {"lt", "value other", 2, compares<Comparison::kLess>},
    {"mapping", "value", 1,
     [](Call& call) -> Result<Value> {
       return Value(call.self().is_dict() || (call.self().is(Kind::kHost) && call.self().host().is_mapping()));
     }},
    {"ne", "value other", 2, compares<Comparison::kNotEqual>},
    {"none", "value", 1, has_kind<Kind::kNone>},
    {"number", "value", 1,
     [](Call& call) -> Result<Value> { return Value(call.self().is_integer() || call.self().is(Kind::kFloat)); }},
    {"odd", "value", 1, odd},
    {"sameas", "value other", 2, is_same},
    {"sequence", "value", 1, is_sequence},
    {"string", "value", 1, has_kind<Kind::kStr>},
    {"test", "value", 1, is_test},
    {"true", "value", 1, is_bool<true>},
    {"undefined", "value", 1, [](Call& call) -> Result<Value> { return Value(call.self().is_undefined()); }},
    {"upper", "value", 1, [](Call& call) { return has_case(call, "isupper"); }},
};
}  // namespace

std::span<const BuiltinEntry> builtin_tests() {
  return kTests;
}
}  // namespace weir::jinja
