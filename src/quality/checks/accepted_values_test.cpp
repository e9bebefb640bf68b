#include <gtest/gtest.h>

#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
TEST(AcceptedValues, PassesForListedValuesAndNulls) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM (VALUES (1, 'placed'), (2, 'it''s'), (3, NULL)) t(order_id, status)");
  EXPECT_EQ(outcome(lake.check("accepted_values: {column: status, values: [placed, \"it's\"]}")), "ok: 2 rows");
}

TEST(AcceptedValues, ShowsOtherValues) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM (VALUES (16, 'placed'), (17, 'shiped'), (18, NULL)) t(order_id, status)");
  EXPECT_EQ(outcome(lake.check("accepted_values: {column: status, values: [placed, shipped]}")),
            "failed: 1 of 2 rows; e.g. order_id=17, status='shiped'");
}

TEST(AcceptedValues, ComparesNumbersDatesAndFlags) {
  TestLake lake;
  lake.write("staging.orders", "SELECT 1 AS n, 2.5::DECIMAL(9,2) AS d, DATE '2024-01-01' AS day, true AS paid");
  EXPECT_EQ(outcome(lake.check("accepted_values: {column: n, values: [1, 2]}")), "ok: 1 row");
  EXPECT_EQ(outcome(lake.check("accepted_values: {column: d, values: [2.5]}")), "ok: 1 row");
  EXPECT_EQ(outcome(lake.check("accepted_values: {column: day, values: [2024-01-01]}")), "ok: 1 row");
  EXPECT_EQ(outcome(lake.check("accepted_values: {column: paid, values: [true]}")), "ok: 1 row");
  EXPECT_EQ(outcome(lake.check("accepted_values: {column: n, values: [2]}")), "failed: 1 of 1 rows; e.g. n=1");
}

TEST(AcceptedValues, ComparesTextsAsSoonAsOneIsAText) {
  TestLake lake;
  lake.write("staging.orders", "SELECT '1' AS code UNION ALL SELECT 'a'");
  EXPECT_EQ(outcome(lake.check("accepted_values: {column: code, values: [1, a]}")), "ok: 2 rows");
  EXPECT_TRUE(error_text(lake.check("accepted_values: {column: code, values: [1, 2]}")).contains("has texts and cannot be compared with numbers"));
}

// "no" is Norway here, not false.
TEST(AcceptedValues, TakesYesAndNoAsTexts) {
  TestLake lake;
  lake.write("staging.orders", "SELECT 'no' AS country");
  EXPECT_EQ(outcome(lake.check("accepted_values: {column: country, values: [se, no]}")), "ok: 1 row");
}

TEST(AcceptedValues, RefusesAnEmptyList) {
  TestLake lake;
  EXPECT_EQ(error_text(lake.check("accepted_values: {column: status, values: []}")),
            "checks/orders.yml:4:45: values must be a list with at least one value: [placed, shipped]");
}

TEST(AcceptedValues, RefusesNullAmongTheValues) {
  TestLake lake;
  EXPECT_EQ(error_text(lake.check("accepted_values: {column: status, values: [a, null]}")),
            "checks/orders.yml:4:49: null is always accepted; use not_null to refuse it, or put \"null\" in quotes when it is a text");
}

TEST(AcceptedValues, SuggestsTheArgumentThatWasMeant) {
  TestLake lake;
  EXPECT_EQ(error_text(lake.check("accepted_values: {column: status, values: [a], value: b}")),
            "checks/orders.yml:4:50: accepted_values has no key \"value\"; did you mean \"values\"?");
}
}  // namespace
}  // namespace weir::quality::testing
