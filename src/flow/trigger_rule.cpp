#include "flow/trigger_rule.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace weir::flow {
namespace {
const std::vector<std::string> kStateNames = {"none", "ready", "running", "retry", "success", "skipped", "failed", "upstream_failed", "removed"};

Verdict settle(bool may_run, const UpstreamCounts& upstream, Verdict otherwise) {
  return may_run ? Verdict::kRun : upstream.pending > 0 ? Verdict::kWait : otherwise;
}

Verdict all_success(const UpstreamCounts& upstream, int map_index) {
  if (upstream.any_failed() > 0) {
    return Verdict::kUpstreamFailed;
  }
  if (upstream.skipped > 0) {
    return Verdict::kSkip;
  }
  const bool is_mapped = map_index >= 0;
  if (is_mapped && upstream.removed > 0 && upstream.success > 0 && static_cast<std::uint32_t>(map_index) >= upstream.success) {
    return Verdict::kRemove;
  }
  return upstream.pending == 0 && (is_mapped || upstream.removed == 0) ? Verdict::kRun : Verdict::kWait;
}

Verdict none_failed(const UpstreamCounts& upstream, bool wants_success) {
  if (upstream.any_failed() > 0) {
    return Verdict::kUpstreamFailed;
  }
  if (wants_success && upstream.skipped == upstream.all()) {
    return Verdict::kSkip;
  }
  return upstream.pending == 0 ? Verdict::kRun : Verdict::kWait;
}

Verdict all_done_min_one_success(const UpstreamCounts& upstream) {
  if (upstream.skipped > 0) {
    return Verdict::kSkip;
  }
  if (upstream.pending > 0) {
    return Verdict::kWait;
  }
  return upstream.success > 0 ? Verdict::kRun : Verdict::kUpstreamFailed;
}

Verdict none_of(std::uint32_t unwanted, const UpstreamCounts& upstream) {
  return unwanted > 0 ? Verdict::kSkip : upstream.pending > 0 ? Verdict::kWait : Verdict::kRun;
}
}  // namespace

std::string_view task_state_name(TaskState state) { return kStateNames[static_cast<std::size_t>(state)]; }

Result<TaskState> parse_task_state(std::string_view name) {
  const auto found = std::ranges::find(kStateNames, name);
  if (found == kStateNames.end()) {
    return fail(ErrorCode::kInvalid, fmt::format("there is no state \"{}\"{}", excerpt(name), did_you_mean(name, kStateNames)));
  }
  return static_cast<TaskState>(found - kStateNames.begin());
}

const std::vector<std::string>& trigger_rule_names() {
  static const std::vector<std::string> names = {"all_success", "all_failed",  "all_done",    "all_done_min_one_success",    "all_skipped",  "one_success",
                                                 "one_failed",  "one_done",    "none_failed", "none_failed_min_one_success", "none_skipped", "always"};
  return names;
}

std::string_view trigger_rule_name(TriggerRule rule) { return trigger_rule_names()[static_cast<std::size_t>(rule)]; }

Result<TriggerRule> parse_trigger_rule(std::string_view name) {
  if (name == "none_failed_or_skipped") {
    return TriggerRule::kNoneFailedMinOneSuccess;
  }
  if (name == "dummy") {
    return TriggerRule::kAlways;
  }
  const auto& names = trigger_rule_names();
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    return fail(ErrorCode::kInvalid, fmt::format("there is no trigger rule \"{}\"{}", excerpt(name), did_you_mean(name, names)));
  }
  return static_cast<TriggerRule>(found - names.begin());
}

std::uint32_t& UpstreamCounts::of(TaskState state) {
  switch (state) {
    case TaskState::kSuccess: return success;
    case TaskState::kSkipped: return skipped;
    case TaskState::kFailed: return failed;
    case TaskState::kUpstreamFailed: return upstream_failed;
    case TaskState::kRemoved: return removed;
    default: return pending;
  }
}

Verdict evaluate(TriggerRule rule, const UpstreamCounts& upstream, int map_index) {
  if (upstream.all() == 0) {
    return Verdict::kRun;
  }
  switch (rule) {
    case TriggerRule::kAllSuccess: return all_success(upstream, map_index);
    case TriggerRule::kAllFailed: return none_of(upstream.success + upstream.skipped, upstream);
    case TriggerRule::kAllDone: return upstream.pending == 0 ? Verdict::kRun : Verdict::kWait;
    case TriggerRule::kAllDoneMinOneSuccess: return all_done_min_one_success(upstream);
    case TriggerRule::kAllSkipped: return none_of(upstream.success + upstream.any_failed(), upstream);
    case TriggerRule::kOneSuccess:
      return settle(upstream.success > 0, upstream, upstream.skipped == upstream.all() ? Verdict::kSkip : Verdict::kUpstreamFailed);
    case TriggerRule::kOneFailed: return settle(upstream.any_failed() > 0, upstream, Verdict::kSkip);
    case TriggerRule::kOneDone: return settle(upstream.success + upstream.failed > 0, upstream, Verdict::kSkip);
    case TriggerRule::kNoneFailed: return none_failed(upstream, false);
    case TriggerRule::kNoneFailedMinOneSuccess: return none_failed(upstream, true);
    case TriggerRule::kNoneSkipped: return none_of(upstream.skipped, upstream);
    case TriggerRule::kAlways: return Verdict::kRun;
  }
  return Verdict::kWait;
}

Verdict evaluate_teardown(const UpstreamCounts& work, const UpstreamCounts& setups) {
  if (work.pending + setups.pending > 0) {
    return Verdict::kWait;
  }
  if (setups.all() == 0 || setups.success > 0) {
    return Verdict::kRun;
  }
  return setups.skipped == setups.all() ? Verdict::kSkip : Verdict::kUpstreamFailed;
}
}  // namespace weir::flow
