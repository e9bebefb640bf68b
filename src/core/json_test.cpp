#include "core/json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace weir {
namespace {
TEST(JsonTest, KeepsTheOrderOfKeys) { EXPECT_EQ(parse_json(R"({"z": 1, "a": 2})", "x.json")->dump(), R"({"z":1,"a":2})"); }

TEST(JsonTest, ErrorsNameThePlace) {
  const auto result = parse_json("{\n  \"a\": 1,\n  oops\n}", "x.json");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().text().substr(0, 11), "x.json:3:3:") << result.error().text();
}

TEST(JsonTest, DepthIsBounded) {
  EXPECT_FALSE(parse_json(std::string(100'000, '['), "x.json"));
  EXPECT_FALSE(parse_json(std::string(2'000, '[') + std::string(2'000, ']'), "x.json"));
}

TEST(JsonTest, AnEmptyTextIsAnError) { EXPECT_FALSE(parse_json("", "x.json")); }
}  // namespace
}  // namespace weir
