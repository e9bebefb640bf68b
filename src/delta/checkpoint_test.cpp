#include <fmt/format.h>
#include <gtest/gtest.h>

#include "delta/checkpoint_writer.h"
#include "delta/log_segment.h"
#include "delta/table_fixture_test.h"

namespace weir::delta {
namespace {
using Rows = std::vector<std::string>;

class CheckpointTest : public TableTest {
 protected:
  bool has_checkpoint(std::int64_t version) { return store().head(checkpoint_key(location_, version)).has_value(); }
  void forget_commits_before(std::int64_t version) {
    for (std::int64_t i = 0; i < version; ++i) {
      ASSERT_TRUE(store().remove(commit_key(location_, i)));
    }
  }
};

TEST_F(CheckpointTest, IsWrittenEveryTenCommitsAndIsEnough) {
  create("SELECT 0 AS id, 'p 0' AS p", {"p"});
  for (int i = 1; i <= 12; ++i) {
    append(fmt::format("SELECT {} AS id, 'p {}' AS p", i, i % 2));
  }
  EXPECT_TRUE(has_checkpoint(10));
  EXPECT_FALSE(has_checkpoint(11));
  EXPECT_EQ(read_last_checkpoint(store(), location_).value(), 10);
  const Rows before = rows();
  forget_commits_before(10);
  EXPECT_EQ(rows(), before);
  EXPECT_EQ(load()->rows_count(), 13);
  EXPECT_EQ(rows(11).size(), 12U);
}

TEST_F(CheckpointTest, TheIntervalIsAProperty) {
  create("SELECT 0 AS id", {}, {{"delta.checkpointInterval", "2"}});
  append("SELECT 1 AS id");
  append("SELECT 2 AS id");
  EXPECT_FALSE(has_checkpoint(1));
  EXPECT_TRUE(has_checkpoint(2));
}

TEST_F(CheckpointTest, KeepsEverythingButOldTombstones) {
  create("SELECT 0 AS id", {}, {{"delta.deletedFileRetentionDuration", "interval 1 hour"}});
  const auto overwrite = [&](int id) {
    auto transaction = Transaction::begin(load()).value();
    transaction.remove_all_files();
    transaction.add_files(write(fmt::format("SELECT {} AS id", id), transaction.schema()));
    transaction.set_txn("app", id);
    transaction.set_domain({"weir.note", "{\"a\":1}", false});
    commit(transaction);
  };
  overwrite(1);
  clock_.advance(std::chrono::hours(2));
  overwrite(2);
  const auto snapshot = load();
  EXPECT_EQ(snapshot->tombstones().size(), 2U);
  ASSERT_TRUE(write_checkpoint(store(), *snapshot, &connection(), clock_));
  forget_commits_before(2);
  const auto read = load();
  EXPECT_EQ(read->tombstones().size(), 1U);
  EXPECT_EQ(read->transaction_version("app"), 2);
  EXPECT_EQ(read->domains().at("weir.note").configuration, "{\"a\":1}");
  EXPECT_EQ(read->metadata(), snapshot->metadata());
  EXPECT_EQ(read->protocol(), snapshot->protocol());
  ASSERT_EQ(read->files().size(), 1U);
  AddFile file = read->files().add_file(0);
  file.data_change = true;
  EXPECT_EQ(file, snapshot->files().add_file(0));
}

TEST_F(CheckpointTest, KeepsRareMembersOfFiles) {
  create("SELECT 0 AS id");
  AddFile file;
  file.path = "odd%20name.parquet";
  file.size_bytes = 10;
  file.tags = {{"k", "v \"quoted\""}};
  file.base_row_id = 7;
  file.default_row_commit_version = 1;
  file.clustering_provider = "liquid";
  file.deletion_vector = DeletionVector{'u', "ab^-aqEH.-t@S}K{vb[*k^", 4, 40, 6};
  auto transaction = Transaction::begin(load()).value();
  transaction.add_files({file});
  ASSERT_TRUE(transaction.commit(store(), commit_options()));
  ASSERT_TRUE(write_checkpoint(store(), *load(), &connection(), clock_));
  forget_commits_before(1);
  const auto read = load();
  ASSERT_EQ(read->files().size(), 2U);
  file.data_change = false;
  EXPECT_EQ(read->files().add_file(1), file);
}

TEST_F(CheckpointTest, AnUnreadableHintIsIgnored) {
  create("SELECT 0 AS id", {}, {{"delta.checkpointInterval", "1"}});
  append("SELECT 1 AS id");
  for (const char* text : {"", "{", "[]", "{\"version\":\"1\"}", "{\"version\":-1}", "{\"version\":99}"}) {
    ASSERT_TRUE(store().put(last_checkpoint_key(location_), text, {}));
    EXPECT_EQ(rows(), (Rows{"0", "1"})) << text;
  }
}
}  // namespace
}  // namespace weir::delta
