#include "delta/transaction.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "delta/table_fixture_test.h"

namespace weir::delta {
namespace {
using Rows = std::vector<std::string>;
using Kind = CommitOutcome::Kind;

class TransactionTest : public TableTest {};

TEST_F(TransactionTest, CreatesAppendsAndTravels) {
  EXPECT_EQ(create("SELECT 1::BIGINT AS id, 'a' AS name"), 0);
  EXPECT_EQ(append("SELECT 2::BIGINT AS id, 'b' AS name").version, 1);
  EXPECT_EQ(rows(), (Rows{"1|a", "2|b"}));
  EXPECT_EQ(rows(0), (Rows{"1|a"}));
  EXPECT_EQ(load()->rows_count(), 2);
}

TEST_F(TransactionTest, OverwritesAndKeepsTheOldRowsForOldVersions) {
  create("SELECT 1 AS id");
  auto transaction = Transaction::begin(load()).value();
  transaction.remove_all_files();
  transaction.add_files(write("SELECT 2 AS id", transaction.schema()));
  transaction.set_operation("WRITE", {{"mode", "Overwrite"}});
  EXPECT_TRUE(commit(transaction).committed());
  EXPECT_EQ(rows(), Rows{"2"});
  EXPECT_EQ(rows(0), Rows{"1"});
  EXPECT_EQ(load()->tombstones().size(), 1U);
}

TEST_F(TransactionTest, AnEmptyTableHasNoFiles) {
  create("SELECT 1 AS id, 'x' AS name WHERE false");
  EXPECT_EQ(load()->files().size(), 0U);
  EXPECT_EQ(rows(), Rows{});
  append("SELECT 1 AS id");
  EXPECT_EQ(rows(), Rows{"1|NULL"});
}

TEST_F(TransactionTest, ATransactionIdCommitsOnce) {
  create("SELECT 1 AS id");
  const auto load_batch = [&](std::shared_ptr<const Snapshot> snapshot, std::int64_t batch) {
    auto transaction = Transaction::begin(std::move(snapshot)).value();
    transaction.add_files(write("SELECT 2 AS id", transaction.schema()));
    transaction.set_txn("ingest.orders", batch);
    return commit(transaction).kind;
  };
  const auto stale = load();
  EXPECT_EQ(load_batch(load(), 1), Kind::kCommitted);
  EXPECT_EQ(load_batch(load(), 1), Kind::kAlreadyDone);
  EXPECT_EQ(load_batch(stale, 1), Kind::kAlreadyDone);
  EXPECT_EQ(load_batch(load(), 2), Kind::kCommitted);
  EXPECT_EQ(load()->transaction_version("ingest.orders"), 2);
  EXPECT_EQ(load()->rows_count(), 3);
}

TEST_F(TransactionTest, RecordsWhatTheCallerWants) {
  create("SELECT 1 AS id");
  auto transaction = Transaction::begin(load()).value();
  transaction.add_files(write("SELECT 2 AS id UNION ALL SELECT 3", transaction.schema()));
  transaction.set_operation("WRITE", {{"mode", "Append"}, {"partitionBy", "[]"}});
  transaction.set_metric("numSourceRows", 2);
  transaction.set_commit_info_extra({{"weir", {{"node", "staging.orders"}, {"inputs", {{"raw.orders", 5}}}}}});
  commit(transaction);
  const HistoryEntry entry = read_history_entry(store(), location_, 1).value();
  EXPECT_EQ(entry.operation, "WRITE");
  EXPECT_EQ(entry.operation_parameters_json, R"({"mode":"Append","partitionBy":"[]"})");
  EXPECT_EQ(entry.is_blind_append, true);
  EXPECT_EQ(entry.read_version, 0);
  EXPECT_TRUE(entry.engine_info.starts_with("weir/")) << entry.engine_info;
  const Json metrics = parse_json(entry.operation_metrics_json, "metrics").value();
  EXPECT_EQ(metrics["numFiles"], "1");
  EXPECT_EQ(metrics["numOutputRows"], "2");
  EXPECT_EQ(metrics["numSourceRows"], "2");
  const Json info = parse_json(entry.commit_info_json, "commitInfo").value();
  EXPECT_EQ(info["weir"]["inputs"]["raw.orders"], 5);
}

TEST_F(TransactionTest, PlainTablesNeedNoFeatures) {
  create("SELECT 1 AS id, TIMESTAMPTZ '2024-01-01 00:00:00+00' AS at");
  EXPECT_EQ(load()->protocol(), (Protocol{1, 2, {}, {}}));
}

TEST_F(TransactionTest, TimestampsWithoutZoneNeedAFeature) {
  create("SELECT TIMESTAMP '2024-01-01 00:00:00.123456' AS at, 1 AS id");
  EXPECT_EQ(load()->protocol().min_reader_version, 3);
  EXPECT_TRUE(load()->protocol().has_reader_feature("timestampNtz"));
  EXPECT_TRUE(load()->protocol().has_writer_feature("timestampNtz"));
  EXPECT_EQ(rows(), Rows{"2024-01-01 00:00:00.123456|1"});
}

TEST_F(TransactionTest, AddsColumnsAndUpgradesTheProtocol) {
  create("SELECT 1 AS id");
  auto transaction = Transaction::begin(load()).value();
  const auto plan =
      plan_write(connection(), "SELECT 2 AS id, TIMESTAMP '2024-01-01' AS at", transaction.schema(), SchemaMode::kMerge)
          .value();
  ASSERT_TRUE(plan.schema_changed);
  ASSERT_TRUE(transaction.set_schema(plan.schema));
  transaction.add_files(write_data_files(connection(), store(), location_, plan, {.random = &random_}).value());
  EXPECT_TRUE(commit(transaction).committed());
  EXPECT_EQ(rows(), (Rows{"1|NULL", "2|2024-01-01 00:00:00"}));
  EXPECT_TRUE(load()->protocol().has_writer_feature("appendOnly"));
  EXPECT_TRUE(load()->protocol().has_writer_feature("timestampNtz"));
  EXPECT_EQ(load(0)->schema().fields.size(), 1U);
}

TEST_F(TransactionTest, RefusesASchemaThatOldFilesDoNotFit) {
  create("SELECT 1 AS id");
  auto transaction = Transaction::begin(load()).value();
  ASSERT_TRUE(
      transaction.set_schema(parse_schema(R"({"type":"struct","fields":[{"name":"other","type":"string"}]})").value()));
  const auto refused = transaction.commit(store(), commit_options());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  auto overwrite = Transaction::begin(load()).value();
  ASSERT_TRUE(
      overwrite.set_schema(parse_schema(R"({"type":"struct","fields":[{"name":"other","type":"string"}]})").value()));
  overwrite.remove_all_files();
  EXPECT_TRUE(commit(overwrite).committed());
}

TEST_F(TransactionTest, AppendOnlyTablesKeepTheirRows) {
  create("SELECT 1 AS id", {}, {{"delta.appendOnly", "true"}});
  auto transaction = Transaction::begin(load()).value();
  transaction.remove_all_files();
  const auto outcome = transaction.commit(store(), commit_options());
  ASSERT_FALSE(outcome);
  EXPECT_NE(outcome.error().text().find("delta.appendOnly"), std::string::npos);
  EXPECT_TRUE(append("SELECT 2 AS id").committed());
}

TEST_F(TransactionTest, RefusesPropertiesThatItCannotHonour) {
  TableDefinition definition;
  definition.schema = parse_schema(R"({"type":"struct","fields":[{"name":"id","type":"long"}]})").value();
  definition.properties = {{"delta.enableChangeDataFeed", "true"}};
  const auto refused = Transaction::create(location_, definition);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(refused.error().text().find("changeDataFeed"), std::string::npos);
}

TEST_F(TransactionTest, RefusesTablesOfNewerWriters) {
  create("SELECT 1 AS id");
  ASSERT_TRUE(store().put(
      "raw/orders/_delta_log/00000000000000000001.json",
      R"({"protocol":{"minReaderVersion":1,"minWriterVersion":7,"writerFeatures":["futureFeature"]}})", {}));
  EXPECT_EQ(rows(), Rows{"1"});
  const auto refused = Transaction::begin(load());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text().find("futureFeature"), std::string::npos);
}
}  // namespace
}  // namespace weir::delta
