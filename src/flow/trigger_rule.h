#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

/// When a task may run, by the states of the tasks that it needs: Airflow's rules.
namespace weir::flow {
enum class TaskState : std::uint8_t {
  kNone,     ///< waits for others
  kReady,    ///< may run; waits for a slot
  kRunning,
  kRetry,    ///< failed; runs again when its delay is over
  // Final states:
  kSuccess,
  kSkipped,
  kFailed,
  kUpstreamFailed,  ///< did not run, since something that it needs failed
  kRemoved,         ///< an instance of a mapped task that is not there any more
};
/// "none", "ready", "running", "retry", "success", "skipped", "failed", "upstream_failed", "removed".
std::string_view task_state_name(TaskState state);
Result<TaskState> parse_task_state(std::string_view name);
inline bool is_final(TaskState state) { return state >= TaskState::kSuccess; }

enum class TriggerRule : std::uint8_t {
  kAllSuccess,
  kAllFailed,
  kAllDone,
  kAllDoneMinOneSuccess,
  kAllSkipped,
  kOneSuccess,
  kOneFailed,
  kOneDone,
  kNoneFailed,
  kNoneFailedMinOneSuccess,
  kNoneSkipped,
  kAlways,
};
/// "all_success" …; also Airflow's older names none_failed_or_skipped and dummy. Errors: kInvalid with the nearest name.
Result<TriggerRule> parse_trigger_rule(std::string_view name);
std::string_view trigger_rule_name(TriggerRule rule);
const std::vector<std::string>& trigger_rule_names();

/// How many of the tasks that one task needs are in which state; `pending` are those without a final state.
struct UpstreamCounts {
  std::uint32_t success = 0;
  std::uint32_t skipped = 0;
  std::uint32_t failed = 0;
  std::uint32_t upstream_failed = 0;
  std::uint32_t removed = 0;
  std::uint32_t pending = 0;

  std::uint32_t all() const { return success + skipped + failed + upstream_failed + removed + pending; }
  std::uint32_t any_failed() const { return failed + upstream_failed; }
  std::uint32_t& of(TaskState state);
};

enum class Verdict : std::uint8_t {
  kRun,
  kWait,
  kSkip,            ///< ends as kSkipped now, without waiting for the others; so do the next two
  kUpstreamFailed,
  kRemove,
};

/// `map_index` is the number of the instance of a mapped task, -1 for a plain task.
Verdict evaluate(TriggerRule rule, const UpstreamCounts& upstream, int map_index = -1);
/// The rule of teardowns: all work has ended, whatever its outcome, and one of the setups has succeeded.
Verdict evaluate_teardown(const UpstreamCounts& work, const UpstreamCounts& setups);
}  // namespace weir::flow
