#include "delta/partition_value.h"

#include <gtest/gtest.h>

namespace weir::delta {
namespace {
DataType type(std::string_view name) {
  return parse_type_json('"' + std::string(name) + '"').value();
}
std::string from_duck(std::string_view name, std::string_view text) {
  const auto value = partition_value_from_duck(type(name), std::string(text));
  return !value ? "error" : value->value_or("NULL");
}
std::string for_duck(std::string_view name, std::string_view text) {
  const auto value = partition_text_for_duck(type(name), std::string(text));
  return !value ? "error" : value->value_or("NULL");
}

TEST(PartitionValue, IsWrittenAsTheProtocolSays) {
  EXPECT_EQ(from_duck("timestamp", "2024-01-01 09:00:00.5+09"), "2024-01-01T00:00:00.500000Z");
  EXPECT_EQ(from_duck("timestamp_ntz", "2024-01-01 09:00:00"), "2024-01-01 09:00:00.000000");
  EXPECT_EQ(from_duck("double", "nan"), "NaN");
  EXPECT_EQ(from_duck("float", "-inf"), "-Infinity");
  EXPECT_EQ(from_duck("decimal(5,2)", "-0.05"), "-0.05");
  EXPECT_EQ(from_duck("string", "a/b=c%"), "a/b=c%");
  EXPECT_EQ(from_duck("string", ""), "NULL");
  EXPECT_EQ(from_duck("boolean", "true"), "true");
  EXPECT_EQ(from_duck("date", "infinity"), "error");
  EXPECT_EQ(from_duck("binary", "\xFF"), "error");
}

TEST(PartitionValue, IsReadInEverySpelling) {
  EXPECT_EQ(for_duck("timestamp", "2024-01-01 00:00:00"), "2024-01-01 00:00:00+00");
  EXPECT_EQ(for_duck("timestamp", "2024-01-01T00:00:00.123456Z"), "2024-01-01 00:00:00.123456+00");
  EXPECT_EQ(for_duck("timestamp_ntz", "2024-01-01 00:00:00.5"), "2024-01-01 00:00:00.500000");
  EXPECT_EQ(for_duck("long", ""), "NULL");
  EXPECT_EQ(for_duck("long", "x"), "error");
}

TEST(PartitionValue, PathsAreUris) {
  EXPECT_EQ(encode_path("s=a%20b/part 0.parquet"), "s=a%2520b/part%200.parquet");
  EXPECT_EQ(decode_path("s=a%2520b/part%200.parquet"), "s=a%20b/part 0.parquet");
  EXPECT_EQ(encode_path("k=가"), "k=%EA%B0%80");
  EXPECT_TRUE(is_absolute_path("/a"));
  EXPECT_TRUE(is_absolute_path("s3://b/a"));
  EXPECT_TRUE(is_absolute_path("file:/a"));
  EXPECT_FALSE(is_absolute_path("a=1/b"));
  EXPECT_FALSE(is_absolute_path("part-0.parquet"));
  EXPECT_FALSE(is_absolute_path("t%3A1/x"));
}
}  // namespace
}  // namespace weir::delta
