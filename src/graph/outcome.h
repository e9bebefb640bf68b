#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::graph {
/// How a node, or a whole run, ended.
enum class Outcome : std::uint8_t {
  kOk,
  kWarn,       ///< done, but people should look at it
  kFailed,     ///< done, and the data did not pass
  kError,      ///< could not be done
  kFresh,      ///< nothing to do
  kSkipped,    ///< not started because something before it failed
  kCancelled,  ///< stopped, or not started, because the user wanted it so
  kRunning,    ///< not ended yet
  kLost,       ///< not ended, and the process that ran it is gone
};

/// "cancelled" for kCancelled: the words in records, on pages and in JSON.
std::string_view outcome_name(Outcome outcome);
std::optional<Outcome> outcome_from_name(std::string_view name);
/// kFailed and kError: what comes after must not run.
bool blocks(Outcome outcome);
}  // namespace weir::graph
