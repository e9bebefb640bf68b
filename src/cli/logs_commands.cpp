#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/commands.h"
#include "cli/logs_results.h"
#include "cli/project_options.h"
#include "core/text.h"
#include "logs/analysis.h"
#include "logs/analysis_output.h"
#include "logs/count.h"
#include "logs/count_output.h"

namespace weir::cli {
namespace {
Result<std::string> result_format(const Invocation& invocation) {
  const std::vector<std::string> formats = {"table", "json", "csv"};
  std::string format = invocation.value_or("--format", invocation.has("--json") ? "json" : "table");
  if (std::ranges::find(formats, format) == formats.end()) {
    return fail(ErrorCode::kInvalid, fmt::format("--format is one of table, json, csv, not \"{}\"{}", format, did_you_mean(format, formats)));
  }
  return format;
}

/// A flag's number, not below 0.
Result<std::size_t> count_flag(const Invocation& invocation, std::string_view flag, std::int64_t otherwise) {
  WEIR_TRY_ASSIGN(const auto number, invocation.integer(flag));
  return static_cast<std::size_t>(std::max<std::int64_t>(0, number.value_or(otherwise)));
}

/// Runs `work` with a progress bar. The bar is for a terminal only; the result tells the rest.
template <typename Work>
auto with_bar(Invocation& invocation, std::string_view step, Work work) -> decltype(work(logs::CountProgressCallback())) {
  const bool shows_bar = !invocation.has("--json") && Progress::style_for_this_terminal() == Progress::Style::kTerminal;
  Progress& progress = invocation.progress();
  if (shows_bar) {
    progress.start(step);
  }
  auto result = work([&](const logs::CountProgress& now) {
    if (shows_bar) {
      const double fraction = now.expected_bytes == 0 ? -1 : static_cast<double>(now.read_bytes) / static_cast<double>(now.expected_bytes);
      progress.update(step, fraction,
                      fmt::format("{} lines, {}/s", human_count(now.lines_count), human_bytes(static_cast<std::uint64_t>(now.bytes_per_second))));
    }
  });
  if (shows_bar) {
    progress.finish(step, result ? Progress::Outcome::kOk : Progress::Outcome::kFailed,
                    result ? std::chrono::duration<double>(result->elapsed).count() : 0, "");
  }
  return result;
}

void print(std::string_view text, const std::vector<std::string>& notes) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  for (const std::string& note : notes) {
    std::fputs((note + "\n").c_str(), stderr);
  }
}
}  // namespace

Result<ExitCode> run_logs_count(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const std::string format, result_format(invocation));
  logs::CountOptions options{.inputs = invocation.arguments()};
  if (const auto name = invocation.value("--log-format")) {
    WEIR_TRY_ASSIGN(options.format, logs::parse_format(*name));
  }
  WEIR_TRY_ASSIGN(const std::size_t threads, count_flag(invocation, "--threads", 0));
  WEIR_TRY_ASSIGN(options.examples_max, count_flag(invocation, "--examples", 5));
  options.threads_max = static_cast<unsigned>(threads);
  WEIR_TRY_ASSIGN(const logs::CountResult result, with_bar(invocation, "logs count", [&](const logs::CountProgressCallback& callback) {
                    return logs::count_logs(options, callback, invocation.stop());
                  }));
  print(format == "json"  ? logs::count_json(result)
        : format == "csv" ? logs::count_csv(result)
                          : logs::count_table(result),
        logs::count_notes(result));
  return result.failed_files_count > 0 ? ExitCode::kUnfinished : ExitCode::kOk;
}

Result<ExitCode> run_logs_analyze(Invocation& invocation) {
  WEIR_TRY_ASSIGN(const std::string format, result_format(invocation));
  logs::AnalyzeOptions options{.inputs = invocation.arguments(), .fold_ids = invocation.has("--fold-ids")};
  if (const auto name = invocation.value("--log-format")) {
    WEIR_TRY_ASSIGN(options.format, logs::parse_format(*name));
  }
  if (const auto gap = invocation.value("--session-gap")) {
    WEIR_TRY_ASSIGN(const auto duration, parse_duration(*gap));
    options.session_gap = std::chrono::duration_cast<std::chrono::seconds>(duration);
  }
  WEIR_TRY_ASSIGN(const std::size_t threads, count_flag(invocation, "--threads", 0));
  WEIR_TRY_ASSIGN(options.examples_max, count_flag(invocation, "--examples", 5));
  WEIR_TRY_ASSIGN(options.top_count, count_flag(invocation, "--top", 10));
  options.threads_max = static_cast<unsigned>(threads);
  WEIR_TRY_ASSIGN(logs::AnalysisResult result, with_bar(invocation, "logs analyze", [&](const logs::CountProgressCallback& callback) {
                    return logs::analyze_logs(options, callback, invocation.stop());
                  }));
  if (invocation.has("--result")) {
    const std::vector<std::string> wanted = invocation.values("--result");
    std::vector<std::string> names;
    for (const logs::AnalysisTable& table : result.tables) {
      names.push_back(table.name);
    }
    for (const std::string& name : wanted) {
      if (std::ranges::find(names, name) == names.end()) {
        return fail(ErrorCode::kInvalid, fmt::format("there is no result \"{}\"{}; there are {}", name, did_you_mean(name, names), join(names, ", ")));
      }
    }
    std::erase_if(result.tables, [&](const logs::AnalysisTable& table) { return std::ranges::find(wanted, table.name) == wanted.end(); });
  }
  if (const auto file = invocation.value("--html")) {
    WEIR_TRY(write_page(result, *file));
  }
  if (const auto schema = invocation.value("--save")) {
    WEIR_TRY_ASSIGN(const auto project, open_lake(invocation));
    WEIR_TRY_ASSIGN(const auto session, project->lake()->session());
    WEIR_TRY(save_to_lake(result, *schema, *session, invocation.stop()));
  }
  print(format == "json"  ? logs::analysis_json(result)
        : format == "csv" ? logs::analysis_csv(result)
                          : logs::analysis_text(result),
        logs::analysis_notes(result));
  return result.failed_files_count > 0 ? ExitCode::kUnfinished : ExitCode::kOk;
}
}  // namespace weir::cli
