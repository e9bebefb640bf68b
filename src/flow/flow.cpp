#include "flow/flow.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"

namespace weir::flow {
namespace {
/// A way of needs that comes back to its start, by names: "a -> b -> a"; empty when there is none.
std::string find_circle(const Flow& flow) {
  enum class Mark : std::uint8_t { kNew, kOpen, kDone };
  std::vector<Mark> marks(flow.tasks.size(), Mark::kNew);
  struct Step {
    std::size_t task;
    std::size_t next = 0;
  };
  for (std::size_t start = 0; start < flow.tasks.size(); ++start) {
    std::vector<Step> way;
    if (marks[start] == Mark::kNew) {
      way.push_back({start});
      marks[start] = Mark::kOpen;
    }
    while (!way.empty()) {
      Step& step = way.back();
      const std::vector<std::size_t>& needs = flow.tasks[step.task].needs;
      if (step.next == needs.size()) {
        marks[step.task] = Mark::kDone;
        way.pop_back();
        continue;
      }
      const std::size_t needed = needs[step.next++];
      if (marks[needed] == Mark::kOpen) {
        std::string circle = flow.tasks[needed].name;
        for (auto at = std::ranges::find(way, needed, &Step::task) + 1; at != way.end(); ++at) {
          circle += " -> " + flow.tasks[at->task].name;
        }
        return circle + " -> " + flow.tasks[needed].name;
      }
      if (marks[needed] == Mark::kNew) {
        marks[needed] = Mark::kOpen;
        way.push_back({needed});
      }
    }
  }
  return "";
}
}  // namespace

std::string_view task_kind_name(TaskKind kind) {
  static constexpr std::array<std::string_view, 9> kNames = {"shell", "python", "sql", "build", "ingest", "check", "report", "branch", "short_circuit"};
  return kNames.at(static_cast<std::size_t>(kind));
}

std::optional<std::size_t> Flow::find(std::string_view task) const {
  const auto found = std::ranges::find(tasks, task, &Task::name);
  return found == tasks.end() ? std::nullopt : std::optional(static_cast<std::size_t>(found - tasks.begin()));
}

std::vector<std::string> Flow::task_names() const {
  std::vector<std::string> names;
  for (const Task& task : tasks) {
    names.push_back(task.name);
  }
  return names;
}

std::optional<std::uint32_t> Flow::slots(std::string_view pool) const {
  const auto found = pools.find(std::string(pool));
  return found != pools.end() ? std::optional(found->second) : pool == "default" ? std::optional(parallel) : std::nullopt;
}

Status check_flow(const Flow& flow) {
  std::vector<std::string> pools = {"default"};
  for (const auto& [name, slots] : flow.pools) {
    pools.push_back(name);
  }
  for (const Task& task : flow.tasks) {
    if (std::ranges::count(flow.tasks, task.name, &Task::name) > 1) {
      return fail_at(task.place, fmt::format("there are two tasks \"{}\"", task.name));
    }
    const auto slots = flow.slots(task.pool);
    if (!slots) {
      return fail_at(task.place, fmt::format("task \"{}\": there is no pool \"{}\"{}", task.name, task.pool, did_you_mean(task.pool, pools)));
    }
    if (task.pool_slots > *slots) {
      return fail_at(task.place, fmt::format("task \"{}\" needs {} slots of pool \"{}\", which has {}: it could never run", task.name,
                                             task.pool_slots, task.pool, *slots));
    }
  }
  if (const std::string circle = find_circle(flow); !circle.empty()) {
    const auto first = flow.find(circle.substr(0, circle.find(' ')));
    return fail_at(flow.tasks[*first].place, "tasks need each other in a circle: " + circle);
  }
  return {};
}
}  // namespace weir::flow
