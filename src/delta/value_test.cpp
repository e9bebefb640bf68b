#include "delta/value.h"

#include <gtest/gtest.h>

#include <cmath>

namespace weir::delta {
namespace {
std::optional<Value> parse(std::string_view type, std::string_view text) {
  return parse_value(parse_type_json('"' + std::string(type) + '"').value(), text);
}

TEST(Value, DatesAreDaysAcrossTheCalendar) {
  EXPECT_EQ(parse_date("1970-01-01"), 0);
  EXPECT_EQ(parse_date("2024-02-29"), 19782);
  EXPECT_EQ(parse_date("0001-01-01"), -719162);
  EXPECT_EQ(parse_date("9999-12-31"), 2932896);
  EXPECT_EQ(parse_date("12345-01-01"), 3789391);
  for (const char* bad : {"", "2023-02-29", "2024-1-1", "2024-01-01x", "0044-03-15 (BC)", "infinity"}) {
    EXPECT_EQ(parse_date(bad), std::nullopt) << bad;
  }
  for (const std::int64_t days : {0LL, 19782LL, -719162LL, 2932896LL, -800000LL, 5000000LL}) {
    EXPECT_EQ(parse_date(date_text(days)), days) << date_text(days);
  }
}

TEST(Value, MomentsAreMicrosecondsInEverySpelling) {
  EXPECT_EQ(parse_moment("1970-01-01 00:00:01"), 1'000'000);
  EXPECT_EQ(parse_moment("1970-01-01T00:00:00.123456Z"), 123'456);
  EXPECT_EQ(parse_moment("1970-01-01 09:00:00+09"), 0);
  EXPECT_EQ(parse_moment("1969-12-31 18:30:00-05:30"), 0);
  EXPECT_EQ(parse_moment("1970-01-01"), 0);
  EXPECT_EQ(parse_moment("1970-01-01 00:00"), 0);
  EXPECT_EQ(moment_text(-1), "1969-12-31 23:59:59.999999");
  EXPECT_EQ(moment_text(0, 'T'), "1970-01-01T00:00:00");
  for (const char* bad : {"", "1970-01-01 25:00:00", "1970-01-01 00:00:00.", "1970-01-01 00:00:00 UTC",
                          "1970-01-01x00:00:00", "infinity"}) {
    EXPECT_EQ(parse_moment(bad), std::nullopt) << bad;
  }
}

TEST(Value, DecimalsAreExactOrNothing) {
  EXPECT_EQ(std::get<Int128>(*parse("decimal(10,2)", "-12.3")), -1230);
  EXPECT_EQ(std::get<Int128>(*parse("decimal(10,2)", "1.500")), 150);
  EXPECT_FALSE(parse("decimal(10,2)", "1.505"));
  EXPECT_FALSE(parse("decimal(10,2)", ""));
  EXPECT_FALSE(parse("decimal(38,10)", "12345678901234567890123456789012345678"));
}

TEST(Value, NaNIsTheGreatestNumber) {
  const auto nan = *parse("double", "NaN");
  EXPECT_TRUE(compare_values(*parse("double", "inf"), nan) < 0);
  EXPECT_TRUE(compare_values(nan, nan) == 0);
  EXPECT_TRUE(compare_values(*parse("double", "-Infinity"), *parse("double", "-1e308")) < 0);
}

TEST(Value, OnlyWholeTextsAreRead) {
  EXPECT_FALSE(parse("long", "1.0"));
  EXPECT_FALSE(parse("long", "1 "));
  EXPECT_FALSE(parse("double", "1,5"));
  EXPECT_FALSE(parse("boolean", "yes"));
  EXPECT_EQ(std::get<std::int64_t>(*parse("boolean", "true")), 1);
  EXPECT_FALSE(parse("binary", "x"));
}
}  // namespace
}  // namespace weir::delta
