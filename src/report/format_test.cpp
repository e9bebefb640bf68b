#include "report/format.h"

#include <gtest/gtest.h>

#include <limits>

#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/json.h"

namespace weir::report {
namespace {
Cell cell_of(const Json& value) {
  if (value.is_null()) {
    return {};
  }
  if (value.is_string()) {
    return value.get<std::string>();
  }
  return value.is_number_integer() ? Cell(value.get<std::int64_t>()) : Cell(value.get<double>());
}

std::string write(std::string_view format, const Cell& cell) {
  return Format::parse(format)->write(cell);
}

std::string parse_error(std::string_view format) {
  return Format::parse(format).error().text();
}

TEST(Format, WritesTheCasesThatThePageShares) {
  const auto cases = parse_json(read_file("tests/golden/report/formats.json").value(), "formats.json");
  ASSERT_TRUE(cases) << cases.error().text();
  for (const Json& each : *cases) {
    EXPECT_EQ(write(each["format"].get<std::string>(), cell_of(each["value"])), each["text"].get<std::string>())
        << each.dump();
  }
}

TEST(Format, KeepsDecimalsOfAnyLengthExact) {
  EXPECT_EQ(write("number:2", Decimal{"12345678901234567890123.455"}), "12,345,678,901,234,567,890,123.46");
}

TEST(Format, ShowsTruthInfinityAndWhatIsNoNumber) {
  EXPECT_EQ(write("number", true), "true");
  EXPECT_EQ(write("number", -std::numeric_limits<double>::infinity()), "-∞");
  EXPECT_EQ(write("eur", std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(Format, WritesTimesWithTheirFraction) {
  const Timestamp time = std::chrono::sys_days(std::chrono::year(2024) / 1 / 31) + std::chrono::microseconds(1'500'000);
  EXPECT_EQ(raw_text(time), "2024-01-31 00:00:01.500000");
  EXPECT_EQ(write("%H:%M:%S", time), "00:00:01");
}

TEST(Format, KnowsThatInfiniteDatesHaveNoDigits) {
  EXPECT_EQ(write("day", std::chrono::sys_days(std::chrono::days(std::numeric_limits<int>::max()))), "after 9999");
  EXPECT_EQ(write("date", Timestamp::min()), "before 0001");
}

TEST(Format, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(parse_error("curency"), "unknown format \"curency\"");
  EXPECT_EQ(parse_error("precent"), "unknown format \"precent\"; did you mean \"percent\"?");
  EXPECT_EQ(parse_error("month:2"),
            "the format \"month\" cannot have \":2\"; numbers take decimals (\"number:2\"), numbers and currencies "
            "\":short\"");
  EXPECT_TRUE(parse_error("%Y-%Q").starts_with("the date pattern \"%Y-%Q\" has \"%Q\"; known are"));
  EXPECT_FALSE(Format::parse("percent:short"));
  EXPECT_FALSE(Format::parse("100%"));
}

std::string default_spec(const Column& column, const std::vector<Cell>& cells) {
  return default_format(column, cells).spec();
}
Cell day(int year, unsigned month, unsigned of_month) {
  return std::chrono::sys_days(std::chrono::year(year) / std::chrono::month(month) / std::chrono::day(of_month));
}

TEST(DefaultFormat, GivesAColumnTheDecimalsThatItNeeds) {
  EXPECT_EQ(default_spec({"revenue", ColumnType::kDouble}, {1.0, 2.5, Cell()}), "number:1");
  EXPECT_EQ(default_spec({"revenue", ColumnType::kDouble}, {1.0 / 3, 100.0}), "number:2");
  EXPECT_EQ(default_spec({"share", ColumnType::kDouble}, {0.123456}), "number:4");
  EXPECT_EQ(default_spec({"price", ColumnType::kDecimal}, {Decimal{"10.00"}, Decimal{"12.00"}}), "number:0");
}

TEST(DefaultFormat, LeavesYearsAndIdentifiersAlone) {
  EXPECT_EQ(default_spec({"year", ColumnType::kInteger}, {std::int64_t{2024}}), "text");
  EXPECT_EQ(default_spec({"order_id", ColumnType::kInteger}, {std::int64_t{120031}}), "text");
  EXPECT_EQ(default_spec({"paid", ColumnType::kInteger}, {std::int64_t{120031}}), "number:0");
}

TEST(DefaultFormat, SeesMonthsAndYearsInDates) {
  EXPECT_EQ(default_spec({"m", ColumnType::kDate}, {day(2024, 1, 1), day(2024, 2, 1)}), "month");
  EXPECT_EQ(default_spec({"y", ColumnType::kDate}, {day(2023, 1, 1), day(2024, 1, 1)}), "year");
  EXPECT_EQ(default_spec({"d", ColumnType::kDate}, {day(2024, 1, 1), day(2024, 2, 2)}), "date");
  EXPECT_EQ(default_spec({"d", ColumnType::kDate}, {day(2024, 1, 1)}), "date");
  EXPECT_EQ(default_spec({"t", ColumnType::kTimestamp}, {Timestamp(std::chrono::hours(5))}), "datetime");
}
}  // namespace
}  // namespace weir::report
