#include "quality/table_checks.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
/// A view over a CSV file: its version stays the same when the file goes, so what is still answered then was answered before.
class OneScan : public ::testing::Test {
 protected:
  OneScan() : folder(TempDir::create().value()), file(folder.path() / "orders.csv") {}
  void write_rows(const std::string& rows) { ASSERT_TRUE(write_file(file, "order_id,amount\n" + rows)); }
  void make_view(const std::string& columns) {
    lake.write_view("staging.orders", "SELECT " + columns + " FROM read_csv('" + file.string() + "')");
  }

  TestLake lake;
  TempDir folder;
  std::filesystem::path file;
};

TEST_F(OneScan, AnswersAllChecksOfATable) {
  write_rows("1,10\n2,-5\n");
  make_view("*");
  const auto nodes = lake.load("table: staging.orders\nchecks:\n- not_null: order_id\n- between: {column: amount, min: 0}\n- row_count: {min: 1}\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_EQ(outcome(lake.run(*(*nodes)[0])), "ok: 2 rows");
  std::filesystem::remove(file);
  EXPECT_EQ(outcome(lake.run(*(*nodes)[1])), "failed: 1 of 2 rows; e.g. order_id=2, amount=-5");
  EXPECT_EQ(outcome(lake.run(*(*nodes)[2])), "ok: 2 rows");
}

TEST_F(OneScan, IsMadeAgainForANewVersion) {
  write_rows("1,10\n");
  make_view("*");
  const auto nodes = lake.load("table: staging.orders\nchecks:\n- not_empty\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_EQ(outcome(lake.run(*(*nodes)[0])), "ok: 1 row");
  write_rows("1,10\n2,20\n");
  EXPECT_EQ(outcome(lake.run(*(*nodes)[0])), "ok: 1 row") << "nothing told that the table had changed";
  make_view("order_id, amount");
  EXPECT_EQ(outcome(lake.run(*(*nodes)[0])), "ok: 2 rows");
}

TEST_F(OneScan, IsNotDisturbedByACheckThatSqlRefuses) {
  write_rows("1,10\n2,-5\n");
  make_view("*");
  const auto nodes = lake.load(
      "table: staging.orders\nchecks:\n- expression: amount > missing\n- not_null: nothing\n- between: {column: amount, min: 0}\n"
      "- expression: \"CAST(concat('x', amount) AS INTEGER) > 0\"\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_FALSE(lake.run(*(*nodes)[0]));
  EXPECT_FALSE(lake.run(*(*nodes)[1]));
  EXPECT_EQ(outcome(lake.run(*(*nodes)[2])), "failed: 1 of 2 rows; e.g. order_id=2, amount=-5");
  const auto conversion = lake.run(*(*nodes)[3]);
  ASSERT_FALSE(conversion);
  EXPECT_EQ(conversion.error().place->line, 6);
}

TEST_F(OneScan, ShowsTheKeyOfTheTable) {
  write_rows("1,10\n2,-5\n");
  make_view("amount, order_id, 'x' AS note");
  const auto nodes = lake.load("table: staging.orders\nchecks:\n- not_null: note\n- unique: order_id\n- between: {column: amount, min: 0}\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_EQ(outcome(lake.run(*(*nodes)[2])), "failed: 1 of 2 rows; e.g. order_id=2, amount=-5");
}

TEST_F(OneScan, RemembersNoTableThatWasMissing) {
  const auto nodes = lake.load("table: staging.orders\nchecks:\n- not_empty\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_FALSE(lake.run(*(*nodes)[0]));
  write_rows("1,10\n");
  make_view("*");
  EXPECT_EQ(outcome(lake.run(*(*nodes)[0])), "ok: 1 row");
}

TEST_F(OneScan, EndsWhenStopped) {
  lake.write_view("staging.orders", "SELECT a.range AS order_id FROM range(100000) a, range(100000) b");
  const auto nodes = lake.load("table: staging.orders\nchecks:\n- expression: order_id * 2 >= 0\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  lake.stop().request_stop();
  const auto result = lake.run(*(*nodes)[0]);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kCancelled);
}

TEST_F(OneScan, ServesManyThreads) {
  lake.write("staging.orders", "SELECT i AS order_id, i % 10 AS amount FROM range(1000) t(i)");
  std::string yaml = "table: staging.orders\nchecks:\n";
  for (int i = 0; i < 8; ++i) {
    yaml += "- between: {column: amount, min: " + std::to_string(i) + "}\n";
  }
  const auto nodes = lake.load(yaml);
  ASSERT_TRUE(nodes) << error_text(nodes);
  std::vector<std::uint64_t> failures(nodes->size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < nodes->size(); ++i) {
      threads.emplace_back([&, i] { failures[i] = lake.run(*(*nodes)[i])->failures.value(); });
    }
  }
  EXPECT_EQ(failures, (std::vector<std::uint64_t>{0, 100, 200, 300, 400, 500, 600, 700}));
}
}  // namespace
}  // namespace weir::quality::testing
