#include "graph/run_plan.h"

#include <algorithm>

namespace weir::graph {
RunPlan::RunPlan(const Graph& graph, std::span<const NodeIndex> selected)
    : graph_(graph), steps_(graph.size()), ways_(graph.size()), open_count_(graph.size()) {
  for (const NodeIndex node : selected) {
    steps_[node].runs = graph.info(node).runs();
  }
  measure_ways();
  for (NodeIndex node = 0; node < graph.size(); ++node) {
    steps_[node].waiting_for = static_cast<std::uint32_t>(graph.run_parents(node).size());
    if (steps_[node].waiting_for == 0) {
      start(node);
    }
  }
  pass_on();
}

void RunPlan::measure_ways() {
  // From the ends of the graph backwards: a node is measured when all that come after it are.
  std::vector<std::uint32_t> unmeasured(graph_.size());
  std::vector<NodeIndex> open;
  for (NodeIndex node = 0; node < graph_.size(); ++node) {
    unmeasured[node] = static_cast<std::uint32_t>(graph_.run_children(node).size());
    if (unmeasured[node] == 0) {
      open.push_back(node);
    }
  }
  while (!open.empty()) {
    const NodeIndex node = open.back();
    open.pop_back();
    ways_[node] += steps_[node].runs ? 1U : 0U;
    for (const NodeIndex parent : graph_.run_parents(node)) {
      ways_[parent] = std::max(ways_[parent], ways_[node]);
      if (--unmeasured[parent] == 0) {
        open.push_back(parent);
      }
    }
  }
}

std::optional<NodeIndex> RunPlan::take() {
  if (ready_.empty()) {
    return std::nullopt;
  }
  const NodeIndex node = ready_.top().node;
  ready_.pop();
  return node;
}

std::optional<NodeIndex> RunPlan::blocker(NodeIndex node) const {
  return steps_[node].blocker == kNone ? std::nullopt : std::optional(steps_[node].blocker);
}

std::optional<NodeIndex> RunPlan::parent_that_ran(NodeIndex node) const {
  for (const NodeIndex parent : graph_.parents(node)) {
    if (steps_[parent].ran != kNone) {
      return steps_[parent].ran;
    }
  }
  return std::nullopt;
}

void RunPlan::end(NodeIndex node, End how) {
  if (how == End::kRan) {
    steps_[node].ran = node;
  } else if (how == End::kBlocks) {
    steps_[node].blocker = node;
  }
  done_.push_back(node);
  pass_on();
}

/// Called when `node` waits for nothing any more.
void RunPlan::start(NodeIndex node) {
  if (steps_[node].runs) {
    ready_.push({.way = ways_[node], .node = node});
    return;
  }
  if (const auto ran = parent_that_ran(node)) {
    steps_[node].ran = *ran;
  }
  done_.push_back(node);
}

/// Tells those after the nodes in `done_`. A loop, for the way through nodes that do not run can be as long as the
/// graph.
void RunPlan::pass_on() {
  while (!done_.empty()) {
    const NodeIndex node = done_.back();
    done_.pop_back();
    --open_count_;
    for (const NodeIndex child : graph_.run_children(node)) {
      Step& step = steps_[child];
      step.blocker = std::min(step.blocker, steps_[node].blocker);
      if (--step.waiting_for == 0) {
        start(child);
      }
    }
  }
}
}  // namespace weir::graph
