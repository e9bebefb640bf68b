#include "jinja/number.h"

#include <fmt/format.h>

#include <boost/multiprecision/cpp_int.hpp>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace weir::jinja {
namespace {
using boost::multiprecision::cpp_int;

// No int of a template needs more: 2 ** 200000 has 60,000 digits.
constexpr std::size_t kBitsCountMax = 200'000;

/// An int that does not fit into 64 bits.
class BigInt final : public Object {
 public:
  explicit BigInt(cpp_int number) : value(std::move(number)) {}
  cpp_int value;
};

cpp_int big(const Value& value) {
  return value.is(Kind::kBigInt) ? static_cast<BigInt*>(value.object())->value : cpp_int(value.integer());
}

Value make_integer(const cpp_int& number) {
  if (number >= std::numeric_limits<std::int64_t>::min() && number <= std::numeric_limits<std::int64_t>::max()) {
    return Value(static_cast<std::int64_t>(number));
  }
  return Value::adopt(Kind::kBigInt, new BigInt(number));
}

std::size_t bits_count(const cpp_int& number) {
  return number == 0 ? 0 : msb(abs(number)) + 1;
}

std::unexpected<Error> too_large() {
  return fail(ErrorCode::kInvalid, "the number is too large");
}

Result<Value> power(const Value& left, const Value& right) {
  if (integer_is_negative(right)) {
    const auto base = integer_to_double(left);
    const auto exponent = integer_to_double(right);
    if (!base || !exponent) {
      return too_large();
    }
    return float_operate(BinaryOperator::kPow, *base, *exponent);
  }
  const cpp_int base = big(left);
  if (base == 0 || base == 1 || base == -1) {
    const bool is_even = (big(right) & 1) == 0;
    return make_integer(big(right) == 0 ? cpp_int(1) : (base == -1 && is_even ? cpp_int(1) : base));
  }
  if (right.is(Kind::kBigInt) || static_cast<double>(bits_count(base)) * static_cast<double>(right.integer()) >
                                     static_cast<double>(kBitsCountMax)) {
    return too_large();
  }
  return make_integer(pow(base, static_cast<unsigned>(right.integer())));
}

Result<Value> big_operate(BinaryOperator op, const Value& left, const Value& right) {
  const cpp_int a = big(left);
  const cpp_int b = big(right);
  switch (op) {
    case BinaryOperator::kAdd:
      return make_integer(a + b);
    case BinaryOperator::kSub:
      return make_integer(a - b);
    case BinaryOperator::kMul:
      if (bits_count(a) + bits_count(b) > kBitsCountMax) {
        return too_large();
      }
      return make_integer(a * b);
    case BinaryOperator::kFloorDiv:
    case BinaryOperator::kMod: {
      cpp_int quotient;
      cpp_int remainder;
      divide_qr(a, b, quotient, remainder);
      if (remainder != 0 && (remainder < 0) != (b < 0)) {
        remainder += b;
        quotient -= 1;
      }
      return make_integer(op == BinaryOperator::kMod ? remainder : quotient);
    }
    default:
      return fail(ErrorCode::kInternal, "not an operator of big ints");
  }
}

std::string without_underscores(std::string_view digits) {
  std::string out;
  out.reserve(digits.size());
  for (const char c : digits) {
    if (c != '_') {
      out += c;
    }
  }
  return out;
}

std::string_view strip(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\n\r\v\f\x1c\x1d\x1e\x1f";
  const std::size_t begin = text.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) {
    return {};
  }
  return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Underscores stand between digits only.
bool underscores_are_fine(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_' && (i == 0 || i + 1 == text.size() || !is_digit(text[i - 1]) || !is_digit(text[i + 1]))) {
      return false;
    }
  }
  return true;
}

int digit_value(char c) {
  if (is_digit(c)) {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'z' ? lower - 'a' + 10 : 99;
}
}  // namespace

std::string float_repr(double real) {
  if (std::isnan(real)) {
    return "nan";
  }
  if (std::isinf(real)) {
    return real < 0 ? "-inf" : "inf";
  }
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, real, std::chars_format::scientific).ptr;
  std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  std::string out;
  if (text.front() == '-') {
    out += '-';
    text.remove_prefix(1);
  }
  const std::size_t e = text.find('e');
  const int exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
  std::string digits(text.substr(0, 1));
  if (e > 2) {
    digits += text.substr(2, e - 2);
  }
  if (exponent < -4 || exponent >= 16) {
    out += digits[0];
    if (digits.size() > 1) {
      out += '.';
      out.append(digits, 1);
    }
    return out + fmt::format("e{}{:02}", exponent < 0 ? '-' : '+', std::abs(exponent));
  }
  if (exponent < 0) {
    return out + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  }
  const auto whole = static_cast<std::size_t>(exponent) + 1;
  if (digits.size() <= whole) {
    return out + digits + std::string(whole - digits.size(), '0') + ".0";
  }
  return out + digits.substr(0, whole) + "." + digits.substr(whole);
}

std::optional<double> parse_float(std::string_view text) {
  text = strip(text);
  if (text.empty() || !underscores_are_fine(text)) {
    return std::nullopt;
  }
  std::string digits = without_underscores(text);
  std::size_t at = digits[0] == '+' || digits[0] == '-' ? 1 : 0;
  if (at == digits.size()) {
    return std::nullopt;
  }
  // std::from_chars takes "inf" and "nan" too, but also "nan(...)", which Python does not.
  if (digits.find('(') != std::string::npos || (at == 1 && (digits[1] == '+' || digits[1] == '-'))) {
    return std::nullopt;
  }
  double real = 0;
  const char* begin = digits.data() + (digits[0] == '+' ? 1 : 0);
  const char* end = digits.data() + digits.size();
  const auto result = std::from_chars(begin, end, real);
  if (result.ptr != end) {
    return std::nullopt;
  }
  if (result.ec == std::errc::result_out_of_range) {
    return std::strtod(digits.c_str(), nullptr);
  }
  return result.ec == std::errc() ? std::optional(real) : std::nullopt;
}

std::optional<Value> parse_integer(std::string_view text, int base) {
  text = strip(text);
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  int prefix_base = 0;
  if (text.size() > 1 && text[0] == '0') {
    const char letter = static_cast<char>(text[1] | 0x20);
    prefix_base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
  }
  if (prefix_base != 0 && (base == 0 || base == prefix_base)) {
    text.remove_prefix(2);
    base = prefix_base;
    if (!text.empty() && text[0] == '_') {
      text.remove_prefix(1);
    }
  } else if (base == 0) {
    // Without a prefix a leading zero is refused, but for zero itself.
    if (text.size() > 1 && text[0] == '0' && text.find_first_not_of("0_") != std::string_view::npos) {
      return std::nullopt;
    }
    base = 10;
  }
  if (text.empty() || base < 2 || base > 36 || text.size() > kBitsCountMax / 4) {
    return std::nullopt;
  }
  std::uint64_t small = 0;
  cpp_int large;
  bool is_large = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      if (i == 0 || i + 1 == text.size() || text[i + 1] == '_') {
        return std::nullopt;
      }
      continue;
    }
    const int digit = digit_value(text[i]);
    if (digit >= base) {
      return std::nullopt;
    }
    if (!is_large && small > (std::numeric_limits<std::int64_t>::max() - 36) / 36) {
      is_large = true;
      large = small;
    }
    if (is_large) {
      large = large * base + digit;
    } else {
      small = small * static_cast<std::uint64_t>(base) + static_cast<std::uint64_t>(digit);
    }
  }
  if (is_large) {
    return make_integer(negative ? cpp_int(-large) : large);
  }
  return Value(negative ? -static_cast<std::int64_t>(small) : static_cast<std::int64_t>(small));
}

std::string integer_text(const Value& integer) {
  return integer.is(Kind::kBigInt) ? big(integer).str() : std::to_string(integer.integer());
}

std::string integer_text_in(const Value& integer, int base) {
  if (base == 10) {
    return integer_text(integer);
  }
  const cpp_int number = big(integer);
  cpp_int rest = abs(number);
  const unsigned bits = base == 16 ? 4 : base == 8 ? 3 : 1;
  std::string digits;
  do {
    digits.insert(digits.begin(), "0123456789abcdef"[static_cast<unsigned>(rest & ((1U << bits) - 1))]);
    rest >>= bits;
  } while (rest != 0);
  return (number < 0 ? "-" : "") + digits;
}

std::optional<double> integer_to_double(const Value& integer) {
  if (!integer.is(Kind::kBigInt)) {
    return static_cast<double>(integer.integer());
  }
  const double real = std::strtod(big(integer).str().c_str(), nullptr);
  return std::isinf(real) ? std::nullopt : std::optional(real);
}

Result<Value> double_to_integer(double real) {
  if (!std::isfinite(real)) {
    return fail(ErrorCode::kInvalid,
                std::isnan(real) ? "cannot convert float NaN to integer" : "cannot convert float infinity to integer");
  }
  if (std::abs(real) < 9.2e18) {
    return Value(static_cast<std::int64_t>(real));
  }
  return make_integer(cpp_int(real));
}

std::optional<int> compare_numbers(const Value& left, const Value& right) {
  const bool left_is_float = left.is(Kind::kFloat);
  const bool right_is_float = right.is(Kind::kFloat);
  if (!left_is_float && !right_is_float) {
    if (!left.is(Kind::kBigInt) && !right.is(Kind::kBigInt)) {
      return left.integer() < right.integer() ? -1 : left.integer() > right.integer() ? 1 : 0;
    }
    const int order = big(left).compare(big(right));
    return order < 0 ? -1 : order > 0 ? 1 : 0;
  }
  if (left_is_float && right_is_float) {
    if (std::isnan(left.real()) || std::isnan(right.real())) {
      return std::nullopt;
    }
    return left.real() < right.real() ? -1 : left.real() > right.real() ? 1 : 0;
  }
  if (right_is_float) {
    const auto order = compare_numbers(right, left);
    return order ? std::optional(-*order) : std::nullopt;
  }
  const double real = left.real();
  if (std::isnan(real)) {
    return std::nullopt;
  }
  if (std::isinf(real)) {
    return real < 0 ? -1 : 1;
  }
  const double whole = std::floor(real);
  const int order = cpp_int(whole).compare(big(right));
  if (order != 0) {
    return order < 0 ? -1 : 1;
  }
  return real > whole ? 1 : 0;
}

Result<Value> integer_operate(BinaryOperator op, const Value& left, const Value& right) {
  if (op == BinaryOperator::kPow) {
    return power(left, right);
  }
  const bool is_division = op == BinaryOperator::kDiv || op == BinaryOperator::kFloorDiv || op == BinaryOperator::kMod;
  if (is_division && !right.is(Kind::kBigInt) && right.integer() == 0) {
    return fail(ErrorCode::kInvalid,
                op == BinaryOperator::kDiv ? "division by zero" : "integer division or modulo by zero");
  }
  if (op == BinaryOperator::kDiv) {
    const auto a = integer_to_double(left);
    const auto b = integer_to_double(right);
    if (!a || !b) {
      return too_large();
    }
    return Value(*a / *b);
  }
  if (left.is(Kind::kBigInt) || right.is(Kind::kBigInt)) {
    return big_operate(op, left, right);
  }
  const std::int64_t a = left.integer();
  const std::int64_t b = right.integer();
  std::int64_t out = 0;
  switch (op) {
    case BinaryOperator::kAdd:
      if (!__builtin_add_overflow(a, b, &out)) {
        return Value(out);
      }
      break;
    case BinaryOperator::kSub:
      if (!__builtin_sub_overflow(a, b, &out)) {
        return Value(out);
      }
      break;
    case BinaryOperator::kMul:
      if (!__builtin_mul_overflow(a, b, &out)) {
        return Value(out);
      }
      break;
    case BinaryOperator::kFloorDiv:
      if (a != std::numeric_limits<std::int64_t>::min() || b != -1) {
        return Value(a / b - ((a % b != 0 && (a % b < 0) != (b < 0)) ? 1 : 0));
      }
      break;
    default:
      if (b == -1) {
        return Value(0);
      }
      out = a % b;
      return Value(out != 0 && (out < 0) != (b < 0) ? out + b : out);
  }
  return big_operate(op, left, right);
}

Result<Value> float_operate(BinaryOperator op, double left, double right) {
  switch (op) {
    case BinaryOperator::kAdd:
      return Value(left + right);
    case BinaryOperator::kSub:
      return Value(left - right);
    case BinaryOperator::kMul:
      return Value(left * right);
    case BinaryOperator::kPow: {
      if (left == 0 && right < 0) {
        return fail(ErrorCode::kInvalid, "0.0 cannot be raised to a negative power");
      }
      if (left < 0 && std::isfinite(left) && std::isfinite(right) && right != std::floor(right)) {
        return fail(ErrorCode::kUnsupported, "complex numbers are not supported");
      }
      const double out = std::pow(left, right);
      if (std::isinf(out) && std::isfinite(left) && std::isfinite(right)) {
        return fail(ErrorCode::kInvalid, "the result of ** is too large for a float");
      }
      return Value(out);
    }
    default:
      break;
  }
  if (right == 0) {
    return fail(ErrorCode::kInvalid, op == BinaryOperator::kDiv        ? "float division by zero"
                                     : op == BinaryOperator::kFloorDiv ? "float floor division by zero"
                                                                       : "float modulo");
  }
  if (op == BinaryOperator::kDiv) {
    return Value(left / right);
  }
  double remainder = std::fmod(left, right);
  double quotient = (left - remainder) / right;
  if (remainder != 0) {
    if ((right < 0) != (remainder < 0)) {
      remainder += right;
      quotient -= 1.0;
    }
  } else {
    remainder = std::copysign(0.0, right);
  }
  if (op == BinaryOperator::kMod) {
    return Value(remainder);
  }
  if (quotient == 0) {
    return Value(std::copysign(0.0, left / right));
  }
  const double floor = std::floor(quotient);
  return Value(quotient - floor > 0.5 ? floor + 1.0 : floor);
}

Value integer_negate(const Value& integer) {
  if (integer.is(Kind::kBigInt) || integer.integer() == std::numeric_limits<std::int64_t>::min()) {
    return make_integer(-big(integer));
  }
  return Value(-integer.integer());
}

bool integer_is_negative(const Value& integer) {
  return integer.is(Kind::kBigInt) ? big(integer) < 0 : integer.integer() < 0;
}

double round_to(double real, int digits) {
  if (!std::isfinite(real) || digits > 320) {
    return real;
  }
  if (digits >= 0) {
    // Printing rounds the exact value, halves to even, which is what Python does as well.
    return std::strtod(fmt::format("{:.{}f}", real, digits).c_str(), nullptr);
  }
  if (digits < -308) {
    return std::copysign(0.0, real);
  }
  const double scale = std::pow(10.0, -digits);
  return std::nearbyint(real / scale) * scale;
}

Result<Value> round_integer(const Value& integer, int digits) {
  if (digits >= 0) {
    return integer.is(Kind::kBool) ? Value(integer.integer()) : integer;
  }
  if (digits < -20'000) {
    return Value(0);
  }
  const cpp_int number = big(integer);
  const cpp_int scale = pow(cpp_int(10), static_cast<unsigned>(-digits));
  cpp_int quotient;
  cpp_int remainder;
  divide_qr(cpp_int(abs(number)), scale, quotient, remainder);
  const cpp_int twice = remainder * 2;
  if (twice > scale || (twice == scale && (quotient & 1) == 1)) {
    quotient += 1;
  }
  quotient *= scale;
  return make_integer(number < 0 ? cpp_int(-quotient) : quotient);
}
}  // namespace weir::jinja
