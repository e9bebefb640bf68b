#include "generate/shop/timeline.h"

#include <gtest/gtest.h>

namespace weir::generate::shop {
namespace {
constexpr std::uint64_t kTotal = 1'000'000;

Day day_of_date(int year, int month, int day) {
  return static_cast<Day>((std::chrono::sys_days{std::chrono::year{year} / month / day} - kOpening).count());
}

class TimelineTest : public ::testing::Test {
 protected:
  std::uint64_t count_on(Day day) const { return timeline_.before(day + 1, kTotal) - timeline_.before(day, kTotal); }
  std::uint64_t count_of_year(int year) const {
    return timeline_.before(day_of_date(year + 1, 1, 1), kTotal) - timeline_.before(day_of_date(year, 1, 1), kTotal);
  }
  Timeline timeline_{42};
};

TEST_F(TimelineTest, SpreadsAllOverTheHistory) {
  EXPECT_EQ(timeline_.before(0, kTotal), 0U);
  EXPECT_EQ(timeline_.before(kHistoryDays, kTotal), kTotal);
  EXPECT_GT(timeline_.before(kHistoryDays + 1, kTotal), kTotal);
}

TEST_F(TimelineTest, FindsTheDayOfEachThing) {
  for (const std::uint64_t total : {std::uint64_t{10}, std::uint64_t{999}, kTotal}) {
    for (std::uint64_t index = 0; index < total; index += 1 + total / 100) {
      const Day day = timeline_.day_of(index, total);
      EXPECT_LE(timeline_.before(day, total), index);
      EXPECT_GT(timeline_.before(day + 1, total), index);
    }
  }
}

TEST_F(TimelineTest, GrowsFromYearToYear) {
  EXPECT_GT(count_of_year(2023), count_of_year(2022) * 12 / 10);
  EXPECT_GT(count_of_year(2024), count_of_year(2023) * 11 / 10);
}

TEST_F(TimelineTest, PeaksOnBlackFriday) {
  const Day black_friday = day_of_date(2024, 11, 29);
  for (Day day = 0; day < kHistoryDays; ++day) {
    EXPECT_LE(count_on(day), count_on(black_friday)) << day;
  }
  EXPECT_GT(count_on(black_friday), 3 * count_on(day_of_date(2024, 11, 15)));
}
}  // namespace
}  // namespace weir::generate::shop
