#include "graph/freshness.h"

#include <fmt/format.h>

namespace weir::graph {
Freshness compare_states(const std::optional<NodeState>& last, const NodeState& now) {
  const auto stale = [](std::string reason) { return Freshness{.fresh = false, .reason = std::move(reason)}; };
  if (!last) {
    return stale("never run");
  }
  if (last->outcome != Outcome::kOk && last->outcome != Outcome::kWarn) {
    return stale("failed last time");
  }
  if (last->code_hash != now.code_hash) {
    return stale("code changed");
  }
  for (const auto& [input, version] : now.inputs) {
    const auto before = last->inputs.find(input);
    if (before == last->inputs.end()) {
      return stale(fmt::format("input {} is new", input));
    }
    if (before->second != version) {
      return stale(fmt::format("input {} moved from version {} to {}", input, before->second, version));
    }
  }
  for (const auto& [input, version] : last->inputs) {
    if (!now.inputs.contains(input)) {
      return stale(fmt::format("input {} is no longer read", input));
    }
  }
  return Freshness{.fresh = true, .reason = last->outcome == Outcome::kWarn ? "warned last time" : ""};
}
}  // namespace weir::graph
