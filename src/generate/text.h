#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace weir::generate {
// Each `put_` writes at `out` and returns the place after it; the caller has made room (FileWriter::reserve).

inline constexpr std::array<char, 200> kDigitPairs = [] {
  std::array<char, 200> out{};
  for (std::size_t i = 0; i < 100; ++i) {
    out[2 * i] = static_cast<char>('0' + i / 10);
    out[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return out;
}();

inline char* put(char* out, char character) {
  *out = character;
  return out + 1;
}
inline char* put(char* out, std::string_view text) {
  std::memcpy(out, text.data(), text.size());
  return out + text.size();
}

/// Two digits, 00 … 99.
inline char* put_two_digits(char* out, std::uint64_t value) {
  std::memcpy(out, kDigitPairs.data() + 2 * value, 2);
  return out + 2;
}

/// The digits of `value` without leading zeros.
inline char* put_number(char* out, std::uint64_t value) {
  std::array<char, 20> digits;
  char* at = digits.data() + digits.size();
  while (value >= 100) {
    at -= 2;
    std::memcpy(at, kDigitPairs.data() + 2 * (value % 100), 2);
    value /= 100;
  }
  if (value >= 10) {
    at -= 2;
    std::memcpy(at, kDigitPairs.data() + 2 * value, 2);
  } else {
    *--at = static_cast<char>('0' + value);
  }
  const auto size = static_cast<std::size_t>(digits.data() + digits.size() - at);
  std::memcpy(out, at, size);
  return out + size;
}

/// `value` with zeros in front up to `width` digits; higher digits are dropped.
inline char* put_padded(char* out, std::uint64_t value, int width) {
  for (int i = width - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return out + width;
}

/// Cents as "-12.30".
inline char* put_money(char* out, std::int64_t cents) {
  if (cents < 0) {
    *out++ = '-';
    cents = -cents;
  }
  const auto value = static_cast<std::uint64_t>(cents);
  out = put_number(out, value / 100);
  *out++ = '.';
  return put_two_digits(out, value % 100);
}

/// A CSV field: in quotes, with quotes doubled, when it holds a comma, quote, line break or outer space.
char* put_csv(char* out, std::string_view text);

/// The date of a day since 1970-01-01 as "2024-02-29".
char* put_date(char* out, std::chrono::sys_days day);

/// A moment (seconds since 1970, 2018 to 2029) as "2024-02-29 13:05:59", or with another separator and an ending.
/// Days come from a table, which is why the years are bounded.
char* put_moment(char* out, std::int64_t seconds, char separator = ' ');

/// The time of day as "13:05:59"; `second` is 0 … 86,399.
inline char* put_time(char* out, std::uint32_t second) {
  out = put_two_digits(out, second / 3600);
  *out++ = ':';
  out = put_two_digits(out, second / 60 % 60);
  *out++ = ':';
  return put_two_digits(out, second % 60);
}
}  // namespace weir::generate
