#include "delta/maintenance/vacuum.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "delta/dml/dml.h"
#include "delta/maintenance/optimize.h"
#include "delta/maintenance/restore.h"
#include "delta/table_fixture_test.h"

namespace weir::delta {
namespace {
using namespace std::chrono_literals;

class VacuumTest : public TableTest {
 protected:
  // Files are as old as the machine's clock says; the table's clock goes on from there.
  void SetUp() override {
    TableTest::SetUp();
    clock_.set(system_clock().now());
  }

  VacuumOptions options() {
    return {.clock = &clock_, .random = &random_, .durable = false, .connection = &*connection_};
  }
  VacuumResult vacuum_table(const VacuumOptions& chosen) {
    auto result = vacuum(store(), location_, chosen);
    EXPECT_TRUE(result) << result.error().text();
    check();
    return result.value_or(VacuumResult());
  }
  void delete_where(const std::string& where) {
    auto transaction = Transaction::begin(load()).value();
    auto changes = delete_rows(connection(), store(), transaction, {.where = where}, {.clock = &clock_, .random = &random_, .durable = false});
    ASSERT_TRUE(changes) << changes.error().text();
    commit(transaction);
  }
  std::size_t data_files_count() const {
    const auto all = store_->list({.prefix = "raw/orders/"}).value();
    return static_cast<std::size_t>(std::ranges::count_if(all, [](const auto& object) { return !object.key.contains("_delta_log"); }));
  }
};

TEST_F(VacuumTest, FilesGoWhenTheirRetentionIsOver) {
  create("select range as id from range(10)");
  append("select 10 as id");
  delete_where("id < 10");
  EXPECT_TRUE(vacuum_table(options()).keys.empty());
  clock_.advance(8 * 24h);
  const VacuumResult result = vacuum_table(options());
  EXPECT_EQ(result.keys.size(), 1U);
  EXPECT_GT(result.bytes_count, 0U);
  EXPECT_EQ(data_files_count(), 1U);
  EXPECT_EQ(rows(), std::vector<std::string>{"10"});
}

TEST_F(VacuumTest, ADryRunTakesNothing) {
  create("select 1 as id");
  delete_where("");
  clock_.advance(8 * 24h);
  VacuumOptions dry = options();
  dry.dry_run = true;
  EXPECT_EQ(vacuum_table(dry).keys.size(), 1U);
  EXPECT_EQ(data_files_count(), 1U);
  EXPECT_EQ(load()->version(), 1);
}

TEST_F(VacuumTest, AShortRetentionIsRefusedUnlessForced) {
  create("select 1 as id");
  delete_where("");
  VacuumOptions soon = options();
  soon.retention = 0ms;
  const auto refused = vacuum(store(), location_, soon);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().text().find("168 hours"), std::string::npos) << refused.error().text();
  soon.check_retention = false;
  clock_.advance(1h);
  EXPECT_EQ(vacuum_table(soon).keys.size(), 1U);
}

TEST_F(VacuumTest, ThePropertyOfTheTableCounts) {
  create("select 1 as id", {}, {{"delta.deletedFileRetentionDuration", "interval 1 hour"}});
  delete_where("");
  clock_.advance(2h);
  EXPECT_EQ(vacuum_table(options()).keys.size(), 1U);
}

TEST_F(VacuumTest, ALongerRetentionThanTheTablesHolds) {
  create("select 0 as id", {}, {{"delta.deletedFileRetentionDuration", "interval 1 hour"}});
  clock_.advance(20 * 24h);
  delete_where("");
  clock_.advance(2h);
  for (int i = 1; i < 12; ++i) {  // a checkpoint comes by, which leaves the old tombstone out
    append("select " + std::to_string(i) + " as id");
  }
  VacuumOptions longer = options();
  longer.retention = 10 * 24h;
  EXPECT_TRUE(vacuum_table(longer).keys.empty());
  EXPECT_EQ(rows(0), std::vector<std::string>{"0"});
  EXPECT_EQ(vacuum_table(options()).keys.size(), 1U);
}

TEST_F(VacuumTest, WhatFailedWritersLeftGoesAndOtherPeoplesFilesStay) {
  create("select 1 as id, 'a b' as p", {"p"});
  for (const std::string name : {"part-9.parquet", "p=a b/part-8.parquet", "_notes/x.txt", ".hidden", "_change_data/cdc-1.parquet"}) {
    ASSERT_TRUE(store().put("raw/orders/" + name, "x", {}));
  }
  clock_.advance(8 * 24h);
  EXPECT_EQ(vacuum_table(options()).keys,
            (std::vector<std::string>{"raw/orders/_change_data/cdc-1.parquet", "raw/orders/p=a b/part-8.parquet", "raw/orders/part-9.parquet"}));
  EXPECT_TRUE(store().head("raw/orders/_notes/x.txt"));
  EXPECT_TRUE(store().head("raw/orders/.hidden"));
  EXPECT_EQ(rows().size(), 1U);
}

TEST_F(VacuumTest, ALightOneKnowsOnlyWhatCommitsRemoved) {
  create("select range as id from range(10)");
  delete_where("id < 10");
  ASSERT_TRUE(store().put("raw/orders/part-9.parquet", "x", {}));
  clock_.advance(8 * 24h);
  VacuumOptions lite = options();
  lite.lite = true;
  EXPECT_EQ(vacuum_table(lite).keys.size(), 1U);
  EXPECT_EQ(data_files_count(), 1U);
  EXPECT_TRUE(vacuum_table(lite).keys.empty());
}

TEST_F(VacuumTest, DeletionVectorsOfLiveFilesStay) {
  create("select range as id from range(100000)", {}, {{"delta.enableDeletionVectors", "true"}});
  delete_where("id % 3 = 0");
  delete_where("id % 3 = 1");
  clock_.advance(8 * 24h);
  const VacuumResult result = vacuum_table(options());
  EXPECT_TRUE(std::ranges::all_of(result.keys, [](const std::string& key) { return key.contains("deletion_vector"); }));
  EXPECT_EQ(rows().size(), 33333U);
}

TEST_F(VacuumTest, TheHistoryTells) {
  create("select 1 as id");
  delete_where("");
  clock_.advance(8 * 24h);
  vacuum_table(options());
  const auto history = read_history(store(), location_).value();
  EXPECT_EQ(history[0].operation, "VACUUM END");
  EXPECT_EQ(history[1].operation, "VACUUM START");
}

TEST_F(VacuumTest, RestoringWhatItTookNamesTheFile) {
  create("select 1 as id");
  delete_where("");
  clock_.advance(8 * 24h);
  vacuum_table(options());
  const auto restored = restore(store(), location_, {.version = 0, .clock = &clock_, .random = &random_, .durable = false});
  ASSERT_FALSE(restored);
  EXPECT_NE(restored.error().text().find("VACUUM took"), std::string::npos) << restored.error().text();
}
}  // namespace
}  // namespace weir::delta
