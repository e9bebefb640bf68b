#include <fmt/format.h>

#include <cmath>

#include "jinja/builtin.h"
#include "jinja/number.h"
#include "jinja/operators.h"
#include "jinja/repr.h"
#include "jinja/string_literal.h"

/// Filters that make numbers, and dbt's filters for native values.
namespace weir::jinja {
namespace {
std::unexpected<Error> refuse(const Value& value, std::string_view what) {
  if (value.is_undefined()) {
    return value.undefined().failure();
  }
  return fail(ErrorCode::kInvalid, fmt::format("{}, not '{}'", what, type_name(value)));
}

/// float(value), nothing where that is a TypeError or a ValueError.
Result<std::optional<double>> to_float(const Value& value) {
  if (value.is(Kind::kFloat)) {
    return std::optional(value.real());
  }
  if (value.is_string()) {
    return parse_float(value.string());
  }
  if (value.is_integer()) {
    const auto real = integer_to_double(value);
    if (!real) {
      return fail(ErrorCode::kInvalid, "int too large to convert to float");
    }
    return real;
  }
  if (value.is_undefined()) {
    return value.undefined().failure();
  }
  return std::nullopt;
}

Result<Value> absolute(Call& call) {
  const Value& value = call.self();
  if (value.is_integer()) {
    return integer_is_negative(value) ? integer_negate(value) : Result<Value>(positive(value));
  }
  if (value.is(Kind::kFloat)) {
    return Value(std::abs(value.real()));
  }
  return refuse(value, "abs() takes a number");
}

Result<Value> to_int(Call& call) {
  const Value& value = call.self();
  const Value standard = call.has(1) ? call.values[1] : Value(0);
  WEIR_TRY_ASSIGN(const std::int64_t base, call.integer(2, 10));
  if (value.is_string()) {
    if (base == 0 || (base >= 2 && base <= 36)) {
      if (auto integer = parse_integer(value.string(), static_cast<int>(base))) {
        return std::move(*integer);
      }
    }
  } else if (value.is_integer()) {
    return positive(value);
  }
  WEIR_TRY_ASSIGN(const auto real, to_float(value));
  if (!real || std::isnan(*real)) {
    return standard;
  }
  return double_to_integer(*real);
}

Result<Value> to_real(Call& call) {
  WEIR_TRY_ASSIGN(const auto real, to_float(call.self()));
  return real ? Value(*real) : call.has(1) ? call.values[1] : Value(0.0);
}

Result<Value> round(Call& call) {
  const Value& value = call.self();
  WEIR_TRY_ASSIGN(const std::int64_t wide_digits, call.integer(1, 0));
  const int digits = static_cast<int>(std::clamp<std::int64_t>(wide_digits, -100'000, 100'000));
  std::string_view method = "common";
  if (call.has(2)) {
    WEIR_TRY_ASSIGN(method, call.text(2));
  }
  if (method != "common" && method != "ceil" && method != "floor") {
    return fail(ErrorCode::kInvalid, "method must be common, ceil or floor");
  }
  if (!value.is_integer() && !value.is(Kind::kFloat)) {
    return refuse(value, "round() takes a number");
  }
  if (method == "common") {
    return value.is(Kind::kFloat) ? Value(round_to(value.real(), digits)) : round_integer(value, digits);
  }
  const Value scale = digits >= 0 ? Value() : Value(std::pow(10.0, digits));
  WEIR_TRY_ASSIGN(const Value factor,
                  digits >= 0 ? integer_operate(BinaryOperator::kPow, Value(10), Value(digits)) : Result<Value>(scale));
  WEIR_TRY_ASSIGN(const Value scaled, operate(BinaryOperator::kMul, value, factor));
  Value whole = scaled;
  if (scaled.is(Kind::kFloat)) {
    WEIR_TRY_ASSIGN(whole, double_to_integer(method == "ceil" ? std::ceil(scaled.real()) : std::floor(scaled.real())));
  }
  return operate(BinaryOperator::kDiv, whole, factor);
}

Result<Value> filesizeformat(Call& call) {
  WEIR_TRY_ASSIGN(const auto bytes, to_float(call.self()));
  if (!bytes) {
    return refuse(call.self(), "filesizeformat takes a number");
  }
  WEIR_TRY_ASSIGN(const bool binary, call.flag(1));
  const double base = binary ? 1024 : 1000;
  if (*bytes == 1) {
    return Value("1 Byte");
  }
  if (*bytes < base) {
    WEIR_TRY_ASSIGN(const Value whole, double_to_integer(*bytes));
    return Value(integer_text(whole) + " Bytes");
  }
  static constexpr std::string_view kPrefixes = "kMGTPEZY";
  double unit = base;
  std::string text;
  for (const char prefix : kPrefixes) {
    unit *= base;
    const char letter = binary && prefix == 'k' ? 'K' : prefix;
    text = fmt::format("{:.1f} {}{}B", base * *bytes / unit, letter, binary ? "i" : "");
    if (*bytes < unit) {
      break;
    }
  }
  return Value(text);
}

Result<Value> as_native(Call& call) {
  if (!call.self().is_string()) {
    return call.self();
  }
  const auto literal = read_literal(call.self().string());
  return literal ? *literal : call.self();
}

Result<Value> as_bool(Call& call) {
  WEIR_TRY_ASSIGN(Value value, as_native(call));
  if (value.is(Kind::kBool)) {
    return value;
  }
  WEIR_TRY_ASSIGN(const std::string text, call.self().repr());
  return fail(ErrorCode::kInvalid, fmt::format("could not convert {} into a bool", text));
}

Result<Value> as_number(Call& call) {
  WEIR_TRY_ASSIGN(Value value, as_native(call));
  if (value.is(Kind::kInt) || value.is(Kind::kBigInt) || value.is(Kind::kFloat)) {
    return value;
  }
  WEIR_TRY_ASSIGN(const std::string text, call.self().repr());
  return fail(ErrorCode::kInvalid, fmt::format("could not convert {} into a number", text));
}

Result<Value> as_text(Call& call) {
  if (call.self().is_none()) {
    return Value("");
  }
  WEIR_TRY_ASSIGN(const std::string text, call.self().text());
  return Value(text);
}

constexpr BuiltinEntry kFilters[] = {
    {"abs", "x", 1, absolute},
    {"filesizeformat", "value binary", 1, filesizeformat},
    {"float", "value default", 1, to_real},
    {"int", "value default base", 1, to_int},
    {"round", "value precision method", 1, round},
};

constexpr BuiltinEntry kDbtFilters[] = {
    {"as_bool", "value", 1, as_bool},
    {"as_native", "value", 1, as_native},
    {"as_number", "value", 1, as_number},
    {"as_text", "value", 1, as_text},
};
}  // namespace

std::span<const BuiltinEntry> number_filters() {
  return kFilters;
}
std::span<const BuiltinEntry> dbt_filters() {
  return kDbtFilters;
}
}  // namespace weir::jinja
