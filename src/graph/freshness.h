#pragma once

#include <map>
#include <optional>
#include <string>

#include "graph/outcome.h"

namespace weir::graph {
/// Whether a node has anything to do.
struct Freshness {
  bool fresh = false;
  std::string reason;  ///< why it must run, for people: "code changed"; when fresh empty, or "warned last time"
};

/// What a node's result was made from: enough to tell whether running it again could give another one.
struct NodeState {
  std::string code_hash;                      ///< of all that the node's own code says
  std::map<std::string, std::string> inputs;  ///< version of each input: {"raw.orders", "4"}
  Outcome outcome = Outcome::kOk;             ///< how that run ended
  bool operator==(const NodeState&) const = default;
};

/// Fresh when `last` passed or warned and was made from the same code and inputs as `now`: it would say the same again.
/// The reason names the first difference:
/// "never run", "failed last time", "code changed", "input raw.orders moved from version 3 to 4".
Freshness compare_states(const std::optional<NodeState>& last, const NodeState& now);
}  // namespace weir::graph
