#include "graph/run_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/files.h"

namespace weir::graph {
namespace {
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Timestamp kNoon = Timestamp(std::chrono::hours(12));

RunRecord a_run(std::string id, Timestamp started = kNoon) {
  return {.id = std::move(id), .command = "weir build", .project = "shop", .target = "lake", .started = started};
}

RunRecord ended(RunRecord run) {
  run.ended = run.started + std::chrono::seconds(5);
  run.outcome = Outcome::kOk;
  run.counts = {.run_count = 1, .fresh_count = 3};
  return run;
}

NodeRecord a_node(const RunRecord& run, std::string id) {
  return {
      .run_id = run.id, .node = std::move(id), .target = run.target, .started = run.started, .reason = "code changed"};
}

NodeRecord ended(NodeRecord node, Outcome outcome = Outcome::kOk) {
  node.ended = node.started + std::chrono::seconds(1);
  node.outcome = outcome;
  node.rows = 12;
  node.message = "fine";
  node.code_hash = "c1";
  node.inputs = {{"raw.orders", "3"}};
  return node;
}

class RunRecordsTest : public ::testing::Test {
 protected:
  std::filesystem::path file() const { return folder_.path() / ".weir" / "state.db"; }
  /// A whole run of one node.
  void record(RunRecords& records, const RunRecord& run, const std::string& node, Outcome outcome = Outcome::kOk) {
    records.begin_run(run);
    records.begin_node(a_node(run, node));
    records.end_node(ended(a_node(run, node), outcome));
    ASSERT_TRUE(records.end_run(ended(run)));
  }
  TempDir folder_ = TempDir::create().value();
};

TEST_F(RunRecordsTest, RunIdsSortByTime) {
  SeededRandom random(1);
  EXPECT_THAT(make_run_id(ManualClock(parse_timestamp("2024-01-31T06:00:07.9Z").value()), random),
              ::testing::MatchesRegex("20240131T060007Z-[0-9a-f]{8}"));
}

TEST_F(RunRecordsTest, KeepsARunAndItsNodes) {
  record(*std::make_unique<RunRecords>(file()), a_run("r1"), "model.shop.a");
  RunRecords records(file());
  const RunRecord run = records.find_run("r1").value().value();
  EXPECT_EQ(run.command, "weir build");
  EXPECT_EQ(run.project, "shop");
  EXPECT_EQ(run.started, kNoon);
  EXPECT_EQ(run.ended, kNoon + std::chrono::seconds(5));
  EXPECT_EQ(run.outcome, Outcome::kOk);
  EXPECT_EQ(run.counts, (RunCounts{.run_count = 1, .fresh_count = 3}));
  const auto nodes = records.nodes_of_run("r1").value();
  ASSERT_THAT(nodes, SizeIs(1));
  EXPECT_EQ(nodes[0].node, "model.shop.a");
  EXPECT_EQ(nodes[0].rows, 12U);
  EXPECT_EQ(nodes[0].bytes, std::nullopt);
  EXPECT_EQ(nodes[0].reason, "code changed");
  EXPECT_EQ(nodes[0].inputs, (std::map<std::string, std::string>{{"raw.orders", "3"}}));
}

TEST_F(RunRecordsTest, ReadingMakesNoFile) {
  RunRecords records(file());
  EXPECT_THAT(records.last_runs(10).value(), IsEmpty());
  EXPECT_EQ(records.latest_states("lake").value().size(), 0U);
  EXPECT_EQ(records.find_run("r1").value(), std::nullopt);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / ".weir"));
}

TEST_F(RunRecordsTest, ListsTheNewestRunsFirst) {
  RunRecords records(file());
  record(records, a_run("r1", kNoon), "model.shop.a");
  record(records, a_run("r2", kNoon + std::chrono::minutes(1)), "model.shop.a");
  const auto runs = records.last_runs(1).value();
  ASSERT_THAT(runs, SizeIs(1));
  EXPECT_EQ(runs[0].id, "r2");
  EXPECT_EQ(records.runs_of_node("model.shop.a", 10).value()[0].run_id, "r2");
}

TEST_F(RunRecordsTest, FindsTheLastSuccess) {
  RunRecords records(file());
  record(records, a_run("r1"), "model.shop.a", Outcome::kWarn);
  record(records, a_run("r2", kNoon + std::chrono::minutes(1)), "model.shop.a", Outcome::kError);
  EXPECT_EQ(records.last_success("model.shop.a").value()->run_id, "r1");
  EXPECT_EQ(records.last_success("model.shop.b").value(), std::nullopt);
}

TEST_F(RunRecordsTest, GivesTheLatestStatesOfATarget) {
  RunRecords records(file());
  record(records, a_run("r1"), "test.shop.t");
  record(records, a_run("r2", kNoon + std::chrono::minutes(1)), "test.shop.t", Outcome::kFailed);
  const auto states = records.latest_states("lake").value();
  EXPECT_EQ(states.find("test.shop.t"),
            (NodeState{.code_hash = "c1", .inputs = {{"raw.orders", "3"}}, .outcome = Outcome::kFailed}));
  EXPECT_EQ(states.find("test.shop.other"), std::nullopt);
  EXPECT_EQ(records.latest_states("warehouse").value().find("test.shop.t"), std::nullopt);
}

TEST_F(RunRecordsTest, ANodeWithoutCodeHashLeavesNoState) {
  RunRecords records(file());
  const RunRecord run = a_run("r1");
  records.begin_run(run);
  NodeRecord skipped = ended(a_node(run, "model.shop.a"), Outcome::kSkipped);
  skipped.code_hash.clear();
  records.end_node(skipped);
  ASSERT_TRUE(records.end_run(ended(run)));
  EXPECT_EQ(records.latest_states("lake").value().size(), 0U);
  EXPECT_EQ(records.nodes_of_run("r1").value()[0].outcome, Outcome::kSkipped);
}

TEST_F(RunRecordsTest, ARunWithNothingToDoIsRecordedToo) {
  RunRecords records(file());
  records.begin_run(a_run("r1"));
  EXPECT_FALSE(std::filesystem::exists(file()));
  ASSERT_TRUE(records.end_run(ended(a_run("r1"))));
  EXPECT_THAT(records.last_runs(10).value(), SizeIs(1));
}

TEST_F(RunRecordsTest, ARunningRunIsSeenByOthers) {
  RunRecords records(file());
  const RunRecord run = a_run("r1");
  records.begin_run(run);
  records.begin_node(a_node(run, "model.shop.a"));
  EXPECT_EQ(records.nodes_of_run("r1").value()[0].outcome, Outcome::kRunning);
  EXPECT_EQ(RunRecords(file()).find_run("r1").value()->outcome, Outcome::kRunning);
}

TEST_F(RunRecordsTest, ARunWhoseProcessIsGoneIsLost) {
  std::array<int, 2> pipe_ends{};
  ASSERT_EQ(pipe(pipe_ends.data()), 0);
  const pid_t child = fork();
  if (child == 0) {
    RunRecords records(file());
    const RunRecord run = a_run("r1");
    records.begin_run(run);
    records.begin_node(a_node(run, "model.shop.a"));
    const bool running = records.find_run("r1").value()->outcome == Outcome::kRunning;
    if (::write(pipe_ends[1], running ? "+" : "-", 1) != 1) {
      _exit(1);
    }
    pause();
  }
  char mark = 0;
  ASSERT_EQ(::read(pipe_ends[0], &mark, 1), 1);
  EXPECT_EQ(mark, '+');
  RunRecords records(file());
  EXPECT_EQ(records.find_run("r1").value()->outcome, Outcome::kRunning);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(records.find_run("r1").value()->outcome, Outcome::kLost);
  EXPECT_EQ(records.nodes_of_run("r1").value()[0].outcome, Outcome::kLost);
  EXPECT_FALSE(std::filesystem::exists(file().parent_path() / "running" / "r1"));
  close(pipe_ends[0]);
  close(pipe_ends[1]);
}

TEST_F(RunRecordsTest, ForgetsOldRunsButKeepsTheirStates) {
  RunRecords records(file());
  record(records, a_run("old"), "test.shop.t");
  record(records, a_run("new", kNoon + std::chrono::days(100)), "model.shop.a");
  EXPECT_EQ(records.find_run("old").value(), std::nullopt);
  EXPECT_THAT(records.nodes_of_run("old").value(), IsEmpty());
  EXPECT_TRUE(records.latest_states("lake").value().find("test.shop.t"));
}

TEST_F(RunRecordsTest, AFileThatCannotBeUsedIsToldAtTheEnd) {
  ASSERT_TRUE(write_file(file(), std::string(5000, 'x')));
  RunRecords records(file());
  const RunRecord run = a_run("r1");
  records.begin_run(run);
  records.begin_node(a_node(run, "model.shop.a"));
  records.end_node(ended(a_node(run, "model.shop.a")));
  const Status status = records.end_run(ended(run));
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().text(), HasSubstr("may be deleted"));
  EXPECT_FALSE(records.latest_states("lake"));
}
}  // namespace
}  // namespace weir::graph
