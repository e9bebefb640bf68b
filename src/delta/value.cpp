#include "delta/value.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>

#include "core/text.h"

namespace weir::delta {
namespace {
constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

// Takes `count` digits from the front.
bool take_digits(std::string_view& text, std::size_t count, int& number) {
  if (text.size() < count) {
    return false;
  }
  number = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return false;
    }
    number = number * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return true;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

std::optional<std::int64_t> take_date(std::string_view& text) {
  const bool negative = take(text, '-');
  if (!negative) {
    take(text, '+');
  }
  std::size_t year_digits = 0;
  while (year_digits < text.size() && text[year_digits] >= '0' && text[year_digits] <= '9') {
    ++year_digits;
  }
  int year = 0;
  int month = 0;
  int day = 0;
  if (year_digits < 4 || year_digits > 6 || !take_digits(text, year_digits, year) || !take(text, '-') ||
      !take_digits(text, 2, month) || !take(text, '-') || !take_digits(text, 2, day)) {
    return std::nullopt;
  }
  // std::chrono::year holds 16 bits; the calendar repeats every 400 years of 146,097 days.
  const int shifted = (negative ? -year : year);
  const int cycles = (shifted - (((shifted % 400) + 400) % 400)) / 400;
  const std::chrono::year_month_day date{std::chrono::year(shifted - cycles * 400),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date).time_since_epoch().count() + static_cast<std::int64_t>(cycles) * 146'097;
}

// "06:00:00.123456" as microseconds; seconds and fraction may be missing.
std::optional<std::int64_t> take_time(std::string_view& text) {
  int hour = 0;
  int minute = 0;
  int second = 0;
  if (!take_digits(text, 2, hour) || !take(text, ':') || !take_digits(text, 2, minute) || hour > 23 || minute > 59) {
    return std::nullopt;
  }
  std::int64_t micros = 0;
  if (take(text, ':')) {
    if (!take_digits(text, 2, second) || second > 59) {
      return std::nullopt;
    }
    if (take(text, '.')) {
      std::int64_t unit = 100'000;
      std::size_t digits = 0;
      for (; !text.empty() && text.front() >= '0' && text.front() <= '9'; text.remove_prefix(1), ++digits) {
        micros += (text.front() - '0') * unit;
        unit /= 10;
      }
      if (digits == 0 || digits > 9) {
        return std::nullopt;
      }
    }
  }
  return ((hour * 60 + minute) * 60 + second) * kMicrosPerSecond + micros;
}

std::optional<std::int64_t> take_offset_micros(std::string_view& text) {
  if (text.empty() || take(text, 'Z')) {
    return 0;
  }
  const bool west = text.front() == '-';
  if (!west && text.front() != '+') {
    return std::nullopt;
  }
  text.remove_prefix(1);
  int hours = 0;
  int minutes = 0;
  if (!take_digits(text, 2, hours)) {
    return std::nullopt;
  }
  take(text, ':');
  if (!text.empty() && !take_digits(text, 2, minutes)) {
    return std::nullopt;
  }
  const std::int64_t micros = (hours * 60 + minutes) * 60 * kMicrosPerSecond;
  return west ? -micros : micros;
}

std::optional<Value> parse_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return code == std::errc() && end == text.data() + text.size() ? std::optional<Value>(number) : std::nullopt;
}

std::optional<Value> parse_number(std::string_view text) {
  const std::string lower = to_lower(text);
  if (lower == "nan") {
    return std::nan("");
  }
  if (lower == "inf" || lower == "infinity" || lower == "+infinity") {
    return HUGE_VAL;
  }
  if (lower == "-inf" || lower == "-infinity") {
    return -HUGE_VAL;
  }
  double number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return code == std::errc() && end == text.data() + text.size() ? std::optional<Value>(number) : std::nullopt;
}

// Exact, or nothing: "1.5" as decimal(5,2) is 150; "1.555" has no such value.
std::optional<Value> parse_decimal(std::string_view text, int scale) {
  const bool negative = take(text, '-');
  if (!negative) {
    take(text, '+');
  }
  Int128 number = 0;
  int digits = 0;
  int behind_point = -1;
  for (const char c : text) {
    if (c == '.' && behind_point < 0) {
      behind_point = 0;
      continue;
    }
    if (c < '0' || c > '9' || ++digits > 38) {
      return std::nullopt;
    }
    if (behind_point >= scale) {
      if (c != '0') {
        return std::nullopt;
      }
      --digits;
      continue;
    }
    number = number * 10 + (c - '0');
    behind_point += behind_point >= 0 ? 1 : 0;
  }
  if (digits == 0) {
    return std::nullopt;
  }
  for (int i = std::max(behind_point, 0); i < scale; ++i) {
    if (++digits > 38) {
      return std::nullopt;
    }
    number *= 10;
  }
  return negative ? -number : number;
}
}  // namespace

std::optional<std::int64_t> parse_date(std::string_view text) {
  const auto days = take_date(text);
  return text.empty() ? days : std::nullopt;
}

std::optional<std::int64_t> parse_moment(std::string_view text) {
  const auto days = take_date(text);
  if (!days) {
    return std::nullopt;
  }
  std::int64_t micros = 0;
  if (!text.empty()) {
    if (!take(text, ' ') && !take(text, 'T')) {
      return std::nullopt;
    }
    const auto time = take_time(text);
    const auto offset = time ? take_offset_micros(text) : std::nullopt;
    if (!offset || !text.empty()) {
      return std::nullopt;
    }
    micros = *time - *offset;
  }
  std::int64_t out = 0;
  if (__builtin_mul_overflow(*days, kMicrosPerDay, &out) || __builtin_add_overflow(out, micros, &out)) {
    return std::nullopt;
  }
  return out;
}

std::string date_text(std::int64_t days) {
  const std::int64_t cycles = (days - ((days % 146'097) + 146'097) % 146'097) / 146'097;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days - cycles * 146'097))};
  const std::int64_t year = static_cast<int>(date.year()) + cycles * 400;
  return fmt::format("{}{:04}-{:02}-{:02}", year < 0 ? "-" : "", std::abs(year), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string moment_text(std::int64_t microseconds, char separator) {
  const std::int64_t in_day = ((microseconds % kMicrosPerDay) + kMicrosPerDay) % kMicrosPerDay;
  const std::int64_t seconds = in_day / kMicrosPerSecond;
  std::string out = fmt::format("{}{}{:02}:{:02}:{:02}", date_text((microseconds - in_day) / kMicrosPerDay), separator,
                                seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (const std::int64_t fraction = in_day % kMicrosPerSecond; fraction != 0) {
    out += fmt::format(".{:06}", fraction);
  }
  return out;
}

std::optional<Value> parse_value(const DataType& type, std::string_view text) {
  switch (type.kind) {
    case TypeKind::kLong:
    case TypeKind::kInteger:
    case TypeKind::kShort:
    case TypeKind::kByte:
      return parse_integer(text);
    case TypeKind::kFloat:
    case TypeKind::kDouble:
      return parse_number(text);
    case TypeKind::kDecimal:
      return parse_decimal(text, type.scale);
    case TypeKind::kBoolean: {
      const std::string lower = to_lower(text);
      if (lower == "true" || lower == "false") {
        return std::int64_t{lower == "true" ? 1 : 0};
      }
      return std::nullopt;
    }
    case TypeKind::kDate: {
      const auto days = parse_date(text);
      return days ? std::optional<Value>(*days) : std::nullopt;
    }
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampNtz: {
      const auto micros = parse_moment(text);
      return micros ? std::optional<Value>(*micros) : std::nullopt;
    }
    case TypeKind::kString:
      return std::string(text);
    default:
      return std::nullopt;
  }
}

std::weak_ordering compare_values(const Value& a, const Value& b) {
  WEIR_ASSERT(a.index() == b.index(), "values of one type");
  if (const auto* number = std::get_if<double>(&a)) {
    const double other = std::get<double>(b);
    if (std::isnan(*number) || std::isnan(other)) {
      return std::isnan(*number) <=> std::isnan(other);
    }
    return *number < other   ? std::weak_ordering::less
           : *number > other ? std::weak_ordering::greater
                             : std::weak_ordering::equivalent;
  }
  if (const auto* text = std::get_if<std::string>(&a)) {
    return *text <=> std::get<std::string>(b);
  }
  if (const auto* decimal = std::get_if<Int128>(&a)) {
    return *decimal <=> std::get<Int128>(b);
  }
  return std::get<std::int64_t>(a) <=> std::get<std::int64_t>(b);
}
}  // namespace weir::delta
