#include "core/clock.h"

#include <gtest/gtest.h>

namespace weir {
namespace {
TEST(ClockTest, PrintsAndReadsTimes) {
  for (const char* text : {"1969-12-31T23:59:59.999999Z", "2024-02-29T00:00:00Z", "0001-01-01T00:00:00Z"}) {
    EXPECT_EQ(format_timestamp(parse_timestamp(text).value()), text);
  }
}

TEST(ClockTest, ReadsTheUsualForms) {
  const Timestamp moment = parse_timestamp("2024-01-31T06:00:00Z").value();
  EXPECT_EQ(parse_timestamp("2024-01-31 06:00").value(), moment);
  EXPECT_EQ(parse_timestamp("2024-01-31T15:00:00+09:00").value(), moment);
  EXPECT_EQ(parse_timestamp("2024-01-31T01:00:00 -0500").value(), moment);
  EXPECT_EQ(format_timestamp(parse_timestamp("2024-01-31").value()), "2024-01-31T00:00:00Z");
}

TEST(ClockTest, RefusesWhatIsNoTime) {
  for (const char* text : {"", "yesterday", "2024-13-01", "2024-02-30", "2024-01-01T25:00", "2024-01-01x", "24-01-01"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
}

TEST(ClockTest, TheManualClockStandsStill) {
  ManualClock clock(from_milliseconds(1000));
  EXPECT_EQ(to_milliseconds(clock.now()), 1000);
  clock.advance(std::chrono::seconds(2));
  EXPECT_EQ(to_milliseconds(clock.now()), 3000);
}

TEST(ClockTest, WaitingOnTheManualClockMovesIt) {
  const ManualClock clock;
  EXPECT_TRUE(clock.wait_for(std::chrono::hours(1)));
  EXPECT_EQ(clock.monotonic(), std::chrono::hours(1));
}

TEST(ClockTest, AStopEndsAWait) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(system_clock().wait_for(std::chrono::hours(1), stop.get_token()));
  EXPECT_FALSE(ManualClock().wait_for(std::chrono::hours(1), stop.get_token()));
  EXPECT_TRUE(system_clock().wait_for(std::chrono::seconds(-1)));
}
}  // namespace
}  // namespace weir
