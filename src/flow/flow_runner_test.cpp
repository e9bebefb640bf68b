#include "flow/flow_runner.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "core/files.h"
#include "flow/flow_file.h"

namespace weir::flow {
namespace {
/// Does nothing, or what the task's text says: "fail", "skip", "wait" (for a stop), or `name=value` outputs as JSON.
class FakeWork : public TaskWork {
 public:
  TaskOutcome run(const TaskRequest& request, std::stop_token stop) override {
    {
      const std::lock_guard lock(mutex_);
      texts[request.task.name] = request.text;
    }
    const std::string& text = request.text;
    if (text == "wait") {
      std::mutex mutex;
      std::condition_variable_any never;
      std::unique_lock lock(mutex);
      never.wait(lock, stop, [] { return false; });
      return failed_outcome({.code = ErrorCode::kCancelled, .message = "stopped", .subject = "", .place = {}});
    }
    if (text == "fail" || (text == "fail once" && request.attempt == 1)) {
      return {.outcome = AttemptResult::Outcome::kFailed, .message = "as told"};
    }
    return text.starts_with('{') ? TaskOutcome{.outputs_json = text} : TaskOutcome{};
  }
  std::map<std::string, std::string> texts;

 private:
  std::mutex mutex_;
};

class FlowRunner : public testing::Test {
 protected:
  RunSummary run(std::string_view yaml) {
    flow_ = parse_flow(yaml, "flows/f.yml").value();
    const Instant date = Instant(std::chrono::sys_days(std::chrono::year(2024) / 1 / 31));
    return run_flow(flow_, work_,
                    {.run_id = "r1",
                     .dates = {.start = date, .end = date, .run_after = date},
                     .params = params_,
                     .project_folder = folder_.path(),
                     .logs_folder = folder_.path() / "logs",
                     .clock = &clock_,
                     .stop = stop_.get_token()})
        .value();
  }
  TaskState state(const RunSummary& summary, std::string_view task) const { return summary.tasks[*flow_.find(task)].state; }

  TempDir folder_ = TempDir::create().value();
  ManualClock clock_;
  std::map<std::string, std::string> params_;
  std::stop_source stop_;
  FakeWork work_;
  Flow flow_;
};

TEST_F(FlowRunner, OutputsReachTheTasksAfter) {
  const RunSummary summary = run("params: {x: one}\ntasks:\n  a: {shell: '{\"rows\": 3}'}\n  b: {shell: '{{ ds }} {{ tasks.a.rows + 1 }} {{ params.x }}', needs: a}\n");
  EXPECT_EQ(summary.state, RunState::kSuccess);
  EXPECT_EQ(work_.texts["b"], "2024-01-31 4 one");
}

TEST_F(FlowRunner, ABranchSkipsTheOthers) {
  const RunSummary summary = run("tasks:\n  c: {branch: \"{{ 'x' if ds > '2024' else 'y' }}\"}\n  x: {shell: ok, needs: c}\n  y: {shell: ok, needs: c}\n");
  EXPECT_EQ(state(summary, "x"), TaskState::kSuccess);
  EXPECT_EQ(state(summary, "y"), TaskState::kSkipped);
}

TEST_F(FlowRunner, ABranchToNowhereFails) {
  const RunSummary summary = run("tasks:\n  c: {branch: z}\n  x: {shell: ok, needs: c}\n");
  EXPECT_EQ(state(summary, "c"), TaskState::kFailed);
  EXPECT_EQ(summary.tasks[0].message, "the branch names \"z\", which is no task that needs it");
}

TEST_F(FlowRunner, AShortCircuitSkipsWhatComesAfter) {
  const RunSummary summary = run("tasks:\n  c: {short_circuit: \"{{ 1 > 2 }}\"}\n  x: {shell: ok, needs: c}\n");
  EXPECT_EQ(state(summary, "x"), TaskState::kSkipped);
  EXPECT_EQ(summary.state, RunState::kSuccess);
}

TEST_F(FlowRunner, RetriesWaitOnTheClock) {
  const RunSummary summary = run("tasks:\n  a: {shell: fail once, retries: {max: 1, delay: 1h}}\n");
  EXPECT_EQ(summary.state, RunState::kSuccess);
  EXPECT_EQ(summary.tasks[0].attempts_count, 2);
  EXPECT_GE(summary.seconds, 3600);
}

TEST_F(FlowRunner, ANameThatIsNotThereFailsWithoutARetry) {
  const RunSummary summary = run("tasks:\n  a: {shell: '{{ nothing }}', retries: 3}\n");
  EXPECT_EQ(summary.tasks[0].attempts_count, 1);
  EXPECT_EQ(summary.tasks[0].message, "flows/f.yml:2:3: task \"a\": 'nothing' is undefined");
}

TEST_F(FlowRunner, AStopEndsWhatRuns) {
  stop_.request_stop();
  const RunSummary summary = run("tasks:\n  a: {shell: wait}\n");
  EXPECT_TRUE(summary.cancelled);
  EXPECT_EQ(summary.state, RunState::kFailed);
}

TEST_F(FlowRunner, AProcessWritesALogAndOutputs) {
  flow_ = parse_flow("tasks:\n  a: {shell: 'echo hello; echo rows=7 >> $WEIR_OUTPUT; echo text=x y >> $WEIR_OUTPUT'}\n", "flows/f.yml").value();
  ProcessWork work;
  const auto summary = run_flow(flow_, work, {.run_id = "r1", .project_folder = folder_.path(), .logs_folder = folder_.path() / "logs"});
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->tasks[0].outputs_json, R"({"rows":7,"text":"x y"})");
  EXPECT_EQ(read_file(folder_.path() / "logs/r1/a.1.log").value(), "hello\n");
}

TEST_F(FlowRunner, ExitCodesSayWhatHappened) {
  flow_ = parse_flow("tasks:\n  a: {shell: exit 99}\n  b: {shell: 'echo broken >&2; exit 4', retries: 5, no_retry_codes: [4]}\n", "flows/f.yml").value();
  ProcessWork work;
  const auto summary = run_flow(flow_, work, {.run_id = "r1", .project_folder = folder_.path(), .logs_folder = folder_.path() / "logs"});
  ASSERT_TRUE(summary);
  EXPECT_EQ(summary->tasks[0].state, TaskState::kSkipped);
  EXPECT_EQ(summary->tasks[1].state, TaskState::kFailed);
  EXPECT_EQ(summary->tasks[1].message, "exit code 4: broken");
}

TEST_F(FlowRunner, AnUnknownParamIsRefused) {
  flow_ = parse_flow("params: {country: kr}\ntasks:\n  a: {shell: x}\n", "flows/f.yml").value();
  const auto summary = run_flow(flow_, work_, {.run_id = "r1", .params = {{"contry", "x"}}, .logs_folder = folder_.path()});
  EXPECT_EQ(summary.error().message, "flow \"f\" has no param \"contry\"; did you mean \"country\"?");
}
}  // namespace
}  // namespace weir::flow
