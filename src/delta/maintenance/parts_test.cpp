#include "delta/maintenance/parts.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "duck/database.h"

namespace weir::delta {
namespace {
class PartsTest : public testing::TestWithParam<const char*> {
 protected:
  static duck::Connection connect() {
    static const auto database = duck::Database::open({.threads_count = 2}).value();
    return database->connect().value();
  }
  duck::Connection connection_ = connect();
};

// The values of `i` in the test's type, in no order, with a null.
TEST_P(PartsTest, FollowTheOrderOfValuesAndHoldAboutAsManyRows) {
  const std::string rows = fmt::format("SELECT CASE WHEN i < 999 THEN {} END AS v FROM (SELECT i * 619 % 1000 AS i FROM range(1000) r(i))", GetParam());
  const auto type = connection_.describe(rows).value().at(0).type;
  ASSERT_TRUE(can_be_parted(type)) << type.sql();
  const auto part = part_expression(connection_, rows, "", "v", type, 8, {});
  ASSERT_TRUE(part) << part.error().text();
  const std::string parts = fmt::format("SELECT v, {} AS part FROM ({})", *part, rows);
  EXPECT_EQ(connection_.query_integer(fmt::format("SELECT count(*) FROM (SELECT part < lag(part) OVER (ORDER BY v NULLS LAST) AS falls FROM ({})) WHERE falls", parts)).value(), 0);
  EXPECT_EQ(connection_.query_value(fmt::format("SELECT min(part) || ' ' || max(part) FROM ({})", parts)).value(), "0 7");
  EXPECT_EQ(connection_.query_integer(fmt::format("SELECT count(*) FROM (SELECT part FROM ({}) GROUP BY part HAVING count(*) NOT BETWEEN 120 AND 130)", parts)).value(), 0);
}
INSTANTIATE_TEST_SUITE_P(Types, PartsTest,
                         testing::Values("i::SMALLINT", "(i - 500)::BIGINT * 1000000000000", "i::DOUBLE - 500.5", "(i / 7)::DECIMAL(18, 4)", "lpad(i::VARCHAR, 20, 'é')",
                                         "chr((32 + i)::INTEGER)", "DATE '1969-06-01' + i::INTEGER", "TIMESTAMP '1969-12-31 23:59:59' + i * INTERVAL '1.5 hours'",
                                         "TIMESTAMPTZ '2024-01-01' + i * INTERVAL '1 second'"));

TEST_F(PartsTest, AFewValuesHaveFewParts) {
  const std::string rows = "SELECT i % 2 = 0 AS v FROM range(100) r(i)";
  const auto type = connection_.describe(rows).value().at(0).type;
  const std::string part = part_expression(connection_, rows, "", "v", type, 16, {}).value();
  EXPECT_EQ(connection_.query_value(fmt::format("SELECT string_agg(DISTINCT v || '=' || part, ' ' ORDER BY v || '=' || part) FROM (SELECT v, {} AS part FROM ({}))", part, rows)).value(),
            "false=1 true=2");
}

TEST_F(PartsTest, NanIsInTheLastPart) {
  const std::string rows = "SELECT CASE WHEN i = 0 THEN 'nan'::DOUBLE ELSE i END AS v FROM range(100) r(i)";
  const auto type = connection_.describe(rows).value().at(0).type;
  const std::string part = part_expression(connection_, rows, "", "v", type, 4, {}).value();
  EXPECT_EQ(connection_.query_integer(fmt::format("SELECT {} FROM ({}) WHERE isnan(v)", part, rows)).value(), 3);
}
}  // namespace
}  // namespace weir::delta
