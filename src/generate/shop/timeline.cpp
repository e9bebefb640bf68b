#include "generate/shop/timeline.h"

#include <algorithm>
#include <array>

#include "core/result.h"
#include "generate/random.h"
#include "generate/shop/streams.h"

namespace weir::generate::shop {
namespace {
using std::chrono::day;
using std::chrono::month;
using std::chrono::year_month_day;

// Percent, in the middle between neighbours at the turn of each month.
constexpr std::array<std::uint64_t, 12> kMonthPercent{84, 82, 92, 96, 104, 98, 88, 86, 98, 104, 128, 140};
constexpr std::array<std::uint64_t, 7> kWeekdayPercent{118, 98, 92, 93, 97, 104, 98};  // Sunday first

std::uint64_t season_percent(year_month_day date) {
  const auto this_month = static_cast<unsigned>(date.month()) - 1;
  const auto day_of_month = static_cast<std::uint64_t>(static_cast<unsigned>(date.day()));
  const std::uint64_t here = kMonthPercent[this_month];
  const std::uint64_t there = kMonthPercent[(this_month + 1) % 12];
  return (here * (31 - day_of_month) + there * day_of_month) / 31;
}

std::uint64_t special_percent(year_month_day date) {
  if (date.month() == month{11} || (date.month() == month{12} && date.day() < day{3})) {
    const std::chrono::sys_days thanksgiving = date.year() / 11 / std::chrono::Thursday[4];
    switch ((std::chrono::sys_days{date} - thanksgiving).count()) {
      case 1:
        return 330;  // Black Friday
      case 2:
      case 3:
        return 190;
      case 4:
        return 260;  // Cyber Monday
      default:
        return 100;
    }
  }
  if (date.month() == month{12}) {
    const auto number = static_cast<unsigned>(date.day());
    return number <= 18 ? 115 : number <= 23 ? 80 : number <= 26 ? 45 : 75;
  }
  return 100;
}

std::uint64_t weight_of(Day day, std::uint64_t seed) {
  const std::chrono::sys_days days = date_of(day);
  const year_month_day date{days};
  const std::uint64_t growth = 1'000 + 1'400 * static_cast<std::uint64_t>(day) / kHistoryDays;
  const std::uint64_t noise = Random(seed, stream::kBusyness, static_cast<std::uint64_t>(day)).between(94, 106);
  return growth * season_percent(date) * kWeekdayPercent[std::chrono::weekday{days}.c_encoding()] *
         special_percent(date) * noise / 100'000'000;
}
}  // namespace

Timeline::Timeline(std::uint64_t seed) {
  weight_before_.push_back(0);
  for (Day day = 0; day < kHistoryDays + kFoldersMax; ++day) {
    weight_before_.push_back(weight_before_.back() + weight_of(day, seed));
  }
}

std::uint64_t Timeline::before(Day day, std::uint64_t total) const {
  WEIR_ASSERT(day >= 0 && day <= kHistoryDays + kFoldersMax, "a day of the shop's life");
  return weight_before_[static_cast<std::size_t>(day)] * total / weight_before_[kHistoryDays];
}

Day Timeline::day_of(std::uint64_t index, std::uint64_t total) const {
  const auto weight_total = weight_before_[kHistoryDays];
  const auto after = std::upper_bound(
      weight_before_.begin(), weight_before_.end(), index,
      [&](std::uint64_t wanted, std::uint64_t weight) { return wanted < weight * total / weight_total; });
  return static_cast<Day>(after - weight_before_.begin()) - 1;
}
}  // namespace weir::generate::shop
