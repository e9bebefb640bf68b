#include "flow/run_history.h"

#include <array>
#include <mutex>
#include <utility>

#include "metadb/database.h"

namespace weir::flow {
namespace {
using metadb::Parameters;

constexpr std::array<std::string_view, 1> kMigrations = {R"sql(
CREATE TABLE runs(
  run_id TEXT PRIMARY KEY, flow TEXT NOT NULL, date_start INTEGER NOT NULL, date_end INTEGER NOT NULL, run_after INTEGER NOT NULL,
  state TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER, flow_text TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX runs_by_flow ON runs(flow, started);
CREATE INDEX runs_by_start ON runs(started);
CREATE TABLE attempts(
  run_id TEXT NOT NULL, task TEXT NOT NULL, number INTEGER NOT NULL, state TEXT NOT NULL, started INTEGER NOT NULL, ended INTEGER,
  message TEXT NOT NULL DEFAULT '', log_file TEXT NOT NULL DEFAULT '', outputs TEXT NOT NULL DEFAULT '{}',
  PRIMARY KEY(run_id, task, number)) WITHOUT ROWID;
)sql"};

std::int64_t micros(Timestamp time) { return time.time_since_epoch().count(); }
Timestamp from_micros(std::int64_t value) { return Timestamp(std::chrono::microseconds(value)); }
std::int64_t seconds(Instant time) { return time.time_since_epoch().count(); }
Instant from_seconds(std::int64_t value) { return Instant(std::chrono::seconds(value)); }

RunState run_state_of(std::string_view name) {
  return name == "success" ? RunState::kSuccess : name == "failed" ? RunState::kFailed : RunState::kRunning;
}

RunRecord run_of(const metadb::Row& row) {
  const auto ended = row.maybe_integer(7);
  return {.id = row.text(0),
          .flow = row.text(1),
          .dates = {.start = from_seconds(row.integer(2)), .end = from_seconds(row.integer(3)), .run_after = from_seconds(row.integer(4))},
          .started = from_micros(row.integer(6)),
          .ended = ended ? std::optional(from_micros(*ended)) : std::nullopt,
          .state = run_state_of(row.text(5))};
}
}  // namespace

struct RunHistory::State {
  std::unique_ptr<metadb::Database> database;
  std::mutex mutex;
  std::optional<Error> problem;  ///< the first that a queued write had

  void submit(std::string_view sql, Parameters parameters) {
    database->submit([sql, parameters = std::move(parameters)](metadb::Writer& writer) { return writer.execute(sql, parameters); },
                     [this](const Status& done) {
                       const std::lock_guard lock(mutex);
                       if (!done && !problem) {
                         problem = done.error();
                       }
                     });
  }
};

RunHistory::RunHistory(std::unique_ptr<State> state) : state_(std::move(state)) {}
RunHistory::~RunHistory() {
  if (state_) {
    state_->database.reset();  // its last writes report to the rest of the state
  }
}

Result<std::unique_ptr<RunHistory>> RunHistory::open(const std::filesystem::path& file) {
  auto state = std::make_unique<State>();
  WEIR_TRY_ASSIGN(state->database, metadb::Database::open(file, kMigrations));
  return std::unique_ptr<RunHistory>(new RunHistory(std::move(state)));
}

void RunHistory::begin_run(const RunRecord& run, const std::string& flow_text) {
  state_->submit("INSERT INTO runs(run_id, flow, date_start, date_end, run_after, state, started, flow_text) VALUES (?, ?, ?, ?, ?, 'running', ?, ?)",
                 {run.id, run.flow, seconds(run.dates.start), seconds(run.dates.end), seconds(run.dates.run_after), micros(run.started), flow_text});
}

void RunHistory::begin_attempt(const std::string& run_id, const std::string& task, int number, Timestamp now) {
  state_->submit("INSERT INTO attempts(run_id, task, number, state, started) VALUES (?, ?, ?, 'running', ?)",
                 {run_id, task, std::int64_t{number}, micros(now)});
}

void RunHistory::end_attempt(const std::string& run_id, const std::string& task, int number, TaskState state, const TaskSummary& summary, Timestamp now) {
  const TaskState kept = state == TaskState::kRetry ? TaskState::kFailed : state;
  state_->submit("UPDATE attempts SET state = ?, ended = ?, message = ?, log_file = ?, outputs = ? WHERE run_id = ? AND task = ? AND number = ? AND state = 'running'",
                 {std::string(task_state_name(kept)), micros(now), summary.message, summary.log_file.string(), summary.outputs_json, run_id, task, std::int64_t{number}});
}

Status RunHistory::end_run(const std::string& run_id, RunState state, Timestamp now) {
  state_->submit("UPDATE runs SET state = ?, ended = ? WHERE run_id = ? AND state = 'running'", {std::string(run_state_name(state)), micros(now), run_id});
  state_->database->flush();
  const std::lock_guard lock(state_->mutex);
  return state_->problem ? Status(std::unexpected(*state_->problem)) : Status();
}

Result<std::vector<RunRecord>> RunHistory::runs(std::string_view flow, std::size_t limit_count) {
  const auto limit = static_cast<std::int64_t>(limit_count);
  WEIR_TRY_ASSIGN(const auto rows,
                  flow.empty()
                      ? state_->database->read("SELECT run_id, flow, date_start, date_end, run_after, state, started, ended FROM runs ORDER BY started DESC LIMIT ?", {limit})
                      : state_->database->read(
                            "SELECT run_id, flow, date_start, date_end, run_after, state, started, ended FROM runs WHERE flow = ? ORDER BY started DESC LIMIT ?",
                            {std::string(flow), limit}));
  std::vector<RunRecord> runs;
  for (const metadb::Row& row : rows) {
    runs.push_back(run_of(row));
  }
  return runs;
}

Result<std::vector<AttemptRecord>> RunHistory::attempts(std::string_view run_id) {
  WEIR_TRY_ASSIGN(const auto rows, state_->database->read("SELECT task, number, state, started, ended, message, log_file, outputs FROM attempts WHERE run_id = ? "
                                                          "ORDER BY started, task, number",
                                                          {std::string(run_id)}));
  std::vector<AttemptRecord> attempts;
  for (const metadb::Row& row : rows) {
    WEIR_TRY_ASSIGN(const TaskState state, parse_task_state(row.text(2)));
    const auto ended = row.maybe_integer(4);
    attempts.push_back({.task = row.text(0),
                        .number = static_cast<int>(row.integer(1)),
                        .state = state,
                        .started = from_micros(row.integer(3)),
                        .ended = ended ? std::optional(from_micros(*ended)) : std::nullopt,
                        .message = row.text(5),
                        .log_file = row.text(6),
                        .outputs_json = row.text(7)});
  }
  return attempts;
}

Result<std::string> RunHistory::flow_text(std::string_view run_id) {
  WEIR_TRY_ASSIGN(const auto rows, state_->database->read("SELECT flow_text FROM runs WHERE run_id = ?", {std::string(run_id)}));
  if (rows.empty()) {
    return fail(ErrorCode::kNotFound, "there is no such run", run_id);
  }
  return rows[0].text(0);
}
}  // namespace weir::flow
