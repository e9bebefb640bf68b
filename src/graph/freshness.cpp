#include "graph/freshness.h"

#include <fmt/format.h>

#include <string_view>

namespace weir::graph {
namespace {
// "12" of "12:1f0a2b3c", "view" of "view:…": what a version is for people.
std::string_view shown(std::string_view version) { return version.substr(0, version.find(':')); }
}  // namespace

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
      const std::string_view from = shown(before->second);
      const std::string_view to = shown(version);
      return stale(from == to ? fmt::format("input {} was made anew", input) : fmt::format("input {} moved from version {} to {}", input, from, to));
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
