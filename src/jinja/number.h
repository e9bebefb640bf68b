#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "jinja/host_object.h"
#include "jinja/value.h"

/// Python's numbers: ints without bound, floats, and how both are written and read.
namespace weir::jinja {
/// The shortest text that reads back as `real`, as Python writes it: "1.0", "1e-05", "inf".
std::string float_repr(double real);
/// Reads what float(text) reads: blanks around, underscores between digits, "inf", "nan".
std::optional<double> parse_float(std::string_view text);
/// Reads what int(text, base) reads; base 0 goes by the prefix, base 2 to 36. The result may be a big int.
std::optional<Value> parse_integer(std::string_view text, int base = 10);
std::string integer_text(const Value& integer);
/// Digits of an int (kInt, kBool, kBigInt) in base 2, 8, 10 or 16, with a sign when negative and no prefix.
std::string integer_text_in(const Value& integer, int base);

/// Nothing when it does not fit into a double (Python raises OverflowError).
std::optional<double> integer_to_double(const Value& integer);
/// int(real): towards zero. Errors: not finite.
Result<Value> double_to_integer(double real);
/// Negative, zero or positive; ints of any size, bools and floats; nothing when one is NaN.
std::optional<int> compare_numbers(const Value& left, const Value& right);
/// Both are ints (kInt, kBool, kBigInt).
Result<Value> integer_operate(BinaryOperator op, const Value& left, const Value& right);
Result<Value> float_operate(BinaryOperator op, double left, double right);
Value integer_negate(const Value& integer);
bool integer_is_negative(const Value& integer);
/// round(real, digits) with halves to even, as Python does on the exact value.
double round_to(double real, int digits);
/// round(integer, digits) for digits below zero.
Result<Value> round_integer(const Value& integer, int digits);
}  // namespace weir::jinja
