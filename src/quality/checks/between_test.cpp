#include <gtest/gtest.h>

#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
class Between : public ::testing::Test {
 protected:
  void SetUp() override { lake.write("staging.orders", "SELECT * FROM (VALUES (1, 0), (2, 5), (3, 10), (4, NULL)) t(order_id, amount)"); }
  TestLake lake;
};

TEST_F(Between, TakesBothEndsAndIgnoresNulls) {
  EXPECT_EQ(outcome(lake.check("between: {column: amount, min: 0, max: 10}")), "ok: 3 rows");
}

TEST_F(Between, ShowsWhatLiesOutside) {
  EXPECT_EQ(outcome(lake.check("between: {column: amount, min: 1, max: 9}")), "failed: 2 of 3 rows; e.g. order_id=1, amount=0");
}

TEST_F(Between, LeavesOutAnEndThatIsStrict) {
  EXPECT_EQ(outcome(lake.check("between: {column: amount, min: 0, strict_min: true}")), "failed: 1 of 3 rows; e.g. order_id=1, amount=0");
  EXPECT_EQ(outcome(lake.check("between: {column: amount, max: 10, strict_max: true}")), "failed: 1 of 3 rows; e.g. order_id=3, amount=10");
}

TEST_F(Between, KeepsFractionsOfABoundOnWholeNumbers) {
  EXPECT_EQ(outcome(lake.check("between: {column: amount, min: 0.4}")), "failed: 1 of 3 rows; e.g. order_id=1, amount=0");
}

TEST_F(Between, ComparesDates) {
  lake.write("staging.orders", "SELECT DATE '2024-01-31' AS day UNION ALL SELECT DATE '2024-02-01'");
  EXPECT_EQ(outcome(lake.check("between: {column: day, min: 2024-02-01, max: 2024-12-31}")), "failed: 1 of 2 rows; e.g. day='2024-01-31'");
}

TEST_F(Between, RefusesATextColumnForNumbers) {
  lake.write("staging.orders", "SELECT '7' AS amount");
  EXPECT_EQ(error_text(lake.check("between: {column: amount, min: 1}")),
            "checks/orders.yml:4:21: between_amount_1: staging.orders.amount has texts and cannot be compared with numbers; put the values in "
            "quotes to compare texts, or use expression: CAST(amount AS DOUBLE) …");
  EXPECT_EQ(outcome(lake.check("between: {column: amount, min: '1'}")), "ok: 1 row");
}

TEST_F(Between, WantsABound) {
  EXPECT_EQ(error_text(lake.check("between: {column: amount}")), "checks/orders.yml:4:12: between needs min, max or both");
}

TEST_F(Between, RefusesBoundsInTheWrongOrder) {
  EXPECT_EQ(error_text(lake.check("between: {column: amount, min: 10, max: 9}")), "checks/orders.yml:4:34: between: min (10) is above max (9)");
  EXPECT_EQ(error_text(lake.check("between: {column: day, min: 2024-02-01, max: 2024-01-01}")),
            "checks/orders.yml:4:31: between: min (2024-02-01) is above max (2024-01-01)");
}
}  // namespace
}  // namespace weir::quality::testing
