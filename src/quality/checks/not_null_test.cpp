#include <gtest/gtest.h>

#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
TEST(NotNull, PassesWhereEveryRowHasAValue) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) t(order_id, status)");
  EXPECT_EQ(outcome(lake.check("not_null: order_id")), "ok: 2 rows");
}

TEST(NotNull, CountsAndShowsTheRowsWithout) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM (VALUES (1, 'a'), (2, NULL), (3, NULL)) t(order_id, status)");
  const auto result = lake.check("not_null: status");
  EXPECT_EQ(outcome(result), "failed: 2 of 3 rows; e.g. order_id=2, status=NULL");
  EXPECT_EQ(result->failures, 2U);
  EXPECT_EQ(result->rows, 3U);
  EXPECT_EQ(result->details, (std::vector<std::string>{"order_id=2, status=NULL", "order_id=3, status=NULL"}));
}

TEST(NotNull, PassesOnAnEmptyTable) {
  TestLake lake;
  lake.write("staging.orders", "SELECT 1 AS order_id WHERE false");
  EXPECT_EQ(outcome(lake.check("not_null: order_id")), "ok: 0 rows");
}

TEST(NotNull, MakesOneCheckOfEachColumn) {
  TestLake lake;
  const auto nodes = lake.load("table: staging.orders\nchecks:\n- not_null: [order_id, 고객]\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  ASSERT_EQ(nodes->size(), 2U);
  EXPECT_EQ((*nodes)[0]->info().id, "check.shop.orders.not_null_order_id");
  EXPECT_EQ((*nodes)[1]->info().id, "check.shop.orders.not_null_고객");
}

TEST(NotNull, WantsAColumn) {
  TestLake lake;
  const auto nodes = lake.load("table: staging.orders\nchecks:\n- not_null:\n");
  EXPECT_EQ(error_text(nodes), "checks/orders.yml:3:3: not_null needs a column, or a list of columns: \"not_null: order_id\"");
}
}  // namespace
}  // namespace weir::quality::testing
