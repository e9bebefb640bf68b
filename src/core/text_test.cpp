#include "core/text.h"

#include <gtest/gtest.h>

namespace weir {
namespace {
using namespace std::chrono_literals;

TEST(TextTest, SplitsAndJoins) {
  EXPECT_EQ(split("a,b,,c", ','), (std::vector<std::string>{"a", "b", "", "c"}));
  EXPECT_EQ(split("", ','), (std::vector<std::string>{""}));
  EXPECT_EQ(join(std::vector<std::string>{"a", "b"}, ", "), "a, b");
}

TEST(TextTest, QuotesForSql) {
  EXPECT_EQ(sql_string("it's"), "'it''s'");
  EXPECT_EQ(sql_name("a\"b"), "\"a\"\"b\"");
}

TEST(TextTest, GlobStarsStopAtSlashes) {
  EXPECT_TRUE(glob_match("a/*.csv", "a/b.csv"));
  EXPECT_FALSE(glob_match("a/*.csv", "a/b/c.csv"));
  EXPECT_TRUE(glob_match("a/**/c.csv", "a/b/x/c.csv"));
  EXPECT_TRUE(glob_match("a/**/c.csv", "a/c.csv"));
  EXPECT_TRUE(glob_match("day[0-9]/?.txt", "day3/x.txt"));
  EXPECT_FALSE(glob_match("day[!0-9]", "day3"));
  EXPECT_TRUE(glob_match("[", "["));
}

TEST(TextTest, SuggestsWhatIsNear) {
  const std::vector<std::string> names = {"shop.orders", "shop.customers"};
  EXPECT_EQ(did_you_mean("shop.order", names), "; did you mean \"shop.orders\"?");
  EXPECT_EQ(did_you_mean("hsop.orders", names), "; did you mean \"shop.orders\"?");
  EXPECT_EQ(did_you_mean("zebra", names), "");
}

TEST(TextTest, PrintsForPeople) {
  EXPECT_EQ(human_bytes(512), "512 B");
  EXPECT_EQ(human_bytes(1536), "1.5 KiB");
  EXPECT_EQ(human_count(1234567), "1,234,567");
  EXPECT_EQ(human_count(12), "12");
  EXPECT_EQ(human_duration(50ms), "0.05 s");
  EXPECT_EQ(human_duration(245s), "4 m 05 s");
  EXPECT_EQ(human_duration(2h + 3min), "2 h 03 m");
}

TEST(TextTest, ParsesDurations) {
  EXPECT_EQ(parse_duration("250ms").value(), 250ms);
  EXPECT_EQ(parse_duration("1d12h").value(), 36h);
  EXPECT_EQ(parse_duration(" 1.5 h ").value_or(0ms), 0ms);  // a number and its unit stand together
  EXPECT_EQ(parse_duration("1.5h").value(), 90min);
  EXPECT_FALSE(parse_duration("5"));
  EXPECT_FALSE(parse_duration(""));
  EXPECT_FALSE(parse_duration("-5m"));
}

TEST(TextTest, ParsesSizes) {
  EXPECT_EQ(parse_size("64MiB").value(), 67108864U);
  EXPECT_EQ(parse_size("2 GB").value(), 2000000000U);
  EXPECT_EQ(parse_size("512").value(), 512U);
  EXPECT_FALSE(parse_size("64 MiBs"));
  EXPECT_FALSE(parse_size("lots"));
}

TEST(TextTest, PercentCodesRoundTrip) {
  const std::string odd = "a b/ü%#?=";
  EXPECT_EQ(percent_encode("a b/c", "/"), "a%20b/c");
  EXPECT_EQ(percent_decode(percent_encode(odd)), odd);
  EXPECT_EQ(percent_decode("100%"), "100%");
}

TEST(TextTest, ExcerptsNeverCutWithinACharacter) {
  EXPECT_EQ(excerpt("안녕하세요", 7), "안녕…");
  EXPECT_EQ(excerpt(std::string("a\0b\n", 4)), "a\\x00b\\n");
  EXPECT_EQ(excerpt("\xff"), "\\xff");
}

TEST(TextTest, KnowsInvalidUtf8) {
  EXPECT_TRUE(is_valid_utf8("안녕 Grüße 🎉"));
  EXPECT_FALSE(is_valid_utf8("\xc0\xaf"));          // overlong
  EXPECT_FALSE(is_valid_utf8("\xed\xa0\x80"));      // surrogate
  EXPECT_FALSE(is_valid_utf8("\xf5\x80\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(is_valid_utf8("\xe3\x81"));          // cut short
}

TEST(TextTest, WideCharactersTakeTwoColumns) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("안녕"), 4U);
  EXPECT_EQ(display_width("e\u0301"), 1U);
}
}  // namespace
}  // namespace weir
