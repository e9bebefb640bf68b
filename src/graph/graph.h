#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "graph/adjacency.h"
#include "graph/node.h"
#include "graph/node_set.h"

namespace weir::graph {
/// All nodes of a project and what reads from what. Nodes are numbered so that each comes after all that it reads, and
/// otherwise by id: the same files always give the same numbers. Safe to share between threads once it is complete.
class Graph {
 public:
  /// Draws the edges from `inputs`, `tables_read` and `tables_written`.
  /// Errors, all kInvalid with places: two nodes with one id; two nodes other than ingests and streams that write one
  /// table; an input that is not there ("did you mean"); a cycle (the message shows it with its files).
  static Result<Graph> build(std::vector<std::unique_ptr<Node>> nodes);

  /// Makes tests gate, as `dbt build` does: a node runs only after the tests of what it reads, directly or not, have
  /// passed. A test of several nodes gates what comes after all of them, so no gate can make a cycle. A unit test runs
  /// before its model instead of after it. Changes run_parents and run_children only: selections know no gates.
  void add_test_gates();

  std::size_t size() const { return nodes_.size(); }
  Node& node(NodeIndex node) const { return *nodes_[node]; }
  const NodeInfo& info(NodeIndex node) const { return nodes_[node]->info(); }
  std::optional<NodeIndex> find(std::string_view id) const;

  /// What `node` reads, and what reads from it; ascending.
  std::span<const NodeIndex> parents(NodeIndex node) const { return parents_.of(node); }
  std::span<const NodeIndex> children(NodeIndex node) const { return children_.of(node); }
  /// What must have ended before `node` starts, and what waits for it: the edges above and the gates.
  std::span<const NodeIndex> run_parents(NodeIndex node) const { return run_parents_.of(node); }
  std::span<const NodeIndex> run_children(NodeIndex node) const { return run_children_.of(node); }

  /// The members of `from` are in the result only when reached from another member. `depth_max` counts edges.
  NodeSet ancestors(const NodeSet& from, std::uint32_t depth_max = UINT32_MAX) const;
  NodeSet descendants(const NodeSet& from, std::uint32_t depth_max = UINT32_MAX) const;

 private:
  Graph() = default;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::unordered_map<std::string_view, NodeIndex> by_id_;  // keys point into nodes_
  std::vector<Edge> edges_;
  Adjacency parents_;
  Adjacency children_;
  Adjacency run_parents_;
  Adjacency run_children_;
};
}  // namespace weir::graph
