#include "graph/run_records.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "core/json.h"
#include "graph/run_lock.h"
#include "metadb/database.h"

namespace weir::graph {
namespace {
using metadb::Database;
using metadb::Parameters;
using metadb::Row;
using metadb::Value;
using metadb::Writer;

constexpr std::chrono::days kKept{90};

// Times are microseconds since 1970 in UTC; outcomes are outcome_name; `inputs` is a JSON object of versions.
constexpr std::array<std::string_view, 1> kMigrations = {R"sql(
CREATE TABLE runs(
  id TEXT PRIMARY KEY, command TEXT NOT NULL, project TEXT NOT NULL, target TEXT NOT NULL,
  started INTEGER NOT NULL, ended INTEGER, outcome TEXT NOT NULL,
  run INTEGER NOT NULL, warned INTEGER NOT NULL, fresh INTEGER NOT NULL, failed INTEGER NOT NULL,
  skipped INTEGER NOT NULL, cancelled INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX runs_started ON runs(started);
CREATE TABLE node_runs(
  run_id TEXT NOT NULL, node TEXT NOT NULL, attempt INTEGER NOT NULL, target TEXT NOT NULL,
  started INTEGER NOT NULL, ended INTEGER, outcome TEXT NOT NULL,
  rows INTEGER, bytes INTEGER, failures INTEGER,
  message TEXT NOT NULL, log_file TEXT NOT NULL, reason TEXT NOT NULL, code_hash TEXT NOT NULL, inputs TEXT NOT NULL,
  PRIMARY KEY(run_id, node, attempt)) WITHOUT ROWID;
CREATE INDEX node_runs_node ON node_runs(node, started);
-- What the newest finished run of a node left; kept when its run is forgotten.
CREATE TABLE node_states(
  target TEXT NOT NULL, node TEXT NOT NULL, outcome TEXT NOT NULL, code_hash TEXT NOT NULL, inputs TEXT NOT NULL,
  PRIMARY KEY(target, node)) WITHOUT ROWID;
)sql"};

constexpr std::string_view kPutRun = "INSERT OR REPLACE INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kPutNode =
    "INSERT OR REPLACE INTO node_runs VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
constexpr std::string_view kPutState = "INSERT OR REPLACE INTO node_states VALUES (?, ?, ?, ?, ?)";

Value value_of(Timestamp time) {
  return std::int64_t{time.time_since_epoch().count()};
}
Value value_of(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}
template <class T>
Value value_of(const std::optional<T>& value) {
  return value ? value_of(*value) : Value(nullptr);
}
Value value_of(Outcome outcome) {
  return std::string(outcome_name(outcome));
}

Timestamp time_at(const Row& row, std::size_t column) {
  return Timestamp(std::chrono::microseconds(row.integer(column)));
}
std::optional<Timestamp> maybe_time_at(const Row& row, std::size_t column) {
  return row.is_null(column) ? std::nullopt : std::optional(time_at(row, column));
}
std::uint64_t count_at(const Row& row, std::size_t column) {
  return static_cast<std::uint64_t>(row.integer(column));
}
std::optional<std::uint64_t> maybe_count_at(const Row& row, std::size_t column) {
  return row.is_null(column) ? std::nullopt : std::optional(count_at(row, column));
}
/// A word that only a later weir knows reads as lost: nothing is built upon it.
Outcome outcome_at(const Row& row, std::size_t column) {
  return outcome_from_name(row.text(column)).value_or(Outcome::kLost);
}

std::string inputs_text(const std::map<std::string, std::string>& inputs) {
  Json json = Json::object();
  for (const auto& [input, version] : inputs) {
    json[input] = version;
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

/// Inputs that cannot be read count as none, so that the node is stale.
std::map<std::string, std::string> inputs_from(const std::string& text) {
  std::map<std::string, std::string> inputs;
  if (const auto json = parse_json(text, "inputs"); json && json->is_object()) {
    for (const auto& [input, version] : json->items()) {
      if (version.is_string()) {
        inputs[input] = version.get<std::string>();
      }
    }
  }
  return inputs;
}

Parameters parameters_of(const RunRecord& run) {
  const RunCounts& counts = run.counts;
  return {run.id,
          run.command,
          run.project,
          run.target,
          value_of(run.started),
          value_of(run.ended),
          value_of(run.outcome),
          value_of(counts.run_count),
          value_of(counts.warned_count),
          value_of(counts.fresh_count),
          value_of(counts.failed_count),
          value_of(counts.skipped_count),
          value_of(counts.cancelled_count)};
}

RunRecord run_at(const Row& row) {
  return {.id = row.text(0),
          .command = row.text(1),
          .project = row.text(2),
          .target = row.text(3),
          .started = time_at(row, 4),
          .ended = maybe_time_at(row, 5),
          .outcome = outcome_at(row, 6),
          .counts = {.run_count = count_at(row, 7),
                     .warned_count = count_at(row, 8),
                     .fresh_count = count_at(row, 9),
                     .failed_count = count_at(row, 10),
                     .skipped_count = count_at(row, 11),
                     .cancelled_count = count_at(row, 12)}};
}

Parameters parameters_of(const NodeRecord& node, std::string inputs) {
  return {node.run_id,
          node.node,
          std::int64_t{node.attempt},
          node.target,
          value_of(node.started),
          value_of(node.ended),
          value_of(node.outcome),
          value_of(node.rows),
          value_of(node.bytes),
          value_of(node.failures),
          node.message,
          node.log_file,
          node.reason,
          node.code_hash,
          std::move(inputs)};
}

NodeRecord node_at(const Row& row) {
  return {.run_id = row.text(0),
          .node = row.text(1),
          .attempt = static_cast<int>(row.integer(2)),
          .target = row.text(3),
          .started = time_at(row, 4),
          .ended = maybe_time_at(row, 5),
          .outcome = outcome_at(row, 6),
          .rows = maybe_count_at(row, 7),
          .bytes = maybe_count_at(row, 8),
          .failures = maybe_count_at(row, 9),
          .message = row.text(10),
          .log_file = row.text(11),
          .reason = row.text(12),
          .code_hash = row.text(13),
          .inputs = inputs_from(row.text(14))};
}

Status forget_old_runs(Writer& writer, Timestamp now) {
  const Value oldest = value_of(now - kKept);
  WEIR_TRY(writer.execute("DELETE FROM node_runs WHERE run_id IN (SELECT id FROM runs WHERE started < ?)", {oldest}));
  return writer.execute("DELETE FROM runs WHERE started < ?", {oldest});
}
}  // namespace

std::optional<NodeState> NodeStates::find(std::string_view node) const {
  const auto found = std::ranges::lower_bound(stored_, node, {}, &Stored::node);
  if (found == stored_.end() || found->node != node) {
    return std::nullopt;
  }
  return NodeState{.code_hash = found->code_hash, .inputs = inputs_from(found->inputs_json), .outcome = found->outcome};
}

std::string make_run_id(const Clock& clock, RandomSource& random) {
  return fmt::format("{:%Y%m%dT%H%M%S}Z-{:08x}", std::chrono::floor<std::chrono::seconds>(clock.now()),
                     random.next() & 0xFFFFFFFFU);
}

class RunRecords::State {
 public:
  explicit State(std::filesystem::path file) : file_(std::move(file)) {}

  void begin_run(const RunRecord& run) {
    const std::scoped_lock lock(mutex_);
    const bool added = active_.try_emplace(run.id, ActiveRun{.record = run}).second;
    WEIR_ASSERT(added, "a run begins once");
  }

  void begin_node(const NodeRecord& node) {
    const std::scoped_lock lock(mutex_);
    if (Database* database = database_of_run(node.run_id)) {
      submit(*database, node.run_id,
             [node](Writer& writer) { return writer.execute(kPutNode, parameters_of(node, "{}")); });
    }
  }

  void end_node(const NodeRecord& node) {
    const std::scoped_lock lock(mutex_);
    Database* database = database_of_run(node.run_id);
    if (database == nullptr) {
      return;
    }
    submit(*database, node.run_id, [node](Writer& writer) -> Status {
      std::string inputs = inputs_text(node.inputs);
      if (!node.code_hash.empty()) {
        WEIR_TRY(writer.execute(kPutState, {node.target, node.node, value_of(node.outcome), node.code_hash, inputs}));
      }
      return writer.execute(kPutNode, parameters_of(node, std::move(inputs)));
    });
  }

  Status end_run(const RunRecord& run) {
    Database* database = nullptr;
    bool had_nodes = false;
    {
      const std::scoped_lock lock(mutex_);
      ActiveRun& active = active_.at(run.id);
      had_nodes = active.written;
      Result<Database*> opened = open();
      if (!opened) {
        const Error error = active.problem.value_or(std::move(opened).error());
        active_.erase(run.id);
        return std::unexpected(error);
      }
      database = *opened;
    }
    const Status put = database->write([&](Writer& writer) -> Status {
      if (had_nodes) {
        WEIR_TRY(forget_old_runs(writer, run.ended.value_or(run.started)));
      }
      return writer.execute(kPutRun, parameters_of(run));
    });
    const std::scoped_lock lock(mutex_);
    const std::optional<Error> problem = std::move(active_.at(run.id).problem);
    active_.erase(run.id);
    return problem ? std::unexpected(*problem) : put;
  }

  Result<std::vector<Row>> read(std::string_view sql, const Parameters& parameters) {
    Database* database = nullptr;
    {
      const std::scoped_lock lock(mutex_);
      std::error_code error;
      if (!database_ && !std::filesystem::exists(file_, error)) {
        return std::vector<Row>();
      }
      WEIR_TRY_ASSIGN(database, open());
    }
    database->flush();
    return database->read(sql, parameters);
  }

  /// kLost instead of kRunning when the process of the run is gone.
  Outcome outcome_now(Outcome outcome, const std::string& run_id) const {
    const bool gone = outcome == Outcome::kRunning && !RunLock::is_held(file_.parent_path(), run_id);
    return gone ? Outcome::kLost : outcome;
  }

  Result<std::vector<RunRecord>> read_runs(std::string_view sql, const Parameters& parameters) {
    WEIR_TRY_ASSIGN(const auto rows, read(sql, parameters));
    std::vector<RunRecord> runs;
    for (const Row& row : rows) {
      runs.push_back(run_at(row));
      runs.back().outcome = outcome_now(runs.back().outcome, runs.back().id);
    }
    return runs;
  }

  Result<std::vector<NodeRecord>> read_nodes(std::string_view sql, const Parameters& parameters) {
    WEIR_TRY_ASSIGN(const auto rows, read(sql, parameters));
    std::vector<NodeRecord> nodes;
    for (const Row& row : rows) {
      nodes.push_back(node_at(row));
      nodes.back().outcome = outcome_now(nodes.back().outcome, nodes.back().run_id);
    }
    return nodes;
  }

 private:
  struct ActiveRun {
    RunRecord record;
    std::optional<RunLock> lock;
    bool written = false;
    std::optional<Error> problem;
  };

  Result<Database*> open() {
    if (!database_) {
      WEIR_TRY_ASSIGN(database_, Database::open(file_, kMigrations, {.durability = metadb::Durability::kProcess}));
    }
    return database_.get();
  }

  /// The database after the run itself is in it; null after a problem, which is kept.
  Database* database_of_run(const std::string& run_id) {
    ActiveRun& run = active_.at(run_id);
    if (run.problem) {
      return nullptr;
    }
    const Status begun = run.written ? Status() : write_run(run);
    if (!begun) {
      run.problem = begun.error();
      return nullptr;
    }
    return database_.get();
  }

  Status write_run(ActiveRun& run) {
    WEIR_TRY_ASSIGN(Database* const database, open());
    WEIR_TRY_ASSIGN(run.lock, RunLock::take(file_.parent_path(), run.record.id));
    run.written = true;
    submit(*database, run.record.id,
           [record = run.record](Writer& writer) { return writer.execute(kPutRun, parameters_of(record)); });
    return {};
  }

  void submit(Database& database, const std::string& run_id, metadb::Write write) {
    database.submit(std::move(write), [this, run_id](const Status& status) {
      if (!status) {
        const std::scoped_lock lock(mutex_);
        if (const auto run = active_.find(run_id); run != active_.end() && !run->second.problem) {
          run->second.problem = status.error();
        }
      }
    });
  }

  const std::filesystem::path file_;
  std::mutex mutex_;
  std::unordered_map<std::string, ActiveRun> active_;
  std::unique_ptr<Database> database_;  // last: its end runs callbacks that use the others
};

RunRecords::RunRecords(std::filesystem::path file) : state_(std::make_unique<State>(std::move(file))) {}
RunRecords::~RunRecords() = default;

void RunRecords::begin_run(const RunRecord& run) {
  state_->begin_run(run);
}
void RunRecords::begin_node(const NodeRecord& node) {
  state_->begin_node(node);
}
void RunRecords::end_node(const NodeRecord& node) {
  state_->end_node(node);
}
Status RunRecords::end_run(const RunRecord& run) {
  return state_->end_run(run);
}

Result<NodeStates> RunRecords::latest_states(std::string_view target) {
  WEIR_TRY_ASSIGN(
      auto rows, state_->read("SELECT node, outcome, code_hash, inputs FROM node_states WHERE target = ? ORDER BY node",
                              {std::string(target)}));
  std::vector<NodeStates::Stored> states;
  states.reserve(rows.size());
  for (const Row& row : rows) {
    states.push_back(
        {.node = row.text(0), .outcome = outcome_at(row, 1), .code_hash = row.text(2), .inputs_json = row.text(3)});
  }
  return NodeStates(std::move(states));
}

Result<std::vector<RunRecord>> RunRecords::last_runs(std::size_t limit_count) {
  return state_->read_runs("SELECT * FROM runs ORDER BY started DESC, id DESC LIMIT ?",
                           {value_of(std::uint64_t{limit_count})});
}

Result<std::optional<RunRecord>> RunRecords::find_run(std::string_view run_id) {
  WEIR_TRY_ASSIGN(auto runs, state_->read_runs("SELECT * FROM runs WHERE id = ?", {std::string(run_id)}));
  return runs.empty() ? std::nullopt : std::optional(std::move(runs[0]));
}

Result<std::vector<NodeRecord>> RunRecords::nodes_of_run(std::string_view run_id) {
  return state_->read_nodes("SELECT * FROM node_runs WHERE run_id = ? ORDER BY started, node, attempt",
                            {std::string(run_id)});
}

Result<std::vector<NodeRecord>> RunRecords::runs_of_node(std::string_view node, std::size_t limit_count) {
  return state_->read_nodes("SELECT * FROM node_runs WHERE node = ? ORDER BY started DESC, attempt DESC LIMIT ?",
                            {std::string(node), value_of(std::uint64_t{limit_count})});
}

Result<std::optional<NodeRecord>> RunRecords::last_success(std::string_view node) {
  WEIR_TRY_ASSIGN(auto nodes, state_->read_nodes("SELECT * FROM node_runs WHERE node = ? AND outcome IN ('ok', 'warn') "
                                                 "ORDER BY started DESC, attempt DESC LIMIT 1",
                                                 {std::string(node)}));
  return nodes.empty() ? std::nullopt : std::optional(std::move(nodes[0]));
}
}  // namespace weir::graph
