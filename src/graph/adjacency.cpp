#include "graph/adjacency.h"

#include <algorithm>

namespace weir::graph {
Adjacency::Adjacency(std::size_t nodes_count, std::vector<Edge> edges) : offsets_(nodes_count + 1) {
  std::ranges::sort(edges);
  const auto doubles = std::ranges::unique(edges);
  edges.erase(doubles.begin(), doubles.end());
  targets_.reserve(edges.size());
  for (const auto& [from, to] : edges) {
    ++offsets_[from + 1];
    targets_.push_back(to);
  }
  for (std::size_t i = 1; i < offsets_.size(); ++i) {
    offsets_[i] += offsets_[i - 1];
  }
}

std::vector<Edge> reversed(std::vector<Edge> edges) {
  for (auto& [from, to] : edges) {
    std::swap(from, to);
  }
  return edges;
}
}  // namespace weir::graph
