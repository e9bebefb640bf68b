#include "flow/cron.h"

#include <bit>

namespace weir::flow {
namespace {
using std::chrono::days;
using std::chrono::local_days;
using std::chrono::months;
using std::chrono::seconds;
using std::chrono::weekday;
using std::chrono::year_month_day;
using std::chrono::year_month_day_last;

constexpr int kCalendarMonths = 400 * 12;  // the calendar repeats after so many: what is not within them never is

unsigned last_day(const year_month_day& day) {
  return static_cast<unsigned>(year_month_day_last(day.year(), std::chrono::month_day_last(day.month())).day());
}

weekday weekday_of(const year_month_day& month, unsigned day) {
  return weekday(local_days(month.year() / month.month() / std::chrono::day(day)));
}

/// The weekday (Monday to Friday) nearest to the day, within its month.
unsigned nearest_weekday(const year_month_day& month, unsigned day) {
  const unsigned last = last_day(month);
  const weekday on = weekday_of(month, day);
  if (on == std::chrono::Saturday) {
    return day > 1 ? day - 1 : day + 2;
  }
  if (on == std::chrono::Sunday) {
    return day < last ? day + 1 : day - 2;
  }
  return day;
}

unsigned last_weekday(const year_month_day& month) {
  const unsigned last = last_day(month);
  const weekday on = weekday_of(month, last);
  return on == std::chrono::Saturday ? last - 1 : on == std::chrono::Sunday ? last - 2 : last;
}

std::optional<int> lowest_from(std::uint64_t bits, int from) {
  if (from > 63) {
    return std::nullopt;
  }
  const std::uint64_t rest = bits & (~std::uint64_t{0} << static_cast<unsigned>(from));
  return rest == 0 ? std::nullopt : std::optional(std::countr_zero(rest));
}

std::optional<int> highest_to(std::uint64_t bits, int to) {
  if (to < 0) {
    return std::nullopt;
  }
  const std::uint64_t rest = to >= 63 ? bits : bits & ((std::uint64_t{1} << static_cast<unsigned>(to + 1)) - 1);
  return rest == 0 ? std::nullopt : std::optional(63 - std::countl_zero(rest));
}
}  // namespace

bool Cron::matches_day(year_month_day day) const {
  const auto number = static_cast<unsigned>(day.day());
  const unsigned on = weekday(local_days(day)).c_encoding();
  const auto in_month = [&] {
    const unsigned last = last_day(day);
    if (((days_.of_month >> number) & 1U) != 0 || ((days_.before_last >> (last - number)) & 1U) != 0) {
      return true;
    }
    for (std::uint32_t rest = days_.near_weekday; rest != 0; rest &= rest - 1) {
      const auto wanted = static_cast<unsigned>(std::countr_zero(rest));
      if (wanted <= last && nearest_weekday(day, wanted) == number) {
        return true;
      }
    }
    return days_.last_weekday && last_weekday(day) == number;
  };
  const auto in_week = [&] {
    return ((static_cast<unsigned>(days_.of_week) >> on) & 1U) != 0 ||
           ((static_cast<unsigned>(days_.nth[on]) >> ((number - 1) / 7 + 1)) & 1U) != 0 ||
           (((static_cast<unsigned>(days_.last_of_week) >> on) & 1U) != 0 && number + 7 > last_day(day));
  };
  if (days_.month_restricted && days_.week_restricted) {
    return in_month() || in_week();
  }
  return (!days_.month_restricted || in_month()) && (!days_.week_restricted || in_week());
}

std::optional<seconds> Cron::next_time(seconds after) const {
  const auto from = static_cast<int>(after.count()) + 1;
  for (auto hour = lowest_from(hours_, from / 3600); hour; hour = lowest_from(hours_, *hour + 1)) {
    const bool same_hour = *hour == from / 3600;
    const int minute_from = same_hour ? from / 60 % 60 : 0;
    for (auto minute = lowest_from(minutes_, minute_from); minute; minute = lowest_from(minutes_, *minute + 1)) {
      const bool same_minute = same_hour && *minute == minute_from;
      if (const auto second = lowest_from(seconds_, same_minute ? from % 60 : 0)) {
        return seconds(*hour * 3600 + *minute * 60 + *second);
      }
    }
  }
  return std::nullopt;
}

std::optional<seconds> Cron::previous_time(seconds before) const {
  const auto to = static_cast<int>(before.count()) - 1;
  if (to < 0) {
    return std::nullopt;
  }
  for (auto hour = highest_to(hours_, to / 3600); hour; hour = highest_to(hours_, *hour - 1)) {
    const bool same_hour = *hour == to / 3600;
    const int minute_to = same_hour ? to / 60 % 60 : 59;
    for (auto minute = highest_to(minutes_, minute_to); minute; minute = highest_to(minutes_, *minute - 1)) {
      const bool same_minute = same_hour && *minute == minute_to;
      if (const auto second = highest_to(seconds_, same_minute ? to % 60 : 59)) {
        return seconds(*hour * 3600 + *minute * 60 + *second);
      }
    }
  }
  return std::nullopt;
}

std::optional<WallTime> Cron::next(WallTime wall) const {
  const auto first = std::chrono::floor<days>(wall);
  const year_month_day start(first);
  auto month = start.year() / start.month();
  for (int i = 0; i <= kCalendarMonths; ++i, month += months(1)) {
    if (((months_ >> static_cast<unsigned>(month.month())) & 1U) == 0) {
      continue;
    }
    const unsigned last = last_day(month / 1);
    for (unsigned day = i == 0 ? static_cast<unsigned>(start.day()) : 1; day <= last; ++day) {
      const year_month_day date = month / std::chrono::day(day);
      if (!matches_day(date)) {
        continue;
      }
      if (const auto time = next_time(local_days(date) == first ? wall - first : seconds(-1))) {
        return WallTime(local_days(date)) + *time;
      }
    }
  }
  return std::nullopt;
}

std::optional<WallTime> Cron::previous(WallTime wall) const {
  const auto first = std::chrono::floor<days>(wall);
  const year_month_day start(first);
  auto month = start.year() / start.month();
  for (int i = 0; i <= kCalendarMonths; ++i, month -= months(1)) {
    if (((months_ >> static_cast<unsigned>(month.month())) & 1U) == 0) {
      continue;
    }
    for (unsigned day = i == 0 ? static_cast<unsigned>(start.day()) : last_day(month / 1); day >= 1; --day) {
      const year_month_day date = month / std::chrono::day(day);
      if (!matches_day(date)) {
        continue;
      }
      if (const auto time = previous_time(local_days(date) == first ? wall - first : seconds(86'400))) {
        return WallTime(local_days(date)) + *time;
      }
    }
  }
  return std::nullopt;
}

std::optional<Instant> Cron::next(Instant instant, const TimeZone& zone) const {
  const WallTime wall = zone.wall(instant);
  auto found = next(wall);
  if (found && in_every_hour()) {
    return instant + (*found - wall);
  }
  for (; found; found = next(*found)) {
    if (const Instant result = zone.instant(*found); result > instant) {
      return result;
    }
  }
  return std::nullopt;
}

std::optional<Instant> Cron::previous(Instant instant, const TimeZone& zone) const {
  const WallTime wall = zone.wall(instant);
  auto found = previous(wall);
  if (found && in_every_hour()) {
    return instant - (wall - *found);
  }
  for (; found; found = previous(*found)) {
    if (const Instant result = zone.instant(*found); result < instant) {
      return result;
    }
  }
  return std::nullopt;
}
}  // namespace weir::flow
