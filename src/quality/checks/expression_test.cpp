#include <gtest/gtest.h>

#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
class Expression : public ::testing::Test {
 protected:
  void SetUp() override {
    lake.write("staging.orders", "SELECT * FROM (VALUES (1, 10, 0), (2, 10, 12), (3, NULL, 1)) t(order_id, amount, discount)");
  }
  TestLake lake;
};

TEST_F(Expression, ShowsTheColumnsThatItNames) {
  EXPECT_EQ(outcome(lake.check("expression: amount >= discount")), "failed: 1 of 3 rows; e.g. order_id=2, amount=10, discount=12");
}

TEST_F(Expression, TakesNullAsKept) {
  EXPECT_EQ(outcome(lake.check("expression: amount >= 0")), "ok: 3 rows");
}

TEST_F(Expression, MayEndWithAComment) {
  EXPECT_EQ(outcome(lake.check("expression: \"amount >= 0 -- never negative\"")), "ok: 3 rows");
}

TEST_F(Expression, MayLookIntoAnotherTable) {
  lake.write("staging.limits", "SELECT 11 AS discount_max");
  const auto nodes =
      lake.load("table: staging.orders\nchecks:\n- expression: discount <= (select max(discount_max) from staging.limits)\n- not_null: amount\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_EQ((*nodes)[0]->info().tables_read, (std::vector<std::string>{"staging.orders", "staging.limits"}));
  const auto result = lake.run(*(*nodes)[0]);
  EXPECT_EQ(outcome(result), "failed: 1 of 3 rows; e.g. order_id=2, discount=12");
  EXPECT_TRUE(result->inputs.contains("staging.limits"));
  // The other check of the table does not depend on it.
  EXPECT_FALSE(lake.run(*(*nodes)[1])->inputs.contains("staging.limits"));
}

TEST_F(Expression, PointsToTheCheckWhenSqlRefusesIt) {
  const auto result = lake.check("expression: amount >= discout");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().place->text(), "checks/orders.yml:4:3");
  EXPECT_NE(result.error().message.find("discout"), std::string::npos);
}

TEST_F(Expression, WantsACondition) {
  EXPECT_EQ(error_text(lake.check("expression:")),
            "checks/orders.yml:4:3: expression needs an SQL condition: \"expression: amount >= 0\"");
}
}  // namespace
}  // namespace weir::quality::testing
