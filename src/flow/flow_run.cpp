#include "flow/flow_run.h"

#include <algorithm>

namespace weir::flow {
std::string_view run_state_name(RunState state) {
  return state == RunState::kRunning ? "running" : state == RunState::kSuccess ? "success" : "failed";
}

FlowRun::FlowRun(const Flow& flow, RandomSource& random) : FlowRun(flow, random, std::vector<Saved>(flow.tasks.size())) {}

FlowRun::FlowRun(const Flow& flow, RandomSource& random, const std::vector<Saved>& saved) : flow_(flow), random_(random), nodes_(flow.tasks.size()) {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    nodes_[i].saved = saved[i];
    if (nodes_[i].saved.state == TaskState::kReady) {
      nodes_[i].saved.state = TaskState::kNone;  // found ready again below
    }
  }
  draw();
  weigh();
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Saved& of = nodes_[i].saved;
    unfinished_ += is_final(of.state) ? 0U : 1U;
    if (of.state == TaskState::kRunning) {
      ++running_;
      used_slots_[flow_.tasks[i].pool] += flow_.tasks[i].pool_slots;
    } else if (of.state == TaskState::kRetry) {
      timers_.emplace(of.retry_at.value_or(Timestamp{}), i);
    } else if (of.state == TaskState::kNone) {
      touched_.push_back(i);
    }
  }
  evaluate_waiting();
}

/// The edges, the counters of what each task needs, and the setups far above it.
void FlowRun::draw() {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const Task& task = flow_.tasks[i];
    for (const std::size_t needed : task.needs) {
      nodes_[needed].next.push_back(i);
      UpstreamCounts& counts = task.teardown && flow_.tasks[needed].setup ? nodes_[i].setups : nodes_[i].work;
      ++counts.of(nodes_[needed].saved.state);
    }
  }
  for (std::size_t setup = 0; setup < nodes_.size(); ++setup) {
    if (!flow_.tasks[setup].setup) {
      continue;
    }
    for (const std::size_t after : all_after(setup)) {
      if (!flow_.tasks[after].teardown && std::ranges::find(flow_.tasks[after].needs, setup) == flow_.tasks[after].needs.end()) {
        nodes_[after].far_setups.push_back(setup);
        nodes_[setup].far_tasks.push_back(after);
      }
    }
  }
}

void FlowRun::weigh() {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    nodes_[i].weight += flow_.tasks[i].priority;
    if (flow_.weight == WeightRule::kAbsolute) {
      continue;
    }
    for (const std::size_t after : all_after(i)) {
      const bool is_downstream = flow_.weight == WeightRule::kDownstream;
      nodes_[is_downstream ? i : after].weight += flow_.tasks[is_downstream ? after : i].priority;
    }
  }
}

std::vector<std::size_t> FlowRun::all_after(std::size_t task) const {
  std::vector<bool> seen(nodes_.size());
  std::vector<std::size_t> found;
  std::vector<std::size_t> open = {task};
  while (!open.empty()) {
    const std::size_t at = open.back();
    open.pop_back();
    for (const std::size_t next : nodes_[at].next) {
      if (!seen[next]) {
        seen[next] = true;
        found.push_back(next);
        open.push_back(next);
      }
    }
  }
  return found;
}

/// Gives the task its final state and tells those that wait for it.
void FlowRun::settle(std::size_t task, TaskState state) {
  Node& node = nodes_[task];
  node.saved.state = state;
  node.saved.retry_at.reset();
  --unfinished_;
  for (const std::size_t next : node.next) {
    UpstreamCounts& counts = flow_.tasks[next].teardown && flow_.tasks[task].setup ? nodes_[next].setups : nodes_[next].work;
    --counts.pending;
    ++counts.of(state);
    touched_.push_back(next);
  }
  touched_.insert(touched_.end(), node.far_tasks.begin(), node.far_tasks.end());
}

Verdict FlowRun::verdict(std::size_t task) const {
  const Node& node = nodes_[task];
  const Verdict own = flow_.tasks[task].teardown ? evaluate_teardown(node.work, node.setups) : evaluate(flow_.tasks[task].rule, node.work);
  bool waits = false;
  bool skips = false;
  for (const std::size_t setup : node.far_setups) {
    const TaskState state = nodes_[setup].saved.state;
    if (state == TaskState::kFailed || state == TaskState::kUpstreamFailed) {
      return Verdict::kUpstreamFailed;
    }
    skips = skips || state == TaskState::kSkipped;
    waits = waits || !is_final(state);
  }
  return skips ? Verdict::kSkip : own == Verdict::kRun && waits ? Verdict::kWait : own;
}

void FlowRun::evaluate_waiting() {
  while (!touched_.empty()) {
    const std::size_t task = touched_.back();
    touched_.pop_back();
    if (nodes_[task].saved.state != TaskState::kNone) {
      continue;
    }
    switch (verdict(task)) {
      case Verdict::kWait: break;
      case Verdict::kRun: make_ready(task); break;
      case Verdict::kSkip: settle(task, TaskState::kSkipped); break;
      case Verdict::kUpstreamFailed: settle(task, TaskState::kUpstreamFailed); break;
      case Verdict::kRemove: settle(task, TaskState::kRemoved); break;
    }
  }
}

void FlowRun::make_ready(std::size_t task) {
  nodes_[task].saved.state = TaskState::kReady;
  ready_.push({nodes_[task].weight, task});
}

std::vector<Attempt> FlowRun::start(Timestamp now) {
  while (!timers_.empty() && timers_.top().first <= now) {
    const std::size_t task = timers_.top().second;
    timers_.pop();
    if (nodes_[task].saved.state == TaskState::kRetry) {
      nodes_[task].saved.retry_at.reset();
      make_ready(task);
    }
  }
  std::vector<Attempt> started;
  std::vector<ByPriority> held;  // their pool is full; lighter tasks of other pools may go
  while (!ready_.empty() && running_ < flow_.parallel) {
    const ByPriority top = ready_.top();
    ready_.pop();
    Node& node = nodes_[top.task];
    if (node.saved.state != TaskState::kReady) {
      continue;  // was skipped meanwhile
    }
    const Task& task = flow_.tasks[top.task];
    std::uint32_t& used = used_slots_[task.pool];
    if (used + task.pool_slots > flow_.slots(task.pool).value_or(0)) {
      held.push_back(top);
      continue;
    }
    used += task.pool_slots;
    ++running_;
    node.saved.state = TaskState::kRunning;
    ++node.saved.attempt;
    started.push_back({.task = top.task, .number = node.saved.attempt});
  }
  for (const ByPriority& one : held) {
    ready_.push(one);
  }
  return started;
}

bool FlowRun::finish(Attempt attempt, const AttemptResult& result, Timestamp now) {
  const std::size_t task = attempt.task;
  if (task >= nodes_.size() || nodes_[task].saved.state != TaskState::kRunning || nodes_[task].saved.attempt != attempt.number) {
    return false;
  }
  --running_;
  used_slots_[flow_.tasks[task].pool] -= flow_.tasks[task].pool_slots;
  switch (result.outcome) {
    case AttemptResult::Outcome::kFailed: fail_attempt(task, result.may_retry, now); break;
    case AttemptResult::Outcome::kSkipped: settle(task, TaskState::kSkipped); break;
    case AttemptResult::Outcome::kSuccess:
      settle(task, TaskState::kSuccess);
      if (result.follow) {
        apply_branch(task, *result.follow);
      }
      if (result.condition == false) {
        apply_short_circuit(task);
      }
      break;
  }
  evaluate_waiting();
  return true;
}

/// Skips the next tasks that are not followed; one that also comes after a followed task is left to its rule.
void FlowRun::apply_branch(std::size_t task, const std::vector<std::size_t>& follow) {
  std::vector<bool> kept(nodes_.size());
  for (const std::size_t followed : follow) {
    kept[followed] = true;
    for (const std::size_t after : all_after(followed)) {
      kept[after] = true;
    }
  }
  for (const std::size_t next : nodes_[task].next) {
    if (!kept[next] && !is_final(nodes_[next].saved.state) && nodes_[next].saved.attempt == 0) {
      settle(next, TaskState::kSkipped);
    }
  }
}

void FlowRun::apply_short_circuit(std::size_t task) {
  for (const std::size_t after : flow_.tasks[task].skips_all ? all_after(task) : nodes_[task].next) {
    if (!flow_.tasks[after].teardown && !is_final(nodes_[after].saved.state) && nodes_[after].saved.attempt == 0) {
      settle(after, TaskState::kSkipped);
    }
  }
}

void FlowRun::fail_attempt(std::size_t task, bool may_retry, Timestamp now) {
  Saved& saved = nodes_[task].saved;
  const RetryPolicy& retry = flow_.tasks[task].retry;
  if (cancelled_ || !may_retry || saved.attempt > retry.count) {
    settle(task, TaskState::kFailed);
    return;
  }
  saved.state = TaskState::kRetry;
  saved.retry_at = now + retry_delay(retry, saved.attempt);
  timers_.emplace(*saved.retry_at, task);
}

std::chrono::milliseconds FlowRun::retry_delay(const RetryPolicy& retry, int attempt) {
  if (!retry.exponential) {
    return std::min(retry.delay, retry.delay_max);
  }
  std::chrono::milliseconds delay = std::max(retry.delay, std::chrono::milliseconds(1));
  for (int i = 1; i < attempt && delay < retry.delay_max; ++i) {
    delay *= 2;
  }
  delay += std::chrono::milliseconds(random_.below(static_cast<std::uint64_t>(delay.count())));
  return std::min(delay, retry.delay_max);
}

std::optional<Timestamp> FlowRun::next_timer() const { return timers_.empty() ? std::nullopt : std::optional(timers_.top().first); }

void FlowRun::cancel() {
  cancelled_ = true;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (!is_final(nodes_[i].saved.state) && nodes_[i].saved.state != TaskState::kRunning) {
      settle(i, TaskState::kFailed);
    }
  }
  touched_.clear();
  timers_ = {};
}

bool FlowRun::is_leaf(std::size_t task) const {
  const auto counts = [&](std::size_t i) { return !flow_.tasks[i].teardown || flow_.tasks[i].fails_run; };
  return counts(task) && std::ranges::none_of(nodes_[task].next, counts);
}

RunState FlowRun::state() const {
  if (!is_done()) {
    return RunState::kRunning;
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const TaskState state = nodes_[i].saved.state;
    if ((state == TaskState::kFailed || state == TaskState::kUpstreamFailed) && is_leaf(i)) {
      return RunState::kFailed;
    }
  }
  return RunState::kSuccess;
}
}  // namespace weir::flow
