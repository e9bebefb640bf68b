#include "generate/random.h"

#include <gtest/gtest.h>

namespace weir::generate {
namespace {
TEST(Random, GivesTheNumbersOfSplitMix64) {
  Random random(1234567);
  EXPECT_EQ(random.next(), 6457827717110365317U);
  EXPECT_EQ(random.next(), 3203168211198807973U);
}

TEST(Random, StaysBelowItsBound) {
  Random random(1);
  for (int i = 0; i < 1'000; ++i) {
    EXPECT_LT(random.below(3), 3U);
    const std::uint32_t between = random.between(5, 6);
    EXPECT_TRUE(between == 5 || between == 6);
  }
  EXPECT_EQ(random.below(0), 0U);
}

TEST(Random, TakesAChanceAsOftenAsTold) {
  Random random(7);
  int hits = 0;
  for (int i = 0; i < 10'000; ++i) {
    hits += random.chance(250) ? 1 : 0;
  }
  EXPECT_NEAR(hits, 2'500, 150);
}

TEST(BitsOf, DependsOnSeedStreamAndKey) {
  EXPECT_EQ(bits_of(1, 2, 3), bits_of(1, 2, 3));
  EXPECT_NE(bits_of(1, 2, 3), bits_of(2, 2, 3));
  EXPECT_NE(bits_of(1, 2, 3), bits_of(1, 3, 3));
  EXPECT_NE(bits_of(1, 2, 3), bits_of(1, 2, 4));
}
}  // namespace
}  // namespace weir::generate
