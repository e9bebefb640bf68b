#include "delta/file_pruning.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "delta/table_fixture_test.h"

namespace weir::delta {
namespace {
Schema schema_of(std::string_view type) {
  return parse_schema(fmt::format(R"x({{"type":"struct","fields":[{{"name":"c","type":"{}"}}]}})x", type)).value();
}

// Whether a file with these statistics may hold a row with `c <comparison> <values>`.
bool may_match(std::string_view type, std::string_view stats, Comparison comparison,
               std::vector<std::string> values = {}) {
  const auto condition =
      PreparedCondition::make({{"c"}, comparison, std::move(values)}, schema_of(type), ColumnMapping::kNone);
  if (!condition) {
    return true;
  }
  StatsReader reader;
  return !reader.open(stats) || condition->may_match(reader.range({"c"}, condition->type()));
}

std::string stats(std::string_view min, std::string_view max, int nulls = 0) {
  return fmt::format(R"({{"numRecords":3,"minValues":{{"c":{}}},"maxValues":{{"c":{}}},"nullCount":{{"c":{}}}}})", min,
                     max, nulls);
}

TEST(FilePruning, ComparesIntegers) {
  const std::string file = stats("10", "20");
  EXPECT_FALSE(may_match("long", file, Comparison::kEqual, {"9"}));
  EXPECT_TRUE(may_match("long", file, Comparison::kEqual, {"10"}));
  EXPECT_FALSE(may_match("long", file, Comparison::kEqual, {"21"}));
  EXPECT_FALSE(may_match("long", file, Comparison::kLess, {"10"}));
  EXPECT_TRUE(may_match("long", file, Comparison::kLessEqual, {"10"}));
  EXPECT_FALSE(may_match("long", file, Comparison::kLessEqual, {"9"}));
  EXPECT_FALSE(may_match("long", file, Comparison::kGreater, {"20"}));
  EXPECT_TRUE(may_match("long", file, Comparison::kGreaterEqual, {"20"}));
  EXPECT_FALSE(may_match("long", file, Comparison::kGreaterEqual, {"21"}));
  EXPECT_TRUE(may_match("long", file, Comparison::kNotEqual, {"10"}));
  EXPECT_FALSE(may_match("long", stats("10", "10"), Comparison::kNotEqual, {"10"}));
  EXPECT_FALSE(may_match("long", file, Comparison::kIn, {"1", "30"}));
  EXPECT_TRUE(may_match("long", file, Comparison::kIn, {"1", "15"}));
  EXPECT_FALSE(may_match("long", file, Comparison::kIn, {}));
}

TEST(FilePruning, KnowsNulls) {
  EXPECT_FALSE(may_match("long", stats("1", "2", 0), Comparison::kIsNull));
  EXPECT_TRUE(may_match("long", stats("1", "2", 1), Comparison::kIsNull));
  EXPECT_TRUE(may_match("long", stats("1", "2", 1), Comparison::kIsNotNull));
  const std::string all_null = R"({"numRecords":3,"minValues":{},"maxValues":{},"nullCount":{"c":3}})";
  EXPECT_FALSE(may_match("long", all_null, Comparison::kIsNotNull));
  EXPECT_FALSE(may_match("long", all_null, Comparison::kEqual, {"1"}));
  EXPECT_TRUE(may_match("long", all_null, Comparison::kIsNull));
}

TEST(FilePruning, SaysNothingWhereStatisticsSayNothing) {
  for (const char* text :
       {"", "{}", "x", "[]", R"({"numRecords":3})", R"({"minValues":{"c":null},"maxValues":{"c":{"d":1}}})",
        R"({"minValues":{"c":"no number"}})"}) {
    EXPECT_TRUE(may_match("long", text, Comparison::kEqual, {"1"})) << text;
    EXPECT_TRUE(may_match("long", text, Comparison::kIsNull)) << text;
  }
}

TEST(FilePruning, DamagedStatisticsSayNothing) {
  for (const char* text : {"{\"numRecords\":3,\"minValues\":{\"c\":10},\"maxValues\":{\"c\"", "{\"minValues\":{,}}",
                           "{\"a\" 1}", "{\"minValues\":[}"}) {
    StatsReader reader;
    if (reader.open(text)) {
      (void)reader.range({"c"}, schema_of("long").fields[0].type);
      EXPECT_FALSE(reader.range({"c"}, schema_of("long").fields[0].type).max) << text;
    }
  }
}

TEST(FilePruning, ConstantsThatTheTypeCannotReadSayNothing) {
  EXPECT_TRUE(may_match("long", stats("10", "20"), Comparison::kEqual, {"1.5"}));
  EXPECT_TRUE(
      may_match("date", stats("\"2024-01-01\"", "\"2024-01-02\""), Comparison::kEqual, {"2023-01-01 00:00:00"}));
  EXPECT_TRUE(may_match("decimal(5,2)", stats("1.00", "2.00"), Comparison::kEqual, {"1.005"}));
}

TEST(FilePruning, WidensTimestampsThatWereCutToMilliseconds) {
  const std::string file = stats("\"2024-01-01T00:00:00.123Z\"", "\"2024-01-01T00:00:00.123Z\"");
  EXPECT_TRUE(may_match("timestamp", file, Comparison::kEqual, {"2024-01-01 00:00:00.123999+00"}));
  EXPECT_TRUE(may_match("timestamp", file, Comparison::kGreater, {"2024-01-01 00:00:00.1235+00"}));
  EXPECT_FALSE(may_match("timestamp", file, Comparison::kGreater, {"2024-01-01 00:00:00.124+00"}));
  EXPECT_FALSE(may_match("timestamp", file, Comparison::kLess, {"2024-01-01 09:00:00.123+09"}));
}

TEST(FilePruning, DoesNotTrustCutTexts) {
  const std::string a32(32, 'a');
  const std::string file = stats('"' + a32 + '"', '"' + a32 + '"');
  EXPECT_TRUE(may_match("string", file, Comparison::kEqual, {a32 + "b"}));
  EXPECT_TRUE(may_match("string", file, Comparison::kGreater, {a32}));
  EXPECT_TRUE(may_match("string", file, Comparison::kNotEqual, {a32}));
  EXPECT_FALSE(may_match("string", file, Comparison::kGreater, {"b"}));
  EXPECT_FALSE(may_match("string", stats("\"a\"", "\"b\""), Comparison::kGreater, {"b"}));
}

TEST(FilePruning, LeavesRoomForNaN) {
  const std::string file = stats("1.5", "2.5");
  EXPECT_TRUE(may_match("double", file, Comparison::kGreater, {"100"}));
  EXPECT_TRUE(may_match("double", file, Comparison::kNotEqual, {"2.5"}));
  EXPECT_FALSE(may_match("double", file, Comparison::kEqual, {"100"}));
  EXPECT_FALSE(may_match("double", file, Comparison::kLess, {"1"}));
}

TEST(FilePruning, FloatsAreComparedAsFloatsAndAsDoubles) {
  const std::string file = stats("0.1", "0.3");
  EXPECT_TRUE(may_match("float", file, Comparison::kEqual, {"0.3"}));
  EXPECT_TRUE(may_match("float", file, Comparison::kLessEqual, {"0.1"}));
  EXPECT_TRUE(may_match("float", file, Comparison::kEqual, {"0.10000000149011612"}));
  EXPECT_FALSE(may_match("float", file, Comparison::kLess, {"0.05"}));
}

TEST(FilePruning, DecimalsAreExact) {
  const std::string file = stats("12345678901234567890.12", "99999999999999999999999999999999999.99");
  EXPECT_FALSE(may_match("decimal(38,2)", file, Comparison::kLess, {"12345678901234567890.12"}));
  EXPECT_TRUE(may_match("decimal(38,2)", file, Comparison::kLessEqual, {"12345678901234567890.12"}));
  EXPECT_TRUE(may_match("decimal(10,2)", stats("1.005", "1e2"), Comparison::kEqual, {"100.00"}));
  EXPECT_FALSE(may_match("decimal(10,2)", stats("1.005", "1e2"), Comparison::kEqual, {"100.02"}));
}

class ScanTest : public TableTest {
 protected:
  std::size_t files_of(std::vector<Condition> conditions) {
    return Scan::plan(load(), {.conditions = std::move(conditions)})->files().size();
  }
};

TEST_F(ScanTest, SkipsFilesByStatisticsAlsoInsideStructs) {
  create("SELECT 1 AS id, {'x': {'y': 10}} AS s");
  append("SELECT 2 AS id, {'x': {'y': 20}} AS s");
  append("SELECT 3 AS id, NULL::STRUCT(x STRUCT(y INTEGER)) AS s");
  EXPECT_EQ(files_of({}), 3U);
  EXPECT_EQ(files_of({{{"ID"}, Comparison::kGreater, {"1"}}}), 2U);
  EXPECT_EQ(files_of({{{"s", "x", "y"}, Comparison::kEqual, {"20"}}}), 1U);
  EXPECT_EQ(files_of({{{"id"}, Comparison::kGreater, {"1"}}, {{"s", "x", "y"}, Comparison::kLess, {"20"}}}), 0U);
  EXPECT_EQ(files_of({{{"nothing"}, Comparison::kEqual, {"1"}}}), 3U);
}

TEST_F(ScanTest, SkipsPartitions) {
  create("SELECT i AS id, ['a', 'b', NULL][i + 1] AS p, DATE '2024-01-01' + i::INTEGER AS d FROM range(3) r(i)",
         {"p", "d"});
  EXPECT_EQ(files_of({{{"p"}, Comparison::kEqual, {"a"}}}), 1U);
  EXPECT_EQ(files_of({{{"p"}, Comparison::kIsNull, {}}}), 1U);
  EXPECT_EQ(files_of({{{"p"}, Comparison::kNotEqual, {"a"}}}), 1U);
  EXPECT_EQ(files_of({{{"d"}, Comparison::kGreaterEqual, {"2024-01-02"}}}), 2U);
  EXPECT_EQ(files_of({{{"d"}, Comparison::kIn, {"2024-01-01", "2024-01-03"}}}), 2U);
}
}  // namespace
}  // namespace weir::delta
