#include <gmock/gmock.h>

#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TestProject;

constexpr std::string_view kId = "model.shop.orders";

class IncrementalTest : public ::testing::Test {
 protected:
  IncrementalTest() {
    project_.raw_tables({"orders"});
    fill("(1, 'new', 1), (2, 'new', 2)");
  }
  void fill(const std::string& values) {
    project_.fill("raw.orders", "SELECT * FROM (VALUES " + values + ") AS t(id, status, day)");
  }
  void model(const std::string& config, const std::string& columns = "id, status, day") {
    project_.model(
        "orders",
        "{{ config(materialized='incremental'" + config + ") }}\nselect " + columns +
            "\nfrom {{ source('raw', 'orders') }}\n{% if is_incremental() %}\nwhere day >= (select max(day) from {{ "
            "this }})\n{% endif %}");
  }
  void run() { project_.run({std::string(kId)}); }
  std::vector<std::string> rows() { return project_.rows("SELECT * FROM analytics.orders ORDER BY ALL"); }
  TestProject project_;
};

TEST_F(IncrementalTest, TheFirstRunTakesEverything) {
  model("");
  run();
  EXPECT_THAT(rows(), ElementsAre("1|new|1", "2|new|2"));
}

TEST_F(IncrementalTest, WithoutKeyRowsAreAppended) {
  model(", incremental_strategy='append'");
  run();
  fill("(1, 'new', 1), (2, 'new', 2), (3, 'new', 3)");
  run();
  EXPECT_THAT(rows(), ElementsAre("1|new|1", "2|new|2", "2|new|2", "3|new|3"));
}

TEST_F(IncrementalTest, WithKeyRowsAreMerged) {
  model(", unique_key='id'");
  run();
  fill("(1, 'lost', 1), (2, 'paid', 2), (3, 'new', 3)");
  run();
  EXPECT_THAT(rows(), ElementsAre("1|new|1", "2|paid|2", "3|new|3"));
}

TEST_F(IncrementalTest, AKeyMayBeSeveralColumns) {
  model(", unique_key=['id', 'day']");
  run();
  fill("(2, 'paid', 2), (2, 'new', 3)");
  run();
  EXPECT_THAT(rows(), ElementsAre("1|new|1", "2|new|3", "2|paid|2"));
}

TEST_F(IncrementalTest, DeleteAndInsertAllowsSeveralRowsForAKey) {
  model(", unique_key='id', incremental_strategy='delete+insert'");
  run();
  fill("(2, 'paid', 2), (2, 'sent', 3)");
  run();
  EXPECT_THAT(rows(), ElementsAre("1|new|1", "2|paid|2", "2|sent|3"));
}

TEST_F(IncrementalTest, DeleteAndInsertTakesAnExpressionAsKey) {
  model(", unique_key='id % 2', incremental_strategy='delete+insert'");
  run();
  fill("(4, 'new', 4)");
  run();
  EXPECT_THAT(rows(), ElementsAre("1|new|1", "4|new|4"));
}

TEST_F(IncrementalTest, AMergeOfTwoRowsWithOneKeyNamesTheKey) {
  model(", unique_key='id'");
  run();
  fill("(3, 'a', 3), (3, 'b', 3)");
  EXPECT_THAT(project_.run_error(std::string(kId)), HasSubstr("id = 3"));
  EXPECT_THAT(rows(), ElementsAre("1|new|1", "2|new|2"));
}

TEST_F(IncrementalTest, NothingNewIsFreshAndWritesNothing) {
  model("");
  run();
  EXPECT_EQ(project_.staleness(std::string(kId)), "fresh");
}

TEST_F(IncrementalTest, ARunThatFindsNoRowsIsRemembered) {
  model(", unique_key='id'");
  run();
  fill("(1, 'old', 1)");
  EXPECT_EQ(project_.staleness(std::string(kId)), "raw.orders moved from version 0 to 1");
  run();
  EXPECT_THAT(rows(), ElementsAre("1|new|1", "2|new|2"));
  EXPECT_EQ(project_.staleness(std::string(kId)), "fresh");
}

TEST_F(IncrementalTest, CodeInTheIncrementalBranchCounts) {
  model("");
  run();
  project_.model(
      "orders",
      "{{ config(materialized='incremental') }}\nselect id, status, day\nfrom {{ source('raw', 'orders') }}\n"
      "{% if is_incremental() %}\nwhere day > (select max(day) from {{ this }})\n{% endif %}");
  EXPECT_EQ(project_.staleness(std::string(kId)), "code changed");
}

TEST_F(IncrementalTest, CommentsInItDoNot) {
  model("");
  run();
  project_.model(
      "orders",
      "{{ config(materialized='incremental') }}\nselect id, status, day -- all\nfrom {{ source('raw', 'orders') }}\n"
      "{# only new days #}\n{% if is_incremental() %}\n  where day >= (select max(day) from {{ this }})\n{% endif %}");
  EXPECT_EQ(project_.staleness(std::string(kId)), "fresh");
}

TEST_F(IncrementalTest, AFullRefreshBuildsAnew) {
  model(", unique_key='id'");
  run();
  fill("(9, 'new', 1)");
  project_.full_refresh = true;
  EXPECT_EQ(project_.staleness(std::string(kId)), "full refresh");
  run();
  EXPECT_THAT(rows(), ElementsAre("9|new|1"));
}

TEST_F(IncrementalTest, TheConfigCanForbidAFullRefresh) {
  model(", unique_key='id', full_refresh=false");
  run();
  fill("(9, 'new', 9)");
  project_.full_refresh = true;
  run();
  EXPECT_THAT(rows(), ElementsAre("1|new|1", "2|new|2", "9|new|9"));
}

TEST_F(IncrementalTest, OnlySomeColumnsMayBeUpdated) {
  model(", unique_key='id', merge_update_columns=['status']");
  run();
  fill("(2, 'paid', 9), (3, 'new', 9)");
  run();
  EXPECT_THAT(rows(), ElementsAre("1|new|1", "2|paid|2", "3|new|9"));
}

TEST_F(IncrementalTest, OrAllButSome) {
  model(", unique_key='id', merge_exclude_columns=['status']");
  run();
  fill("(2, 'paid', 9)");
  run();
  EXPECT_THAT(rows(), ElementsAre("1|new|1", "2|new|9"));
}

TEST_F(IncrementalTest, UnknownStrategiesAreNamed) {
  model(", unique_key='id', incremental_strategy='mrege'");
  run();
  EXPECT_EQ(project_.run_error(std::string(kId)),
            "models/orders.sql: unknown incremental_strategy \"mrege\"; did you mean \"merge\"?; weir has append, "
            "merge and delete+insert");
}

TEST_F(IncrementalTest, AKeyThatIsNoColumnIsNamed) {
  model(", unique_key='idd'");
  run();
  EXPECT_EQ(project_.run_error(std::string(kId)),
            "models/orders.sql: the unique_key \"idd\" is not a column of the model; did you mean \"id\"?");
}

TEST_F(IncrementalTest, TheQueriesOfATemplateSeeTheTable) {
  project_.model("orders",
                 "{{ config(materialized='incremental') }}\n{% if is_incremental() %}{% set newest = run_query('select "
                 "max(day) from ' ~ this)"
                 ".columns[0].values()[0] %}{% endif %}\nselect id, day from {{ source('raw', 'orders') }}\n"
                 "{% if is_incremental() %}where day > {{ newest }}{% endif %}");
  run();
  fill("(1, 'new', 1), (5, 'new', 5)");
  run();
  EXPECT_THAT(rows(), ElementsAre("1|1", "2|2", "5|5"));
  EXPECT_EQ(project_.staleness(std::string(kId)), "fresh");
}
}  // namespace
}  // namespace weir::transform
