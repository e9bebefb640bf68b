#include "core/random.h"

#include <gtest/gtest.h>

#include <set>

#include "core/hash.h"

namespace weir {
namespace {
TEST(RandomTest, SeedsRepeat) {
  SeededRandom random(0);
  EXPECT_EQ(random.next(), 0xE220A8397B1DCDAFULL);  // the first number of SplitMix64 from 0, as published
}

TEST(RandomTest, UuidsHaveVersionAndVariant) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) {
    const std::string uuid = uuid_v4();
    EXPECT_EQ(uuid.size(), 36U);
    EXPECT_EQ(uuid[14], '4');
    EXPECT_TRUE(std::string("89ab").contains(uuid[19])) << uuid;
    seen.insert(uuid);
  }
  EXPECT_EQ(seen.size(), 100U);
}

TEST(HashTest, IsXxh3) {
  // Values of the reference implementation for the empty input.
  EXPECT_EQ(hash64(""), 0x2D06800538D394C2ULL);
  EXPECT_EQ(hash128_hex(""), "99aa06d3014798d86001c324468d497f");
}
}  // namespace
}  // namespace weir
