// What happens to a transaction when others commit first: each test is a row of the table of conflicts.
#include "delta/conflict.h"

#include <gtest/gtest.h>

#include "delta/table_fixture_test.h"
#include "storage/faulty_store.h"

namespace weir::delta {
namespace {
using Rows = std::vector<std::string>;
using Kind = CommitOutcome::Kind;

class ConflictTest : public TableTest {
 protected:
  void SetUp() override {
    TableTest::SetUp();
    create("SELECT 1 AS id, 'a' AS p UNION ALL SELECT 2, 'b'", {"p"});
    snapshot_ = load();
  }
  Transaction begin() { return Transaction::begin(snapshot_).value(); }
  std::vector<AddFile> row(int id, const std::string& p) {
    return write("SELECT " + std::to_string(id) + " AS id, '" + p + "' AS p", snapshot_->schema(),
                 {.partition_columns = {"p"}});
  }
  std::uint32_t file_of(const std::string& p) {
    for (std::uint32_t i = 0; i < snapshot_->files().size(); ++i) {
      if (snapshot_->files().add_file(i).partition_values.at("p") == p) {
        return i;
      }
    }
    return 0;
  }
  void others_append(const std::string& p) { EXPECT_TRUE(append("SELECT 9 AS id, '" + p + "' AS p").committed()); }
  void others_delete(const std::string& p) {
    auto transaction = begin();
    transaction.remove_file(file_of(p));
    transaction.set_operation("DELETE");
    EXPECT_TRUE(commit(transaction).committed());
  }
  // An append that has read something is not blind.
  void others_read_and_append(const std::string& p) {
    auto transaction = Transaction::begin(load()).value();
    transaction.read_whole_table();
    transaction.add_files(row(8, p));
    EXPECT_TRUE(commit(transaction).committed());
  }
  std::shared_ptr<const Snapshot> snapshot_;
};

Condition p_is(std::string value) {
  return {{"p"}, Comparison::kEqual, {std::move(value)}};
}

TEST_F(ConflictTest, AppendAfterAppendIsRebased) {
  others_append("a");
  others_append("b");
  auto transaction = begin();
  transaction.add_files(row(3, "a"));
  const auto outcome = commit(transaction);
  EXPECT_EQ(outcome.kind, Kind::kCommitted);
  EXPECT_EQ(outcome.version, 3);
}

TEST_F(ConflictTest, AppendAfterDeleteIsRebased) {
  others_delete("a");
  auto transaction = begin();
  transaction.add_files(row(3, "a"));
  EXPECT_EQ(commit(transaction).kind, Kind::kCommitted);
}

TEST_F(ConflictTest, DeletingTheSameFileConflicts) {
  others_delete("a");
  auto transaction = begin();
  transaction.remove_file(file_of("a"));
  const auto outcome = commit(transaction);
  EXPECT_EQ(outcome.kind, Kind::kConflict);
  EXPECT_NE(outcome.reason.find("version 1, DELETE by weir/"), std::string::npos) << outcome.reason;
}

TEST_F(ConflictTest, DeletingOtherFilesDoesNot) {
  others_delete("a");
  auto transaction = begin();
  transaction.remove_file(file_of("b"));
  EXPECT_EQ(commit(transaction).kind, Kind::kCommitted);
  EXPECT_EQ(load()->files().size(), 0U);
}

TEST_F(ConflictTest, OverwritingConflictsWithAppends) {
  others_append("a");
  auto transaction = begin();
  transaction.remove_all_files();
  EXPECT_EQ(commit(transaction).kind, Kind::kConflict);
}

TEST_F(ConflictTest, WhatWasReadMustNotGrow) {
  others_append("a");
  for (const auto& [partition, expected] : {std::pair("a", Kind::kConflict), std::pair("b", Kind::kCommitted)}) {
    auto transaction = begin();
    transaction.read_where({p_is(partition)});
    transaction.add_files(row(3, "c"));
    EXPECT_EQ(commit(transaction).kind, expected) << partition;
  }
}

TEST_F(ConflictTest, WhatWasReadMustNotShrink) {
  others_delete("a");
  for (const auto& [partition, expected] : {std::pair("a", Kind::kConflict), std::pair("b", Kind::kCommitted)}) {
    auto transaction = begin();
    transaction.read_where({p_is(partition)});
    transaction.add_files(row(3, "c"));
    EXPECT_EQ(commit(transaction).kind, expected) << partition;
  }
}

TEST_F(ConflictTest, StatisticsTellDisjointRowsApart) {
  others_append("a");  // id 9
  auto transaction = begin();
  transaction.read_where({{{"id"}, Comparison::kLess, {"5"}}});
  transaction.add_files(row(3, "c"));
  EXPECT_EQ(commit(transaction).kind, Kind::kCommitted);
}

TEST_F(ConflictTest, WriteSerializableLetsBlindAppendsBy) {
  auto properties = begin();
  ASSERT_TRUE(properties.set_properties({{"delta.isolationLevel", "WriteSerializable"}}));
  commit(properties);
  snapshot_ = load();
  others_append("a");
  auto transaction = begin();
  transaction.read_whole_table();
  transaction.add_files(row(3, "c"));
  EXPECT_EQ(commit(transaction).kind, Kind::kCommitted);
  snapshot_ = load();
  others_read_and_append("a");
  auto second = begin();
  second.read_whole_table();
  second.add_files(row(4, "c"));
  EXPECT_EQ(commit(second).kind, Kind::kConflict);
}

TEST_F(ConflictTest, RearrangingFilesDoesNotMindAppends) {
  others_append("a");
  auto transaction = begin();
  transaction.remove_file(file_of("a"), false);
  auto files = row(1, "a");
  files[0].data_change = false;
  transaction.add_files(std::move(files));
  EXPECT_EQ(commit(transaction).kind, Kind::kCommitted);
}

TEST_F(ConflictTest, NewMetadataConflictsWithEverything) {
  auto other = begin();
  ASSERT_TRUE(other.set_properties({{"comment", "x"}}));
  commit(other);
  auto transaction = begin();
  transaction.add_files(row(3, "a"));
  const auto outcome = commit(transaction);
  EXPECT_EQ(outcome.kind, Kind::kConflict);
  EXPECT_NE(outcome.reason.find("schema or properties"), std::string::npos);
}

TEST_F(ConflictTest, OneApplicationWritesOneAfterTheOther) {
  auto other = begin();
  other.add_files(row(3, "a"));
  other.set_txn("stream", 5);
  commit(other);
  auto older = begin();
  older.add_files(row(3, "a"));
  older.set_txn("stream", 4);
  EXPECT_EQ(commit(older).kind, Kind::kAlreadyDone);
  auto newer = begin();
  newer.add_files(row(4, "a"));
  newer.set_txn("stream", 6);
  EXPECT_EQ(commit(newer).kind, Kind::kConflict);
}

TEST_F(ConflictTest, DomainsConflictByName) {
  auto first = begin();
  first.set_domain({"any", "{}", false});  // raises the protocol, which later ones need not do
  commit(first);
  snapshot_ = load();
  const auto with_domain = [&](const std::string& name) {
    auto transaction = begin();
    transaction.add_files(row(3, "a"));
    transaction.set_domain({name, "{}", false});
    return commit(transaction).kind;
  };
  EXPECT_EQ(with_domain("x"), Kind::kCommitted);
  EXPECT_EQ(with_domain("x"), Kind::kConflict);
  EXPECT_EQ(with_domain("y"), Kind::kCommitted);
}

TEST_F(ConflictTest, OnlyOneMakesTheTable) {
  location_ = TableLocation::at("raw/other");
  const TableDefinition definition{snapshot_->schema(), {}, {}, {}, {}};
  auto first = Transaction::create(location_, definition, random_).value();
  auto second = Transaction::create(location_, definition, random_).value();
  EXPECT_EQ(commit(first).kind, Kind::kCommitted);
  EXPECT_EQ(commit(second).kind, Kind::kConflict);
}

TEST_F(ConflictTest, LosesGracefullyAgainstEndlessWriters) {
  storage::FaultyStore crowded(store());
  std::int64_t version = 1;
  crowded.before_each_call([&](std::string_view operation, std::string_view) {
    if (operation == "put_if_absent") {
      (void)store().put("raw/orders/_delta_log/" + std::string(20 - std::to_string(version).size(), '0') +
                            std::to_string(version) + ".json",
                        R"({"commitInfo":{"isBlindAppend":true}})", {});
      ++version;
    }
  });
  auto transaction = begin();
  transaction.add_files(row(3, "a"));
  auto options = commit_options();
  options.attempts_max = 5;
  const auto outcome = transaction.commit(crowded, options);
  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->kind, Kind::kConflict);
  EXPECT_NE(outcome->reason.find("5 times"), std::string::npos);
}
}  // namespace
}  // namespace weir::delta
