#pragma once

#include <span>

#include "cli/command.h"

namespace weir::cli {
/// Every command of weir, in the order of the help.
std::span<const Command> all_commands();

// The handlers: build_commands.cpp, data_commands.cpp, flow_commands.cpp, generate_commands.cpp, logs_commands.cpp, start_commands.cpp.
Result<ExitCode> run_build(Invocation& invocation);
/// Builds everything, whatever the arguments of the command mean.
Result<ExitCode> build_all(Invocation& invocation);
Result<ExitCode> run_run(Invocation& invocation);
Result<ExitCode> run_test(Invocation& invocation);
Result<ExitCode> run_ingest(Invocation& invocation);
Result<ExitCode> run_report(Invocation& invocation);
Result<ExitCode> run_list(Invocation& invocation);
Result<ExitCode> run_sql(Invocation& invocation);
Result<ExitCode> run_table_list(Invocation& invocation);
Result<ExitCode> run_table_history(Invocation& invocation);
Result<ExitCode> run_table_describe(Invocation& invocation);
Result<ExitCode> run_table_optimize(Invocation& invocation);
Result<ExitCode> run_table_vacuum(Invocation& invocation);
Result<ExitCode> run_table_restore(Invocation& invocation);
Result<ExitCode> run_table_check(Invocation& invocation);
Result<ExitCode> run_init(Invocation& invocation);
Result<ExitCode> run_demo(Invocation& invocation);
Result<ExitCode> run_generate(Invocation& invocation);
Result<ExitCode> run_logs_count(Invocation& invocation);
Result<ExitCode> run_logs_analyze(Invocation& invocation);
Result<ExitCode> run_flow_validate(Invocation& invocation);
Result<ExitCode> run_flow_list(Invocation& invocation);
Result<ExitCode> run_flow_show(Invocation& invocation);
Result<ExitCode> run_flow_next(Invocation& invocation);
Result<ExitCode> run_flow_test(Invocation& invocation);
Result<ExitCode> run_flow_run(Invocation& invocation);
Result<ExitCode> run_flow_runs(Invocation& invocation);
Result<ExitCode> run_doctor(Invocation& invocation);
Result<ExitCode> run_completion(Invocation& invocation);
}  // namespace weir::cli
