#include <gtest/gtest.h>

#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
class RowCount : public ::testing::Test {
 protected:
  void SetUp() override { lake.write("staging.orders", "SELECT i AS order_id, i % 2 = 0 AS paid FROM range(1500) t(i)"); }
  TestLake lake;
};

TEST_F(RowCount, PassesWithinItsBounds) {
  EXPECT_EQ(outcome(lake.check("row_count: {min: 1500}")), "ok: 1,500 rows");
  EXPECT_EQ(outcome(lake.check("row_count_between: {min: 1000, max: 1500}")), "ok: 1,500 rows");
}

TEST_F(RowCount, SaysHowManyWereWanted) {
  EXPECT_EQ(outcome(lake.check("row_count: {min: 2000}")), "failed: 1,500 rows, at least 2,000 wanted");
  EXPECT_EQ(outcome(lake.check("row_count: {max: 5}")), "failed: 1,500 rows, at most 5 wanted");
  EXPECT_EQ(outcome(lake.check("row_count: {min: 1, max: 2}")), "failed: 1,500 rows, between 1 and 2 wanted");
  EXPECT_EQ(outcome(lake.check("row_count: {min: 7, max: 7}")), "failed: 1,500 rows, exactly 7 wanted");
}

TEST_F(RowCount, CountsTheRowsOfItsWhere) {
  EXPECT_EQ(outcome(lake.check("row_count: {min: 751}\n  where: paid")), "failed: 750 rows, at least 751 wanted");
}

TEST_F(RowCount, WarnsWhenTold) {
  EXPECT_EQ(outcome(lake.check("row_count: {min: 2000}\n  severity: warn")), "warn: 1,500 rows, at least 2,000 wanted");
}

TEST_F(RowCount, RefusesWhatIsNoCount) {
  EXPECT_EQ(error_text(lake.check("row_count: {min: quack}")), "checks/orders.yml:4:20: min must be a whole number, not \"quack\"");
  EXPECT_EQ(error_text(lake.check("row_count: {min: -1}")), "checks/orders.yml:4:20: min must not be negative");
  EXPECT_EQ(error_text(lake.check("row_count: {min: 2, max: 1}")), "checks/orders.yml:4:14: row_count: min (2) is above max (1)");
  EXPECT_EQ(error_text(lake.check("row_count: {}")), "checks/orders.yml:4:14: row_count needs min, max or both");
}

TEST_F(RowCount, HasNoRowsForMostly) {
  EXPECT_EQ(error_text(lake.check("row_count: {min: 1}\n  mostly: 0.9")),
            "checks/orders.yml:5:11: row_count has no rows of which most could pass; leave mostly out");
}

TEST_F(RowCount, KnowsAnEmptyTable) {
  EXPECT_EQ(outcome(lake.check("not_empty")), "ok: 1,500 rows");
  lake.write("staging.orders", "SELECT 1 AS order_id WHERE false");
  EXPECT_EQ(outcome(lake.check("not_empty")), "failed: 0 rows, at least 1 wanted");
  EXPECT_EQ(error_text(lake.check("not_empty: {min: 3}")), "checks/orders.yml:4:14: not_empty takes no arguments: write \"- not_empty\"");
}
}  // namespace
}  // namespace weir::quality::testing
