#include "cli/flow_work.h"

#include <fmt/format.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "cli/sql.h"
#include "core/files.h"
#include "core/json.h"
#include "core/machine.h"
#include "core/text.h"
#include "graph/run_records.h"
#include "graph/runner.h"
#include "graph/selection.h"
#include "lake/lake.h"
#include "lake/session.h"
#include "lake/statements/statement.h"

namespace weir::cli {
namespace {
using flow::TaskKind;
using flow::TaskOutcome;
using Outcome = flow::AttemptResult::Outcome;

std::vector<graph::NodeKind> kinds_of(TaskKind kind) {
  using graph::NodeKind;
  switch (kind) {
    case TaskKind::kIngest: return {NodeKind::kIngest};
    case TaskKind::kCheck: return {NodeKind::kTest, NodeKind::kUnitTest, NodeKind::kCheck};
    case TaskKind::kReport: return {NodeKind::kReport};
    default: return {};
  }
}

/// What ran and how it ended, a line for each node.
std::string log_of(const graph::Graph& graph, const graph::RunSummary& summary) {
  std::string log;
  for (const graph::NodeRun& node : summary.nodes) {
    log += fmt::format("{:<9} {} ({:.2f} s){}\n", graph::outcome_name(node.outcome), graph.info(node.node).id, node.seconds,
                       node.error ? ": " + node.error->text() : node.result.message.empty() ? "" : ": " + node.result.message);
  }
  return log;
}

TaskOutcome outcome_of(const graph::Graph& graph, const graph::RunSummary& summary) {
  TaskOutcome outcome;
  outcome.outputs_json = Json({{"run", summary.counts.run_count},
                               {"fresh", summary.counts.fresh_count},
                               {"failed", summary.counts.failed_count},
                               {"skipped", summary.counts.skipped_count}})
                             .dump();
  const graph::Outcome how = summary.outcome();
  if (how == graph::Outcome::kOk || how == graph::Outcome::kWarn || how == graph::Outcome::kFresh) {
    return outcome;
  }
  outcome.outcome = Outcome::kFailed;
  outcome.may_retry = how != graph::Outcome::kCancelled;
  outcome.message = fmt::format("{} nodes failed", summary.counts.failed_count);
  for (const graph::NodeRun& node : summary.nodes) {
    if (graph::blocks(node.outcome)) {
      outcome.message += fmt::format(", first {}: {}", graph.info(node.node).name, node.error ? node.error->text() : node.result.message);
      break;
    }
  }
  return outcome;
}
}  // namespace

ProjectWork::ProjectWork(project::ProjectOptions options, const project::Settings& settings)
    : options_(std::move(options)), target_(settings.lake.string()), processes_(settings.python) {}

ProjectWork::~ProjectWork() = default;

TaskOutcome ProjectWork::run(const flow::TaskRequest& request, std::stop_token stop) {
  if (request.task.kind == TaskKind::kShell || request.task.kind == TaskKind::kPython) {
    return processes_.run(request, std::move(stop));
  }
  auto outcome = request.task.kind == TaskKind::kSql ? run_sql(request, stop) : run_nodes(request, stop);
  return outcome ? std::move(*outcome) : flow::failed_outcome(outcome.error());
}

Result<project::Project*> ProjectWork::lake_project() {
  const std::lock_guard lock(mutex_);
  if (!for_sql_) {
    WEIR_TRY_ASSIGN(for_sql_, project::Project::open(options_));
  }
  return for_sql_.get();
}

Result<TaskOutcome> ProjectWork::run_sql(const flow::TaskRequest& request, const std::stop_token& stop) {
  WEIR_TRY_ASSIGN(project::Project* const project, lake_project());
  WEIR_TRY_ASSIGN(const auto session, project->lake()->session());
  TaskOutcome outcome;
  std::string log;
  for (const auto& [statement, offset] : split_statements(request.text)) {
    WEIR_TRY(session->release());
    WEIR_TRY_ASSIGN(duck::ResultSet result, lake::run_statement(*session, statement, stop));
    log += fmt::format("{}\n", trim(statement));
    WEIR_TRY_ASSIGN(const FirstRow first, read_first_row(result));
    log += fmt::format("-- {} rows\n", first.rows_count);
    Json outputs = parse_json(first.json, "row").value_or(Json::object());
    outputs["rows"] = first.rows_count;
    outcome.outputs_json = outputs.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  WEIR_TRY(write_file(request.log_file, log));
  return outcome;
}

Result<TaskOutcome> ProjectWork::run_nodes(const flow::TaskRequest& request, const std::stop_token& stop) {
  const std::lock_guard lock(build_mutex_);
  // Read anew for each task: what an earlier one wrote may be files of the project.
  WEIR_TRY_ASSIGN(const auto project, project::Project::open(options_));
  WEIR_TRY(project->load());
  WEIR_TRY_ASSIGN(const graph::Selection selection,
                  graph::select(project->graph(), {.select = request.arguments, .kinds = kinds_of(request.task.kind), .root_package = project->settings().name}));
  if (selection.nodes.empty() && !selection.warnings.empty()) {
    return fail(ErrorCode::kInvalid, selection.warnings.front());
  }
  graph::RunRecords records(project->settings().state_folder / "state.db");
  graph::RunOptions options;
  options.threads_count = options_.threads_count == 0 ? machine_cores_count() : options_.threads_count;
  options.stop = stop;
  options.command = fmt::format("flow {} {} {}", request.flow.name, request.task.name, request.run_id);
  options.project = project->settings().name;
  options.target = target_;
  const auto quiet = Progress::create(Progress::Style::kQuiet);
  const graph::RunSummary summary = graph::run(project->graph(), selection.nodes, options, *quiet, &records);
  WEIR_TRY(write_file(request.log_file, log_of(project->graph(), summary)));
  return outcome_of(project->graph(), summary);
}
}  // namespace weir::cli
