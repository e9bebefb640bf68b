#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "flow/schedule.h"
#include "flow/trigger_rule.h"

namespace weir::flow {
enum class TaskKind : std::uint8_t {
  kShell,   ///< a script for /bin/sh
  kPython,  ///< a file of Python and its arguments
  kSql,     ///< statements on the lake
  kBuild,   ///< nodes of the project: all, or only sources, checks or reports
  kIngest,
  kCheck,
  kReport,
  kBranch,        ///< an expression that names the tasks to follow
  kShortCircuit,  ///< an expression: when it is false, what comes after it is skipped
};
std::string_view task_kind_name(TaskKind kind);

/// When and how often a failed task runs again.
struct RetryPolicy {
  int count = 0;                                 ///< beside the first attempt
  std::chrono::milliseconds delay{300'000};
  bool exponential = false;                      ///< delay * 2^(n-1), and up to twice that by chance, as Airflow does
  std::chrono::milliseconds delay_max{86'400'000};
};

struct Task {
  std::string name;
  TaskKind kind = TaskKind::kShell;
  std::string text;                    ///< the script, statements, expression, or the file of Python; a Jinja template
  std::vector<std::string> arguments;  ///< of Python, or the selectors of nodes; Jinja templates
  std::map<std::string, std::string> environment;  ///< Jinja templates
  std::string folder;                  ///< working directory, relative to the project; empty: the project
  std::vector<std::size_t> needs;      ///< indices into Flow::tasks
  TriggerRule rule = TriggerRule::kAllSuccess;
  bool setup = false;
  bool teardown = false;
  bool fails_run = false;              ///< of a teardown: its failure is the run's
  bool skips_all = true;               ///< of a short circuit: everything after it is skipped, not only what is next
  RetryPolicy retry;
  std::optional<std::chrono::milliseconds> timeout;
  std::vector<int> no_retry_codes;     ///< exit codes after which the task is not tried again
  std::string pool = "default";
  std::uint32_t pool_slots = 1;
  std::int64_t priority = 1;
  Place place;
};

/// How priority adds up along the graph.
enum class WeightRule : std::uint8_t { kDownstream, kUpstream, kAbsolute };

/// One flow: tasks and when they run. Made by `parse_flow`, or in code and then proved by `check_flow`.
struct Flow {
  std::string name;
  std::string file;  ///< as messages name it; empty when made in code
  std::string text;  ///< the file as it was read: each run keeps what it ran with
  std::string description;
  std::optional<Schedule> schedule;
  TimeZone zone;
  std::map<std::string, std::uint32_t> pools;  ///< slots by name, beside "default"
  std::uint32_t parallel = 16;                 ///< tasks at once, and the slots of the pool "default"
  WeightRule weight = WeightRule::kDownstream;
  std::map<std::string, std::string> params;   ///< {{ params.x }}
  std::optional<std::chrono::milliseconds> timeout;  ///< of a whole run
  std::vector<Task> tasks;

  std::optional<std::size_t> find(std::string_view task) const;
  std::vector<std::string> task_names() const;
  /// The slots of a pool, or nothing for one that is not there.
  std::optional<std::uint32_t> slots(std::string_view pool) const;
};

/// Proves that `flow` can run: names are unique, there is no circle, and no task is larger than its pool.
/// Errors: kInvalid with the task's place.
Status check_flow(const Flow& flow);
}  // namespace weir::flow
