#include "generate/day_curve.h"

#include <gtest/gtest.h>

namespace weir::generate {
namespace {
TEST(DayCurve, MovesFromMidnightToMidnight) {
  const DayCurve curve;
  std::uint32_t last = 0;
  for (std::uint64_t fraction = 0; fraction < (std::uint64_t{1} << 32); fraction += 1U << 20) {
    const std::uint32_t millisecond = curve.millisecond_of(static_cast<std::uint32_t>(fraction));
    EXPECT_GE(millisecond, last);
    last = millisecond;
  }
  EXPECT_EQ(curve.millisecond_of(0), 0U);
  EXPECT_EQ(curve.second_of(0xFFFFFFFF), 86'399U);
}

TEST(DayCurve, HasHalfOfTheBusinessDoneInTheAfternoon) {
  const DayCurve curve;
  EXPECT_GT(curve.second_of(0x80000000), 15U * 3'600);
  EXPECT_LT(curve.second_of(0x80000000), 18U * 3'600);
}
}  // namespace
}  // namespace weir::generate
