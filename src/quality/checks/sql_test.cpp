#include <gtest/gtest.h>

#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
class Sql : public ::testing::Test {
 protected:
  void SetUp() override { lake.write("staging.orders", "SELECT * FROM (VALUES (1, 10), (2, -5)) t(order_id, amount)"); }
  TestLake lake;
};

TEST_F(Sql, TakesEachRowAsAFailure) {
  const auto result = lake.check("sql: select order_id, amount from staging.orders where amount < 0");
  EXPECT_EQ(outcome(result), "failed: 1 row; e.g. order_id=2, amount=-5");
  EXPECT_EQ(result->failures, 1U);
}

TEST_F(Sql, PassesWithoutRows) {
  EXPECT_EQ(outcome(lake.check("sql: select * from staging.orders where amount > 99")), "ok: no rows");
}

TEST_F(Sql, MayEndWithSemicolonsAndComments) {
  EXPECT_EQ(outcome(lake.check("sql: |\n    select * from staging.orders where amount > 99 ; -- none\n    ;")), "ok: no rows");
}

TEST_F(Sql, ReadsTheTablesThatItNames) {
  const auto nodes = lake.load("table: staging.orders\nchecks:\n- sql: select 1 from staging.orders o join raw.shops s using (shop_id)\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_EQ((*nodes)[0]->info().tables_read, (std::vector<std::string>{"staging.orders", "raw.shops"}));
}

TEST_F(Sql, TakesNoWhere) {
  EXPECT_EQ(error_text(lake.check("sql: select 1\n  where: amount > 0")),
            "checks/orders.yml:5:10: sql takes no where; put the condition into its SQL");
}

TEST_F(Sql, SuggestsTheTableThatWasMeant) {
  const auto result = lake.check("sql: select * from staging.order");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().place->text(), "checks/orders.yml:4:3");
  EXPECT_NE(result.error().message.find("orders"), std::string::npos) << result.error().text();
}
}  // namespace
}  // namespace weir::quality::testing
