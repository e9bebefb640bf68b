#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "cli/commands.h"
#include "core/text.h"
#include "logs/count.h"
#include "logs/count_output.h"

namespace weir::cli {
Result<ExitCode> run_logs_count(Invocation& invocation) {
  const std::vector<std::string> formats = {"table", "json", "csv"};
  const std::string format = invocation.value_or("--format", invocation.has("--json") ? "json" : "table");
  if (std::ranges::find(formats, format) == formats.end()) {
    return fail(ErrorCode::kInvalid, fmt::format("--format is one of table, json, csv, not \"{}\"{}", format, did_you_mean(format, formats)));
  }
  logs::CountOptions options{.inputs = invocation.arguments()};
  if (const auto name = invocation.value("--log-format")) {
    WEIR_TRY_ASSIGN(options.format, logs::parse_format(*name));
  }
  WEIR_TRY_ASSIGN(const auto threads, invocation.integer("--threads"));
  WEIR_TRY_ASSIGN(const auto examples, invocation.integer("--examples"));
  options.threads_max = static_cast<unsigned>(std::max<std::int64_t>(0, threads.value_or(0)));
  options.examples_max = static_cast<std::size_t>(std::max<std::int64_t>(0, examples.value_or(5)));

  // The bar is for a terminal only; the result tells the rest.
  const bool shows_bar = !invocation.has("--json") && Progress::style_for_this_terminal() == Progress::Style::kTerminal;
  Progress& progress = invocation.progress();
  if (shows_bar) {
    progress.start("logs count");
  }
  const auto result = logs::count_logs(
      options,
      [&](const logs::CountProgress& now) {
        if (shows_bar) {
          const double fraction = now.expected_bytes == 0 ? -1 : static_cast<double>(now.read_bytes) / static_cast<double>(now.expected_bytes);
          progress.update("logs count", fraction,
                          fmt::format("{} lines, {}/s", human_count(now.lines_count), human_bytes(static_cast<std::uint64_t>(now.bytes_per_second))));
        }
      },
      invocation.stop());
  if (shows_bar) {
    progress.finish("logs count", result ? Progress::Outcome::kOk : Progress::Outcome::kFailed,
                    result ? std::chrono::duration<double>(result->elapsed).count() : 0, "");
  }
  if (!result) {
    return std::unexpected(result.error());
  }
  const std::string text = format == "json" ? logs::count_json(*result) : format == "csv" ? logs::count_csv(*result) : logs::count_table(*result);
  std::fwrite(text.data(), 1, text.size(), stdout);
  if (!text.ends_with('\n')) {
    std::fputc('\n', stdout);
  }
  for (const std::string& note : logs::count_notes(*result)) {
    std::fputs((note + "\n").c_str(), stderr);
  }
  return result->failed_files_count > 0 ? ExitCode::kUnfinished : ExitCode::kOk;
}
}  // namespace weir::cli
