#include "quality/checks/unique.h"

#include <gtest/gtest.h>

#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
TEST(Unique, PassesWithoutDoubles) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM range(3) t(order_id)");
  EXPECT_EQ(outcome(lake.check("unique: order_id")), "ok: 3 rows");
}

TEST(Unique, CountsTheRowsThatShareAValue) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM (VALUES (1), (2), (2), (3), (3), (3)) t(order_id)");
  const auto result = lake.check("unique: order_id");
  EXPECT_EQ(outcome(result), "failed: 2 values are there more than once, in 5 of 6 rows; e.g. order_id=2, rows=2");
  EXPECT_EQ(result->failures, 5U);
  EXPECT_EQ(result->details, (std::vector<std::string>{"order_id=2, rows=2", "order_id=3, rows=3"}));
}

TEST(Unique, IgnoresNulls) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM (VALUES (1), (NULL), (NULL)) t(order_id)");
  EXPECT_EQ(outcome(lake.check("unique: order_id")), "ok: 1 row");
}

TEST(Unique, TakesSeveralColumnsTogether) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM (VALUES (1, 1), (1, 2), (2, 1)) t(order_id, line)");
  EXPECT_EQ(outcome(lake.check("unique: [order_id, line]")), "ok: 3 rows");
}

// A null is a value like others as long as another column of the key has one.
TEST(Unique, ComparesNullsWithinAKeyOfSeveralColumns) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM (VALUES (1, NULL), (1, NULL), (NULL, NULL), (NULL, NULL)) t(order_id, line)");
  EXPECT_EQ(outcome(lake.check("unique: [order_id, line]")),
            "failed: 1 value is there more than once, in 2 of 2 rows; e.g. order_id=1, line=NULL, rows=2");
}

TEST(Unique, LooksOnlyAtRowsOfItsWhere) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM (VALUES (1, true), (1, false)) t(order_id, is_current)");
  EXPECT_EQ(outcome(lake.check("unique: order_id\n  where: is_current")), "ok: 1 row");
}

TEST(Unique, PassesWhenMostRowsAreUnique) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM (VALUES (1), (1), (2), (3)) t(order_id)");
  EXPECT_EQ(outcome(lake.check("unique: order_id\n  mostly: 0.5")),
            "ok: 1 value is there more than once, in 2 of 4 rows (50 % pass, 50 % wanted)");
}

TEST(Unique, PassesOnAnEmptyTable) {
  TestLake lake;
  lake.write("staging.orders", "SELECT 1 AS order_id WHERE false");
  EXPECT_EQ(outcome(lake.check("unique: order_id")), "ok: 0 rows");
}

TEST(Unique, TakesNamesWithQuotesAndHangul) {
  TestLake lake;
  lake.write("staging.orders", "SELECT 1 AS \"주문 \"\"번호\"\"\" UNION ALL SELECT 1");
  EXPECT_EQ(outcome(lake.check("unique: '주문 \"번호\"'")),
            "failed: 1 value is there more than once, in 2 of 2 rows; e.g. 주문 \"번호\"=1, rows=2");
}

TEST(Unique, RefusesAnEmptyList) {
  TestLake lake;
  EXPECT_EQ(error_text(lake.load("table: staging.orders\nchecks:\n- unique: []\n")),
            "checks/orders.yml:3:11: unique needs a column, or a list of columns: \"unique: order_id\"");
}
}  // namespace
}  // namespace weir::quality::testing
