#include <gtest/gtest.h>

#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
// The clock of TestLake stands at 2024-06-01 12:00.
TEST(Freshness, ComparesTheNewestValueWithTheClock) {
  TestLake lake;
  lake.write("staging.orders", "SELECT TIMESTAMP '2024-05-31 12:00' AS updated_at UNION ALL SELECT TIMESTAMP '2020-01-01'");
  EXPECT_EQ(outcome(lake.check("freshness: {column: updated_at, max_age: 1d}")),
            "ok: the newest updated_at is 24 h 00 m old (2024-05-31T12:00:00Z)");
  EXPECT_EQ(outcome(lake.check("freshness: {column: updated_at, max_age: 23h}")),
            "failed: the newest updated_at is 24 h 00 m old (2024-05-31T12:00:00Z), at most 23 h 00 m wanted");
}

TEST(Freshness, TakesDatesAndTexts) {
  TestLake lake;
  lake.write("staging.orders", "SELECT DATE '2024-06-01' AS day, '2024-06-01T20:00:00+09:00' AS text");
  EXPECT_EQ(outcome(lake.check("freshness: {column: day, max_age: 13h}")), "ok: the newest day is 12 h 00 m old (2024-06-01T00:00:00Z)");
  EXPECT_EQ(outcome(lake.check("freshness: {column: text, max_age: 2h}")), "ok: the newest text is 1 h 00 m old (2024-06-01T11:00:00Z)");
}

TEST(Freshness, FailsWithoutAnyValue) {
  TestLake lake;
  lake.write("staging.orders", "SELECT NULL::TIMESTAMP AS updated_at");
  EXPECT_EQ(outcome(lake.check("freshness: {column: updated_at, max_age: 1d}")), "failed: updated_at has no value");
}

TEST(Freshness, LooksAtTheClockAgainThoughTheTableIsTheSame) {
  TestLake lake;
  lake.write("staging.orders", "SELECT TIMESTAMP '2024-06-01 11:00' AS updated_at");
  const auto nodes = lake.load("table: staging.orders\nchecks:\n- freshness: {column: updated_at, max_age: 2h}\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_EQ(lake.run(*(*nodes)[0])->outcome, graph::Outcome::kOk);
  lake.clock().advance(std::chrono::hours(2));
  EXPECT_EQ(lake.run(*(*nodes)[0])->outcome, graph::Outcome::kFailed);
  EXPECT_EQ(lake.freshness(*(*nodes)[0], std::nullopt)->reason, "depends on the time");
}

TEST(Freshness, RefusesWhatIsNoDuration) {
  TestLake lake;
  const auto result = lake.check("freshness: {column: updated_at, max_age: 2 weeks}");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().place->text(), "checks/orders.yml:4:44");
}
}  // namespace
}  // namespace weir::quality::testing
