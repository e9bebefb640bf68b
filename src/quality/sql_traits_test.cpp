#include "quality/sql_traits.h"

#include <gtest/gtest.h>

namespace weir::quality {
namespace {
TEST(SqlTraits, FindsQueriesAndTheirTables) {
  EXPECT_FALSE(sql_traits("status = 'select'").has_select);
  const SqlTraits traits = sql_traits("id in (select id from staging.customers c join \"raw\".\"x y\" on true)");
  EXPECT_TRUE(traits.has_select);
  EXPECT_EQ(traits.tables, (std::vector<std::string>{"staging.customers", "raw.x y"}));
}

TEST(SqlTraits, FindsTheClockAndChance) {
  EXPECT_TRUE(sql_traits("updated_at > now() - interval 1 day").depends_on_time);
  EXPECT_TRUE(sql_traits("day < CURRENT_DATE").depends_on_time);
  EXPECT_TRUE(sql_traits("random() < 0.1").depends_on_time);
  EXPECT_FALSE(sql_traits("known = 'now()' -- now()").depends_on_time);
}

TEST(AsSubquery, CutsSemicolonsAndComments) {
  EXPECT_EQ(as_subquery("select 1 ; -- done\n;\n"), "select 1");
  EXPECT_EQ(as_subquery("select ';'"), "select ';'");
  EXPECT_EQ(as_subquery(" ; -- nothing"), "");
}

TEST(ColumnsNamedIn, IgnoresCaseAndTexts) {
  EXPECT_EQ(columns_named_in("Amount > 0 and note <> 'status'", {"order_id", "status", "amount", "note"}),
            (std::vector<std::string>{"amount", "note"}));
  EXPECT_EQ(columns_named_in("\"주문 번호\" > 0", {"주문 번호"}), (std::vector<std::string>{"주문 번호"}));
}
}  // namespace
}  // namespace weir::quality
