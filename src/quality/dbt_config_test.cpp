#include "quality/dbt_config.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace weir::quality {
namespace {
Result<DbtTestConfig> read(const std::vector<std::string>& layers) {
  std::vector<ConfigNode> nodes;
  for (const std::string& layer : layers) {
    nodes.push_back(parse_config(layer, "schema.yml").value());
  }
  return read_dbt_config(nodes);
}

TEST(DbtConfig, LetsTheLaterLayerWin) {
  const auto config = read({"{severity: WARN, where: a > 1, tags: nightly}", "", "{severity: error, tags: [daily, nightly]}"});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->rules.severity, Severity::kError);
  EXPECT_EQ(config->where, "a > 1");
  EXPECT_EQ(config->tags, (std::vector<std::string>{"daily", "nightly"}));
}

TEST(DbtConfig, ReadsThresholdsAndLimits) {
  const auto config = read({"{warn_if: '>10', error_if: between 20 and 30, limit: 100, fail_calc: sum(n)}"});
  ASSERT_TRUE(config);
  EXPECT_TRUE(config->rules.warn_if.holds(11));
  EXPECT_FALSE(config->rules.error_if.holds(31));
  EXPECT_EQ(config->rules.failures_max, 100U);
  EXPECT_EQ(config->fail_calc, "sum(n)");
}

TEST(DbtConfig, KeepsEverythingForSelections) {
  const auto config = read({"{meta: {owner: ann, pii: true}, store_failures: true, snowflake_warehouse: xl, tags: [b, a]}"});
  ASSERT_TRUE(config);
  EXPECT_EQ(config->flat.at("meta.owner"), (std::vector<std::string>{"ann"}));
  EXPECT_EQ(config->flat.at("meta.pii"), (std::vector<std::string>{"true"}));
  EXPECT_EQ(config->flat.at("store_failures"), (std::vector<std::string>{"true"}));
  EXPECT_EQ(config->flat.at("snowflake_warehouse"), (std::vector<std::string>{"xl"}));
  EXPECT_EQ(config->flat.at("tags"), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(config->flat.at("severity"), (std::vector<std::string>{"error"}));
}

TEST(DbtConfig, PointsToWhatIsWrong) {
  EXPECT_EQ(read({"severity: wrn"}).error().text(), "schema.yml:1:11: severity must be error or warn, not \"wrn\"; did you mean \"warn\"?");
  EXPECT_TRUE(read({"error_if: lots"}).error().text().starts_with("schema.yml:1:11: error_if: "));
  EXPECT_EQ(read({"limit: 0"}).error().text(), "schema.yml:1:8: limit must be 1 or more");
  EXPECT_EQ(read({"[a]"}).error().text(), "schema.yml:1:1: config must be a map of keys and values");
}
}  // namespace
}  // namespace weir::quality
