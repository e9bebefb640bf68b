#include <algorithm>
#include <map>
#include <vector>

#include "graph/graph.h"

// The edges that make tests gate. For a test of one node they lead to the next running nodes after that node; for a
// test of several nodes to the first running nodes that come after all of them:
//
//   a ---> b ---> c        test of a:       gates b
//   a ---> d               test of a and b: gates c, neither b (a cycle) nor d (it does not come after b)
//
// What comes later still is gated through these.
namespace weir::graph {
namespace {
class GateFinder {
 public:
  explicit GateFinder(const Graph& graph) : graph_(graph), parents_reaching_(graph.size()) {}

  /// The first running nodes that come after all of `tested`, by ascending number.
  const std::vector<NodeIndex>& gated_by(const std::vector<NodeIndex>& tested) {
    const auto [found, added] = known_.try_emplace(tested);
    if (added) {
      found->second = find(tested);
    }
    return found->second;
  }

 private:
  std::vector<NodeIndex> find(const std::vector<NodeIndex>& tested) {
    NodeSet seen(graph_.size());
    std::vector<NodeIndex> gated;
    for (const NodeIndex node : first_common_descendants(tested)) {
      add_running(node, seen, gated);
    }
    std::ranges::sort(gated);
    return gated;
  }

  std::vector<NodeIndex> first_common_descendants(const std::vector<NodeIndex>& tested) {
    if (tested.size() == 1) {
      const auto children = graph_.children(tested[0]);
      return {children.begin(), children.end()};
    }
    std::vector<NodeIndex> touched;
    for (const NodeIndex start : tested) {
      count_descendants(start, touched);
    }
    std::vector<NodeIndex> first;
    const auto common = [&](NodeIndex node) { return parents_reaching_[node] == tested.size(); };
    for (const NodeIndex node : touched) {
      if (common(node) && std::ranges::none_of(graph_.parents(node), common)) {
        first.push_back(node);
      }
    }
    for (const NodeIndex node : touched) {
      parents_reaching_[node] = 0;
    }
    return first;
  }

  void count_descendants(NodeIndex start, std::vector<NodeIndex>& touched) {
    NodeSet seen(graph_.size());
    std::vector<NodeIndex> open = {start};
    while (!open.empty()) {
      const NodeIndex node = open.back();
      open.pop_back();
      for (const NodeIndex child : graph_.children(node)) {
        if (!is_test(graph_.info(child).kind) && !seen.contains(child)) {
          seen.insert(child);
          open.push_back(child);
          if (parents_reaching_[child]++ == 0) {
            touched.push_back(child);
          }
        }
      }
    }
  }

  /// A node that does not run cannot wait, so what comes after it does.
  void add_running(NodeIndex node, NodeSet& seen, std::vector<NodeIndex>& gated) {
    const NodeInfo& info = graph_.info(node);
    if (is_test(info.kind) || seen.contains(node)) {
      return;
    }
    seen.insert(node);
    if (info.runs()) {
      gated.push_back(node);
      return;
    }
    for (const NodeIndex child : graph_.children(node)) {
      add_running(child, seen, gated);
    }
  }

  const Graph& graph_;
  std::vector<std::size_t> parents_reaching_;
  std::map<std::vector<NodeIndex>, std::vector<NodeIndex>> known_;  // many tests look at the same nodes
};

bool runs_before_its_model(const Graph& graph, NodeIndex node) {
  return graph.info(node).kind == NodeKind::kUnitTest && graph.parents(node).size() == 1;
}
}  // namespace

void Graph::add_test_gates() {
  std::vector<Edge> run_edges;
  for (const Edge& edge : edges_) {
    if (!runs_before_its_model(*this, edge.second)) {
      run_edges.push_back(edge);
    }
  }
  GateFinder finder(*this);
  for (NodeIndex test = 0; test < size(); ++test) {
    if (!is_test(info(test).kind) || parents(test).empty()) {
      continue;
    }
    if (runs_before_its_model(*this, test)) {
      const NodeIndex model = parents(test)[0];
      run_edges.emplace_back(test, model);
      for (const NodeIndex parent : parents(model)) {
        run_edges.emplace_back(parent, test);
      }
      continue;
    }
    const std::vector<NodeIndex> tested(parents(test).begin(), parents(test).end());
    for (const NodeIndex node : finder.gated_by(tested)) {
      run_edges.emplace_back(test, node);
    }
  }
  run_parents_ = Adjacency(size(), reversed(run_edges));
  run_children_ = Adjacency(size(), std::move(run_edges));
}
}  // namespace weir::graph
