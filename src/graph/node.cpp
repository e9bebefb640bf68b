#include "graph/node.h"

namespace weir::graph {
Result<Freshness> Node::freshness(FreshnessContext&) {
  return Freshness{.fresh = false, .reason = "always runs"};
}

Result<NodeResult> DeclaredNode::run(RunContext&) {
  return NodeResult{};
}
}  // namespace weir::graph
