#include "report/digits.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>

#include "core/result.h"

namespace weir::report {
namespace {
/// A number in its parts: sign, digits before and after the point.
struct Parts {
  bool negative = false;
  std::string whole;
  std::string fraction;
};

Parts take_apart(std::string_view digits) {
  Parts parts;
  if (digits.starts_with('-')) {
    parts.negative = true;
    digits.remove_prefix(1);
  }
  const std::size_t point = digits.find('.');
  parts.whole = digits.substr(0, point);
  if (point != std::string_view::npos) {
    parts.fraction = digits.substr(point + 1);
  }
  return parts;
}

std::string put_together(const Parts& parts) {
  std::string text = parts.negative ? "-" : "";
  text += parts.whole;
  if (!parts.fraction.empty()) {
    text += '.';
    text += parts.fraction;
  }
  return text;
}

std::string without_trailing_zeros(std::string_view fraction) {
  const std::size_t last = fraction.find_last_not_of('0');
  return std::string(last == std::string_view::npos ? std::string_view() : fraction.substr(0, last + 1));
}

/// Adds one to the last digit.
void increment(std::string& digits) {
  for (std::size_t at = digits.size(); at-- > 0;) {
    if (digits[at] != '9') {
      ++digits[at];
      return;
    }
    digits[at] = '0';
  }
  digits.insert(digits.begin(), '1');
}
}  // namespace

std::string expand_digits(double value) {
  WEIR_ASSERT(std::isfinite(value), "callers sort out infinities and NaN");
  std::array<char, 400>
      buffer;  // the longest double in fixed form has 309 digits before or 1 + 324 + 17 after the point
  const auto [end, error] =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed);
  WEIR_ASSERT(error == std::errc(), "the buffer holds every double");
  return {buffer.data(), end};
}

std::string shift_digits(std::string_view digits, int places) {
  Parts parts = take_apart(digits);
  std::string all = parts.whole + parts.fraction;
  std::ptrdiff_t point = static_cast<std::ptrdiff_t>(parts.whole.size()) + places;
  if (point <= 0) {
    all.insert(0, static_cast<std::size_t>(1 - point), '0');
    point = 1;
  }
  const auto split = static_cast<std::size_t>(point);
  if (all.size() < split) {
    all.append(split - all.size(), '0');
  }
  const std::size_t first = all.find_first_not_of('0');
  const std::size_t begin = std::min(first, split - 1);
  parts.whole = all.substr(begin, split - begin);
  parts.fraction = without_trailing_zeros(std::string_view(all).substr(split));
  return put_together(parts);
}

std::string round_digits(std::string_view digits, int decimals) {
  WEIR_ASSERT(decimals >= 0, "decimals are counted");
  Parts parts = take_apart(digits);
  const auto kept_count = static_cast<std::size_t>(decimals);
  const bool up = parts.fraction.size() > kept_count && parts.fraction[kept_count] >= '5';
  parts.fraction.resize(kept_count, '0');
  std::string kept = parts.whole + parts.fraction;
  if (up) {
    increment(kept);
  }
  parts.whole = kept.substr(0, kept.size() - kept_count);
  parts.fraction = kept.substr(kept.size() - kept_count);
  return put_together(parts);
}

std::string group_digits(std::string_view digits) {
  Parts parts = take_apart(digits);
  for (std::size_t at = parts.whole.size(); at > 3;) {
    at -= 3;
    parts.whole.insert(at, 1, ',');
  }
  return put_together(parts);
}

std::string shorten_digits(std::string_view digits) {
  static constexpr std::array<std::string_view, 5> kSuffixes = {"", "K", "M", "B", "T"};
  for (std::size_t step = 0;; ++step) {
    const std::string scaled = shift_digits(digits, -3 * static_cast<int>(step));
    const double size = std::abs(std::strtod(scaled.c_str(), nullptr));
    Parts parts = take_apart(round_digits(scaled, size < 1 && step == 0 ? 2 : size < 99.95 ? 1 : 0));
    if (parts.whole.size() <= 3 || step + 1 == kSuffixes.size()) {
      parts.fraction = without_trailing_zeros(parts.fraction);
      return group_digits(put_together(parts)) + std::string(kSuffixes[step]);
    }
  }
}

int decimals_of(std::string_view digits) {
  return static_cast<int>(without_trailing_zeros(take_apart(digits).fraction).size());
}
}  // namespace weir::report
