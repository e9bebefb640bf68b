#include <gmock/gmock.h>

#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::TestProject;

class PropertiesTest : public ::testing::Test {
 protected:
  PropertiesTest() { project_.model("orders", "select 1 as order_id"); }
  NodeProperties orders() { return project_.loaded().properties().nodes.at(0); }
  TestProject project_;
};

TEST_F(PropertiesTest, DescriptionsAndColumnsAreKept) {
  project_.properties(R"(
version: 2
models:
  - name: orders
    description: One row for each order
    columns:
      - name: order_id
        description: Its number
        data_type: integer
        meta: {pii: false}
        tags: [key]
)");
  const NodeProperties properties = orders();
  EXPECT_EQ(properties.node_id, "model.shop.orders");
  EXPECT_EQ(properties.description, "One row for each order");
  ASSERT_THAT(properties.columns, SizeIs(1));
  EXPECT_EQ(properties.columns[0].description, "Its number");
  EXPECT_EQ(properties.columns[0].data_type, "integer");
  EXPECT_THAT(properties.columns[0].tags, ElementsAre("key"));
  EXPECT_EQ(project_.node("model.shop.orders")->info().description, "One row for each order");
  EXPECT_EQ(project_.node("model.shop.orders")->info().properties_path, "models/schema.yml");
}

TEST_F(PropertiesTest, TestsAreKeptAsTheyAreWritten) {
  project_.properties(R"(
models:
  - name: orders
    data_tests:
      - dbt_utils.row_count: {min: "{{ var('n') }}"}
    columns:
      - name: order_id
        tests:
          - unique
          - not_null:
              config: {severity: warn}
)");
  const NodeProperties properties = orders();
  ASSERT_THAT(properties.tests, SizeIs(1));
  EXPECT_EQ(properties.tests[0].entries()[0].key, "dbt_utils.row_count");
  EXPECT_EQ(properties.tests[0].entries()[0].value.find("min")->text(), "{{ var('n') }}");
  ASSERT_THAT(properties.columns[0].tests, SizeIs(2));
  EXPECT_EQ(properties.columns[0].tests[0].text(), "unique");
  EXPECT_EQ(properties.columns[0].tests[0].place().text(), "models/schema.yml:9:13");
}

TEST_F(PropertiesTest, DocsBlocksAreRendered) {
  project_.file("models/docs.md", "# Words\n{% docs order_id %}\nThe *number*\n{% enddocs %}\n");
  project_.properties(
      "models: [{name: orders, description: \"Orders. {{ doc('order_id') }}\", columns: [{name: order_id, description: "
      "'{{ "
      "doc(\"order_id\") }}'}]}]");
  EXPECT_EQ(orders().description, "Orders. The *number*");
  EXPECT_EQ(orders().columns[0].description, "The *number*");
}

TEST_F(PropertiesTest, AMissingDocsBlockHasItsPlace) {
  project_.file("models/docs.md", "{% docs order_id %}x{% enddocs %}");
  project_.properties("models:\n  - name: orders\n    description: \"{{ doc('order_ids') }}\"\n");
  EXPECT_EQ(project_.load_error(),
            "models/schema.yml:2:5: there is no docs block \"order_ids\"; did you mean \"order_id\"?");
}

TEST_F(PropertiesTest, UnknownKeysAreWarnings) {
  project_.properties(
      "models:\n  - name: orders\n    descripton: x\n    columns:\n      - {name: order_id, test: [unique]}\nmodles: "
      "[]\n");
  EXPECT_THAT(
      project_.loaded().warnings(),
      ElementsAre("models/schema.yml:6:1: unknown key \"modles\"; did you mean \"models\"?",
                  "models/schema.yml:3:5: unknown key of a model: \"descripton\"; did you mean \"description\"?",
                  "models/schema.yml:5:26: unknown key of a column: \"test\"; did you mean \"tests\"?"));
}

TEST_F(PropertiesTest, SourcesHaveTablesWithPlaces) {
  project_.file("models/staging/sources.yml", R"(
sources:
  - name: shop
    schema: "{{ var('raw_schema', 'raw') }}"
    tags: [daily]
    meta: {owner: shop}
    tables:
      - name: orders
        identifier: shop_orders
        description: All orders
        tags: [big]
        columns: [{name: id, data_tests: [unique]}]
      - name: payments
        config: {enabled: false}
)");
  const auto project = project_.loaded();
  ASSERT_THAT(project.properties().sources, SizeIs(2));
  const SourceTable& orders = project.properties().sources[0];
  EXPECT_EQ(orders.node_id, "source.shop.shop.orders");
  EXPECT_EQ(orders.place.text(), "models/staging/sources.yml:8:9");
  EXPECT_THAT(orders.columns[0].tests, SizeIs(1));
  EXPECT_EQ(project.properties().sources[1].node_id, "");
  const auto node = project_.node("source.shop.shop.orders");
  EXPECT_THAT(node->info().tables_read, ElementsAre("raw.shop_orders"));
  EXPECT_THAT(node->info().tags, ElementsAre("daily", "big"));
  EXPECT_THAT(node->info().fqn, ElementsAre("shop", "staging", "shop", "orders"));
  EXPECT_EQ(project.table_of("source.shop.shop.orders").value().text(), "raw.shop_orders");
}

TEST_F(PropertiesTest, OneSourceTwiceIsRefused) {
  project_.file("models/a.yml", "sources: [{name: raw, tables: [{name: orders}]}]");
  project_.file("models/b.yml", "sources: [{name: raw, tables: [{name: orders}]}]");
  EXPECT_EQ(project_.load_error(), "models/b.yml:1:32: source \"raw.orders\" is there already in models/a.yml:1:32");
}

TEST_F(PropertiesTest, WhatIsNotANodeIsHandedOn) {
  project_.properties("exposures: [{name: board, type: dashboard}]\nunit_tests: [{name: adds_up, model: orders}]\n");
  const auto project = project_.loaded();
  EXPECT_THAT(project.properties().declarations.at("exposures"), SizeIs(1));
  EXPECT_EQ(project.properties().declarations.at("unit_tests")[0].find("model")->text(), "orders");
  EXPECT_THAT(project.warnings(), IsEmpty());
}

TEST_F(PropertiesTest, YamlThatIsNoneHasItsPlace) {
  project_.properties("models:\n  - name: [\n");
  EXPECT_THAT(project_.load_error(), HasSubstr("models/schema.yml:"));
}
}  // namespace
}  // namespace weir::transform
