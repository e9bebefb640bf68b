#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "logs/format_choice.h"
#include "logs/tally.h"

/// Counts the lines of log files, and their records by level, at the speed of memory: what `weir logs count` does.
namespace weir::logs {
struct CountOptions {
  /// Paths, patterns with wildcards as find_files knows them, or "-" for standard input. gzip, zstd and UTF-16 are
  /// known by their first bytes, whatever the name.
  std::vector<std::string> inputs;
  FormatChoice format;            ///< kAuto finds it out for each file
  unsigned threads_max = 0;       ///< 0: as many as there are processors
  std::size_t examples_max = 5;   ///< lines not understood that are kept, for each file
};

struct FileCount {
  std::string path;    ///< "-" for standard input
  std::string format;  ///< what was found out, as Recognition::name(); empty when the file could not be opened
  Tally tally;
  std::vector<UnparsedLine> unparsed;  ///< the first ones
  std::optional<Error> error;          ///< why the file was not read, or not to its end; `tally` counts what was
};

struct CountResult {
  std::vector<FileCount> files;  ///< in the order of the inputs, those of a pattern by name
  Tally total;
  std::size_t failed_files_count = 0;
  std::chrono::nanoseconds elapsed{0};
};

struct CountProgress {
  std::size_t files_done = 0;
  std::size_t files_count = 0;
  std::uint64_t read_bytes = 0;      ///< as stored, so packed bytes of packed files
  std::uint64_t expected_bytes = 0;  ///< of all files together; 0 when one of them has no size, as a pipe
  std::uint64_t lines_count = 0;
  double bytes_per_second = 0;  ///< since the beginning
};
/// Called about ten times a second from any thread, never from two at once, and at the end. Must not throw.
using CountProgressCallback = std::function<void(const CountProgress&)>;

/// Counts all inputs. Takes less than 64 MiB whatever the size of files and lines, up to 32 threads (a zstd file with a
/// larger window takes that much more). A file that grows is counted as far as it went at the beginning.
/// What goes wrong with one file stands in its `error`, and the others are counted all the same.
/// Errors: kInvalid without inputs, kNotFound for a pattern without files, kCancelled when `stop` was asked for.
Result<CountResult> count_logs(const CountOptions& options, const CountProgressCallback& progress = {},
                               std::stop_token stop = {});
}  // namespace weir::logs
