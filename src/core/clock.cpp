#include "core/clock.h"

#include <fmt/format.h>

#include <condition_variable>
#include <mutex>

#include "core/text.h"

namespace weir {
namespace {
class SystemClock : public Clock {
 public:
  Timestamp now() const override {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  }
};

// Reads exactly `count` digits at the front of `text` and drops them; -1 when they are not there.
int take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) {
    return -1;
  }
  int value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (text[i] < '0' || text[i] > '9') {
      return -1;
    }
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) {
    return false;
  }
  text.remove_prefix(1);
  return true;
}

std::chrono::microseconds take_fraction(std::string_view& text) {
  std::int64_t value = 0;
  int digits = 0;
  while (!text.empty() && text[0] >= '0' && text[0] <= '9') {
    if (digits < 6) {
      value = value * 10 + (text[0] - '0');
      ++digits;
    }
    text.remove_prefix(1);
  }
  for (; digits < 6; ++digits) {
    value *= 10;
  }
  return std::chrono::microseconds(value);
}

// "Z", "+09:00", "+0900", "-05" or nothing.
bool take_zone(std::string_view& text, std::chrono::minutes& offset) {
  if (text.empty() || take(text, 'Z') || take(text, 'z')) {
    return true;
  }
  const int sign = text[0] == '-' ? -1 : 1;
  if (!take(text, '+') && !take(text, '-')) {
    return false;
  }
  const int hours = take_digits(text, 2);
  take(text, ':');
  const int minutes = text.empty() ? 0 : take_digits(text, 2);
  offset = std::chrono::minutes(sign * (hours * 60 + minutes));
  return hours >= 0 && minutes >= 0;
}
}  // namespace

bool Clock::wait_for(std::chrono::nanoseconds duration, const std::stop_token& stop) const {
  std::mutex mutex;
  std::condition_variable_any changed;
  std::unique_lock lock(mutex);
  changed.wait_for(lock, stop, duration, [] { return false; });
  return !stop.stop_requested();
}

bool ManualClock::wait_for(std::chrono::nanoseconds duration, const std::stop_token& stop) const {
  if (stop.stop_requested()) {
    return false;
  }
  if (duration.count() > 0) {
    const auto step = std::chrono::ceil<std::chrono::microseconds>(duration);
    Timestamp before = now_.load();
    while (!now_.compare_exchange_weak(before, before + step)) {
    }
  }
  return true;
}

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

std::string format_timestamp(Timestamp time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::string out = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                                clock.hours().count(), clock.minutes().count(), clock.seconds().count());
  if (clock.subseconds().count() != 0) {
    out += fmt::format(".{:06}", clock.subseconds().count());
  }
  return out + 'Z';
}

Result<Timestamp> parse_timestamp(std::string_view text) {
  std::string_view rest = trim(text);
  const auto wrong = [&] {
    return fail(ErrorCode::kInvalid,
                fmt::format("\"{}\" is not a time; write for example 2024-01-31 or 2024-01-31T06:00:00Z", excerpt(trim(text))));
  };
  const int year = take_digits(rest, 4);
  const bool dash = take(rest, '-');
  const int month = take_digits(rest, 2);
  const bool dash_again = take(rest, '-');
  const int day = take_digits(rest, 2);
  if (year < 0 || month < 0 || day < 0 || !dash || !dash_again) {
    return wrong();
  }
  const std::chrono::year_month_day date(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day)));
  if (!date.ok()) {
    return wrong();
  }
  Timestamp time = std::chrono::sys_days(date);
  if (take(rest, 'T') || take(rest, ' ')) {
    const int hour = take_digits(rest, 2);
    const bool colon = take(rest, ':');
    const int minute = take_digits(rest, 2);
    int second = 0;
    std::chrono::microseconds fraction(0);
    if (take(rest, ':')) {
      second = take_digits(rest, 2);
      if (take(rest, '.') || take(rest, ',')) {
        fraction = take_fraction(rest);
      }
    }
    if (hour < 0 || hour > 23 || !colon || minute < 0 || minute > 59 || second < 0 || second > 60) {
      return wrong();
    }
    time += std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second) + fraction;
  }
  rest = trim(rest);
  std::chrono::minutes offset(0);
  if (!take_zone(rest, offset) || !rest.empty()) {
    return wrong();
  }
  return time - offset;
}
}  // namespace weir
