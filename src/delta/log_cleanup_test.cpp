#include "delta/log_cleanup.h"

#include <gtest/gtest.h>

#include "delta/checkpoint_writer.h"
#include "delta/log_segment.h"
#include "delta/table_fixture_test.h"
#include "storage/faulty_store.h"

namespace weir::delta {
namespace {
// Files have the time of this machine; the clock of the clean-up goes ahead of it.
class LogCleanupTest : public TableTest {
 protected:
  // Commits 0 to `last`; checkpoints where they are said to be.
  void make(std::int64_t last, const std::vector<std::int64_t>& checkpoints, StringMap properties = {}) {
    properties.emplace("delta.checkpointInterval", "1000");
    create("SELECT 0 AS id", {}, properties);
    for (std::int64_t version = 1; version <= last; ++version) {
      append("SELECT " + std::to_string(version) + " AS id");
    }
    for (const std::int64_t version : checkpoints) {
      ASSERT_TRUE(write_checkpoint(store(), *load(version), &connection(), clock_));
    }
  }
  Result<std::size_t> clean(storage::ObjectStore& store, int days) {
    ManualClock later(system_clock().now() + std::chrono::days(days));
    return remove_expired_log(store, *load(), later);
  }
  std::vector<std::int64_t> commits() {
    std::vector<std::int64_t> versions;
    const auto files = list_log(store(), location_).value();
    for (const LogFile& file : files) {
      if (file.kind == LogFile::Kind::kCommit) {
        versions.push_back(file.version);
      }
    }
    return versions;
  }
};

TEST_F(LogCleanupTest, WhatIsBeforeTheCheckpointGoes) {
  make(6, {2, 4});
  const auto before = rows();
  EXPECT_EQ(clean(store(), 40).value(), 9U);  // commits 0 to 3 with their checksums, the checkpoint of 2
  EXPECT_EQ(commits(), (std::vector<std::int64_t>{4, 5, 6}));
  EXPECT_EQ(rows(), before);
  EXPECT_EQ(rows(4).size(), 5U);
  check();
}

TEST_F(LogCleanupTest, YoungCommitsStay) {
  make(4, {2, 4});
  EXPECT_EQ(clean(store(), 20).value(), 0U);
  EXPECT_EQ(commits().size(), 5U);
}

TEST_F(LogCleanupTest, WithoutACheckpointAllStays) {
  make(3, {});
  EXPECT_EQ(clean(store(), 400).value(), 0U);
}

TEST_F(LogCleanupTest, ThePropertySaysHowLong) {
  make(3, {3}, {{"delta.logRetentionDuration", "interval 2 days"}});
  EXPECT_GT(clean(store(), 4).value(), 0U);
  EXPECT_EQ(commits(), std::vector<std::int64_t>{3});
}

TEST_F(LogCleanupTest, ItCanBeSwitchedOff) {
  make(3, {3}, {{"delta.enableExpiredLogCleanup", "false"}});
  EXPECT_EQ(clean(store(), 400).value(), 0U);
}

TEST_F(LogCleanupTest, ACheckpointOfACommitBringsIt) {
  make(3, {}, {{"delta.logRetentionDuration", "interval 0 days"}, {"delta.checkpointInterval", "4"}});
  clock_.set(system_clock().now() + std::chrono::days(3));
  append("SELECT 4 AS id");
  EXPECT_EQ(commits(), std::vector<std::int64_t>{4});
  EXPECT_EQ(rows().size(), 5U);
}

class LogCleanupCrashTest : public LogCleanupTest, public testing::WithParamInterface<storage::FaultyStore::Fault> {};
INSTANTIATE_TEST_SUITE_P(Faults, LogCleanupCrashTest,
                         testing::Values(storage::FaultyStore::Fault::kFailBefore, storage::FaultyStore::Fault::kFailAfter,
                                         storage::FaultyStore::Fault::kDieBefore, storage::FaultyStore::Fault::kDieAfter));

TEST_P(LogCleanupCrashTest, EveryCallMayBeTheLast) {
  make(5, {1, 3});
  const auto before = rows();
  for (std::size_t call = 1;; ++call) {
    storage::FaultyStore faulty(store());
    faulty.inject(call, GetParam());
    (void)clean(faulty, 40);
    EXPECT_EQ(rows(), before) << "call " << call;
    EXPECT_EQ(rows(3).size(), 4U) << "call " << call;
    check();
    if (faulty.calls_count() < call) {
      break;
    }
  }
  ASSERT_TRUE(clean(store(), 40));
  EXPECT_EQ(commits(), (std::vector<std::int64_t>{3, 4, 5}));
}
}  // namespace
}  // namespace weir::delta
