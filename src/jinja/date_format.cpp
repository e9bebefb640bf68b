#include <fmt/format.h>

#include <array>

#include "core/text.h"
#include "jinja/dates.h"

/// Dates as text, in and out.
namespace weir::jinja {
namespace {
using std::chrono::days;
using std::chrono::microseconds;
using std::chrono::seconds;

constexpr std::array<std::string_view, 7> kWeekdays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                       "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};

/// The year and week of ISO 8601.
std::pair<int, int> iso_week(std::chrono::local_days day) {
  const auto thursday = day - (std::chrono::weekday(day) - std::chrono::Monday) + days(3);
  const auto year = std::chrono::year_month_day(thursday).year();
  const auto first = std::chrono::local_days(year / 1 / 1);
  return {static_cast<int>(year), static_cast<int>((thursday - first).count() / 7) + 1};
}

class DateFormatter {
 public:
  explicit DateFormatter(const DateTime& date)
      : date_(date), day_(date.day()), ymd_(day_), time_(date.local() - day_) {}

  std::string run(std::string_view format) const {
    std::string out;
    for (std::size_t i = 0; i < format.size(); ++i) {
      if (format[i] != '%' || i + 1 == format.size()) {
        out += format[i];
        continue;
      }
      ++i;
      const bool no_zeros = format[i] == '-' && i + 1 < format.size();
      i += no_zeros ? 1U : 0U;
      out += field(format[i], no_zeros);
    }
    return out;
  }

 private:
  static std::string number(std::int64_t value, int width, bool no_zeros) {
    return no_zeros ? fmt::format("{}", value) : fmt::format("{:0{}}", value, width);
  }

  std::string field(char letter, bool no_zeros) const {
    const auto year = static_cast<int>(ymd_.year());
    const auto month = static_cast<unsigned>(ymd_.month());
    const unsigned weekday = std::chrono::weekday(day_).c_encoding();
    const std::int64_t hour = time_.hours().count();
    const std::int64_t half_hour = hour % 12 == 0 ? 12 : hour % 12;
    const std::int64_t year_day = (day_ - std::chrono::local_days(ymd_.year() / 1 / 1)).count() + 1;
    switch (letter) {
      case 'Y':
        return number(year, 4, true);
      case 'y':
        return number(year % 100, 2, no_zeros);
      case 'm':
        return number(month, 2, no_zeros);
      case 'd':
        return number(static_cast<unsigned>(ymd_.day()), 2, no_zeros);
      case 'e':
        return fmt::format("{:2}", static_cast<unsigned>(ymd_.day()));
      case 'H':
        return number(hour, 2, no_zeros);
      case 'I':
        return number(half_hour, 2, no_zeros);
      case 'M':
        return number(time_.minutes().count(), 2, no_zeros);
      case 'S':
        return number(time_.seconds().count(), 2, no_zeros);
      case 'f':
        return number(time_.subseconds().count(), 6, false);
      case 'j':
        return number(year_day, 3, no_zeros);
      case 'p':
        return hour < 12 ? "AM" : "PM";
      case 'a':
        return std::string(kWeekdays[weekday].substr(0, 3));
      case 'A':
        return std::string(kWeekdays[weekday]);
      case 'b':
      case 'h':
        return std::string(kMonths[month - 1].substr(0, 3));
      case 'B':
        return std::string(kMonths[month - 1]);
      case 'w':
        return number(weekday, 1, true);
      case 'u':
        return number(weekday == 0 ? 7 : weekday, 1, true);
      case 'U':
        return number((year_day + 6 - weekday) / 7, 2, no_zeros);
      case 'W':
        return number((year_day + 6 - (weekday + 6) % 7) / 7, 2, no_zeros);
      case 'G':
        return number(iso_week(day_).first, 4, true);
      case 'V':
        return number(iso_week(day_).second, 2, no_zeros);
      case 'z':
        return zone_offset();
      case 'Z':
        return zone_name();
      case 's':
        return number((date_.local() - date_.offset().value_or(seconds(0))).time_since_epoch().count() / 1'000'000, 1,
                      true);
      case 'F':
        return run("%Y-%m-%d");
      case 'T':
      case 'X':
        return run("%H:%M:%S");
      case 'R':
        return run("%H:%M");
      case 'D':
      case 'x':
        return run("%m/%d/%y");
      case 'c':
        return run("%a %b %e %H:%M:%S %Y");
      case 'n':
        return "\n";
      case 't':
        return "\t";
      case '%':
        return "%";
      default:
        return {'%', letter};
    }
  }

  std::string zone_offset() const {
    const auto offset = date_.offset();
    if (!offset) {
      return {};
    }
    const std::int64_t minutes = std::abs(offset->count()) / 60;
    return fmt::format("{}{:02}{:02}", offset->count() < 0 ? '-' : '+', minutes / 60, minutes % 60);
  }

  std::string zone_name() const {
    const auto* zone = date_.zone().as<Zone>();
    if (zone == nullptr) {
      return {};
    }
    const auto utc = std::chrono::floor<seconds>(date_.local() - date_.offset().value_or(seconds(0)));
    return zone->name_at(std::chrono::sys_seconds(utc.time_since_epoch()));
  }

  const DateTime& date_;
  std::chrono::local_days day_;
  std::chrono::year_month_day ymd_;
  std::chrono::hh_mm_ss<microseconds> time_;
};

/// Reads a date from left to right.
class DateParser {
 public:
  explicit DateParser(std::string_view text) : text_(text) {}

  bool read_format(std::string_view format) {
    for (std::size_t i = 0; i < format.size(); ++i) {
      if (format[i] == ' ') {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n')) {
          ++at_;
        }
      } else if (format[i] != '%' || i + 1 == format.size()) {
        if (!take(format[i])) {
          return false;
        }
      } else if (!read_field(format[++i])) {
        return false;
      }
    }
    return true;
  }

  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c || at_end()) {
      return false;
    }
    ++at_;
    return true;
  }

  bool read_field(char letter) {
    switch (letter) {
      case 'Y':
        return read_number(4, 4, year_);
      case 'y':
        if (!read_number(2, 2, year_)) {
          return false;
        }
        year_ += year_ < 69 ? 2000 : 1900;
        return true;
      case 'm':
        return read_number(1, 2, month_) && month_ >= 1 && month_ <= 12;
      case 'd':
        return read_number(1, 2, day_) && day_ >= 1 && day_ <= 31;
      case 'H':
        return read_number(1, 2, hour_) && hour_ < 24;
      case 'I':
        return read_number(1, 2, hour_) && hour_ >= 1 && hour_ <= 12;
      case 'M':
        return read_number(1, 2, minute_) && minute_ < 60;
      case 'S':
        return read_number(1, 2, second_) && second_ < 60;
      case 'f':
        return read_fraction();
      case 'j':
        return read_number(1, 3, year_day_) && year_day_ >= 1 && year_day_ <= 366;
      case 'b':
      case 'h':
      case 'B':
        return read_month();
      case 'a':
      case 'A':
        return read_weekday();
      case 'p':
        return read_half();
      case 'z':
        return read_offset();
      case 'F':
        return read_format("%Y-%m-%d");
      case 'T':
        return read_format("%H:%M:%S");
      case '%':
        return take('%');
      default:
        return false;
    }
  }

  bool read_fraction() {
    const std::size_t begin = at_;
    if (!read_number(1, 6, microsecond_)) {
      return false;
    }
    for (std::size_t i = at_ - begin; i < 6; ++i) {
      microsecond_ *= 10;
    }
    return true;
  }

  bool read_offset() {
    if (take('Z')) {
      offset_ = seconds(0);
      return true;
    }
    const char sign = peek();
    int hours = 0;
    int minutes = 0;
    if ((sign != '+' && sign != '-') || !take(sign) || !read_number(2, 2, hours)) {
      return false;
    }
    take(':');
    if (!read_number(2, 2, minutes)) {
      return false;
    }
    const seconds size = std::chrono::hours(hours) + std::chrono::minutes(minutes);
    offset_ = sign == '-' ? -size : size;
    return true;
  }

  std::optional<Value> date(bool with_time) const {
    const std::chrono::year_month_day ymd(std::chrono::year(year_), std::chrono::month(static_cast<unsigned>(month_)),
                                          std::chrono::day(static_cast<unsigned>(day_)));
    if (!ymd.ok() || year_ < 1) {
      return std::nullopt;
    }
    auto day = std::chrono::local_days(ymd);
    if (year_day_ > 0) {
      day = std::chrono::local_days(ymd.year() / 1 / 1) + days(year_day_ - 1);
    }
    if (!with_time) {
      return Value(make_ref<DateTime>(day));
    }
    const int hour = !half_ ? hour_ : *half_ == 'A' ? hour_ % 12 : hour_ % 12 + 12;
    const auto time =
        day + std::chrono::hours(hour) + std::chrono::minutes(minute_) + seconds(second_) + microseconds(microsecond_);
    return Value(
        make_ref<DateTime>(std::chrono::local_time<microseconds>(time), offset_ ? fixed_zone(*offset_) : Value()));
  }

 private:
  bool read_number(std::size_t digits_min, std::size_t digits_max, int& number) {
    const std::size_t begin = at_;
    number = 0;
    while (at_ < text_.size() && at_ - begin < digits_max && text_[at_] >= '0' && text_[at_] <= '9') {
      number = number * 10 + (text_[at_++] - '0');
    }
    return at_ - begin >= digits_min;
  }

  bool take_word(std::string_view word) {
    if (!equals_ignoring_case(text_.substr(at_, word.size()), word)) {
      return false;
    }
    at_ += word.size();
    return true;
  }

  bool read_month() {
    for (std::size_t i = 0; i < kMonths.size(); ++i) {
      if (take_word(kMonths[i]) || take_word(kMonths[i].substr(0, 3))) {
        month_ = static_cast<int>(i) + 1;
        return true;
      }
    }
    return false;
  }

  bool read_weekday() {
    for (const auto name : kWeekdays) {
      if (take_word(name) || take_word(name.substr(0, 3))) {
        return true;
      }
    }
    return false;
  }

  bool read_half() {
    const bool morning = take_word("AM");
    if (!morning && !take_word("PM")) {
      return false;
    }
    half_ = morning ? 'A' : 'P';
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int year_ = 1900;
  int month_ = 1;
  int day_ = 1;
  int year_day_ = 0;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  int microsecond_ = 0;
  std::optional<char> half_;
  std::optional<seconds> offset_;
};
}  // namespace

std::string format_date(const DateTime& date, std::string_view format) {
  return DateFormatter(date).run(format);
}

Result<Value> parse_date(std::string_view text, std::string_view format) {
  DateParser parser(text);
  auto value = parser.read_format(format) && parser.at_end() ? parser.date(true) : std::nullopt;
  if (!value) {
    return fail(ErrorCode::kInvalid, fmt::format("time data '{}' does not match format '{}'", text, format));
  }
  return std::move(*value);
}

Result<Value> parse_iso_date(std::string_view text, bool with_time) {
  DateParser parser(text);
  bool fits = parser.read_format("%Y-%m-%d");
  if (fits && with_time && !parser.at_end()) {
    fits = (parser.take('T') || parser.take(' ')) && parser.read_format("%H:%M");
    if (fits && parser.take(':')) {
      fits = parser.read_field('S') && (!parser.take('.') || parser.read_fraction());
    }
    fits = fits && (parser.at_end() || parser.read_offset());
  }
  auto value = fits && parser.at_end() ? parser.date(with_time) : std::nullopt;
  if (!value) {
    return fail(ErrorCode::kInvalid, fmt::format("Invalid isoformat string: '{}'", text));
  }
  return std::move(*value);
}
}  // namespace weir::jinja
