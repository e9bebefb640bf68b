#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "delta/checkpoint_writer.h"
#include "delta/log_segment.h"
#include "delta/table_features.h"
#include "delta/table_fixture_test.h"
#include "storage/memory_store.h"

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

TEST_F(CheckpointTest, ThePropertyAsksForOnesWithNamesOfTheirOwn) {
  create("SELECT 0 AS id, 'a' AS p", {"p"}, {{"delta.checkpointPolicy", "v2"}, {"delta.checkpointInterval", "2"}});
  append("SELECT 1 AS id, 'b' AS p");
  append("SELECT 2 AS id, NULL::VARCHAR AS p");
  EXPECT_FALSE(has_checkpoint(2));
  EXPECT_TRUE(supports_reader_feature(load()->protocol(), "v2Checkpoint"));
  const auto segment = find_segment(store(), location_, std::nullopt).value();
  ASSERT_EQ(segment.checkpoint.size(), 1U);
  EXPECT_EQ(segment.checkpoint[0].kind, LogFile::Kind::kUuidCheckpoint);
  const auto said = connection().query_rows(
      fmt::format("SELECT checkpointMetadata.version FROM '{}' WHERE checkpointMetadata IS NOT NULL",
                  store().local_path(segment.checkpoint[0].key)->string()));
  ASSERT_TRUE(said) << said.error().text();
  EXPECT_EQ(said->at(0)[0], "2");
  check();
  const Rows before = rows();
  forget_commits_before(2);
  EXPECT_EQ(rows(), before);
}

TEST_F(CheckpointTest, ASecondOneOfAVersionTakesThePlaceOfTheFirst) {
  create("SELECT 0 AS id", {}, {{"delta.checkpointPolicy", "v2"}, {"delta.checkpointInterval", "100"}});
  ASSERT_TRUE(write_checkpoint(store(), *load(), &connection(), clock_));
  ASSERT_TRUE(write_checkpoint(store(), *load(), &connection(), clock_));
  const auto files = list_log(store(), location_).value();
  EXPECT_EQ(std::ranges::count(files, LogFile::Kind::kUuidCheckpoint, &LogFile::kind), 1);
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

TEST_F(CheckpointTest, StatisticsMayBeAStruct) {
  create(
      "SELECT 1::BIGINT AS id, 'a b' AS p, {'x': 1.50::DECIMAL(5,2), 'f': true} AS s, TIMESTAMPTZ '2024-01-01 "
      "00:00:00.5+00' AS ts, [1] AS l",
      {"p"}, {{"delta.checkpoint.writeStatsAsJson", "false"}, {"delta.checkpoint.writeStatsAsStruct", "true"}});
  ASSERT_TRUE(write_checkpoint(store(), *load(), &connection(), clock_));
  const auto path = store().local_path(checkpoint_key(location_, 0))->string();
  EXPECT_EQ(
      connection().query_value("SELECT typeof(add.stats_parsed) FROM read_parquet('" + path + "') LIMIT 1").value(),
      "STRUCT(numRecords BIGINT, minValues STRUCT(id BIGINT, s STRUCT(x DECIMAL(5,2)), ts TIMESTAMP WITH TIME ZONE), "
      "maxValues STRUCT(id BIGINT, s STRUCT(x DECIMAL(5,2)), ts TIMESTAMP WITH TIME ZONE), "
      "nullCount STRUCT(id BIGINT, s STRUCT(x BIGINT, f BIGINT), ts BIGINT, l BIGINT))");
  EXPECT_EQ(connection()
                .query_value("SELECT add.\"partitionValues_parsed\".p FROM read_parquet('" + path +
                             "') WHERE add IS NOT NULL")
                .value(),
            "a b");
  append("SELECT 2::BIGINT AS id, 'c' AS p");
  forget_commits_before(1);
  const auto snapshot = load();
  EXPECT_EQ(snapshot->rows_count(), 2);
  EXPECT_EQ(Scan::plan(snapshot, {.conditions = {{{"s", "x"}, Comparison::kGreater, {"1.49"}}}})->files().size(), 1U);
  EXPECT_EQ(Scan::plan(snapshot, {.conditions = {{{"ts"}, Comparison::kEqual, {"2024-01-01 00:00:00.5+00"}}}})
                ->files()
                .size(),
            1U);
  EXPECT_EQ(Scan::plan(snapshot, {.conditions = {{{"ts"}, Comparison::kLess, {"2024-01-01"}}}})->files().size(), 0U);
}

TEST_F(CheckpointTest, WorksOnStoresThatAreNoFolder) {
  const auto memory = storage::make_memory_store(clock_);
  const Schema schema = schema_from_duck(connection().describe("SELECT 1 AS id").value()).value();
  auto transaction =
      Transaction::create(location_, {schema, {}, {{"delta.checkpointInterval", "1"}}, {}, {}}, random_).value();
  ASSERT_TRUE(transaction.commit(*memory, commit_options()));
  const auto plan = plan_write(connection(), "SELECT i::INTEGER AS id FROM range(5) r(i)", schema).value();
  auto append = Transaction::begin(Snapshot::load(*memory, location_).value()).value();
  append.add_files(write_data_files(connection(), *memory, location_, plan, {.random = &random_}).value());
  ASSERT_TRUE(append.commit(*memory, commit_options()));
  ASSERT_TRUE(memory->remove(commit_key(location_, 0)));
  const auto snapshot = Snapshot::load(*memory, location_, {.connection = &connection()});
  ASSERT_TRUE(snapshot) << snapshot.error().text();
  EXPECT_EQ((*snapshot)->rows_count(), 5);
  EXPECT_EQ(memory->list({.prefix = "raw/orders/part-"}).value().size(), 1U);
  EXPECT_EQ(scan_sql(*memory, Scan::plan(*snapshot).value()).error().code, ErrorCode::kUnsupported);
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
