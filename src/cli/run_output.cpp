#include "cli/run_output.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/text_table.h"
#include "core/text.h"

namespace weir::cli {
namespace {
using graph::NodeRun;
using graph::Outcome;

std::string count_text(const std::optional<std::uint64_t>& count) { return count ? human_count(*count) : std::string(); }

std::string node_name(const graph::NodeInfo& info) {
  return info.schema.empty() || !info.runs() || info.kind == graph::NodeKind::kTest ? info.name : info.schema + "." + info.name;
}

// Up to date, but what it found the last time was a warning.
bool warned_before(const NodeRun& run) { return run.outcome == Outcome::kFresh && !run.reason.empty(); }

bool is_worth_a_row(const NodeRun& run) { return run.outcome != Outcome::kFresh; }

// Why a node failed or warned, with its rows; for people. With --quiet only what failed.
void say_troubles(Invocation& invocation, const project::Project& project, const graph::RunSummary& summary) {
  const bool quiet = invocation.has("--quiet");
  const auto say = [&](const std::string& text) {
    if (quiet) {
      std::fputs((std::string(trim(text)) + "\n").c_str(), stderr);
    } else {
      invocation.progress().say(text);
    }
  };
  for (const NodeRun& run : summary.nodes) {
    const graph::NodeInfo& info = project.graph().info(run.node);
    if (run.error && run.outcome == Outcome::kError) {
      say(fmt::format("\nerror in {} {}\n  {}", graph::kind_name(info.kind), node_name(info), run.error->text()));
    } else if (run.outcome == Outcome::kFailed || (run.outcome == Outcome::kWarn && !quiet)) {
      std::string text = fmt::format("\n{} in {} {}\n  {}", run.outcome == Outcome::kWarn ? "warning" : "failure", graph::kind_name(info.kind),
                                     node_name(info), run.result.message);
      for (const std::string& detail : run.result.details) {
        text += "\n    " + detail;
      }
      if (info.place.line > 0) {
        text += "\n  " + info.place.text();
      }
      say(text);
    }
  }
}

void say_table(Invocation& invocation, const project::Project& project, const graph::RunSummary& summary) {
  TextTable table({"node", "kind", "rows", "seconds", "outcome"}, {2, 3});
  std::size_t tests_passed = 0;
  double tests_seconds = 0;
  for (const NodeRun& run : summary.nodes) {
    const graph::NodeInfo& info = project.graph().info(run.node);
    if (graph::is_test(info.kind) && run.outcome == Outcome::kOk) {
      ++tests_passed;
      tests_seconds += run.seconds;
    } else if (is_worth_a_row(run)) {
      table.add({node_name(info), std::string(graph::kind_name(info.kind)), count_text(run.result.rows), run.started ? fmt::format("{:.2f}", run.seconds) : "",
                 std::string(graph::outcome_name(run.outcome))});
    }
  }
  if (tests_passed > 0) {
    table.add({fmt::format("({} tests)", tests_passed), "test", "", fmt::format("{:.2f}", tests_seconds), "ok"});
  }
  if (summary.nodes.size() > summary.counts.fresh_count) {
    invocation.progress().say("\n" + std::string(trim(table.text())));
  }
}

std::string closing_line(const graph::RunSummary& summary, double seconds) {
  const graph::RunCounts& counts = summary.counts;
  std::string line = fmt::format("{} nodes: {} run", summary.nodes.size(), counts.run_count);
  const auto add = [&](std::uint64_t count, std::string_view word) {
    if (count > 0) {
      line += fmt::format(", {} {}", count, word);
    }
  };
  add(counts.fresh_count, "up to date");
  add(static_cast<std::uint64_t>(std::ranges::count_if(summary.nodes, warned_before)), "of them with a warning (--force repeats it)");
  add(counts.warned_count, "with a warning");
  add(counts.failed_count, "failed");
  add(counts.skipped_count, "skipped behind a failure");
  add(counts.cancelled_count, "cancelled");
  return line + fmt::format(" in {}", human_duration(std::chrono::nanoseconds(static_cast<std::int64_t>(seconds * 1e9))));
}
}  // namespace

void print_summary(Invocation& invocation, const project::Project& project, const graph::RunSummary& summary, double seconds) {
  const graph::RunCounts& counts = summary.counts;
  if (invocation.has("--json")) {
    for (const NodeRun& run : summary.nodes) {
      if (run.outcome == Outcome::kFresh) {
        continue;
      }
      Json object = {{"event", "node"},
                     {"unique_id", project.graph().info(run.node).id},
                     {"outcome", graph::outcome_name(run.outcome)},
                     {"seconds", run.seconds},
                     {"reason", run.reason},
                     {"message", run.error ? run.error->text() : run.result.message}};
      if (run.result.rows) {
        object["rows"] = *run.result.rows;
      }
      if (run.result.failures) {
        object["failures"] = *run.result.failures;
      }
      std::fputs((object.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n").c_str(), stdout);
    }
    const Json object = {{"run_id", summary.run_id},
                         {"nodes_total", summary.nodes.size()},
                         {"nodes_run", counts.run_count},
                         {"nodes_fresh", counts.fresh_count},
                         {"nodes_skipped", counts.fresh_count + counts.skipped_count + counts.cancelled_count},
                         {"nodes_failed", counts.failed_count},
                         {"nodes_warned", counts.warned_count},
                         {"seconds", seconds}};
    std::fputs((object.dump() + "\n").c_str(), stdout);
    return;
  }
  if (invocation.has("--why")) {
    for (const NodeRun& run : summary.nodes) {
      if (!run.reason.empty() && run.outcome != Outcome::kFresh) {
        invocation.progress().say(fmt::format("{} ran: {}", node_name(project.graph().info(run.node)), run.reason));
      }
    }
  }
  say_table(invocation, project, summary);
  say_troubles(invocation, project, summary);
  for (const NodeRun& run : summary.nodes) {
    if (project.graph().info(run.node).kind == graph::NodeKind::kReport && run.outcome == Outcome::kOk) {
      invocation.progress().say(fmt::format("\nreport: {}", run.result.message));
    }
  }
  invocation.progress().say("\n" + closing_line(summary, seconds));
}

ExitCode exit_code_of(const graph::RunSummary& summary) {
  ExitCode code = ExitCode::kOk;
  const auto raise = [&](ExitCode other) { code = std::max(code, other); };
  for (const NodeRun& run : summary.nodes) {
    switch (run.outcome) {
      case Outcome::kFailed:
        raise(ExitCode::kDataFailed);
        break;
      case Outcome::kError:
        raise(run.error ? exit_code(*run.error) : ExitCode::kUnfinished);
        break;
      case Outcome::kCancelled:
        raise(ExitCode::kUnfinished);
        break;
      default:
        break;
    }
  }
  return code;
}
}  // namespace weir::cli
