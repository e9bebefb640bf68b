#include <benchmark/benchmark.h>

#include "core/files.h"
#include "flow/cron.h"
#include "flow/flow_runner.h"
#include "flow/run_history.h"

namespace weir::flow {
namespace {
class NoWork : public TaskWork {
 public:
  TaskOutcome run(const TaskRequest& /*request*/, std::stop_token /*stop*/) override { return {}; }
};

/// Keeps each attempt, as `weir flow run` does.
class Recorder : public RunObserver {
 public:
  Recorder(const Flow& flow, RunHistory& history, std::string run_id) : flow_(flow), history_(history), run_id_(std::move(run_id)) {}
  void attempt_started(Attempt attempt, Timestamp now) override { history_.begin_attempt(run_id_, flow_.tasks[attempt.task].name, attempt.number, now); }
  void attempt_ended(Attempt attempt, TaskState state, const TaskSummary& task, Timestamp now) override {
    history_.end_attempt(run_id_, flow_.tasks[attempt.task].name, attempt.number, state, task, now);
  }

 private:
  const Flow& flow_;
  RunHistory& history_;
  std::string run_id_;
};

Flow make_flow(std::size_t tasks_count, bool sequential, std::string text = "true") {
  Flow flow;
  flow.name = "bench";
  for (std::size_t i = 0; i < tasks_count; ++i) {
    Task task;
    task.name = "t" + std::to_string(i);
    task.text = text;
    if (sequential && i > 0) {
      task.needs = {i - 1};
    }
    flow.tasks.push_back(std::move(task));
  }
  return flow;
}

void run(benchmark::State& state, const Flow& flow, TaskWork& work, bool recorded) {
  const TempDir folder = TempDir::create().value();
  const auto history = RunHistory::open(folder.path() / "flows.db").value();
  int number = 0;
  for (auto _ : state) {
    const std::string run_id = "r" + std::to_string(++number);
    Recorder recorder(flow, *history, run_id);
    if (recorded) {
      history->begin_run({.id = run_id, .flow = flow.name, .dates = {}, .started = system_clock().now()}, "");
    }
    const auto summary = run_flow(flow, work, {.run_id = run_id, .project_folder = folder.path(), .logs_folder = folder.path() / "logs", .observer = recorded ? &recorder : nullptr});
    if (recorded && !history->end_run(run_id, summary->state, system_clock().now())) {
      state.SkipWithError("the history could not be written");
    }
    if (!summary || summary->state != RunState::kSuccess) {
      state.SkipWithError("the run failed");
    }
  }
  state.counters["transitions/s"] = benchmark::Counter(static_cast<double>(state.iterations()) * 2.0 * static_cast<double>(flow.tasks.size()), benchmark::Counter::kIsRate);
}

void forty_in_process(benchmark::State& state) {
  NoWork work;
  run(state, make_flow(40, true), work, true);
}
BENCHMARK(forty_in_process)->Unit(benchmark::kMillisecond)->UseRealTime();

void forty_shell_tasks(benchmark::State& state) {
  ProcessWork work;
  run(state, make_flow(40, true, "/bin/true"), work, true);
}
BENCHMARK(forty_shell_tasks)->Unit(benchmark::kMillisecond)->UseRealTime();

void hundred_in_parallel(benchmark::State& state) {
  NoWork work;
  run(state, make_flow(100, false), work, true);
}
BENCHMARK(hundred_in_parallel)->Unit(benchmark::kMillisecond)->UseRealTime();

void ten_thousand_wide_and_durable(benchmark::State& state) {
  NoWork work;
  run(state, make_flow(10'000, false), work, true);
}
BENCHMARK(ten_thousand_wide_and_durable)->Unit(benchmark::kMillisecond)->UseRealTime();

void state_machine_alone(benchmark::State& state) {
  const Flow flow = make_flow(10'000, false);
  SeededRandom random(1);
  for (auto _ : state) {
    FlowRun flow_run(flow, random);
    while (!flow_run.is_done()) {
      for (const Attempt& attempt : flow_run.start({})) {
        flow_run.finish(attempt, {}, {});
      }
    }
  }
  state.counters["transitions/s"] = benchmark::Counter(static_cast<double>(state.iterations()) * 2.0 * 10'000, benchmark::Counter::kIsRate);
}
BENCHMARK(state_machine_alone)->Unit(benchmark::kMillisecond);

void cron_next_in_a_zone(benchmark::State& state) {
  const Cron cron = Cron::parse("30 6 * * mon-fri").value();
  const TimeZone zone = TimeZone::find("Europe/Zurich").value();
  Instant at(std::chrono::seconds(1'700'000'000));
  for (auto _ : state) {
    at = *cron.next(at, zone);
    if (at > Instant(std::chrono::seconds(1'900'000'000))) {
      at = Instant(std::chrono::seconds(1'700'000'000));
    }
  }
}
BENCHMARK(cron_next_in_a_zone);
}  // namespace
}  // namespace weir::flow
