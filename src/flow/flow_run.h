#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <queue>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/random.h"
#include "flow/flow.h"

namespace weir::flow {
/// One try of one task. Attempts count from 1.
struct Attempt {
  std::size_t task = 0;
  int number = 1;
  bool operator==(const Attempt&) const = default;
};

/// How an attempt ended.
struct AttemptResult {
  enum class Outcome : std::uint8_t { kSuccess, kFailed, kSkipped };
  Outcome outcome = Outcome::kSuccess;
  bool may_retry = true;                        ///< of kFailed
  std::optional<std::vector<std::size_t>> follow{};  ///< of a branch: which of the next tasks run
  std::optional<bool> condition{};              ///< of a short circuit
};

enum class RunState : std::uint8_t { kRunning, kSuccess, kFailed };
std::string_view run_state_name(RunState state);

/// The state of one run of a flow, moved by events alone: no threads, no clock, no I/O. Tells what may start; is told what
/// ended. The work per event is that of the tasks that it touches: counters, no scans. One thread at a time.
class FlowRun {
 public:
  /// What must be kept to go on after a restart.
  struct Saved {
    TaskState state = TaskState::kNone;
    int attempt = 0;                        ///< the last one that was started
    std::optional<Timestamp> retry_at{};
  };

  /// `flow` has passed check_flow; it and `random` (the chance in delays) must outlive the run.
  FlowRun(const Flow& flow, RandomSource& random);
  /// Goes on where `saved` (one for each task) left off; tasks that were running still are.
  FlowRun(const Flow& flow, RandomSource& random, const std::vector<Saved>& saved);

  /// What starts now, the highest priority first; the tasks are running from here on. Respects pools and Flow::parallel.
  std::vector<Attempt> start(Timestamp now);
  /// Takes the end of an attempt. An attempt that is not the task's running one is ignored, and false returned.
  bool finish(Attempt attempt, const AttemptResult& result, Timestamp now);
  /// When the next delay of a retry is over; nothing when none is waiting.
  std::optional<Timestamp> next_timer() const;
  /// Nothing more starts: what waits ends as failed, and what runs is not tried again.
  void cancel();

  bool is_done() const { return unfinished_ == 0; }
  /// kRunning until is_done. Failed when a last task of the graph failed; teardowns count only when they say so.
  RunState state() const;
  TaskState task_state(std::size_t task) const { return nodes_[task].saved.state; }
  Saved saved(std::size_t task) const { return nodes_[task].saved; }
  std::size_t running_count() const { return running_; }

 private:
  struct Node {
    Saved saved;
    UpstreamCounts work;    ///< of a task that is no teardown: all that it needs
    UpstreamCounts setups;  ///< of a teardown: the setups among them
    std::vector<std::size_t> next;
    std::vector<std::size_t> far_setups;  ///< setups above those that it needs
    std::vector<std::size_t> far_tasks;   ///< of a setup: the tasks that have it among far_setups
    std::int64_t weight = 0;
  };
  struct ByPriority {
    std::int64_t weight;
    std::size_t task;
    /// std::priority_queue has the greatest on top: the heaviest, then the first of the file.
    bool operator<(const ByPriority& other) const { return weight != other.weight ? weight < other.weight : task > other.task; }
  };
  using Timer = std::pair<Timestamp, std::size_t>;

  void draw();
  void weigh();
  std::vector<std::size_t> all_after(std::size_t task) const;
  void settle(std::size_t task, TaskState state);
  void evaluate_waiting();
  Verdict verdict(std::size_t task) const;
  void make_ready(std::size_t task);
  void apply_branch(std::size_t task, const std::vector<std::size_t>& follow);
  void apply_short_circuit(std::size_t task);
  void fail_attempt(std::size_t task, bool may_retry, Timestamp now);
  std::chrono::milliseconds retry_delay(const RetryPolicy& retry, int attempt);
  bool is_leaf(std::size_t task) const;

  const Flow& flow_;
  RandomSource& random_;
  std::vector<Node> nodes_;
  std::vector<std::size_t> touched_;  ///< to be evaluated
  std::priority_queue<ByPriority> ready_;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  std::map<std::string, std::uint32_t, std::less<>> used_slots_;
  std::size_t unfinished_ = 0;
  std::size_t running_ = 0;
  bool cancelled_ = false;
};
}  // namespace weir::flow
