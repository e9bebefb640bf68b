#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/project_options.h"
#include "cli/run_output.h"
#include "core/clock.h"
#include "core/log.h"
#include "core/machine.h"
#include "core/text.h"
#include "graph/run_records.h"
#include "graph/runner.h"
#include "graph/selection.h"

namespace weir::cli {
namespace {
using graph::NodeKind;

std::string command_line(const Invocation& invocation) {
  std::string out = "weir " + std::string(invocation.command().name);
  for (const std::string& argument : invocation.arguments()) {
    out += " " + argument;
  }
  for (const char* flag : {"--select", "--exclude"}) {
    for (const std::string& value : invocation.values(flag)) {
      out += fmt::format(" {} {}", flag, value);
    }
  }
  return out + (invocation.has("--full-refresh") ? " --full-refresh" : "");
}

Result<graph::Selection> select_nodes(const Invocation& invocation, const project::Project& project, std::vector<NodeKind> kinds,
                                      std::vector<std::string> selectors) {
  graph::SelectionOptions options;
  options.select = std::move(selectors);
  const std::vector<std::string> more = invocation.values("--select");
  options.select.insert(options.select.end(), more.begin(), more.end());
  options.exclude = invocation.values("--exclude");
  if (const auto mode = invocation.value("--indirect-selection")) {
    WEIR_TRY_ASSIGN(options.indirect, graph::indirect_selection_from_name(*mode));
  }
  options.kinds = std::move(kinds);
  options.root_package = project.settings().name;
  return graph::select(project.graph(), options);
}

void say_warnings(Invocation& invocation, const std::vector<std::string>& warnings) {
  for (const std::string& warning : warnings) {
    invocation.progress().say("warning: " + warning);
  }
}

Result<ExitCode> run_nodes(Invocation& invocation, std::vector<NodeKind> kinds, std::vector<std::string> selectors) {
  const Stopwatch stopwatch;
  WEIR_TRY_ASSIGN(const auto project, open_project(invocation));
  WEIR_TRY(project->load());
  WEIR_TRY_ASSIGN(const graph::Selection selection, select_nodes(invocation, *project, std::move(kinds), std::move(selectors)));
  say_warnings(invocation, project->warnings());
  say_warnings(invocation, selection.warnings);

  WEIR_TRY_ASSIGN(const auto threads, invocation.integer("--threads"));
  graph::RunRecords records(project->settings().state_folder / "state.db");
  graph::RunOptions options;
  options.threads_count = static_cast<std::size_t>(threads.value_or(machine_cores_count()));
  options.fail_fast = invocation.has("--fail-fast");
  options.force = invocation.has("--force");
  options.full_refresh = invocation.has("--full-refresh");
  options.stop = invocation.stop();
  options.command = command_line(invocation);
  options.project = project->settings().name;
  options.target = project->settings().lake.string();
  const graph::RunSummary summary = graph::run(project->graph(), selection.nodes, options, invocation.progress(), &records);
  say_warnings(invocation, summary.warnings);
  print_summary(invocation, *project, summary, stopwatch.seconds());
  return exit_code_of(summary);
}
}  // namespace

Result<ExitCode> run_build(Invocation& invocation) { return run_nodes(invocation, {}, invocation.arguments()); }
Result<ExitCode> build_all(Invocation& invocation) { return run_nodes(invocation, {}, {}); }
Result<ExitCode> run_run(Invocation& invocation) { return run_nodes(invocation, {NodeKind::kModel, NodeKind::kSnapshot, NodeKind::kSeed}, invocation.arguments()); }
Result<ExitCode> run_test(Invocation& invocation) { return run_nodes(invocation, {NodeKind::kTest, NodeKind::kUnitTest, NodeKind::kCheck}, invocation.arguments()); }
Result<ExitCode> run_ingest(Invocation& invocation) { return run_nodes(invocation, {NodeKind::kIngest}, invocation.arguments()); }
Result<ExitCode> run_report(Invocation& invocation) { return run_nodes(invocation, {NodeKind::kReport}, invocation.arguments()); }

Result<ExitCode> run_list(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const auto project, open_project(invocation));
  WEIR_TRY(project->load());
  std::vector<NodeKind> kinds;
  for (const std::string& name : invocation.values("--resource-type")) {
    const auto kind = graph::kind_from_name(name);
    if (!kind) {
      return fail(ErrorCode::kInvalid, fmt::format("there is no kind \"{}\"{}", name, did_you_mean(name, graph::kind_names())));
    }
    kinds.push_back(*kind);
  }
  WEIR_TRY_ASSIGN(const graph::Selection selection, select_nodes(invocation, *project, std::move(kinds), invocation.arguments()));
  say_warnings(invocation, project->warnings());
  say_warnings(invocation, selection.warnings);
  std::string out;
  for (const graph::NodeIndex index : selection.nodes) {
    const graph::NodeInfo& info = project->graph().info(index);
    if (!invocation.has("--json")) {
      out += fmt::format("{:<9} {}\n", graph::kind_name(info.kind), join(info.fqn, "."));
      continue;
    }
    Json parents = Json::array();
    for (const graph::NodeIndex parent : project->graph().parents(index)) {
      parents.push_back(project->graph().info(parent).id);
    }
    out += Json({{"unique_id", info.id},
                 {"resource_type", graph::kind_name(info.kind)},
                 {"name", info.name},
                 {"original_file_path", info.path},
                 {"tags", info.tags},
                 {"depends_on", parents},
                 {"tables", info.tables_written}})
               .dump(-1, ' ', false, Json::error_handler_t::replace) +
           "\n";
  }
  std::fwrite(out.data(), 1, out.size(), stdout);
  return ExitCode::kOk;
}
}  // namespace weir::cli
