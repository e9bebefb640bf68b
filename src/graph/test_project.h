#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/text.h"
#include "graph/graph.h"

/// Small graphs for the tests of this module and of those above it.
namespace weir::graph::testing {
/// "model.shop.a" with the name a, the package shop and the fqn shop, a.
inline NodeInfo node_info(std::string id, std::vector<std::string> inputs = {}) {
  NodeInfo info;
  const std::vector<std::string> parts = split(id, '.');
  info.kind = kind_from_name(parts[0]).value();
  info.package = parts[1];
  info.name = parts.back();
  info.fqn.assign(parts.begin() + 1, parts.end());
  info.path = parts[0] + "s/" + info.name + ".sql";
  info.id = std::move(id);
  info.inputs = std::move(inputs);
  return info;
}

inline std::unique_ptr<Node> declared(NodeInfo info) {
  return std::make_unique<DeclaredNode>(std::move(info));
}
inline std::unique_ptr<Node> declared(std::string id, std::vector<std::string> inputs = {}) {
  return declared(node_info(std::move(id), std::move(inputs)));
}

template <class... Nodes>
std::vector<std::unique_ptr<Node>> nodes(Nodes... each) {
  std::vector<std::unique_ptr<Node>> out;
  (out.push_back(std::move(each)), ...);
  return out;
}

/// The ids of `indexes`.
template <class Indexes>
std::vector<std::string> ids(const Graph& graph, const Indexes& indexes) {
  std::vector<std::string> out;
  for (const NodeIndex index : indexes) {
    out.push_back(graph.info(index).id);
  }
  return out;
}
}  // namespace weir::graph::testing
