#include "quality/threshold.h"

#include <gtest/gtest.h>

namespace weir::quality {
namespace {
bool holds(std::string_view text, std::uint64_t failures) { return Threshold::parse(text).value().holds(failures); }

TEST(Threshold, IsAnyFailureUnlessTold) {
  EXPECT_FALSE(Threshold().holds(0));
  EXPECT_TRUE(Threshold().holds(1));
}

TEST(Threshold, ComparesAsWritten) {
  EXPECT_TRUE(holds(">10", 11));
  EXPECT_FALSE(holds("> 10", 10));
  EXPECT_TRUE(holds(">=10", 10));
  EXPECT_TRUE(holds("<5", 4));
  EXPECT_TRUE(holds("<= 5", 5));
  EXPECT_TRUE(holds("= 0", 0));
  EXPECT_TRUE(holds("==0", 0));
  EXPECT_TRUE(holds("<> 0", 2));
  EXPECT_FALSE(holds("!=0", 0));
}

TEST(Threshold, TakesBothEndsOfBetween) {
  EXPECT_TRUE(holds("between 5 and 10", 5));
  EXPECT_TRUE(holds("BETWEEN 5 AND 10", 10));
  EXPECT_FALSE(holds("between 5 and 10", 11));
}

TEST(Threshold, SaysHowToWriteIt) {
  for (const std::string_view bad : {"10", ">", "> ten", "between 5", "between a and b", "> 10 rows", "=> 3", ""}) {
    const auto result = Threshold::parse(bad);
    ASSERT_FALSE(result) << bad;
    EXPECT_NE(result.error().message.find("\">10\""), std::string::npos) << bad;
  }
}

TEST(Threshold, HasOneUsualForm) {
  EXPECT_EQ(Threshold::parse(">10").value().text(), "> 10");
  EXPECT_EQ(Threshold::parse("Between 1  AND 2").value_or(Threshold()).text(), "between 1 and 2");
}
}  // namespace
}  // namespace weir::quality
