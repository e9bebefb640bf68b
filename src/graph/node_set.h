#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace weir::graph {
/// The number of a node in its graph, from 0.
using NodeIndex = std::uint32_t;

/// A set of nodes of one graph. Sets of different graphs must not meet.
class NodeSet {
 public:
  explicit NodeSet(std::size_t nodes_count) : words_((nodes_count + 63) / 64) {}

  bool contains(NodeIndex node) const { return (words_[node / 64] >> (node % 64) & 1U) != 0; }
  void insert(NodeIndex node) { words_[node / 64] |= std::uint64_t{1} << (node % 64); }
  void erase(NodeIndex node) { words_[node / 64] &= ~(std::uint64_t{1} << (node % 64)); }
  bool empty() const {
    return std::ranges::all_of(words_, [](std::uint64_t word) { return word == 0; });
  }
  std::size_t count() const {
    std::size_t sum = 0;
    for (const std::uint64_t word : words_) {
      sum += static_cast<std::size_t>(std::popcount(word));
    }
    return sum;
  }
  NodeSet& operator|=(const NodeSet& other) {
    std::ranges::transform(words_, other.words_, words_.begin(), [](auto a, auto b) { return a | b; });
    return *this;
  }
  NodeSet& operator&=(const NodeSet& other) {
    std::ranges::transform(words_, other.words_, words_.begin(), [](auto a, auto b) { return a & b; });
    return *this;
  }
  NodeSet& operator-=(const NodeSet& other) {
    std::ranges::transform(words_, other.words_, words_.begin(), [](auto a, auto b) { return a & ~b; });
    return *this;
  }
  /// The members in ascending order.
  std::vector<NodeIndex> members() const {
    std::vector<NodeIndex> out;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t word = words_[i]; word != 0; word &= word - 1) {
        out.push_back(static_cast<NodeIndex>(i * 64 + static_cast<std::size_t>(std::countr_zero(word))));
      }
    }
    return out;
  }
  bool operator==(const NodeSet&) const = default;

 private:
  std::vector<std::uint64_t> words_;
};
}  // namespace weir::graph
