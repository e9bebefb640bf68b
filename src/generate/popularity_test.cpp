#include "generate/popularity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace weir::generate {
namespace {
// How often each thing came in `draws_count` draws, most often first.
std::vector<int> counts_of(const Popularity& popularity, std::uint32_t count, int draws_count) {
  std::vector<int> counts(count);
  Random random(1);
  for (int i = 0; i < draws_count; ++i) {
    ++counts.at(popularity.draw(random));
  }
  std::sort(counts.rbegin(), counts.rend());
  return counts;
}

TEST(Popularity, FollowsZipf) {
  const auto counts = counts_of(Popularity(100, 1, 42), 100, 500'000);
  // The harmonic number of 100 is 5.187.
  EXPECT_NEAR(counts[0], 500'000 / 5.187, 2'000);
  EXPECT_NEAR(counts[1], 500'000 / 5.187 / 2, 2'000);
  EXPECT_NEAR(counts[9], 500'000 / 5.187 / 10, 600);
}

TEST(Popularity, DrawsTheOnlyThing) {
  Random random(1);
  EXPECT_EQ(Popularity(1, 5, 42).draw(random), 0U);
}

TEST(Popularity, ReachesAllOfManyThings) {
  constexpr std::uint32_t kCount = 200'000;
  const auto counts = counts_of(Popularity(kCount, 100, 42), kCount, 4'000'000);
  const auto drawn = std::count_if(counts.begin(), counts.end(), [](int count) { return count > 0; });
  EXPECT_GT(drawn, 150'000);
  EXPECT_GT(counts.front(), 1'000);
}

TEST(Popularity, MakesOtherThingsHotWithAnotherSeed) {
  Random random_a(1);
  Random random_b(1);
  const Popularity a(1'000, 1, 1);
  const Popularity b(1'000, 1, 2);
  int equal = 0;
  for (int i = 0; i < 100; ++i) {
    equal += a.draw(random_a) == b.draw(random_b) ? 1 : 0;
  }
  EXPECT_LT(equal, 50);
}
}  // namespace
}  // namespace weir::generate
