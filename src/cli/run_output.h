#pragma once

#include "cli/command.h"
#include "graph/runner.h"
#include "project/project.h"

/// What a run of nodes tells people and machines.
namespace weir::cli {
/// A table of the nodes that ran or failed, the reports' paths, and one closing line; with --json one object:
///   {"run_id": "…", "nodes_total": 61, "nodes_run": 3, "nodes_fresh": 58, "nodes_skipped": 58, "nodes_failed": 0, "seconds": 0.4}
/// nodes_skipped counts all that were not started: fresh ones, those behind a failure, and those that a stop cancelled.
/// Details of what failed or warned come before it. `seconds` counts from the start of the command.
void print_summary(Invocation& invocation, const project::Project& project, const graph::RunSummary& summary, double seconds);

/// kDataFailed when a check failed, kWrong for mistakes in the project, kUnfinished for the rest; the gravest wins.
ExitCode exit_code_of(const graph::RunSummary& summary);
}  // namespace weir::cli
