#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "graph/node_set.h"

namespace weir::graph {
/// Edge from a node to one that comes after it.
using Edge = std::pair<NodeIndex, NodeIndex>;

/// For each node the nodes at the other end of its edges, ascending; all in two arrays.
class Adjacency {
 public:
  Adjacency() = default;
  /// `edges` are (from, to) pairs; doubles count once.
  Adjacency(std::size_t nodes_count, const std::vector<Edge>& edges);
  std::span<const NodeIndex> of(NodeIndex node) const {
    return std::span(targets_).subspan(offsets_[node], offsets_[node + 1] - offsets_[node]);
  }

 private:
  std::vector<std::uint32_t> offsets_;
  std::vector<NodeIndex> targets_;
};

/// The same edges seen from their other end.
std::vector<Edge> reversed(std::vector<Edge> edges);
}  // namespace weir::graph
