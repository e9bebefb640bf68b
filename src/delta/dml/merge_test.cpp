#include <gtest/gtest.h>

#include "delta/dml/dml_fixture_test.h"

namespace weir::delta {
namespace {
using When = MergeClause::When;
using Then = MergeClause::Then;

class MergeTest : public DmlTest, public testing::WithParamInterface<bool> {
 protected:
  void make(const std::string& sql, std::vector<std::string> partition_columns = {}) {
    create(sql, std::move(partition_columns), GetParam() ? with_vectors() : StringMap());
  }
};
INSTANTIATE_TEST_SUITE_P(With, MergeTest, testing::Bool(),
                         [](const auto& way) { return way.param ? "Vectors" : "Rewriting"; });

TEST_P(MergeTest, UpsertsByKey) {
  make("SELECT i AS id, 'old' AS s FROM range(5) r(i)");
  const auto changes = merge(upsert("SELECT i AS id, 'new' AS s FROM range(3, 7) r(i)"));
  ASSERT_TRUE(changes) << changes.error().text();
  EXPECT_EQ(changes->rows_updated, 2);
  EXPECT_EQ(changes->rows_inserted, 2);
  EXPECT_EQ(changes->rows_copied, GetParam() ? 0 : 3);
  EXPECT_EQ(rows(), (Rows{"0|old", "1|old", "2|old", "3|new", "4|new", "5|new", "6|new"}));
  EXPECT_EQ(metric("numTargetRowsUpdated"), "2");
  EXPECT_EQ(metric("numTargetRowsInserted"), "2");
  EXPECT_EQ(metric("numSourceRows"), "4");
}

TEST_P(MergeTest, TheFirstClauseThatFitsDecides) {
  make("SELECT i AS id, 10 AS n FROM range(6) r(i)");
  MergeRequest request{
      .source_sql = "SELECT i AS id, i AS n FROM range(8) r(i)",
      .on = "t.id = s.id",
      .clauses = {{.then = Then::kDelete, .condition = "s.n = 1"},
                  {.then = Then::kUpdate, .condition = "s.n <= 2", .assignments = {{"n", "t.n + s.n"}}},
                  {.then = Then::kUpdate, .condition = "s.n = 4 -- the last", .assignments = {{"n", "-1"}}},
                  {.when = When::kNotMatched,
                   .then = Then::kInsert,
                   .condition = "s.id = 7",
                   .assignments = {{"id", "s.id * 10"}}}}};
  const auto changes = merge(request);
  ASSERT_TRUE(changes) << changes.error().text();
  EXPECT_EQ(rows(), (Rows{"0|10", "2|12", "3|10", "4|-1", "5|10", "70|NULL"}));
}

TEST_P(MergeTest, SynchronizesWithTheSource) {
  make("SELECT i AS id, 'old' AS s FROM range(4) r(i)");
  MergeRequest request = upsert("SELECT i AS id, 'new' AS s FROM range(2, 6) r(i)");
  request.clauses.push_back({.when = When::kNotMatchedBySource,
                             .then = Then::kUpdate,
                             .condition = "t.id = 0",
                             .assignments = {{"s", "'gone'"}}});
  request.clauses.push_back({.when = When::kNotMatchedBySource, .then = Then::kDelete});
  const auto changes = merge(request);
  ASSERT_TRUE(changes) << changes.error().text();
  EXPECT_EQ(changes->rows_deleted, 1);
  EXPECT_EQ(changes->rows_updated, 3);
  EXPECT_EQ(rows(), (Rows{"0|gone", "2|new", "3|new", "4|new", "5|new"}));
  EXPECT_EQ(metric("numTargetRowsNotMatchedBySourceUpdated"), "1");
}

TEST_P(MergeTest, OnlyInsertsWhatIsMissing) {
  make("SELECT i AS id FROM range(3) r(i)");
  const auto changes = merge({.source_sql = "SELECT i AS id FROM range(5) r(i) UNION ALL SELECT NULL",
                              .on = "t.id = s.id",
                              .clauses = {{.when = When::kNotMatched, .then = Then::kInsert, .all_columns = true}},
                              .equal_columns = {{"id", "id"}}});
  ASSERT_TRUE(changes) << changes.error().text();
  EXPECT_EQ(changes->files_removed, 0);
  EXPECT_EQ(rows(), (Rows{"0", "1", "2", "3", "4", "NULL"}));
  EXPECT_EQ(load()->files().size(), 2U);
}

TEST_P(MergeTest, ARowThatMatchesTwiceIsNamed) {
  make("SELECT i AS id, 'x' AS s FROM range(5) r(i)");
  const auto changes = merge(upsert("SELECT 3 AS id, 'a' AS s UNION ALL SELECT 3, 'b'"));
  ASSERT_FALSE(changes);
  EXPECT_NE(changes.error().text().find("2 rows of the source match the row with id = 3"), std::string::npos)
      << changes.error().text();
}

TEST_P(MergeTest, DoubledRowsMayDelete) {
  make("SELECT i AS id FROM range(4) r(i)");
  const auto changes = merge(
      {.source_sql = "SELECT 3 AS id UNION ALL SELECT 3", .on = "t.id = s.id", .clauses = {{.then = Then::kDelete}}});
  ASSERT_TRUE(changes) << changes.error().text();
  EXPECT_EQ(changes->rows_deleted, 1);
  EXPECT_EQ(rows(), (Rows{"0", "1", "2"}));
}

TEST_P(MergeTest, FilesWithoutSuchKeysAreNotRead) {
  make("SELECT i AS id, 'a' AS s FROM range(10) r(i)");
  append("SELECT i AS id, 'b' AS s FROM range(10, 20) r(i)");
  ASSERT_TRUE(store().put("raw/orders/" + std::string(load()->files().path(0)), "damaged", {}));
  auto transaction = Transaction::begin(load()).value();
  const auto changes = merge_rows(connection(), store(), transaction,
                                  upsert("SELECT i AS id, 'c' AS s FROM range(15, 25) r(i)"), options());
  ASSERT_TRUE(changes) << changes.error().text();
  EXPECT_EQ(changes->rows_updated, 5);
}

TEST_P(MergeTest, PartitionsOfOtherKeysAreNotRead) {
  make("SELECT i AS id, 'p' || i % 3 AS p FROM range(9) r(i)", {"p"});
  std::string path;
  const auto before = load();
  for (std::size_t i = 0; i < 3; ++i) {
    if (before->files().path(i).starts_with("p=p0/")) {
      path = before->files().path(i);
    }
  }
  ASSERT_TRUE(store().put("raw/orders/" + path, "damaged", {}));
  MergeRequest request = upsert("SELECT 1 AS id, 'p1' AS p UNION ALL SELECT 100, 'p2'");
  request.on = "t.id = s.id AND t.p = s.p";
  request.equal_columns.push_back({"p", "p"});
  auto transaction = Transaction::begin(load()).value();
  const auto changes = merge_rows(connection(), store(), transaction, request, options());
  ASSERT_TRUE(changes) << changes.error().text();
  EXPECT_EQ(changes->rows_updated, 1);
  EXPECT_EQ(changes->rows_inserted, 1);
}

TEST_P(MergeTest, AMissingSourceColumnIsNamed) {
  make("SELECT 1 AS id, 'x' AS name");
  const auto changes = merge(upsert("SELECT 1 AS id, 'y' AS nme"));
  ASSERT_FALSE(changes);
  EXPECT_NE(changes.error().text().find("did you mean \"nme\""), std::string::npos) << changes.error().text();
}

TEST_P(MergeTest, TheSchemaMayGrow) {
  make("SELECT i AS id FROM range(3) r(i)");
  auto transaction = Transaction::begin(load()).value();
  Schema schema = transaction.schema();
  schema.fields.push_back({"s", {TypeKind::kString}, true, {}});
  ASSERT_TRUE(transaction.set_schema(schema));
  const auto changes = merge_rows(connection(), store(), transaction,
                                  upsert("SELECT i AS id, 'n' AS s FROM range(2, 4) r(i)"), options());
  ASSERT_TRUE(changes) << changes.error().text();
  ASSERT_TRUE(commit(transaction).committed());
  EXPECT_EQ(rows(), (Rows{"0|NULL", "1|NULL", "2|n", "3|n"}));
}

TEST_P(MergeTest, ConditionsThatAreNoEqualitiesWork) {
  make("SELECT i AS id, 0 AS n FROM range(6) r(i)");
  MergeRequest request{
      .source_sql = "SELECT 1 AS low, 3 AS high UNION ALL SELECT 10, 12",
      .on = "t.id BETWEEN s.low AND s.high",
      .clauses = {{.then = Then::kUpdate, .assignments = {{"n", "s.high"}}},
                  {.when = When::kNotMatched, .then = Then::kInsert, .assignments = {{"id", "s.low"}, {"n", "-1"}}},
                  {.when = When::kNotMatchedBySource, .then = Then::kUpdate, .assignments = {{"n", "7"}}}}};
  const auto changes = merge(request);
  ASSERT_TRUE(changes) << changes.error().text();
  EXPECT_EQ(rows(), (Rows{"0|7", "1|3", "2|3", "3|3", "4|7", "5|7", "10|-1"}));
}
}  // namespace
}  // namespace weir::delta
