#include "delta/stats.h"

#include <gtest/gtest.h>

namespace weir::delta {
namespace {
DataType type(std::string_view name) {
  return parse_type_json('"' + std::string(name) + '"').value();
}

TEST(Stats, NumbersAreJsonNumbers) {
  EXPECT_EQ(min_json(type("long"), "-5"), "-5");
  EXPECT_EQ(max_json(type("decimal(38,5)"), "123456789012345678901234567890.12345"),
            "123456789012345678901234567890.12345");
  EXPECT_EQ(max_json(type("double"), "1e+20"), "1e+20");
  EXPECT_EQ(max_json(type("double"), "inf"), std::nullopt);
  EXPECT_EQ(max_json(type("double"), "nan"), std::nullopt);
}

TEST(Stats, MomentsAreCutToMillisecondsAndMaximaRaised) {
  EXPECT_EQ(min_json(type("timestamp"), "2024-01-01 00:00:00.123456+00"), "\"2024-01-01T00:00:00.123Z\"");
  EXPECT_EQ(max_json(type("timestamp"), "2024-01-01 00:00:00.123456+00"), "\"2024-01-01T00:00:00.124Z\"");
  EXPECT_EQ(max_json(type("timestamp"), "2024-01-01 09:00:00+09"), "\"2024-01-01T00:00:00.000Z\"");
  EXPECT_EQ(min_json(type("timestamp_ntz"), "1969-12-31 23:59:59.9999"), "\"1969-12-31T23:59:59.999\"");
  EXPECT_EQ(max_json(type("timestamp_ntz"), "1969-12-31 23:59:59.9999"), "\"1970-01-01T00:00:00.000\"");
  EXPECT_EQ(max_json(type("timestamp"), "infinity"), std::nullopt);
  EXPECT_EQ(max_json(type("timestamp"), "290000-01-01 00:00:00+00"), std::nullopt);
  EXPECT_EQ(min_json(type("date"), "2024-02-29"), "\"2024-02-29\"");
  EXPECT_EQ(min_json(type("date"), "0044-03-15 (BC)"), std::nullopt);
}

TEST(Stats, LongTextsAreCutAndMaximaRaised) {
  const std::string a32(32, 'a');
  EXPECT_EQ(max_json(type("string"), a32), '"' + a32 + '"');
  EXPECT_EQ(min_json(type("string"), a32 + "b"), '"' + a32 + '"');
  EXPECT_EQ(max_json(type("string"), a32 + "b"), '"' + std::string(31, 'a') + "b\"");
  std::string korean;
  for (int i = 0; i < 33; ++i) {
    korean += "가";
  }
  EXPECT_EQ(min_json(type("string"), korean), '"' + korean.substr(0, 96) + '"');
  EXPECT_EQ(max_json(type("string"), korean), '"' + korean.substr(0, 93) + "각\"");
  std::string highest;
  for (int i = 0; i < 33; ++i) {
    highest += "\xF4\x8F\xBF\xBF";
  }
  EXPECT_EQ(max_json(type("string"), highest), std::nullopt);
  EXPECT_EQ(max_json(type("string"), "\xFF"), std::nullopt);
}

TEST(Stats, MirrorTheSchema) {
  const Schema schema =
      parse_schema(R"({"type":"struct","fields":[{"name":"id","type":"long"},{"name":"flag","type":"boolean"},)"
                   R"({"name":"a","type":{"type":"struct","fields":[{"name":"b","type":"string"}]}},)"
                   R"({"name":"f","type":"double"}]})")
          .value();
  const LeafStatsMap leaves = {{{"id"}, {"1", "9", 0, false}},
                               {{"flag"}, {"0", "1", 2, false}},
                               {{"a", "b"}, {"x", "y", 1, false}},
                               {{"f"}, {"0.5", "1.5", 0, true}}};
  const auto columns = stats_columns(schema, {}, {}, ColumnMapping::kNone);
  EXPECT_EQ(stats_json(3, schema, ColumnMapping::kNone, columns, leaves),
            R"({"numRecords":3,"minValues":{"id":1,"a":{"b":"x"},"f":0.5},"maxValues":{"id":9,"a":{"b":"y"}},)"
            R"("nullCount":{"id":0,"flag":2,"a":{"b":1},"f":0}})");
  EXPECT_EQ(stats_json(0, schema, ColumnMapping::kNone, {}, leaves),
            R"({"numRecords":0,"minValues":{},"maxValues":{},"nullCount":{}})");
}

TEST(Stats, FollowTheTablesProperties) {
  const Schema schema =
      parse_schema(
          R"({"type":"struct","fields":[{"name":"p","type":"long"},{"name":"x","type":"long"},)"
          R"({"name":"s","type":{"type":"struct","fields":[{"name":"y","type":"long"},{"name":"z","type":"long"}]}}]})")
          .value();
  using Paths = std::vector<std::vector<std::string>>;
  const auto columns = [&](const StringMap& properties) {
    return stats_columns(schema, {"p"}, properties, ColumnMapping::kNone);
  };
  EXPECT_EQ(columns({}), (Paths{{"x"}, {"s", "y"}, {"s", "z"}}));
  EXPECT_EQ(columns({{"delta.dataSkippingNumIndexedCols", "2"}}), (Paths{{"x"}, {"s", "y"}}));
  EXPECT_EQ(columns({{"delta.dataSkippingNumIndexedCols", "-1"}}).size(), 3U);
  EXPECT_EQ(columns({{"delta.dataSkippingStatsColumns", "`s`.z, X, none"}}), (Paths{{"s", "z"}, {"x"}}));
}

TEST(Stats, ReadDuckDbsColumnPaths) {
  EXPECT_EQ(parse_column_path(R"("a"."b ""q""")"), (std::vector<std::string>{"a", "b \"q\""}));
  EXPECT_EQ(parse_column_path("a"), std::nullopt);
  EXPECT_EQ(parse_column_path("\"a"), std::nullopt);
  EXPECT_EQ(parse_column_path(""), std::nullopt);
}
}  // namespace
}  // namespace weir::delta
