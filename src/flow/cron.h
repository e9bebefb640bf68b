#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "flow/time_zone.h"

namespace weir::flow {
/// A cron expression: minute hour day-of-month month day-of-week, and seconds as a sixth field at the end.
///
///   15 10 * * mon-fri      0 9 L * *  (last day)        0 9 15W * *  (weekday nearest the 15th)
///   */5 * * * *            0 9 * * mon#1  (first Monday) 0 9 * * L5  (last Friday; 5L is the same)
///
/// Lists, ranges and steps everywhere; a range whose start is above its end wraps (22-6); `a/n` goes from a to the end of the
/// field. Names of months and days in any case; 0 and 7 are Sunday. `L-3` is three days before the last, `LW` the last weekday.
/// When day of month and day of week are both restricted, a day matches when either does; only `*` and `?` are unrestricted.
/// Also @hourly, @daily, @midnight, @weekly, @monthly, @yearly, @annually. Immutable; safe to share between threads.
class Cron {
 public:
  /// Errors: kInvalid, naming the field and what is wrong with it.
  static Result<Cron> parse(std::string_view text);

  /// The first wall time that matches after `wall`, or before it; nothing when there is none at all (30 February).
  std::optional<WallTime> next(WallTime wall) const;
  std::optional<WallTime> previous(WallTime wall) const;

  /// The same for instants in a zone, by the rule of Airflow: an expression that runs in every hour keeps its distance from
  /// `instant` across changes of the clock; any other is at its wall time, see TimeZone::instant for gaps and folds.
  /// Several wall times within one gap are one run.
  std::optional<Instant> next(Instant instant, const TimeZone& zone) const;
  std::optional<Instant> previous(Instant instant, const TimeZone& zone) const;

  const std::string& text() const { return text_; }

 private:
  struct Days {
    std::uint32_t of_month = 0;        ///< bit 1 to 31
    std::uint32_t before_last = 0;     ///< bit n: n days before the last day
    std::uint32_t near_weekday = 0;    ///< bit n: the weekday nearest day n
    std::uint8_t of_week = 0;          ///< bit 0 is Sunday
    std::uint8_t last_of_week = 0;     ///< the last such day of the month
    std::array<std::uint8_t, 7> nth{};  ///< by day of week: bit n is the n-th of the month
    bool last_weekday = false;
    bool month_restricted = false;
    bool week_restricted = false;
  };
  friend class CronParser;

  bool matches_day(std::chrono::year_month_day day) const;
  bool in_every_hour() const { return hours_ == (1U << 24U) - 1; }
  /// The time of day nearest to `limit` (exclusive) in the direction; a limit of -1 or 86400 stands for the whole day.
  std::optional<std::chrono::seconds> next_time(std::chrono::seconds after) const;
  std::optional<std::chrono::seconds> previous_time(std::chrono::seconds before) const;

  std::string text_;
  std::uint64_t seconds_ = 1;
  std::uint64_t minutes_ = 0;
  std::uint32_t hours_ = 0;
  std::uint32_t months_ = 0;  ///< bit 1 to 12
  Days days_;
};
}  // namespace weir::flow
