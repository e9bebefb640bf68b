#include <gmock/gmock.h>

#include "delta/snapshot.h"
#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::StartsWith;
using testing::TestProject;

class MaterializationTest : public ::testing::Test {
 protected:
  void table(const std::string& config, std::string_view sql) {
    project_.model("t", "{{ config(materialized='table'" + config + ") }}\n" + std::string(sql));
  }
  std::vector<std::string> partitions() {
    return project_.lake().snapshot({"analytics", "t"}).value()->partition_columns();
  }
  TestProject project_;
};

TEST_F(MaterializationTest, AViewRunsWhenItIsRead) {
  project_.model("v", "select 1 as id");
  project_.run({"model.shop.v"});
  EXPECT_EQ(project_.lake().find({"analytics", "v"}).value(), lake::EntryKind::kView);
  EXPECT_THAT(project_.rows("SELECT * FROM analytics.v"), ElementsAre("1"));
}

TEST_F(MaterializationTest, ATableMayHavePartitions) {
  table(", partition_by='day'", "select 1 as id, date '2024-01-01' as day union all select 2, date '2024-01-02'");
  project_.run({"model.shop.t"});
  EXPECT_THAT(partitions(), ElementsAre("day"));
  EXPECT_THAT(project_.rows("SELECT id FROM analytics.t WHERE day = '2024-01-02'"), ElementsAre("2"));
}

TEST_F(MaterializationTest, PartitionsMayBeWrittenAsForOtherDatabases) {
  table(", partition_by={'field': 'day', 'data_type': 'date'}", "select 1 as id, date '2024-01-01' as day");
  project_.run({"model.shop.t"});
  EXPECT_THAT(partitions(), ElementsAre("day"));
}

TEST_F(MaterializationTest, PartitionsOfATableStay) {
  table("", "select 1 as id, date '2024-01-01' as day");
  project_.run({"model.shop.t"});
  table(", partition_by='day'", "select 1 as id, date '2024-01-01' as day");
  EXPECT_THAT(project_.run_error("model.shop.t"),
              HasSubstr("models/t.sql: analytics.t is partitioned by () and the model wants (day)"));
  EXPECT_THAT(partitions(), IsEmpty());
}

TEST_F(MaterializationTest, ATableReadsEphemeralModels) {
  project_.model("e", "{{ config(materialized='ephemeral') }}select 5 as id");
  table("", "with x as (select * from {{ ref('e') }}) select id + 1 as id from x");
  project_.run({"model.shop.t"});
  EXPECT_THAT(project_.rows("SELECT * FROM analytics.t"), ElementsAre("6"));
}

TEST_F(MaterializationTest, AnEphemeralModelThatChangesMakesItsReadersStale) {
  project_.model("e", "{{ config(materialized='ephemeral') }}select 5 as id");
  table("", "select * from {{ ref('e') }}");
  project_.run({"model.shop.t"});
  project_.model("e", "{{ config(materialized='ephemeral') }}select 6 as id");
  EXPECT_EQ(project_.staleness("model.shop.t"), "code changed");
}

TEST_F(MaterializationTest, TheCommitSaysWhatItWasMadeFrom) {
  project_.raw_tables({"orders"});
  project_.fill("raw.orders", "SELECT 1 AS id");
  table("", "select * from {{ source('raw', 'orders') }}");
  project_.run({"model.shop.t"});
  const auto last = project_.lake().last_build({"analytics", "t"}).value();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->record.node, "model.shop.t");
  EXPECT_THAT(last->record.inputs, ElementsAre(Pair("raw.orders", StartsWith("0:"))));
}

TEST_F(MaterializationTest, MaterializedViewsAreNotSupported) {
  project_.model("t", "{{ config(materialized='materialized_view') }} select 1 as id");
  EXPECT_THAT(project_.run_error("model.shop.t"),
              HasSubstr("models/t.sql: the materialization \"materialized_view\" is not supported"));
}

TEST_F(MaterializationTest, AMaterializationOfTheProjectIsSaidToBeUnsupported) {
  project_.file("macros/m.sql",
                "{% materialization copy, default %}{{ return({'relations': []}) }}{% endmaterialization %}");
  project_.model("t", "{{ config(materialized='copy') }} select 1 as id");
  EXPECT_THAT(project_.run_error("model.shop.t"), HasSubstr("the materialization \"copy\" is not supported"));
}

TEST_F(MaterializationTest, AGraphCanBeDrawn) {
  project_.raw_tables({"orders"});
  project_.file("seeds/stores.csv", "id\n1\n");
  project_.model("a", "select * from {{ source('raw', 'orders') }}, {{ ref('stores') }}");
  project_.model("b", "{{ config(materialized='ephemeral') }} select * from {{ ref('a') }}");
  project_.file("snapshots/h.sql",
                "{% snapshot h %}{{ config(unique_key='id', strategy='check', check_cols='all') }}select * from {{ "
                "ref('b') }}{% endsnapshot %}");
  project_.file("analyses/look.sql", "select count(*) from {{ ref('h') }}");
  const auto graph = graph::Graph::build(project_.loaded().make_nodes());
  ASSERT_TRUE(graph) << testing::error_of(graph);
  std::vector<std::string> ids;
  for (graph::NodeIndex i = 0; i < graph->size(); ++i) {
    ids.push_back(graph->info(i).id);
  }
  EXPECT_THAT(ids, ElementsAre("seed.shop.stores", "source.shop.raw.orders", "model.shop.a", "model.shop.b",
                               "snapshot.shop.h", "analysis.shop.look"));
}
}  // namespace
}  // namespace weir::transform
