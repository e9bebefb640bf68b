#include <gmock/gmock.h>

#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TestProject;

/// An incremental table of (id, name), whose query then gives other columns.
class SchemaChangeTest : public ::testing::Test {
 protected:
  void build(const std::string& config) {
    config_ = config;
    model("1 as id, 'a' as name");
    project_.run({"model.shop.t"});
  }
  void model(const std::string& columns) {
    project_.model("t", "{{ config(materialized='incremental', " + config_ + ") }} select " + columns);
  }
  std::string change(const std::string& columns) {
    model(columns);
    return project_.run_error("model.shop.t");
  }
  std::vector<std::string> rows() { return project_.rows("SELECT * FROM analytics.t ORDER BY id"); }
  TestProject project_;
  std::string config_;
};

TEST_F(SchemaChangeTest, NewColumnsAreIgnored) {
  build("unique_key='id'");
  EXPECT_EQ(change("2 as id, 'b' as name, true as extra"), "no error");
  EXPECT_THAT(rows(), ElementsAre("1|a", "2|b"));
}

TEST_F(SchemaChangeTest, ColumnsThatGoAreNot) {
  build("unique_key='id'");
  EXPECT_THAT(change("2 as id"), HasSubstr("models/t.sql: the model gives no column name any more"));
}

TEST_F(SchemaChangeTest, FailNamesTheDifference) {
  build("on_schema_change='fail'");
  EXPECT_THAT(change("2 as id, 1 as age"), HasSubstr("new: age; gone: name"));
}

TEST_F(SchemaChangeTest, NewColumnsAreAppended) {
  build("on_schema_change='append_new_columns'");
  EXPECT_EQ(change("2 as id, 7 as age"), "no error");
  EXPECT_THAT(rows(), ElementsAre("1|a|-", "2|-|7"));
}

TEST_F(SchemaChangeTest, AllColumnsAreSynced) {
  build("unique_key='id', on_schema_change='sync_all_columns'");
  EXPECT_EQ(change("2 as id, 7 as age"), "no error");
  EXPECT_THAT(rows(), ElementsAre("1|-", "2|7"));
  EXPECT_EQ(change("2 as id, 8 as age"), "no error");
  EXPECT_THAT(rows(), ElementsAre("1|-", "2|8"));
}

TEST_F(SchemaChangeTest, SyncedRowsAreMergedByKey) {
  build("unique_key='id', on_schema_change='sync_all_columns'");
  EXPECT_EQ(change("1 as id, 7 as age"), "no error");
  EXPECT_THAT(rows(), ElementsAre("1|7"));
}

TEST_F(SchemaChangeTest, ATableTakesAnyColumns) {
  project_.model("t", "{{ config(materialized='table') }} select 1 as id");
  project_.run({"model.shop.t"});
  project_.model("t", "{{ config(materialized='table') }} select 'x' as name, 2.5 as amount");
  project_.run({"model.shop.t"});
  EXPECT_THAT(project_.rows("SELECT * FROM analytics.t"), ElementsAre("x|2.5"));
}
}  // namespace
}  // namespace weir::transform
