#include <gmock/gmock.h>

#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Pair;
using testing::TestProject;

class ConfigPrecedenceTest : public ::testing::Test {
 protected:
  ConfigPrecedenceTest() {
    project_.file("dbt_project.yml", R"(
name: shop
models:
  +tags: all
  +meta: {owner: data, level: 1}
  shop:
    +materialized: view
    staging:
      materialized: table
      +schema: staging
      +tags: [raw]
)");
  }
  graph::NodeInfo info(const std::string& id) { return project_.node(id)->info(); }
  TestProject project_;
};

TEST_F(ConfigPrecedenceTest, FoldersInheritAndOverride) {
  project_.model("staging/orders", "select 1 as id");
  project_.model("totals", "select 1 as id");
  EXPECT_EQ(info("model.shop.orders").materialized, "table");
  EXPECT_EQ(info("model.shop.orders").schema, "staging");
  EXPECT_EQ(info("model.shop.totals").materialized, "view");
  EXPECT_EQ(info("model.shop.totals").schema, "analytics");
}

TEST_F(ConfigPrecedenceTest, SchemaYmlIsStrongerThanTheProject) {
  project_.model("staging/orders", "select 1 as id");
  project_.properties("models: [{name: orders, config: {materialized: ephemeral, schema: other}}]");
  EXPECT_EQ(info("model.shop.orders").materialized, "ephemeral");
  EXPECT_EQ(info("model.shop.orders").schema, "other");
}

TEST_F(ConfigPrecedenceTest, TheFileIsStrongest) {
  project_.model("staging/orders", "{{ config(materialized='incremental', schema='third') }} select 1 as id");
  project_.properties("models: [{name: orders, config: {materialized: ephemeral, schema: other}}]");
  EXPECT_EQ(info("model.shop.orders").materialized, "incremental");
  EXPECT_EQ(info("model.shop.orders").schema, "third");
}

TEST_F(ConfigPrecedenceTest, TagsOfAllLayersCount) {
  project_.model("staging/orders", "{{ config(tags=['mine', 'raw']) }} select 1 as id");
  project_.properties("models: [{name: orders, config: {tags: patched}}]");
  EXPECT_THAT(info("model.shop.orders").tags, ElementsAre("all", "raw", "patched", "mine"));
}

TEST_F(ConfigPrecedenceTest, MetaIsMergedByKey) {
  project_.model("staging/orders", "{{ config(meta={'level': 3}) }} select 1 as id");
  project_.properties("models: [{name: orders, meta: {pii: true}}]");
  EXPECT_THAT(info("model.shop.orders").config, Contains(Pair("meta.owner", ElementsAre("data"))));
  EXPECT_THAT(info("model.shop.orders").config, Contains(Pair("meta.level", ElementsAre("3"))));
  EXPECT_THAT(info("model.shop.orders").config, Contains(Pair("meta.pii", ElementsAre("true"))));
}

TEST_F(ConfigPrecedenceTest, AnAliasNamesTheTable) {
  project_.model("staging/orders", "{{ config(alias='stg_orders') }} select 1 as id");
  EXPECT_THAT(info("model.shop.orders").tables_written, ElementsAre("staging.stg_orders"));
}

TEST_F(ConfigPrecedenceTest, UnknownConfigsInAFileAreWarnings) {
  project_.model("orders", "{{\n  config(\n    materialised='table'\n  )\n}}\nselect 1 as id");
  EXPECT_THAT(project_.loaded().warnings(),
              ElementsAre("models/orders.sql:3:5: unknown config \"materialised\"; did you mean \"materialized\"?"));
}

TEST_F(ConfigPrecedenceTest, UnknownMaterializationsAreErrors) {
  project_.model("orders", "{{ config(materialized='tabel') }} select 1 as id");
  EXPECT_EQ(project_.load_error(), "models/orders.sql: unknown materialization \"tabel\"; did you mean \"table\"?");
}

TEST_F(ConfigPrecedenceTest, ATemplateReadsItsConfig) {
  project_.model("staging/orders",
                 "select '{{ config.get('schema') }}' as a, '{{ config.get('nope', 'other') }}' as b");
  EXPECT_EQ(project_.compiled("model.shop.orders"), "select 'staging' as a, 'other' as b");
}
}  // namespace
}  // namespace weir::transform
