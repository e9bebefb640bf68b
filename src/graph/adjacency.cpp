#include "graph/adjacency.h"

#include <algorithm>

namespace weir::graph {
Adjacency::Adjacency(std::size_t nodes_count, const std::vector<Edge>& edges) : offsets_(nodes_count + 1) {
  // Counted into buckets, for sorting all edges takes several times as long.
  std::vector<std::uint32_t> bucket_ends(nodes_count + 1);
  for (const auto& [from, to] : edges) {
    ++bucket_ends[from + 1];
  }
  for (std::size_t i = 1; i < bucket_ends.size(); ++i) {
    bucket_ends[i] += bucket_ends[i - 1];
  }
  targets_.resize(edges.size());
  std::vector<std::uint32_t> next = bucket_ends;
  for (const auto& [from, to] : edges) {
    targets_[next[from]++] = to;
  }
  // Doubles leave, and the buckets move together.
  auto end = targets_.begin();
  for (std::size_t node = 0; node < nodes_count; ++node) {
    const auto bucket = std::span(targets_).subspan(bucket_ends[node], bucket_ends[node + 1] - bucket_ends[node]);
    std::ranges::sort(bucket);
    const auto doubles = std::ranges::unique(bucket);
    end = std::ranges::move(bucket.begin(), doubles.begin(), end).out;
    offsets_[node + 1] = static_cast<std::uint32_t>(end - targets_.begin());
  }
  targets_.erase(end, targets_.end());
}

std::vector<Edge> reversed(std::vector<Edge> edges) {
  for (auto& [from, to] : edges) {
    std::swap(from, to);
  }
  return edges;
}
}  // namespace weir::graph
