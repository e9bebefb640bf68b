#pragma once

#include <cstdint>
#include <optional>
#include <queue>
#include <span>
#include <vector>

#include "graph/graph.h"

namespace weir::graph {
/// Which node may start next. Not thread-safe: the runner holds its lock.
///
/// All nodes of the graph take part. Those that do not run now (not selected, or nothing to run) are done as soon as
/// what they wait for is done: so they carry order, failures and changes from the nodes before to the nodes after.
class RunPlan {
 public:
  RunPlan(const Graph& graph, std::span<const NodeIndex> selected);

  /// The node to start next, or none right now. Nodes with the longest way to the end come first, then lower numbers.
  std::optional<NodeIndex> take();
  std::size_t ready_count() const { return ready_.size(); }
  /// True when all nodes are done.
  bool finished() const { return open_count_ == 0; }

  /// The node with the lowest number that failed before `node`, after which it must not start.
  std::optional<NodeIndex> blocker(NodeIndex node) const;
  /// A node that `node` reads, directly or through nodes that do not run, and that ran.
  std::optional<NodeIndex> parent_that_ran(NodeIndex node) const;

  enum class End : std::uint8_t {
    kRan,        ///< what it wrote may have changed
    kUnchanged,  ///< fresh, skipped or cancelled
    kBlocks,     ///< failed: what comes after must not run
  };
  /// Records that a taken node has ended, which makes others ready.
  void end(NodeIndex node, End how);

 private:
  static constexpr NodeIndex kNone = UINT32_MAX;
  struct Step {
    bool runs = false;
    std::uint32_t waiting_for = 0;
    NodeIndex blocker = kNone;  // itself when it failed
    NodeIndex ran = kNone;      // itself when it ran; a node before it when it does not run
  };
  struct Ready {
    std::uint32_t way;  // how many nodes run one after the other from here, this one included
    NodeIndex node;
    bool operator<(const Ready& other) const { return way != other.way ? way < other.way : node > other.node; }
  };
  void measure_ways();
  void start(NodeIndex node);
  void pass_on();

  const Graph& graph_;
  std::vector<Step> steps_;
  std::vector<std::uint32_t> ways_;
  std::priority_queue<Ready> ready_;
  std::vector<NodeIndex> done_;  // nodes whose end those after them do not know yet
  std::size_t open_count_ = 0;
};
}  // namespace weir::graph
