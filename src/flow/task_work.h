#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/process.h"
#include "flow/flow_run.h"

namespace weir::flow {
/// One attempt of a task, with its templates rendered. What it refers to lives as long as the attempt.
struct TaskRequest {
  const Flow& flow;
  const Task& task;
  int attempt = 1;
  std::string run_id;
  std::string ds;                      ///< the run's date, as {{ ds }}
  std::string text;                    ///< see Task
  std::vector<std::string> arguments;
  std::map<std::string, std::string> environment;
  std::filesystem::path project_folder;
  std::filesystem::path log_file;      ///< to be written; its folder is there
};

struct TaskOutcome {
  AttemptResult::Outcome outcome = AttemptResult::Outcome::kSuccess;
  std::string message{};               ///< why it failed, or was skipped; one line
  bool may_retry = true;
  std::string outputs_json = "{}";     ///< an object: {{ tasks.NAME.KEY }} of the tasks after it
};

/// Does what tasks say. An interface: processes are run here, what needs the project's lake or graph is done above.
/// Called from many threads at once. Does not throw; returns soon after `stop`.
class TaskWork {
 public:
  virtual ~TaskWork() = default;
  virtual TaskOutcome run(const TaskRequest& request, std::stop_token stop) = 0;
};

/// A failure as an outcome.
TaskOutcome failed_outcome(const Error& error);

/// Runs shell and Python tasks as processes of a group of their own; other kinds fail. Standard output and standard error go to the log
/// file, at most 16 MiB of each. Exit code 99 skips the task. The process may write outputs to the file $WEIR_OUTPUT, a line
/// `name=value` each; a value that is JSON is taken as such, any other is text. Also set: WEIR_FLOW, WEIR_TASK, WEIR_RUN,
/// WEIR_ATTEMPT, WEIR_DS.
class ProcessWork : public TaskWork {
 public:
  explicit ProcessWork(std::string python = "python3", ProcessLauncher& launcher = system_launcher()) : python_(std::move(python)), launcher_(launcher) {}
  TaskOutcome run(const TaskRequest& request, std::stop_token stop) override;

 private:
  std::string python_;
  ProcessLauncher& launcher_;
};
}  // namespace weir::flow
