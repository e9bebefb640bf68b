#include "ingest/time_format.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

#include "core/text.h"

namespace weir::ingest {
namespace {
constexpr std::int64_t kMicrosecondsPerSecond = 1'000'000;
constexpr std::int64_t kMicrosecondsPerDay = 86'400 * kMicrosecondsPerSecond;
constexpr std::array<std::string_view, 12> kMonths = {"january", "february", "march",     "april",   "may",      "june",
                                                      "july",    "august",   "september", "october", "november", "december"};
constexpr std::array<std::string_view, 7> kDays = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

bool is_digit(char character) { return character >= '0' && character <= '9'; }

/// Takes pieces off the front of a text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : rest_(text) {}
  bool empty() const { return rest_.empty(); }
  char front() const { return rest_.empty() ? '\0' : rest_.front(); }
  std::string_view rest() const { return rest_; }
  void skip(std::size_t count) { rest_.remove_prefix(std::min(count, rest_.size())); }
  bool take(char character) {
    if (front() != character) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  /// A number of `digits_min` to `digits_max` digits; -1 when there is none.
  int digits(std::size_t digits_min, std::size_t digits_max) {
    int value = 0;
    std::size_t count = 0;
    while (count < digits_max && count < rest_.size() && is_digit(rest_[count])) {
      value = value * 10 + (rest_[count] - '0');
      ++count;
    }
    if (count < digits_min) {
      return -1;
    }
    rest_.remove_prefix(count);
    return value;
  }
  void skip_spaces() {
    while (front() == ' ') {
      rest_.remove_prefix(1);
    }
  }

 private:
  std::string_view rest_;
};

/// The fields of a time while it is read; -1 where the text does not say.
struct Fields {
  int year = -1;
  int month = -1;
  int day = -1;
  int day_of_year = -1;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int microsecond = 0;
  int hour_of_12 = -1;
  bool afternoon = false;
  bool has_half = false;
  bool has_time = false;
  std::optional<int> zone_seconds;
};

// The digits behind a second's point; false when they say more than microseconds can.
bool take_fraction(Cursor& cursor, int& microsecond) {
  int value = 0;
  int count = 0;
  bool exact = true;
  while (is_digit(cursor.front())) {
    if (count < 6) {
      value = value * 10 + (cursor.front() - '0');
    } else {
      exact = exact && cursor.front() == '0';
    }
    ++count;
    cursor.skip(1);
  }
  for (; count < 6; ++count) {
    value *= 10;
  }
  microsecond = value;
  return exact;
}

// "Z", "UTC", "GMT", "+09", "+0900", "+09:00", "-03:30".
bool take_zone(Cursor& cursor, std::optional<int>& seconds) {
  if (cursor.take('Z') || cursor.take('z')) {
    seconds = 0;
    return true;
  }
  if (cursor.rest().starts_with("UTC") || cursor.rest().starts_with("GMT")) {
    cursor.skip(3);
    seconds = 0;
    return true;
  }
  const bool negative = cursor.front() == '-';
  if (!negative && cursor.front() != '+') {
    return false;
  }
  cursor.skip(1);
  const int hours = cursor.digits(2, 2);
  int minutes = 0;
  const bool colon = cursor.take(':');
  if (colon || is_digit(cursor.front())) {
    minutes = cursor.digits(2, 2);
  }
  if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59) {
    return false;
  }
  const int total = hours * 3600 + minutes * 60;
  seconds = negative ? -total : total;
  return true;
}

TimeError finish(const Fields& fields, ParsedTime& out) {
  std::optional<std::int32_t> days;
  if (fields.day_of_year >= 0 && fields.month < 0 && fields.day < 0) {
    const auto first = days_from_date(fields.year, 1, 1);
    const bool leap = std::chrono::year(fields.year).is_leap();
    if (first && fields.day_of_year >= 1 && fields.day_of_year <= (leap ? 366 : 365)) {
      days = *first + fields.day_of_year - 1;
    }
  } else if (fields.month >= 1 && fields.day >= 1) {
    days = days_from_date(fields.year, static_cast<unsigned>(fields.month), static_cast<unsigned>(fields.day));
  }
  int hour = fields.hour;
  if (fields.hour_of_12 >= 0) {
    if (fields.hour_of_12 < 1 || fields.hour_of_12 > 12) {
      return TimeError::kCalendar;
    }
    hour = fields.hour_of_12 % 12 + (fields.afternoon ? 12 : 0);
  }
  if (!days || hour > 23 || fields.minute > 59 || fields.second > 59) {
    return TimeError::kCalendar;
  }
  const std::int64_t seconds = std::int64_t{hour} * 3600 + fields.minute * 60 + fields.second - fields.zone_seconds.value_or(0);
  out.microseconds = *days * kMicrosecondsPerDay + seconds * kMicrosecondsPerSecond + fields.microsecond;
  out.has_zone = fields.zone_seconds.has_value();
  out.has_time = fields.has_time;
  return TimeError::kNone;
}

// A name, whole or its first three letters; gives its position, or -1.
template <std::size_t N>
int take_name(Cursor& cursor, const std::array<std::string_view, N>& names) {
  const std::string word = to_lower(cursor.rest().substr(0, 9));
  for (std::size_t i = 0; i < N; ++i) {
    if (word.starts_with(names[i])) {
      cursor.skip(names[i].size());
      return static_cast<int>(i);
    }
  }
  for (std::size_t i = 0; i < N; ++i) {
    if (word.starts_with(names[i].substr(0, 3))) {
      cursor.skip(3);
      return static_cast<int>(i);
    }
  }
  return -1;
}

TimeError take_directive(char letter, Cursor& cursor, Fields& fields) {
  int value = 0;
  switch (letter) {
    case 'Y':
      value = fields.year = cursor.digits(4, 4);
      break;
    case 'y':
      value = cursor.digits(2, 2);
      fields.year = value < 0 ? -1 : value + (value <= 68 ? 2000 : 1900);
      break;
    case 'm':
      value = fields.month = cursor.digits(1, 2);
      break;
    case 'd':
      cursor.skip_spaces();
      value = fields.day = cursor.digits(1, 2);
      break;
    case 'j':
      value = fields.day_of_year = cursor.digits(1, 3);
      break;
    case 'b':
    case 'B':
      value = take_name(cursor, kMonths);
      fields.month = value + 1;
      break;
    case 'a':
    case 'A':
      value = take_name(cursor, kDays);
      break;
    case 'H':
      value = fields.hour = cursor.digits(1, 2);
      fields.has_time = true;
      break;
    case 'I':
      value = fields.hour_of_12 = cursor.digits(1, 2);
      fields.has_time = true;
      break;
    case 'M':
      value = fields.minute = cursor.digits(1, 2);
      break;
    case 'S':
      value = fields.second = cursor.digits(1, 2);
      break;
    case 'f':
      if (!is_digit(cursor.front())) {
        return TimeError::kForm;
      }
      return take_fraction(cursor, fields.microsecond) ? TimeError::kNone : TimeError::kPrecision;
    case 'p': {
      const std::string half = to_lower(cursor.rest().substr(0, 2));
      if (half != "am" && half != "pm") {
        return TimeError::kForm;
      }
      fields.afternoon = half == "pm";
      cursor.skip(2);
      break;
    }
    default:  // 'z' and 'Z'; `compile` lets nothing else through
      return take_zone(cursor, fields.zone_seconds) ? TimeError::kNone : TimeError::kForm;
  }
  return value < 0 ? TimeError::kForm : TimeError::kNone;
}
}  // namespace

std::optional<std::int32_t> days_from_date(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month), std::chrono::day(day)};
  if (year < 1 || year > 9999 || !date.ok()) {
    return std::nullopt;
  }
  return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

TimeError parse_iso_time(std::string_view text, ParsedTime& out) {
  Cursor cursor(text);
  Fields fields;
  fields.year = cursor.digits(4, 4);
  const char separator = cursor.front();
  if (fields.year < 0 || (separator != '-' && separator != '/')) {
    return TimeError::kForm;
  }
  cursor.skip(1);
  fields.month = cursor.digits(2, 2);
  if (fields.month < 0 || !cursor.take(separator)) {
    return TimeError::kForm;
  }
  fields.day = cursor.digits(2, 2);
  if (fields.day < 0) {
    return TimeError::kForm;
  }
  if (cursor.empty()) {
    return finish(fields, out);
  }
  if (!cursor.take('T') && !cursor.take(' ') && !cursor.take('t')) {
    return TimeError::kForm;
  }
  fields.has_time = true;
  fields.hour = cursor.digits(2, 2);
  if (fields.hour < 0 || !cursor.take(':')) {
    return TimeError::kForm;
  }
  fields.minute = cursor.digits(2, 2);
  if (fields.minute < 0) {
    return TimeError::kForm;
  }
  bool exact = true;
  if (cursor.take(':')) {
    fields.second = cursor.digits(2, 2);
    if (fields.second < 0) {
      return TimeError::kForm;
    }
    if (cursor.take('.') || cursor.take(',')) {
      if (!is_digit(cursor.front())) {
        return TimeError::kForm;
      }
      exact = take_fraction(cursor, fields.microsecond);
    }
  }
  cursor.skip_spaces();
  if (!cursor.empty() && (!take_zone(cursor, fields.zone_seconds) || !cursor.empty())) {
    return TimeError::kForm;
  }
  const TimeError error = finish(fields, out);
  return error == TimeError::kNone && !exact ? TimeError::kPrecision : error;
}

Result<TimeFormat> TimeFormat::compile(std::string_view pattern, const Place& place) {
  bool has_year = false;
  bool has_month = false;
  bool has_day = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%') {
      continue;
    }
    const char letter = ++i < pattern.size() ? pattern[i] : '\0';
    if (letter == '\0' || std::string_view("YymdjbBHIMSfpzZaA%").find(letter) == std::string_view::npos) {
      return fail_at(place, fmt::format("\"%{}\" is not known in \"{}\"; known are %Y %y %m %d %j %b %B %H %I %M %S %f %p %z %Z %a %A %%",
                                        letter == '\0' ? "" : std::string(1, letter), pattern));
    }
    has_year = has_year || letter == 'Y' || letter == 'y';
    has_month = has_month || letter == 'm' || letter == 'b' || letter == 'B' || letter == 'j';
    has_day = has_day || letter == 'd' || letter == 'j';
  }
  if (!has_year || !has_month || !has_day) {
    return fail_at(place, fmt::format("\"{}\" does not say year, month and day; write for example \"%d.%m.%Y\"", pattern));
  }
  TimeFormat format;
  format.pattern_ = pattern;
  return format;
}

TimeError TimeFormat::parse(std::string_view text, ParsedTime& out) const {
  Cursor cursor(text);
  Fields fields;
  bool exact = true;
  for (std::size_t i = 0; i < pattern_.size(); ++i) {
    const char character = pattern_[i];
    if (character == ' ') {
      cursor.skip_spaces();
    } else if (character != '%' || pattern_[++i] == '%') {
      if (!cursor.take(character)) {
        return TimeError::kForm;
      }
    } else {
      const TimeError error = take_directive(pattern_[i], cursor, fields);
      if (error == TimeError::kPrecision) {
        exact = false;
      } else if (error != TimeError::kNone) {
        return error;
      }
    }
  }
  if (!cursor.empty()) {
    return TimeError::kForm;
  }
  const TimeError error = finish(fields, out);
  return error == TimeError::kNone && !exact ? TimeError::kPrecision : error;
}
}  // namespace weir::ingest
