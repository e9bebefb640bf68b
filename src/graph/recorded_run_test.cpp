#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/files.h"
#include "graph/runner.h"
#include "graph/test_project.h"

// Runs and their records together: what a run leaves decides what the next one does.
namespace weir::graph {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// A test of a table whose version the test fixture moves.
class TableTest : public Node {
 public:
  TableTest(std::string id, const int& table_version, const Outcome& outcome)
      : Node(testing::node_info(std::move(id))), table_version_(table_version), outcome_(outcome) {}
  Result<Freshness> freshness(FreshnessContext& context) override {
    return compare_states(context.last_state ? context.last_state() : std::nullopt, now());
  }
  Result<NodeResult> run(RunContext&) override {
    return NodeResult{.outcome = outcome_, .code_hash = now().code_hash, .inputs = now().inputs};
  }

 private:
  NodeState now() const { return {.code_hash = "c1", .inputs = {{"raw.orders", std::to_string(table_version_)}}}; }
  const int& table_version_;
  const Outcome& outcome_;
};

class RecordedRunTest : public ::testing::Test {
 protected:
  /// Why the node ran; "" when it was fresh. Each run opens the records anew, as another process would.
  std::string reason_of_run(std::string target = "lake") {
    RunRecords records(file());
    summary_ = run(graph_, std::vector<NodeIndex>{0},
                   {.clock = &clock_, .command = "weir build", .target = std::move(target)}, *progress_, &records);
    clock_.advance(std::chrono::minutes(1));
    return summary_.nodes[0].reason;
  }
  std::filesystem::path file() const { return folder_.path() / ".weir" / "state.db"; }

  TempDir folder_ = TempDir::create().value();
  ManualClock clock_{Timestamp(std::chrono::hours(12))};
  int table_version_ = 3;
  Outcome outcome_ = Outcome::kOk;
  Graph graph_ =
      Graph::build(testing::nodes(std::make_unique<TableTest>("test.shop.t", table_version_, outcome_))).value();
  std::unique_ptr<Progress> progress_ = Progress::create(Progress::Style::kQuiet);
  RunSummary summary_;
};

TEST_F(RecordedRunTest, ASecondRunDoesNothing) {
  EXPECT_EQ(reason_of_run(), "never run");
  EXPECT_EQ(reason_of_run(), "");
  EXPECT_EQ(summary_.nodes[0].outcome, Outcome::kFresh);
}

TEST_F(RecordedRunTest, AMovedInputIsAReason) {
  reason_of_run();
  table_version_ = 4;
  EXPECT_EQ(reason_of_run(), "input raw.orders moved from version 3 to 4");
}

TEST_F(RecordedRunTest, AFailureIsTriedAgain) {
  outcome_ = Outcome::kFailed;
  reason_of_run();
  EXPECT_EQ(reason_of_run(), "failed last time");
}

TEST_F(RecordedRunTest, TargetsKnowNothingOfEachOther) {
  reason_of_run("lake");
  EXPECT_EQ(reason_of_run("warehouse"), "never run");
}

TEST_F(RecordedRunTest, LeavesTheRunInTheHistory) {
  reason_of_run();
  reason_of_run();
  RunRecords records(file());
  const auto runs = records.last_runs(10).value();
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[0].id, summary_.run_id);
  EXPECT_EQ(runs[0].counts, (RunCounts{.fresh_count = 1}));
  EXPECT_EQ(runs[1].counts, (RunCounts{.run_count = 1}));
  // A fresh node has no record of its own.
  EXPECT_THAT(records.nodes_of_run(runs[0].id).value(), IsEmpty());
  EXPECT_EQ(records.nodes_of_run(runs[1].id).value()[0].reason, "never run");
}

TEST_F(RecordedRunTest, ADamagedHistoryDoesNotStopARun) {
  ASSERT_TRUE(write_file(file(), std::string(5000, 'x')));
  EXPECT_EQ(reason_of_run(), "never run");
  EXPECT_EQ(summary_.nodes[0].outcome, Outcome::kOk);
  EXPECT_THAT(summary_.warnings, ElementsAre(HasSubstr("could not be read"), HasSubstr("could not be written")));
}
}  // namespace
}  // namespace weir::graph
