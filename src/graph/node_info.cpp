#include "graph/node_info.h"

#include <algorithm>

namespace weir::graph {
const std::vector<std::string>& kind_names() {
  static const std::vector<std::string> names = {"source",   "ingest", "seed",           "model",       "snapshot",
                                                 "stream",   "test",   "unit_test",      "check",       "report",
                                                 "exposure", "metric", "semantic_model", "saved_query", "analysis"};
  return names;
}

std::string_view kind_name(NodeKind kind) {
  return kind_names()[static_cast<std::size_t>(kind)];
}

std::optional<NodeKind> kind_from_name(std::string_view name) {
  const auto found = std::ranges::find(kind_names(), name);
  if (found == kind_names().end()) {
    return std::nullopt;
  }
  return static_cast<NodeKind>(found - kind_names().begin());
}

bool is_test(NodeKind kind) {
  return kind == NodeKind::kTest || kind == NodeKind::kUnitTest || kind == NodeKind::kCheck;
}

bool NodeInfo::runs() const {
  switch (kind) {
    case NodeKind::kSource:
    case NodeKind::kExposure:
    case NodeKind::kMetric:
    case NodeKind::kSemanticModel:
    case NodeKind::kSavedQuery:
    case NodeKind::kAnalysis:
      return false;
    case NodeKind::kModel:
      return materialized != "ephemeral";
    case NodeKind::kIngest:
    case NodeKind::kSeed:
    case NodeKind::kSnapshot:
    case NodeKind::kStream:
    case NodeKind::kTest:
    case NodeKind::kUnitTest:
    case NodeKind::kCheck:
    case NodeKind::kReport:
      return true;
  }
  return false;
}
}  // namespace weir::graph
