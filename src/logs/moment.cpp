#include "logs/moment.h"

#include <algorithm>
#include <charconv>
#include <chrono>

namespace weir::logs {
namespace {
constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr std::int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Walks over a text from its front. A step that does not fit leaves the walker where it is.
class Walker {
 public:
  explicit Walker(std::string_view text) : text_(text) {}
  std::size_t at() const { return at_; }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool take(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    ++at_;
    return true;
  }
  void skip(std::size_t count) { at_ += count; }
  void back_to(std::size_t at) { at_ = at; }
  /// A number of exactly `digits_count` digits, or -1.
  int number(std::size_t digits_count) {
    int value = 0;
    for (std::size_t i = 0; i < digits_count; ++i) {
      if (!is_digit(peek(i))) {
        return -1;
      }
      value = value * 10 + (peek(i) - '0');
    }
    at_ += digits_count;
    return value;
  }
  std::size_t digits_count() const {
    std::size_t count = 0;
    while (is_digit(peek(count))) {
      ++count;
    }
    return count;
  }
  /// 1 … 12 for "Jan" … "Dec", else -1.
  int month_name() {
    constexpr std::string_view kNames = "JanFebMarAprMayJunJulAugSepOctNovDec";
    if (at_ + 3 > text_.size()) {
      return -1;
    }
    const std::size_t found = kNames.find(text_.substr(at_, 3));
    if (found == std::string_view::npos || found % 3 != 0) {
      return -1;
    }
    at_ += 3;
    return static_cast<int>(found / 3) + 1;
  }
  /// "20:15:01.123" as microseconds of the day, or -1. Seconds and their fraction may be missing.
  std::int64_t time_of_day() {
    const int hour = number(2);
    if (hour < 0 || hour > 23 || !take(':')) {
      return -1;
    }
    const int minute = number(2);
    if (minute < 0 || minute > 59) {
      return -1;
    }
    int second = 0;
    if (peek() == ':' && is_digit(peek(1))) {
      ++at_;
      second = number(2);
      if (second < 0 || second > 60) {
        return -1;
      }
    }
    return (hour * 3600 + minute * 60 + second) * kMicrosPerSecond + fraction();
  }
  std::int64_t fraction() {
    if ((peek() != '.' && peek() != ',') || !is_digit(peek(1))) {
      return 0;
    }
    ++at_;
    std::int64_t value = 0;
    std::int64_t scale = kMicrosPerSecond;
    for (; is_digit(peek()); ++at_) {
      if (scale > 1) {
        value = value * 10 + (peek() - '0');
        scale /= 10;
      }
    }
    return value * scale;
  }
  /// "Z", "+0100", "+01:00" or nothing; microseconds to take away. A space may stand before the sign or UTC.
  std::int64_t zone() {
    if (take('Z')) {
      return 0;
    }
    const std::size_t before = at_;
    const bool has_space = take(' ');
    const char sign = peek();
    if ((sign == '+' || sign == '-') && is_digit(peek(1)) && is_digit(peek(2))) {
      ++at_;
      const int hours = number(2);
      at_ += peek() == ':' && is_digit(peek(1)) ? 1U : 0U;
      const bool has_minutes = digits_count() == 2;
      const int minutes = has_minutes ? number(2) : 0;
      // " -12" may be anything.
      if ((has_minutes || !has_space) && hours <= 15 && minutes <= 59 && !is_digit(peek())) {
        return static_cast<std::int64_t>((sign == '+' ? 1 : -1) * (hours * 3600 + minutes * 60)) * kMicrosPerSecond;
      }
      back_to(before);
      return 0;
    }
    if (text_.substr(std::min(at_, text_.size())).starts_with("UTC")) {
      at_ += 3;
      return 0;
    }
    back_to(before);
    return 0;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

std::int64_t days_from_civil(int year, int month, int day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

bool is_date(int year, int month, int day) {
  return year >= 1970 && year <= 2200 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

/// A word may not go on behind a moment: "12:00:00a" is none.
bool ends_well(const Walker& walker) {
  const char next = walker.peek();
  return !is_digit(next) && !(next >= 'a' && next <= 'z') && !(next >= 'A' && next <= 'Z');
}
}  // namespace

std::int64_t MomentReader::days_of(int year, int month, int day) {
  const int date = year * 10'000 + month * 100 + day;
  if (date != last_date_) {
    last_date_ = date;
    last_days_ = days_from_civil(year, month, day);
  }
  return last_days_;
}

std::optional<std::int64_t> MomentReader::without_year(int month, int day, std::int64_t micros_of_day) const {
  if (month < 1 || month > 12 || day < 1 || day > 31 || micros_of_day < 0) {
    return std::nullopt;
  }
  const std::chrono::sys_days newest_day{std::chrono::days(newest_micros_ / kMicrosPerDay + 1)};
  int year = static_cast<int>(std::chrono::year_month_day(newest_day).year());
  for (; year >= 1970; --year) {
    if (month == 2 && day == 29 && !std::chrono::year(year).is_leap()) {
      continue;
    }
    const std::int64_t micros = days_from_civil(year, month, day) * kMicrosPerDay + micros_of_day;
    if (micros <= newest_micros_ + kMicrosPerDay) {
      return micros;
    }
  }
  return std::nullopt;
}

std::optional<std::int64_t> MomentReader::read_access(std::string_view text) {
  if (text.size() < 20 || text[2] != '/' || text[6] != '/' || text[11] != ':') {
    return std::nullopt;
  }
  Walker walker(text);
  const int day = walker.number(2);
  walker.skip(1);
  const int month = walker.month_name();
  walker.skip(1);
  const int year = walker.number(4);
  walker.skip(1);
  const std::int64_t time = walker.time_of_day();
  if (time < 0 || !is_date(year, month, day)) {
    return std::nullopt;
  }
  return days_of(year, month, day) * kMicrosPerDay + time - walker.zone();
}

std::optional<Moment> MomentReader::read_glog(std::string_view text) {
  Walker walker(text);
  const std::size_t digits = walker.digits_count();
  const int year = digits == 8 ? walker.number(4) : 0;
  const int month = walker.number(2);
  const int day = walker.number(2);
  const std::int64_t time = walker.take(' ') ? walker.time_of_day() : -1;
  if (time < 0 || !is_date(digits == 8 ? year : 2000, month, day)) {
    return std::nullopt;
  }
  if (digits == 8) {
    return Moment{days_of(year, month, day) * kMicrosPerDay + time, walker.at()};
  }
  const auto micros = without_year(month, day, time);
  return micros ? std::optional(Moment{*micros, walker.at()}) : std::nullopt;
}

std::optional<Moment> MomentReader::read(std::string_view text) {
  Walker walker(text);
  int year = 0;
  int month = 0;
  int day = 0;
  std::int64_t time = -1;
  const std::size_t digits = walker.digits_count();
  if (digits == 0) {
    // "Sun Dec 04 04:47:44 2005", "Dec  4 04:47:44"
    if (walker.month_name() < 0) {
      constexpr std::string_view kDays = "MonTueWedThuFriSatSun";
      const std::size_t name = kDays.find(text.substr(0, 3));
      if (text.size() < 4 || name == std::string_view::npos || name % 3 != 0 || text[3] != ' ') {
        return std::nullopt;
      }
      walker.skip(4);
    } else {
      walker.back_to(0);
    }
    month = walker.month_name();
    if (month < 0 || !walker.take(' ')) {
      return std::nullopt;
    }
    walker.take(' ');
    day = walker.number(walker.digits_count() == 1 ? 1 : 2);
    time = walker.take(' ') ? walker.time_of_day() : -1;
    if (time < 0 || !is_date(2000, month, day)) {
      return std::nullopt;
    }
    const std::size_t end = walker.at();
    year = walker.take(' ') && walker.digits_count() == 4 ? walker.number(4) : 0;
    if (year < 1970 || year > 2200) {
      walker.back_to(end);
      const auto micros = without_year(month, day, time);
      return micros ? std::optional(Moment{*micros, end}) : std::nullopt;
    }
  } else if (digits == 4 && (walker.peek(4) == '-' || walker.peek(4) == '/' || walker.peek(4) == '.')) {
    const char mark = walker.peek(4);
    year = walker.number(4);
    walker.skip(1);
    month = walker.number(2);
    if (!walker.take(mark)) {
      return std::nullopt;
    }
    day = walker.number(2);
    if (walker.take('T') || walker.take(' ') || walker.take('_') || walker.take('-')) {
      time = walker.time_of_day();
    }
  } else if (digits == 8 && walker.peek(8) == ' ') {
    year = walker.number(4);
    month = walker.number(2);
    day = walker.number(2);
    walker.skip(1);
    time = walker.time_of_day();
  } else if (digits == 6 && walker.peek(6) == ' ') {
    year = 2000 + walker.number(2);
    month = walker.number(2);
    day = walker.number(2);
    walker.skip(1);
    if (walker.digits_count() == 6) {
      const int hour = walker.number(2);
      const int minute = walker.number(2);
      const int second = walker.number(2);
      time = hour > 23 || minute > 59 || second > 60 ? -1 : (hour * 3600 + minute * 60 + second) * kMicrosPerSecond;
    } else {
      time = walker.time_of_day();
    }
  } else if (digits == 2) {
    const char mark = walker.peek(2);
    const int first = walker.number(2);
    walker.skip(1);
    if ((mark == '/' || mark == '-' || mark == ' ') && !is_digit(walker.peek())) {
      day = first;
      month = walker.month_name();
      walker.skip(1);
      year = walker.number(4);
      walker.skip(1);
      time = walker.time_of_day();
    } else if (mark == '/') {
      year = 2000 + first;
      month = walker.number(2);
      day = walker.take('/') ? walker.number(2) : -1;
      time = walker.take(' ') ? walker.time_of_day() : -1;
    } else if (mark == '-') {
      month = first;
      day = walker.number(2);
      time = walker.take(' ') ? walker.time_of_day() : -1;
      const auto micros = is_date(2000, month, day) ? without_year(month, day, time) : std::nullopt;
      return micros ? std::optional(Moment{*micros, walker.at()}) : std::nullopt;
    }
  }
  if (time < 0 || !is_date(year, month, day)) {
    return std::nullopt;
  }
  const std::int64_t local = days_of(year, month, day) * kMicrosPerDay + time;
  const std::int64_t micros = local - walker.zone();
  return ends_well(walker) ? std::optional(Moment{micros, walker.at()}) : std::nullopt;
}

std::optional<std::int64_t> MomentReader::read_number(std::string_view text) {
  std::int64_t whole = 0;
  const char* end = text.data() + text.size();
  const auto [next, error] = std::from_chars(text.data(), end, whole);
  if (error != std::errc{} || whole < 0) {
    return std::nullopt;
  }
  if (whole < 100'000'000'000) {  // seconds until the year 5138
    Walker walker(text.substr(static_cast<std::size_t>(next - text.data())));
    return whole * kMicrosPerSecond + walker.fraction();
  }
  if (whole < 100'000'000'000'000) {
    return whole * 1000;
  }
  return whole < 100'000'000'000'000'000 ? whole : whole / 1000;
}
}  // namespace weir::logs
