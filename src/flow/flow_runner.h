#pragma once

#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/random.h"
#include "flow/flow_run.h"
#include "flow/task_work.h"

namespace weir::flow {
/// What became of a task of a run.
struct TaskSummary {
  TaskState state = TaskState::kNone;
  int attempts_count = 0;
  double seconds = 0;        ///< of all attempts
  std::string message;       ///< of the last attempt
  std::filesystem::path log_file;  ///< of the last attempt; empty when it did not run a process
  std::string outputs_json = "{}";
};

struct RunSummary {
  RunState state = RunState::kRunning;
  bool cancelled = false;
  std::string reason;        ///< why it was cancelled
  double seconds = 0;
  std::vector<TaskSummary> tasks;  ///< in the order of Flow::tasks
};

/// Told what happens in a run, on the thread that runs it, in order.
class RunObserver {
 public:
  virtual ~RunObserver() = default;
  virtual void attempt_started(Attempt attempt, Timestamp now) = 0;
  /// `state` is the task's: kRetry when it will be tried again.
  virtual void attempt_ended(Attempt attempt, TaskState state, const TaskSummary& task, Timestamp now) = 0;
};

struct FlowRunOptions {
  std::string run_id;                         ///< also the folder of its logs
  RunDates dates;
  std::map<std::string, std::string> params;  ///< before those of the flow
  std::filesystem::path project_folder;
  std::filesystem::path logs_folder;          ///< gets RUN/TASK.ATTEMPT.log
  const Clock* clock = &system_clock();
  RandomSource* random = &system_random();    ///< of the delays of retries
  RunObserver* observer = nullptr;            ///< may be null
  std::stop_token stop;
};

/// Runs a flow from its start to its end: asks FlowRun what may start, gives it to `work` on threads of its own, and tells FlowRun
/// what came of it. Branches and short circuits are decided here. Sleeps while nothing happens. At a stop, or when
/// Flow::timeout is over, running tasks are stopped and nothing more starts. Errors: kInvalid for a param that the flow does
/// not have, kIo for the folder of the logs; a failed task is not an Error.
Result<RunSummary> run_flow(const Flow& flow, TaskWork& work, const FlowRunOptions& options);
}  // namespace weir::flow
