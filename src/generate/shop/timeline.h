#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "generate/day_curve.h"

namespace weir::generate::shop {
using Day = int;              ///< days since 2022-01-01, the first day of business
using Second = std::int64_t;  ///< seconds since 1970-01-01 UTC

inline constexpr std::chrono::sys_days kOpening = std::chrono::year{2022} / 1 / 1;
inline constexpr Day kHistoryDays = 1'096;  ///< folder day1 holds 2022-01-01 to 2024-12-31
inline constexpr int kFoldersMax = 366;     ///< day2 … day366 hold one day each, 2025-01-01 to 2025-12-31
inline constexpr Second kSecondsPerDay = 86'400;

constexpr std::chrono::sys_days date_of(Day day) {
  return kOpening + std::chrono::days{day};
}
constexpr Second start_of(Day day) {
  return date_of(day).time_since_epoch().count() * kSecondsPerDay;
}
/// The day after the last one of folder `day<number>`: what is told in it happened before start_of(that day).
constexpr Day day_after_folder(int number) {
  return kHistoryDays + number - 1;
}

/// How busy the shop is: growth over the years, seasons, weekdays, Black Friday, Christmas, and a little noise.
class Timeline {
 public:
  explicit Timeline(std::uint64_t seed);

  /// Of `total` things that happen from the opening to the end of 2024, how many happened before `day`. Goes on at the
  /// pace of the time beyond 2024. 0 ≤ day ≤ kHistoryDays + kFoldersMax.
  std::uint64_t before(Day day, std::uint64_t total) const;

  /// The day of thing `index` (counted from 0) of `total`: before(day) ≤ index < before(day + 1).
  Day day_of(std::uint64_t index, std::uint64_t total) const;

  /// The second within a day, 0 … 86,399, of the part `fraction` / 2^32 of its business: nights are quiet.
  std::uint32_t second_of(std::uint32_t fraction) const { return day_curve_.second_of(fraction); }

 private:
  std::vector<std::uint64_t> weight_before_;  // by day, cumulative
  DayCurve day_curve_;
};
}  // namespace weir::generate::shop
