#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/progress.h"
#include "core/result.h"
#include "graph/graph.h"
#include "graph/run_records.h"

namespace weir::graph {
struct RunOptions {
  std::size_t threads_count = 4;
  bool fail_fast = false;     ///< after the first failure running nodes are stopped and no more are started
  bool force = false;         ///< run fresh nodes too
  bool full_refresh = false;  ///< run all nodes, and let them build their tables anew
  std::map<std::string, std::string> variables;
  std::stop_token stop;  ///< the user's Ctrl-C: running nodes are asked to stop, the others are cancelled
  const Clock* clock = &system_clock();
  // For the records:
  std::string run_id;  ///< empty: a new one
  int attempt = 1;
  std::string command;  ///< the command line
  std::string project;
  std::string target;
};

/// How one node of the selection ended.
struct NodeRun {
  NodeIndex node = 0;
  Outcome outcome = Outcome::kCancelled;
  std::string reason;          ///< why it was not fresh; "warned last time" for a fresh one that did
  std::optional<Error> error;  ///< of kError, and of a kCancelled node that had started
  NodeResult result;           ///< of kOk, kWarn and kFailed
  /// Of kSkipped: the failed node that it, or something between, needed; or whose failure ended a fail_fast run.
  std::optional<NodeIndex> blocked_by;
  std::optional<Timestamp> started;  ///< of nodes that ran
  double seconds = 0;
};

struct RunSummary {
  std::string run_id;
  RunCounts counts;
  double seconds = 0;
  std::vector<NodeRun> nodes;         ///< one for each selected node that runs(), in the graph's order
  std::vector<std::string> warnings;  ///< what went wrong beside the nodes: the history could not be written

  std::uint64_t nodes_count() const { return nodes.size(); }
  /// kError before kFailed before kCancelled before kWarn before kOk.
  Outcome outcome() const;
};

/// Runs the nodes of `selected` (distinct), each when all that it waits for has ended (Graph::run_parents; the way
/// leads through nodes that are not selected, too), at most `threads_count` at once, those with the longest way to the
/// end first. A node is asked for its freshness right before; a fresh one counts as done. A failed node skips what
/// comes after it, and the rest goes on. With one thread the order is always the same, and nodes run on the caller's
/// thread. What a node throws is its kError. `records` may be null.
RunSummary run(const Graph& graph, std::span<const NodeIndex> selected, const RunOptions& options, Progress& progress,
               RunRecords* records = nullptr);
}  // namespace weir::graph
