#include "graph/outcome.h"

#include <algorithm>
#include <array>

namespace weir::graph {
namespace {
constexpr std::array<std::string_view, 9> kNames = {"ok",      "warn",      "failed",  "error", "fresh",
                                                    "skipped", "cancelled", "running", "lost"};
}  // namespace

std::string_view outcome_name(Outcome outcome) {
  return kNames[static_cast<std::size_t>(outcome)];
}

std::optional<Outcome> outcome_from_name(std::string_view name) {
  const auto found = std::ranges::find(kNames, name);
  if (found == kNames.end()) {
    return std::nullopt;
  }
  return static_cast<Outcome>(found - kNames.begin());
}

bool blocks(Outcome outcome) {
  return outcome == Outcome::kFailed || outcome == Outcome::kError;
}
}  // namespace weir::graph
