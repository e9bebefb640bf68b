#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "graph/freshness.h"
#include "graph/outcome.h"

namespace weir::graph {
/// How many nodes of a run ended how. Every node of the run is in one of these but `warned_count`, which is part of
/// `run_count`.
struct RunCounts {
  std::uint64_t run_count = 0;  ///< done: ok or with a warning
  std::uint64_t warned_count = 0;
  std::uint64_t fresh_count = 0;
  std::uint64_t failed_count = 0;  ///< did not pass, or could not be done
  std::uint64_t skipped_count = 0;
  std::uint64_t cancelled_count = 0;
  bool operator==(const RunCounts&) const = default;
};

/// One run of a selection of nodes.
struct RunRecord {
  std::string id;       ///< see make_run_id
  std::string command;  ///< the command line
  std::string project;
  std::string target;
  Timestamp started;
  std::optional<Timestamp> ended;
  Outcome outcome = Outcome::kRunning;
  RunCounts counts;
};

/// One run of one node.
struct NodeRecord {
  std::string run_id;
  std::string node;  ///< NodeInfo::id
  int attempt = 1;
  std::string target;
  Timestamp started;
  std::optional<Timestamp> ended;
  Outcome outcome = Outcome::kRunning;
  std::optional<std::uint64_t> rows;
  std::optional<std::uint64_t> bytes;
  std::optional<std::uint64_t> failures;
  std::string message;
  std::string log_file;
  std::string reason;  ///< why it was not fresh
  std::string code_hash;
  std::map<std::string, std::string> inputs;
};

/// The states that the last finished runs of all nodes left on one target.
class NodeStates {
 public:
  struct Stored {
    std::string node;
    Outcome outcome;
    std::string code_hash;
    std::string inputs_json;
  };
  NodeStates() = default;
  /// `stored` is sorted by node.
  explicit NodeStates(std::vector<Stored> stored) : stored_(std::move(stored)) {}
  std::optional<NodeState> find(std::string_view node) const;
  std::size_t size() const { return stored_.size(); }

 private:
  std::vector<Stored> stored_;  // most nodes never ask, so JSON is read when one does
};

/// "20240131T060000Z-1f3a9c2b": sorts by time.
std::string make_run_id(const Clock& clock, RandomSource& random = system_random());

/// The history of runs in `.weir/state.db`: it feeds the CLI's summary, pages, metrics, alerts and lineage. It may be
/// deleted at any time. The file is opened when first needed and made by the first run that is recorded. Writing never
/// waits for the disk and never fails a run: the first problem is told by end_run. What was recorded survives kill -9.
/// A run that was not ended by a process that is gone reads as kLost, and so do its running nodes. Runs of more than
/// 90 days ago are forgotten. Safe from many threads; several processes may share the file.
class RunRecords {
 public:
  explicit RunRecords(std::filesystem::path file);
  /// Runs that were not ended count as lost from now on.
  ~RunRecords();
  RunRecords(const RunRecords&) = delete;
  RunRecords& operator=(const RunRecords&) = delete;

  /// `run.id` must not be running. Costs nothing until a node begins.
  void begin_run(const RunRecord& run);
  /// The node's run must have begun.
  void begin_node(const NodeRecord& node);
  /// Also for nodes that never began, such as skipped ones. Keeps the NodeState of a node that has a code_hash.
  void end_node(const NodeRecord& node);
  /// Returns when the run is in the file, or the first problem that its records had.
  Status end_run(const RunRecord& run);

  Result<NodeStates> latest_states(std::string_view target);
  /// The newest runs first.
  Result<std::vector<RunRecord>> last_runs(std::size_t limit_count);
  Result<std::optional<RunRecord>> find_run(std::string_view run_id);
  /// In the order in which they started.
  Result<std::vector<NodeRecord>> nodes_of_run(std::string_view run_id);
  /// The newest runs of a node first.
  Result<std::vector<NodeRecord>> runs_of_node(std::string_view node, std::size_t limit_count);
  /// The last run of a node that ended ok or with a warning.
  Result<std::optional<NodeRecord>> last_success(std::string_view node);

 private:
  class State;
  std::unique_ptr<State> state_;
};
}  // namespace weir::graph
