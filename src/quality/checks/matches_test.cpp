#include <gtest/gtest.h>

#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
TEST(Matches, FindsTheExpressionAnywhere) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM (VALUES ('a1'), ('1'), (NULL)) t(code)");
  EXPECT_EQ(outcome(lake.check("matches: {column: code, regex: '[0-9]'}")), "ok: 2 rows");
  EXPECT_EQ(outcome(lake.check("matches: {column: code, regex: '^[0-9]+$'}")), "failed: 1 of 2 rows; e.g. code='a1'");
}

TEST(Matches, TakesQuotesAndHangul) {
  TestLake lake;
  lake.write("staging.orders", "SELECT '가''나' AS \"이름\"");
  EXPECT_EQ(outcome(lake.check("matches: {column: 이름, regex: \"^가'나$\"}")), "ok: 1 row");
}

TEST(Matches, RefusesABrokenExpression) {
  TestLake lake;
  EXPECT_EQ(error_text(lake.check("matches: {column: code, regex: '(a'}")),
            "checks/orders.yml:4:34: regex is not a regular expression (RE2): missing ): (a");
}
}  // namespace
}  // namespace weir::quality::testing
