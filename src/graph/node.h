#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "graph/freshness.h"
#include "graph/node_info.h"
#include "graph/outcome.h"

namespace weir::graph {
/// What is the same for all nodes of one run.
struct RunSettings {
  std::string run_id;  ///< "20240131T060000Z-1f3a9c2b"
  int attempt = 1;     ///< counts from 1 when the same run is tried again
  std::string target;  ///< name of the target in weir.yml
  bool full_refresh = false;
  std::map<std::string, std::string> variables;
  const Clock* clock = &system_clock();
};

/// Handed to Node::freshness.
struct FreshnessContext {
  const RunSettings& run;
  std::stop_token stop;
  /// A node that this one reads and that ran in this run, or empty. For targets whose tables have no versions.
  std::string_view parent_that_ran;
  /// The state that this node's last finished run on this target left in the run records. It is for nodes without a
  /// table of their own, such as tests; a table carries its state in its commits. Null in a run without records.
  std::function<std::optional<NodeState>()> last_state;
};

/// Handed to Node::run.
struct RunContext {
  const RunSettings& run;
  std::stop_token stop;  ///< look at it between steps; when it is set, return an Error kCancelled soon
  std::string reason;    ///< why the node was not fresh
  /// Shows how far it is: a fraction in [0, 1], or negative when unknown, and a few words ("1.2 GiB, 300 MiB/s").
  std::function<void(double fraction, std::string_view detail)> update;
};

/// What a node that could do its work did. What could not be done is an Error instead.
struct NodeResult {
  Outcome outcome = Outcome::kOk;  ///< kOk, kWarn, or kFailed when the data did not pass
  std::string message;             ///< one line for people; with kWarn and kFailed what is wrong
  std::optional<std::uint64_t> rows;
  std::optional<std::uint64_t> bytes;
  std::optional<std::uint64_t> failures;  ///< rows that did not pass
  std::vector<std::string> details;       ///< more lines for people, such as the first failing rows
  std::string log_file;
  std::string code_hash;                      ///< kept as NodeState with `inputs`; empty: nothing is kept
  std::map<std::string, std::string> inputs;  ///< versions of the tables that were read
};

/// One step of a project. The graph calls different nodes from different threads, but one node from one thread only.
class Node {
 public:
  explicit Node(NodeInfo info) : info_(std::move(info)) {}
  virtual ~Node() = default;
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const NodeInfo& info() const { return info_; }
  /// Called right before the node would run, when all that it reads is there. Not called in a forced run.
  /// By default a node always runs.
  virtual Result<Freshness> freshness(FreshnessContext& context);
  /// Does the work, all of it or nothing: a node may be killed at any time and is then run again.
  virtual Result<NodeResult> run(RunContext& context) = 0;

 private:
  NodeInfo info_;
};

/// A node that only stands in the graph: a source, an exposure, an ephemeral model.
class DeclaredNode final : public Node {
 public:
  using Node::Node;
  Result<NodeResult> run(RunContext& context) override;
};
}  // namespace weir::graph
