// A writer that dies at any call of the store leaves a table that reads as before or as after its commit, and the next
// writer goes on as if nothing had been.
#include <gtest/gtest.h>

#include "core/log.h"
#include "delta/checkpoint_writer.h"
#include "delta/table_fixture_test.h"
#include "storage/faulty_store.h"

namespace weir::delta {
namespace {
using Fault = storage::FaultyStore::Fault;
using Kind = CommitOutcome::Kind;

class CrashTest : public TableTest {
 protected:
  void SetUp() override {
    TableTest::SetUp();
    set_log_level(LogLevel::kError);  // checkpoints that fail are logged as warnings
  }
  void TearDown() override { set_log_level(LogLevel::kWarn); }

  // One append with a checkpoint after it, on a store that goes wrong at a call.
  Result<CommitOutcome> append_with(storage::FaultyStore& faulty, std::int64_t batch) {
    WEIR_TRY_ASSIGN(const auto snapshot, Snapshot::load(faulty, location_, {.connection = &connection()}));
    WEIR_TRY_ASSIGN(auto transaction, Transaction::begin(snapshot));
    WEIR_TRY_ASSIGN(const auto plan,
                    plan_write(connection(), "SELECT " + std::to_string(batch) + " AS id", transaction.schema()));
    WEIR_TRY_ASSIGN(auto files,
                    write_data_files(connection(), faulty, location_, plan, {.clock = &clock_, .random = &random_}));
    transaction.add_files(std::move(files));
    transaction.set_txn("batches", batch);
    return transaction.commit(faulty, commit_options());
  }
};

class CrashKindTest : public CrashTest, public testing::WithParamInterface<Fault> {};
INSTANTIATE_TEST_SUITE_P(Faults, CrashKindTest,
                         testing::Values(Fault::kFailBefore, Fault::kFailAfter, Fault::kDieBefore, Fault::kDieAfter));

TEST_P(CrashKindTest, EveryCallOfACommitMayBeTheLast) {
  create("SELECT 0 AS id", {}, {{"delta.checkpointInterval", "1"}});
  std::int64_t batch = 0;
  for (std::size_t call = 1;; ++call) {
    ++batch;
    storage::FaultyStore faulty(store());
    faulty.inject(call, GetParam());
    const auto outcome = append_with(faulty, batch);
    const bool reached = faulty.calls_count() >= call;
    const auto before = load();
    ASSERT_NE(before, nullptr);
    if (outcome) {
      EXPECT_EQ(outcome->kind, Kind::kCommitted);
      EXPECT_EQ(before->transaction_version("batches"), batch) << "call " << call;
    }
    // Whether or not it got through: the next try ends in the same state.
    storage::FaultyStore sound(store());
    const auto again = append_with(sound, batch);
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_EQ(load()->transaction_version("batches"), batch);
    const auto after = load();
    EXPECT_EQ(after->rows_count(), batch + 1);
    // Each round begins with a checkpoint, so that all of them make the same calls.
    ASSERT_TRUE(write_checkpoint(store(), *after, &connection(), clock_));
    if (!reached) {
      break;
    }
  }
  EXPECT_GT(batch, 5);
  check();
}

TEST_F(CrashTest, ALostAnswerIsNoLostCommit) {
  create("SELECT 0 AS id");
  storage::FaultyStore faulty(store());
  std::size_t call = 0;
  faulty.before_each_call([&](std::string_view operation, std::string_view) {
    if (operation == "put_if_absent" && call++ == 0) {
      faulty.inject(1, Fault::kFailAfter);
    }
  });
  const auto outcome = append_with(faulty, 1);
  ASSERT_TRUE(outcome) << outcome.error().text();
  EXPECT_EQ(outcome->kind, Kind::kCommitted);
  EXPECT_EQ(outcome->version, 1);
  EXPECT_EQ(load()->rows_count(), 2);
}

TEST_F(CrashTest, ADamagedCheckpointIsNoLoss) {
  create("SELECT 0 AS id", {}, {{"delta.checkpointInterval", "2"}});
  append("SELECT 1 AS id");
  append("SELECT 2 AS id");
  ASSERT_TRUE(store().put("raw/orders/_delta_log/00000000000000000002.checkpoint.parquet", "PAR1 half", {}));
  EXPECT_EQ(rows(), (std::vector<std::string>{"0", "1", "2"}));
}
}  // namespace
}  // namespace weir::delta
