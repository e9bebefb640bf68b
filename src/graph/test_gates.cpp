#include <algorithm>
#include <cstdint>
#include <map>
#include <vector>

#include "graph/graph.h"

// The edges that make tests gate. For a test of one node they lead to the next running nodes after that node; for a
// test of several nodes to the first running nodes that come after all of them:
//
//   a ---> b ---> c        test of a:       gates b and d
//   a ---> d               test of a and b: gates c, neither b (a cycle) nor d (it does not come after b)
//
// What comes later still is gated through these.
namespace weir::graph {
namespace {
using Nodes = std::vector<NodeIndex>;

/// For each node which of some starting nodes it comes after, as bits. One pass over the graph finds 64 of them.
class Reach {
 public:
  Reach(const Graph& graph, const std::vector<bool>& tests, Nodes starts)
      : starts_(std::move(starts)), words_count_((starts_.size() + 63) / 64), bits_(graph.size() * words_count_) {
    std::vector<bool> is_start(graph.size());
    for (const NodeIndex start : starts_) {
      is_start[start] = true;
    }
    for (NodeIndex node = 0; node < graph.size(); ++node) {
      if (tests[node]) {
        continue;
      }
      for (const NodeIndex parent : graph.parents(node)) {
        for (std::size_t word = 0; word < words_count_; ++word) {
          bits_[node * words_count_ + word] |= bits_[parent * words_count_ + word];
        }
        if (is_start[parent]) {
          const std::size_t bit = bit_of(parent);
          bits_[node * words_count_ + bit / 64] |= std::uint64_t{1} << (bit % 64);
        }
      }
    }
  }

  /// The nodes that come after all of `wanted` and whose parents do not. `wanted` are starts.
  Nodes first_after_all(const Graph& graph, const Nodes& wanted) const {
    std::vector<std::uint64_t> mask(words_count_);
    for (const NodeIndex node : wanted) {
      mask[bit_of(node) / 64] |= std::uint64_t{1} << (bit_of(node) % 64);
    }
    const auto after_all = [&](NodeIndex node) {
      for (std::size_t word = 0; word < words_count_; ++word) {
        if ((bits_[node * words_count_ + word] & mask[word]) != mask[word]) {
          return false;
        }
      }
      return true;
    };
    Nodes first;
    for (NodeIndex node = *std::ranges::max_element(wanted) + 1; node < graph.size(); ++node) {
      if (after_all(node) && std::ranges::none_of(graph.parents(node), after_all)) {
        first.push_back(node);
      }
    }
    return first;
  }

 private:
  std::size_t bit_of(NodeIndex start) const {
    return static_cast<std::size_t>(std::ranges::lower_bound(starts_, start) - starts_.begin());
  }
  Nodes starts_;  // ascending
  std::size_t words_count_;
  std::vector<std::uint64_t> bits_;  // words_count_ for each node
};

class GateFinder {
 public:
  explicit GateFinder(const Graph& graph) : graph_(graph), tests_(graph.size()) {
    for (NodeIndex node = 0; node < graph.size(); ++node) {
      tests_[node] = is_test(graph.info(node).kind);
    }
  }

  const std::vector<bool>& tests() const { return tests_; }

  /// Appends the edges from `test` to what it gates, or keeps it for the end when it looks at several nodes.
  void add(NodeIndex test, std::vector<Edge>& edges) {
    const Nodes tested(graph_.parents(test).begin(), graph_.parents(test).end());
    if (tested.size() == 1) {
      const auto children = graph_.children(tested[0]);
      add_edges({test}, {children.begin(), children.end()}, edges);
    } else if (!tested.empty()) {
      tests_of_several_[tested].push_back(test);
    }
  }

  void add_tests_of_several(std::vector<Edge>& edges) {
    auto at = tests_of_several_.begin();
    while (at != tests_of_several_.end()) {
      // As many as one pass over the graph can tell apart, at least one.
      const auto first = at;
      Nodes starts;
      for (; at != tests_of_several_.end() && (at == first || starts.size() + at->first.size() <= 64); ++at) {
        starts.insert(starts.end(), at->first.begin(), at->first.end());
        std::ranges::sort(starts);
        const auto doubles = std::ranges::unique(starts);
        starts.erase(doubles.begin(), doubles.end());
      }
      const Reach reach(graph_, tests_, std::move(starts));
      for (auto several = first; several != at; ++several) {
        add_edges(several->second, reach.first_after_all(graph_, several->first), edges);
      }
    }
  }

 private:
  void add_edges(const Nodes& tests, const Nodes& candidates, std::vector<Edge>& edges) {
    Nodes gated;
    NodeSet seen(graph_.size());
    for (const NodeIndex node : candidates) {
      add_running(node, seen, gated);
    }
    for (const NodeIndex test : tests) {
      for (const NodeIndex node : gated) {
        edges.emplace_back(test, node);
      }
    }
  }

  /// A node that does not run cannot wait, so what comes after it does.
  void add_running(NodeIndex node, NodeSet& seen, Nodes& gated) {
    if (tests_[node] || seen.contains(node)) {
      return;
    }
    seen.insert(node);
    if (graph_.info(node).runs()) {
      gated.push_back(node);
      return;
    }
    for (const NodeIndex child : graph_.children(node)) {
      add_running(child, seen, gated);
    }
  }

  const Graph& graph_;
  std::vector<bool> tests_;
  std::map<Nodes, Nodes> tests_of_several_;  // by the nodes that they look at
};

bool runs_before_its_model(const Graph& graph, NodeIndex node) {
  return graph.info(node).kind == NodeKind::kUnitTest && graph.parents(node).size() == 1;
}
}  // namespace

void Graph::add_test_gates() {
  GateFinder finder(*this);
  std::vector<Edge> run_edges;
  run_edges.reserve(edges_.size() * 2);
  for (const Edge& edge : edges_) {
    if (!finder.tests()[edge.second] || !runs_before_its_model(*this, edge.second)) {
      run_edges.push_back(edge);
    }
  }
  for (NodeIndex node = 0; node < size(); ++node) {
    if (!finder.tests()[node]) {
      continue;
    }
    if (!runs_before_its_model(*this, node)) {
      finder.add(node, run_edges);
      continue;
    }
    const NodeIndex model = parents(node)[0];
    run_edges.emplace_back(node, model);
    for (const NodeIndex parent : parents(model)) {
      run_edges.emplace_back(parent, node);
    }
  }
  finder.add_tests_of_several(run_edges);
  run_parents_ = Adjacency(size(), reversed(run_edges));
  run_children_ = Adjacency(size(), run_edges);
}
}  // namespace weir::graph
