#include <gtest/gtest.h>

#include "delta/dml/dml_fixture_test.h"
#include "delta/log_segment.h"

namespace weir::delta {
namespace {
/// Both ways to change rows give the same table.
class DeleteUpdateTest : public DmlTest, public testing::WithParamInterface<bool> {
 protected:
  bool vectors() const { return GetParam(); }
  void make(const std::string& sql, std::vector<std::string> partition_columns = {}) {
    create(sql, std::move(partition_columns), vectors() ? with_vectors() : StringMap());
  }
};
INSTANTIATE_TEST_SUITE_P(With, DeleteUpdateTest, testing::Bool(),
                         [](const auto& way) { return way.param ? "Vectors" : "Rewriting"; });

TEST_P(DeleteUpdateTest, DeletesRows) {
  make("SELECT i AS id, i % 3 AS k FROM range(9) r(i)");
  const auto changes = erase("k = 1");
  ASSERT_TRUE(changes) << changes.error().text();
  EXPECT_EQ(changes->rows_deleted, 3);
  EXPECT_EQ(changes->rows_copied, vectors() ? 0 : 6);
  EXPECT_EQ(rows(std::nullopt, "id"), (Rows{"0", "2", "3", "5", "6", "8"}));
  EXPECT_EQ(rows(0).size(), 9U);
  EXPECT_EQ(vectors_count(), vectors() ? 1U : 0U);
  EXPECT_EQ(metric("numDeletedRows"), "3");
}

TEST_P(DeleteUpdateTest, DeletesAgainAndAgain) {
  make("SELECT i AS id FROM range(100000) r(i)");
  ASSERT_TRUE(erase("id % 2 = 0"));
  ASSERT_TRUE(erase("id % 3 = 0"));
  EXPECT_EQ(rows(std::nullopt, "count(*), sum(id)"), Rows{"33333|1666633333"});
  EXPECT_EQ(load()->rows_count(), 33'333);
}

TEST_P(DeleteUpdateTest, RemovesWholeFiles) {
  make("SELECT 1 AS id");
  append("SELECT 2 AS id");
  append("SELECT 3 AS id");
  const auto changes = erase("id <= 2");
  EXPECT_EQ(changes->rows_deleted, 2);
  EXPECT_EQ(changes->files_removed, 2);
  EXPECT_TRUE(changes->new_files.empty());
  EXPECT_EQ(load()->files().size(), 1U);
}

TEST_P(DeleteUpdateTest, DeletesEverythingWithoutReading) {
  make("SELECT i AS id FROM range(5) r(i)");
  ASSERT_TRUE(erase("id = 3"));
  const auto changes = erase("");
  EXPECT_EQ(changes->rows_deleted, 4);
  EXPECT_TRUE(load()->files().empty());
}

TEST_P(DeleteUpdateTest, NothingToDeleteIsNoCommit) {
  make("SELECT 1 AS id");
  EXPECT_TRUE(erase("id = 5")->empty());
  EXPECT_EQ(load()->version(), 0);
}

TEST_P(DeleteUpdateTest, ANullConditionKeepsTheRow) {
  make("SELECT * FROM (VALUES (1, NULL), (2, 5)) v(id, x)");
  ASSERT_TRUE(erase("x > 1"));
  EXPECT_EQ(rows(), Rows{"1|NULL"});
}

TEST_P(DeleteUpdateTest, UpdatesRows) {
  make("SELECT i AS id, 'old' AS s, i * 1.5 AS price FROM range(4) r(i)");
  const auto changes = update("id >= 2", {{"S", "s || id"}, {"price", "0"}});
  ASSERT_TRUE(changes) << changes.error().text();
  EXPECT_EQ(changes->rows_updated, 2);
  EXPECT_EQ(rows(), (Rows{"0|old|0.0", "1|old|1.5", "2|old2|0.0", "3|old3|0.0"}));
  EXPECT_EQ(metric("numUpdatedRows"), "2");
}

TEST_P(DeleteUpdateTest, UpdatesMoveRowsBetweenPartitions) {
  make("SELECT i AS id, i % 2 AS p FROM range(6) r(i)", {"p"});
  ASSERT_TRUE(update("id IN (1, 2)", {{"p", "p + 1"}}));
  EXPECT_EQ(rows(std::nullopt, "p, id"), (Rows{"0|0", "0|4", "1|2", "1|3", "1|5", "2|1"}));
}

TEST_P(DeleteUpdateTest, ASwapSeesTheOldValues) {
  make("SELECT 1 AS a, 2 AS b");
  ASSERT_TRUE(update("", {{"a", "b"}, {"b", "a"}}));
  EXPECT_EQ(rows(), Rows{"2|1"});
}

TEST_P(DeleteUpdateTest, UnknownColumnsAreSuggested) {
  make("SELECT 1 AS price");
  const auto changes = update("", {{"prize", "1"}});
  ASSERT_FALSE(changes);
  EXPECT_NE(changes.error().text().find("did you mean \"price\""), std::string::npos) << changes.error().text();
  EXPECT_FALSE(update("", {{"price", "1"}, {"PRICE", "2"}}));
}

TEST_P(DeleteUpdateTest, AFailedUpdateLeavesNothingBehind) {
  make("SELECT i AS id, 'x' AS s FROM range(5) r(i)");
  EXPECT_FALSE(update("", {{"id", "s"}}));
  EXPECT_EQ(store().list({}).value().size(), 3U);  // the data, its commit, the checksum
}

TEST_P(DeleteUpdateTest, OnlyFilesThatMayHoldTheRowsAreRead) {
  make("SELECT 1 AS id");
  append("SELECT 2 AS id");
  const std::string path(load()->files().path(0));
  ASSERT_TRUE(store().put("raw/orders/" + path, "damaged", {}));
  auto transaction = Transaction::begin(load()).value();
  const auto changes = delete_rows(connection(), store(), transaction,
                                   {.where = "id = 2", .conditions = {{{"id"}, Comparison::kEqual, {"2"}}}}, options());
  ASSERT_TRUE(changes) << changes.error().text();
  EXPECT_EQ(changes->rows_deleted, 1);
}

TEST_P(DeleteUpdateTest, CheckpointsKeepWhatWasDeleted) {
  make("SELECT i AS id FROM range(100) r(i)");
  for (int i = 0; i < 11; ++i) {
    ASSERT_TRUE(erase("id = " + std::to_string(i * 5)));
  }
  ASSERT_TRUE(store().head("raw/orders/_delta_log/00000000000000000010.checkpoint.parquet"));
  for (int version = 0; version < 10; ++version) {
    ASSERT_TRUE(store().remove(commit_key(location_, version)));
  }
  EXPECT_EQ(rows(std::nullopt, "count(*), sum(id)"), Rows{"89|4675"});
}

TEST_P(DeleteUpdateTest, WhatWasReadConflicts) {
  make("SELECT i AS id FROM range(5) r(i)");
  auto transaction = Transaction::begin(load()).value();
  auto changes = delete_rows(connection(), store(), transaction, {.where = "id = 1"}, options()).value();
  append("SELECT 1 AS id");
  EXPECT_EQ(commit(transaction).kind, CommitOutcome::Kind::kConflict);
  const std::size_t before = store().list({}).value().size();
  discard_changes(store(), location_, changes);
  EXPECT_EQ(store().list({}).value().size(), before - (vectors() ? 0 : 1));
}
}  // namespace
}  // namespace weir::delta
