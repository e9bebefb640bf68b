#include "jinja/format_number.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "jinja/number.h"
#include "jinja/operators.h"
#include "jinja/unicode.h"

namespace weir::jinja {
namespace {
constexpr int kPrecisionMax = 100'000;

std::string with_separators(std::string_view digits, char separator, std::size_t group) {
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % group == 0) {
      out += separator;
    }
    out += digits[i];
  }
  return out;
}

/// Joins sign, prefix, digits before and after the point; fills with zeros within when asked to.
Result<std::string> assemble(const FormatSpec& spec, bool negative, std::string_view prefix, std::string digits,
                             std::string_view rest, std::size_t group) {
  std::string head(negative ? "-" : spec.sign == '+' ? "+" : spec.sign == ' ' ? " " : "");
  head += prefix;
  WEIR_TRY(check_string_size(spec.width * spec.fill.size()));
  if (spec.align == '=' && spec.fill == "0") {
    const auto length = [&] {
      const std::size_t separators = spec.grouping != 0 && !digits.empty() ? (digits.size() - 1) / group : 0;
      return head.size() + digits.size() + separators + rest.size();
    };
    if (length() < spec.width) {
      digits.insert(0, spec.width - length(), '0');
      // Zeros bring separators with them: take back what is too much, but never begin with a separator.
      while (length() > spec.width && digits.front() == '0' && spec.grouping != 0) {
        digits.erase(0, 1);
        if (length() < spec.width) {
          digits.insert(0, 1, '0');
          break;
        }
      }
    }
  }
  std::string body = spec.grouping != 0 ? with_separators(digits, spec.grouping, group) : std::move(digits);
  body += rest;
  if (spec.align == '=') {
    const std::size_t length = head.size() + body.size();
    std::string out = head;
    for (std::size_t i = length; i < spec.width; ++i) {
      out += spec.fill;
    }
    return out + body;
  }
  return pad_text(spec, head + body, '>');
}

std::string float_digits(const FormatSpec& spec, double size) {
  const int precision = spec.precision.value_or(6);
  switch (spec.type) {
    case 'e':
      return spec.alternate ? fmt::format("{:#.{}e}", size, precision) : fmt::format("{:.{}e}", size, precision);
    case 'E':
      return spec.alternate ? fmt::format("{:#.{}E}", size, precision) : fmt::format("{:.{}E}", size, precision);
    case 'f':
    case 'F':
      return spec.alternate ? fmt::format("{:#.{}f}", size, precision) : fmt::format("{:.{}f}", size, precision);
    case '%':
      return fmt::format("{:.{}f}", size * 100, precision) + "%";
    case 'G':
      return spec.alternate ? fmt::format("{:#.{}G}", size, std::max(precision, 1))
                            : fmt::format("{:.{}G}", size, std::max(precision, 1));
    case 'g':
    case 'n':
      return spec.alternate ? fmt::format("{:#.{}g}", size, std::max(precision, 1))
                            : fmt::format("{:.{}g}", size, std::max(precision, 1));
    default:
      break;
  }
  if (!spec.precision) {
    return float_repr(size);
  }
  // Without a type a number with a precision keeps one digit after the point, and turns to an exponent a digit sooner.
  const int digits = std::max(*spec.precision, 1);
  const std::string scientific = fmt::format("{:.{}e}", size, digits - 1);
  const int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
  std::string text = fmt::format("{:.{}g}", size, digits);
  if (size != 0 && exponent >= digits - 1 && text.find('e') == std::string::npos && exponent + 1 >= digits &&
      exponent > 0) {
    std::string mantissa = scientific.substr(0, scientific.find('e'));
    if (mantissa.find('.') != std::string::npos) {
      mantissa.erase(mantissa.find_last_not_of('0') + 1);
      if (mantissa.back() == '.') {
        mantissa.pop_back();
      }
    }
    return mantissa + scientific.substr(scientific.find('e'));
  }
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}
}  // namespace

Result<std::string> pad_text(const FormatSpec& spec, std::string_view text, char align) {
  const std::size_t length = unicode::length(text);
  if (length >= spec.width) {
    return std::string(text);
  }
  WEIR_TRY(check_string_size(spec.width * spec.fill.size()));
  const std::size_t missing = spec.width - length;
  const char side = spec.align != 0 ? spec.align : align;
  const std::size_t left = side == '<' ? 0 : side == '^' ? missing / 2 : missing;
  std::string out;
  out.reserve(missing * spec.fill.size() + text.size());
  for (std::size_t i = 0; i < left; ++i) {
    out += spec.fill;
  }
  out += text;
  for (std::size_t i = left; i < missing; ++i) {
    out += spec.fill;
  }
  return out;
}

Result<std::string> format_float(const FormatSpec& spec, double real) {
  if (spec.precision.value_or(0) > kPrecisionMax) {
    return fail(ErrorCode::kInvalid, "the precision is too large");
  }
  const bool negative = std::signbit(real) && !std::isnan(real);
  std::string digits;
  if (!std::isfinite(real)) {
    digits = std::isnan(real) ? "nan" : "inf";
    if (spec.type == 'F' || spec.type == 'E' || spec.type == 'G') {
      digits = unicode::to_upper(digits);
    }
    if (spec.type == '%') {
      digits += '%';
    }
    return assemble(spec, negative, {}, digits, {}, 1'000);
  }
  digits = float_digits(spec, std::abs(real));
  const std::size_t whole = std::min(digits.find_first_not_of("0123456789"), digits.size());
  const std::string rest = digits.substr(whole);
  digits.resize(whole);
  return assemble(spec, negative, {}, digits, rest, 3);
}

Result<std::string> format_integer(const FormatSpec& spec, const Value& integer) {
  int base = 10;
  std::string prefix;
  switch (spec.type) {
    case 'b':
      base = 2;
      prefix = "0b";
      break;
    case 'o':
      base = 8;
      prefix = "0o";
      break;
    case 'x':
    case 'X':
      base = 16;
      prefix = spec.type == 'x' ? "0x" : "0X";
      break;
    default:
      break;
  }
  std::string digits = integer_text_in(integer, base);
  const bool negative = digits.front() == '-';
  if (negative) {
    digits.erase(0, 1);
  }
  if (spec.type == 'X') {
    digits = unicode::to_upper(digits);
  }
  return assemble(spec, negative, spec.alternate ? prefix : "", digits, {}, base == 10 ? 3 : 4);
}
}  // namespace weir::jinja
