#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "flow/flow_runner.h"

namespace weir::metadb {
class Database;
}

namespace weir::flow {
struct RunRecord {
  std::string id;
  std::string flow;
  RunDates dates;
  Timestamp started;
  std::optional<Timestamp> ended{};
  RunState state = RunState::kRunning;
};

struct AttemptRecord {
  std::string task;
  int number = 1;
  TaskState state = TaskState::kRunning;
  Timestamp started;
  std::optional<Timestamp> ended{};
  std::string message;
  std::string log_file;
  std::string outputs_json;
};

/// The runs of flows and their attempts in a SQLite file. Writes are queued to one thread that commits what waits together;
/// what was recorded survives a power cut once end_run has returned. Safe from many threads; processes may share the file.
class RunHistory {
 public:
  /// Errors: as of metadb::Database::open.
  static Result<std::unique_ptr<RunHistory>> open(const std::filesystem::path& file);
  RunHistory(const RunHistory&) = delete;
  RunHistory& operator=(const RunHistory&) = delete;
  ~RunHistory();

  /// `flow_text` is the file that the run goes by, and is kept with it.
  void begin_run(const RunRecord& run, const std::string& flow_text);
  void begin_attempt(const std::string& run_id, const std::string& task, int number, Timestamp now);
  /// `state` of the task: kRetry is kept as kFailed. Only an attempt that is running ends; a second end changes nothing.
  void end_attempt(const std::string& run_id, const std::string& task, int number, TaskState state, const TaskSummary& summary, Timestamp now);
  /// Returns when all of the run is durable, or the first problem that writing had.
  Status end_run(const std::string& run_id, RunState state, Timestamp now);

  /// The newest first; of all flows when `flow` is empty.
  Result<std::vector<RunRecord>> runs(std::string_view flow, std::size_t limit_count);
  /// In the order in which they started.
  Result<std::vector<AttemptRecord>> attempts(std::string_view run_id);
  /// The text of the flow that the run went by. Errors: kNotFound.
  Result<std::string> flow_text(std::string_view run_id);

 private:
  struct State;
  explicit RunHistory(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};
}  // namespace weir::flow
