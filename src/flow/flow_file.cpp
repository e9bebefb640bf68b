#include "flow/flow_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "core/clock.h"
#include "core/config.h"
#include "core/files.h"
#include "core/text.h"

namespace weir::flow {
namespace {
using std::chrono::milliseconds;

const std::vector<std::string> kKinds = {"shell", "python", "sql", "build", "ingest", "check", "report", "branch", "short_circuit"};

/// Puts the place of `node` on an error of the value in it.
template <typename T>
Result<T> placed(Result<T> result, const ConfigNode& node) {
  if (!result && !result.error().place) {
    return fail_at(node.place(), result.error().message, result.error().code);
  }
  return result;
}

Status check_name(const std::string& name, std::string_view what, const Place& place) {
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.'; };
  if (name.empty() || name.front() == '.' || name.size() > 200 || !std::ranges::all_of(name, is_plain)) {
    return fail_at(place, fmt::format("the name of a {} has letters, digits, _, - and . only, not \"{}\"", what, excerpt(name)));
  }
  return {};
}

Result<std::optional<milliseconds>> read_duration(ConfigMap& map, std::string_view key) {
  const ConfigNode* node = map.find(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  WEIR_TRY_ASSIGN(const std::string text, node->as_text(key));
  WEIR_TRY_ASSIGN(const milliseconds duration, placed(parse_duration(text), *node));
  return duration;
}

Result<std::uint32_t> read_count(ConfigMap& map, std::string_view key, std::uint32_t otherwise) {
  const ConfigNode* node = map.find(key);
  if (node == nullptr) {
    return otherwise;
  }
  WEIR_TRY_ASSIGN(const std::int64_t count, node->as_integer(key));
  if (count < 1 || count > std::numeric_limits<std::int32_t>::max()) {
    return fail_at(node->place(), fmt::format("{} must be 1 or more, not {}", key, count));
  }
  return static_cast<std::uint32_t>(count);
}

/// A moment; without an offset it is what the wall of the zone shows.
Result<std::optional<Instant>> read_moment(ConfigMap& map, std::string_view key, const TimeZone& zone) {
  const ConfigNode* node = map.find(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  WEIR_TRY_ASSIGN(const std::string text, node->as_text(key));
  WEIR_TRY_ASSIGN(const Timestamp time, placed(parse_timestamp(text), *node));
  const Instant instant = std::chrono::floor<std::chrono::seconds>(time);
  const bool has_zone = text.size() > 10 && text.find_first_of("Zz+-", 10) != std::string::npos;
  return has_zone ? instant : zone.instant(WallTime(instant.time_since_epoch()));
}

Result<TimeZone> read_zone(ConfigMap& map, const TimeZone& otherwise) {
  const ConfigNode* node = map.find("timezone");
  if (node == nullptr) {
    return otherwise;
  }
  WEIR_TRY_ASSIGN(const std::string name, node->as_text("timezone"));
  return placed(TimeZone::find(name), *node);
}

Status read_crons(const ConfigNode& node, Schedule::Options& options) {
  if (node.is_sequence()) {
    for (const ConfigNode& item : node.items()) {
      WEIR_TRY(read_crons(item, options));
    }
    return {};
  }
  WEIR_TRY_ASSIGN(const std::string text, node.as_text("cron"));
  WEIR_TRY_ASSIGN(Cron cron, placed(Cron::parse(text), node));
  options.crons.push_back(std::move(cron));
  return {};
}

Status read_schedule_map(const ConfigNode& node, Schedule::Options& options) {
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(node, "schedule"));
  WEIR_TRY_ASSIGN(options.zone, read_zone(map, options.zone));
  if (const ConfigNode* cron = map.find("cron")) {
    WEIR_TRY(read_crons(*cron, options));
  }
  WEIR_TRY_ASSIGN(const auto every, read_duration(map, "every"));
  if (every) {
    options.interval = std::chrono::duration_cast<std::chrono::seconds>(*every);
  }
  WEIR_TRY_ASSIGN(options.once, map.flag_or("once", false));
  WEIR_TRY_ASSIGN(const std::string at, map.choice_or("at", {"tick", "interval_end"}, "tick"));
  options.run_at = at == "tick" ? RunAt::kTick : RunAt::kIntervalEnd;
  WEIR_TRY_ASSIGN(const std::string catchup, map.choice_or("catchup", {"all", "latest", "none"}, "latest"));
  options.catchup = catchup == "all" ? Catchup::kAll : catchup == "latest" ? Catchup::kLatest : Catchup::kNone;
  WEIR_TRY_ASSIGN(options.begin, read_moment(map, "start", options.zone));
  WEIR_TRY_ASSIGN(options.end, read_moment(map, "end", options.zone));
  return map.finish();
}

Result<std::optional<Schedule>> read_schedule(ConfigMap& flow, const TimeZone& zone) {
  const ConfigNode* node = flow.find("schedule");
  if (node == nullptr) {
    return std::nullopt;
  }
  Schedule::Options options{.crons = {}, .zone = zone};
  if (node->is_map()) {
    WEIR_TRY(read_schedule_map(*node, options));
  } else if (node->is_scalar() && node->text() == "@once") {
    options.once = true;
  } else {
    WEIR_TRY(read_crons(*node, options));
  }
  WEIR_TRY_ASSIGN(Schedule schedule, placed(Schedule::make(std::move(options)), *node));
  return schedule;
}

/// `retries: 3`, or `retries: {max: 3, delay: 5m, backoff: exponential, delay_max: 30m}`; what is not said stays as it is.
Status read_retries(ConfigMap& map, RetryPolicy& retry) {
  const ConfigNode* node = map.find("retries");
  if (node == nullptr) {
    return {};
  }
  std::int64_t count = retry.count;
  if (node->is_map()) {
    WEIR_TRY_ASSIGN(ConfigMap keys, ConfigMap::open(*node, "retries"));
    WEIR_TRY_ASSIGN(count, keys.integer_or("max", count));
    WEIR_TRY_ASSIGN(const auto delay, read_duration(keys, "delay"));
    retry.delay = delay.value_or(retry.delay);
    WEIR_TRY_ASSIGN(const auto delay_max, read_duration(keys, "delay_max"));
    retry.delay_max = delay_max.value_or(retry.delay_max);
    WEIR_TRY_ASSIGN(const std::string backoff, keys.choice_or("backoff", {"constant", "exponential"}, retry.exponential ? "exponential" : "constant"));
    retry.exponential = backoff == "exponential";
    WEIR_TRY(keys.finish());
  } else {
    WEIR_TRY_ASSIGN(count, node->as_integer("retries"));
  }
  if (count < 0 || count > 10'000) {
    return fail_at(node->place(), "retries must be from 0 to 10000");
  }
  retry.count = static_cast<int>(count);
  return {};
}

/// The keys that `defaults` and each task share.
Status read_shared_keys(ConfigMap& map, Task& task) {
  WEIR_TRY(read_retries(map, task.retry));
  WEIR_TRY_ASSIGN(const auto timeout, read_duration(map, "timeout"));
  task.timeout = timeout ? timeout : task.timeout;
  WEIR_TRY_ASSIGN(task.pool, map.text_or("pool", task.pool));
  if (const ConfigNode* node = map.find("environment")) {
    WEIR_TRY_ASSIGN(ConfigMap variables, ConfigMap::open(*node, "environment"));
    for (const ConfigNode::Entry& entry : node->entries()) {
      WEIR_TRY_ASSIGN(task.environment[entry.key], variables.require_text(entry.key));
    }
  }
  return {};
}

Status read_work(ConfigMap& map, const ConfigNode& node, Task& task) {
  const ConfigNode::Entry* work = nullptr;
  for (const ConfigNode::Entry& entry : node.entries()) {
    const auto kind = std::ranges::find(kKinds, entry.key);
    if (kind == kKinds.end()) {
      continue;
    }
    if (work != nullptr) {
      return fail_at(entry.key_place, fmt::format("task \"{}\" has both {} and {}; a task does one thing", task.name, work->key, entry.key));
    }
    work = &entry;
    task.kind = static_cast<TaskKind>(kind - kKinds.begin());
  }
  for (const std::string& kind : kKinds) {
    static_cast<void>(map.find(kind));
  }
  if (work == nullptr) {
    WEIR_TRY(map.finish());  // a slip in the key is the likelier mistake
    return fail_at(task.place, fmt::format("task \"{}\" does nothing; give it one of {}", task.name, join(kKinds, ", ")));
  }
  const bool selects = task.kind == TaskKind::kBuild || task.kind == TaskKind::kIngest || task.kind == TaskKind::kCheck || task.kind == TaskKind::kReport;
  if (selects) {
    WEIR_TRY_ASSIGN(task.arguments, map.texts(work->key));
    std::erase(task.arguments, "all");
    return {};
  }
  WEIR_TRY_ASSIGN(task.text, work->value.as_text(work->key));
  if (trim(task.text).empty()) {
    return fail_at(work->key_place, fmt::format("{} of task \"{}\" is empty", work->key, task.name));
  }
  if (task.kind == TaskKind::kPython) {
    WEIR_TRY_ASSIGN(task.arguments, map.texts("arguments"));
  }
  return {};
}

Status read_rule(ConfigMap& map, Task& task) {
  if (const ConfigNode* node = map.find("trigger_rule")) {
    WEIR_TRY_ASSIGN(const std::string name, node->as_text("trigger_rule"));
    WEIR_TRY_ASSIGN(task.rule, placed(parse_trigger_rule(name), *node));
  }
  WEIR_TRY_ASSIGN(task.setup, map.flag_or("setup", false));
  WEIR_TRY_ASSIGN(task.teardown, map.flag_or("teardown", false));
  if (task.setup && task.teardown) {
    return fail_at(task.place, fmt::format("task \"{}\" cannot be both setup and teardown", task.name));
  }
  if (task.teardown) {
    WEIR_TRY_ASSIGN(task.fails_run, map.flag_or("fails_run", false));
  }
  if (task.kind == TaskKind::kShortCircuit) {
    WEIR_TRY_ASSIGN(const std::string skips, map.choice_or("skips", {"all", "next"}, "all"));
    task.skips_all = skips == "all";
  }
  return {};
}

Result<Task> read_task(const ConfigNode::Entry& entry, const Task& defaults) {
  Task task = defaults;
  task.name = entry.key;
  task.place = entry.key_place;
  WEIR_TRY(check_name(task.name, "task", task.place));
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(entry.value, "task"));
  static_cast<void>(map.find("needs"));  // read when all tasks are known
  WEIR_TRY(read_shared_keys(map, task));
  WEIR_TRY_ASSIGN(task.pool_slots, read_count(map, "pool_slots", 1));
  WEIR_TRY_ASSIGN(task.priority, map.integer_or("priority", 1));
  WEIR_TRY_ASSIGN(task.folder, map.text_or("folder", ""));
  WEIR_TRY_ASSIGN(const std::vector<std::string> codes, map.texts("no_retry_codes"));
  for (const std::string& code : codes) {
    int number = 0;
    for (const char c : code) {
      if (c < '0' || c > '9' || number > 255) {
        return fail_at(map.find("no_retry_codes")->place(), fmt::format("an exit code is a number from 0 to 255, not \"{}\"", excerpt(code)));
      }
      number = number * 10 + (c - '0');
    }
    task.no_retry_codes.push_back(number);
  }
  static_cast<void>(map.find("trigger_rule"));
  for (const char* key : {"setup", "teardown"}) {
    static_cast<void>(map.find(key));
  }
  WEIR_TRY(read_work(map, entry.value, task));
  WEIR_TRY(read_rule(map, task));
  WEIR_TRY(map.finish());
  return task;
}

Status read_needs(const ConfigNode& node, Flow& flow, Task& task) {
  const ConfigNode* needs = node.find("needs");
  if (needs == nullptr || needs->is_null()) {
    return {};
  }
  const std::vector<ConfigNode> items = needs->is_sequence() ? needs->items() : std::vector<ConfigNode>{*needs};
  for (const ConfigNode& item : items) {
    WEIR_TRY_ASSIGN(const std::string name, item.as_text("each entry of needs"));
    const auto found = flow.find(name);
    if (!found) {
      return fail_at(item.place(), fmt::format("task \"{}\" needs \"{}\", which is not there{}", task.name, name, did_you_mean(name, flow.task_names())));
    }
    if (std::ranges::find(task.needs, *found) == task.needs.end()) {
      task.needs.push_back(*found);
    }
  }
  return {};
}

Status read_tasks(ConfigMap& map, Flow& flow) {
  Task defaults;
  WEIR_TRY(read_retries(map, defaults.retry));
  if (const ConfigNode* node = map.find("defaults")) {
    WEIR_TRY_ASSIGN(ConfigMap keys, ConfigMap::open(*node, "defaults"));
    WEIR_TRY(read_shared_keys(keys, defaults));
    WEIR_TRY(keys.finish());
  }
  WEIR_TRY_ASSIGN(const ConfigNode tasks, map.require("tasks"));
  WEIR_TRY(ConfigMap::open(tasks, "tasks"));
  if (tasks.entries().empty()) {
    return fail_at(tasks.place(), "a flow has one task or more");
  }
  for (const ConfigNode::Entry& entry : tasks.entries()) {
    WEIR_TRY_ASSIGN(Task task, read_task(entry, defaults));
    flow.tasks.push_back(std::move(task));
  }
  for (std::size_t i = 0; i < flow.tasks.size(); ++i) {
    WEIR_TRY(read_needs(tasks.entries()[i].value, flow, flow.tasks[i]));
  }
  return {};
}

Status read_limits(ConfigMap& map, Flow& flow) {
  WEIR_TRY_ASSIGN(flow.parallel, read_count(map, "parallel", flow.parallel));
  WEIR_TRY_ASSIGN(flow.timeout, read_duration(map, "timeout"));
  WEIR_TRY_ASSIGN(const std::string weight, map.choice_or("priority_weight", {"downstream", "upstream", "absolute"}, "downstream"));
  flow.weight = weight == "downstream" ? WeightRule::kDownstream : weight == "upstream" ? WeightRule::kUpstream : WeightRule::kAbsolute;
  if (const ConfigNode* node = map.find("pools")) {
    WEIR_TRY_ASSIGN(ConfigMap pools, ConfigMap::open(*node, "pools"));
    for (const ConfigNode::Entry& entry : node->entries()) {
      WEIR_TRY_ASSIGN(flow.pools[entry.key], read_count(pools, entry.key, 1));
    }
  }
  if (const ConfigNode* node = map.find("params")) {
    WEIR_TRY_ASSIGN(ConfigMap params, ConfigMap::open(*node, "params"));
    for (const ConfigNode::Entry& entry : node->entries()) {
      WEIR_TRY_ASSIGN(flow.params[entry.key], params.require_text(entry.key));
    }
  }
  return {};
}
}  // namespace

Result<Flow> parse_flow(std::string_view yaml, std::string_view file) {
  WEIR_TRY_ASSIGN(const ConfigNode root, parse_config(yaml, file));
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(root, "flow"));
  Flow flow;
  flow.file = file;
  flow.text = yaml;
  WEIR_TRY_ASSIGN(flow.name, map.text_or("flow", std::filesystem::path(file).stem().string()));
  WEIR_TRY(check_name(flow.name, "flow", root.place()));
  WEIR_TRY_ASSIGN(flow.description, map.text_or("description", ""));
  WEIR_TRY_ASSIGN(flow.zone, read_zone(map, {}));
  WEIR_TRY_ASSIGN(flow.schedule, read_schedule(map, flow.zone));
  WEIR_TRY(read_limits(map, flow));
  WEIR_TRY(read_tasks(map, flow));
  WEIR_TRY(map.finish());
  WEIR_TRY(check_flow(flow));
  return flow;
}

Result<std::vector<Flow>> read_flows(const std::filesystem::path& project_folder) {
  std::vector<Flow> flows;
  std::error_code error;
  if (!std::filesystem::is_directory(project_folder / "flows", error)) {
    return flows;
  }
  for (const char* pattern : {"flows/**.yml", "flows/**.yaml"}) {
    WEIR_TRY_ASSIGN(const auto files, find_files(project_folder, pattern));
    for (const std::filesystem::path& path : files) {
      WEIR_TRY_ASSIGN(const std::string text, read_file(path));
      WEIR_TRY_ASSIGN(Flow flow, parse_flow(text, relative_text(path, project_folder)));
      const auto same = std::ranges::find(flows, flow.name, &Flow::name);
      if (same != flows.end()) {
        return fail_at({.file = flow.file}, fmt::format("there is a flow \"{}\" already, in {}", flow.name, same->file));
      }
      flows.push_back(std::move(flow));
    }
  }
  std::ranges::sort(flows, {}, &Flow::name);
  return flows;
}
}  // namespace weir::flow
