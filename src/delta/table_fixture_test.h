#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/files.h"
#include "core/random.h"
#include "delta/check.h"
#include "delta/data_files.h"
#include "delta/history.h"
#include "delta/scan.h"
#include "delta/snapshot.h"
#include "delta/transaction.h"
#include "duck/database.h"
#include "storage/local_store.h"

namespace weir::delta {
/// A table in a temporary folder, written and read with DuckDB. Each commit is checked against the protocol.
class TableTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::make_unique<TempDir>(TempDir::create().value());
    store_ = storage::open_local_store(folder_->path());
    static const auto database = duck::Database::open({.threads_count = 2}).value();
    connection_.emplace(database->connect().value());
  }

  storage::ObjectStore& store() { return *store_; }
  duck::Connection& connection() { return *connection_; }
  CommitOptions commit_options() {
    clock_.advance(std::chrono::seconds(1));
    return {.clock = &clock_, .random = &random_, .durable = false, .connection = &*connection_};
  }

  std::shared_ptr<const Snapshot> load(std::optional<std::int64_t> version = std::nullopt) {
    auto snapshot = Snapshot::load(*store_, location_, {.version = version, .connection = &*connection_});
    EXPECT_TRUE(snapshot) << snapshot.error().text();
    return snapshot ? *snapshot : nullptr;
  }

  std::vector<AddFile> write(const std::string& sql, const Schema& schema, WriteOptions options = {}) {
    options.clock = &clock_;
    options.random = &random_;
    const auto plan = plan_write(*connection_, sql, schema);
    EXPECT_TRUE(plan) << plan.error().text();
    auto files =
        plan ? write_data_files(*connection_, *store_, location_, *plan, options) : std::unexpected(plan.error());
    EXPECT_TRUE(files) << files.error().text();
    return files.value_or(std::vector<AddFile>());
  }

  CommitOutcome commit(Transaction& transaction) {
    auto outcome = transaction.commit(*store_, commit_options());
    EXPECT_TRUE(outcome) << outcome.error().text();
    check();
    return outcome.value_or(CommitOutcome{CommitOutcome::Kind::kConflict, -1, "error"});
  }

  /// Makes the table from a query.
  std::int64_t create(const std::string& sql, std::vector<std::string> partition_columns = {},
                      StringMap properties = {}) {
    TableDefinition definition{
        schema_from_duck(connection_->describe(sql).value()).value(), partition_columns, properties, {}, {}};
    auto transaction = Transaction::create(location_, definition, random_);
    EXPECT_TRUE(transaction) << transaction.error().text();
    transaction->add_files(
        write(sql, definition.schema, {.partition_columns = partition_columns, .properties = properties}));
    transaction->set_operation("CREATE TABLE AS SELECT");
    return commit(*transaction).version;
  }

  CommitOutcome append(const std::string& sql) {
    auto transaction = Transaction::begin(load());
    EXPECT_TRUE(transaction) << transaction.error().text();
    transaction->add_files(write(sql, transaction->schema(), {.partition_columns = transaction->partition_columns()}));
    transaction->set_operation("WRITE", {{"mode", "Append"}});
    return commit(*transaction);
  }

  /// All rows of a version as texts, sorted; columns are parted by `|`.
  std::vector<std::string> rows(std::optional<std::int64_t> version = std::nullopt, const std::string& columns = "*") {
    const auto scan = Scan::plan(load(version)).value();
    const auto sql = scan_sql(*store_, scan);
    EXPECT_TRUE(sql) << sql.error().text();
    const auto result = connection_->query_rows("SELECT " + columns + " FROM (" + *sql + ") ORDER BY ALL");
    EXPECT_TRUE(result) << result.error().text();
    std::vector<std::string> out;
    for (const auto& row : result.value()) {
      std::string line;
      for (const auto& value : row) {
        line += (line.empty() ? "" : "|") + value.value_or("NULL");
      }
      out.push_back(std::move(line));
    }
    return out;
  }

  /// Compares the log with the protocol and the statistics with the files.
  void check() {
    const auto problems = check_table(*store_, location_, *connection_);
    ASSERT_TRUE(problems) << problems.error().text();
    for (const std::string& problem : *problems) {
      ADD_FAILURE() << problem;
    }
  }

  TableLocation location_ = TableLocation::at("raw/orders");
  std::unique_ptr<TempDir> folder_;
  std::unique_ptr<storage::ObjectStore> store_;
  std::optional<duck::Connection> connection_;
  ManualClock clock_{Timestamp(std::chrono::seconds(1'700'000'000))};
  SeededRandom random_{42};
};
}  // namespace weir::delta
