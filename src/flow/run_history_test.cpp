#include "flow/run_history.h"

#include <gtest/gtest.h>

#include "core/files.h"

namespace weir::flow {
namespace {
class RunHistoryTest : public testing::Test {
 protected:
  std::unique_ptr<RunHistory> open() { return RunHistory::open(folder_.path() / "flows.db").value(); }
  static Timestamp at(int seconds) { return Timestamp(std::chrono::seconds(seconds)); }

  TempDir folder_ = TempDir::create().value();
};

TEST_F(RunHistoryTest, KeepsRunsAndTheFlowTheyWentBy) {
  {
    const auto history = open();
    history->begin_run({.id = "r1", .flow = "daily", .dates = {.start = Instant(std::chrono::seconds(60))}, .started = at(1)}, "tasks: {}");
    ASSERT_TRUE(history->end_run("r1", RunState::kSuccess, at(2)));
  }
  const auto history = open();
  const auto runs = history->runs("daily", 10).value();
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].state, RunState::kSuccess);
  EXPECT_EQ(runs[0].dates.start, Instant(std::chrono::seconds(60)));
  EXPECT_EQ(history->flow_text("r1").value(), "tasks: {}");
  EXPECT_EQ(history->flow_text("r2").error().code, ErrorCode::kNotFound);
}

TEST_F(RunHistoryTest, AnAttemptEndsOnce) {
  const auto history = open();
  history->begin_run({.id = "r1", .flow = "daily", .dates = {}, .started = at(1)}, "");
  history->begin_attempt("r1", "a", 1, at(1));
  history->end_attempt("r1", "a", 1, TaskState::kRetry, {.message = "broken"}, at(2));
  history->end_attempt("r1", "a", 1, TaskState::kSuccess, {}, at(3));
  ASSERT_TRUE(history->end_run("r1", RunState::kFailed, at(4)));
  const auto attempts = history->attempts("r1").value();
  ASSERT_EQ(attempts.size(), 1U);
  EXPECT_EQ(attempts[0].state, TaskState::kFailed);
  EXPECT_EQ(attempts[0].message, "broken");
}

TEST_F(RunHistoryTest, TellsTheFirstProblem) {
  const auto history = open();
  history->begin_run({.id = "r1", .flow = "daily", .dates = {}, .started = at(1)}, "");
  history->begin_run({.id = "r1", .flow = "daily", .dates = {}, .started = at(1)}, "");
  EXPECT_EQ(history->end_run("r1", RunState::kSuccess, at(2)).error().code, ErrorCode::kConflict);
}
}  // namespace
}  // namespace weir::flow
