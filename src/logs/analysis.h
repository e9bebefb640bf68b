#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <variant>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "logs/count.h"
#include "logs/format_choice.h"

/// Analyses log files: requests, errors, sessions and durations of access logs, levels and message templates of others.
/// What `weir logs analyze` does.
namespace weir::logs {
struct AnalyzeOptions {
  std::vector<std::string> inputs;  ///< as CountOptions::inputs
  FormatChoice format;
  unsigned threads_max = 0;       ///< 0: as many as there are processors
  std::size_t top_count = 10;     ///< rows of tables of the most frequent, slowest and so on
  bool fold_ids = false;          ///< "/users/123" counts as "/users/{id}"
  std::chrono::seconds session_gap = std::chrono::minutes(30);
  std::size_t examples_max = 5;  ///< lines not understood that are kept, for each file
};

/// A value of a result; std::monostate where there is none.
using AnalysisValue = std::variant<std::monostate, std::int64_t, double, std::string, Timestamp>;

enum class AnalysisType : std::uint8_t { kText, kInteger, kNumber, kTime };

struct AnalysisColumn {
  std::string name;
  AnalysisType type = AnalysisType::kText;
};

/// One result: "requests_per_hour", "endpoints", … Every row has a value for each column.
struct AnalysisTable {
  std::string name;
  std::string title;  ///< for people
  std::vector<AnalysisColumn> columns;
  std::vector<std::vector<AnalysisValue>> rows;
  /// People are shown the rows with the largest values in this column, when there are many; without it, the first rows.
  std::optional<std::size_t> worst_column;
};

struct AnalyzedFile {
  std::string path;
  std::string format;  ///< as Recognition::name()
  std::uint64_t records_count = 0;
  std::uint64_t unparsed_count = 0;
  std::vector<UnparsedLine> unparsed;  ///< the first ones
  std::optional<Error> error;          ///< why the file was not read, or not to its end
};

struct AnalysisResult {
  std::vector<AnalysisTable> tables;  ///< only those for which there was something to analyse
  std::vector<AnalyzedFile> files;    ///< in the order of their first moments
  std::vector<std::string> notes;     ///< what a person should know: what is not exact, and why
  std::uint64_t requests_count = 0;   ///< records of access logs
  std::uint64_t messages_count = 0;   ///< other records
  std::uint64_t unparsed_count = 0;
  std::uint64_t size_bytes = 0;  ///< as stored
  std::size_t failed_files_count = 0;
  std::chrono::nanoseconds elapsed{0};
};

/// Analyses all inputs together. Files are read one after the other, each by all threads, in the order of their first
/// moments, so that sessions go on from one to the next. Memory stays below 512 MiB: beyond some hundred thousand
/// endpoints, templates or three million visitors the rarest are given up, and a note says so.
/// What goes wrong with one file stands in its `error`. Errors: as count_logs.
Result<AnalysisResult> analyze_logs(const AnalyzeOptions& options, const CountProgressCallback& progress = {},
                                    std::stop_token stop = {});
}  // namespace weir::logs
