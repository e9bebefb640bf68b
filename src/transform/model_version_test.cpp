#include <gmock/gmock.h>

#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::ElementsAre;
using testing::TestProject;

/// A model `orders` in two versions, of which the second is the latest.
class ModelVersionTest : public ::testing::Test {
 protected:
  ModelVersionTest() {
    project_.properties(R"(
models:
  - name: orders
    latest_version: 2
    config: {materialized: table}
    columns: [{name: id}, {name: status}]
    versions:
      - v: 1
        config: {materialized: view}
        columns: [{include: all, exclude: [status]}]
      - v: 2
        defined_in: new_orders
)");
    project_.model("orders_v1", "select 1 as id");
    project_.model("new_orders", "select 1 as id, 'new' as status");
  }
  TestProject project_;
};

TEST_F(ModelVersionTest, EachVersionIsANode) {
  const auto first = project_.node("model.shop.orders.v1");
  EXPECT_EQ(first->info().materialized, "view");
  EXPECT_EQ(first->info().version, "1");
  EXPECT_EQ(first->info().latest_version, "2");
  EXPECT_THAT(first->info().fqn, ElementsAre("shop", "orders", "v1"));
  EXPECT_THAT(first->info().tables_written, ElementsAre("analytics.orders_v1"));
  EXPECT_EQ(project_.node("model.shop.orders.v2")->info().materialized, "table");
}

TEST_F(ModelVersionTest, RefMeansTheLatestUnlessItSaysAnother) {
  project_.model("readers",
                 "select * from {{ ref('orders') }}, {{ ref('orders', v=1) }}, {{ ref('orders', version='1') }}");
  EXPECT_EQ(project_.compiled("model.shop.readers"),
            "select * from \"analytics\".\"orders_v2\", \"analytics\".\"orders_v1\", \"analytics\".\"orders_v1\"");
}

TEST_F(ModelVersionTest, AVersionThatIsNotThere) {
  project_.model("readers", "select * from {{ ref('orders', v=3) }}");
  EXPECT_EQ(project_.load_error(), "models/readers.sql:1:18: model \"orders\" has no version 3");
}

TEST_F(ModelVersionTest, ColumnsAreInherited) {
  const auto project = project_.loaded();
  const auto& versions = project.properties().nodes[0].versions;
  ASSERT_EQ(versions.size(), 2U);
  EXPECT_EQ(versions[0].node_id, "model.shop.orders.v1");
  ASSERT_EQ(versions[0].columns.size(), 1U);
  EXPECT_EQ(versions[0].columns[0].name, "id");
  EXPECT_EQ(versions[1].columns.size(), 2U);
}
}  // namespace
}  // namespace weir::transform
