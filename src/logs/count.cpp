#include "logs/count.h"

#include "logs/file_bytes.h"
#include "logs/file_counter.h"
#include "logs/teller.h"

namespace weir::logs {
Result<CountResult> count_logs(const CountOptions& options, const CountProgressCallback& progress,
                               std::stop_token stop) {
  if (options.inputs.empty()) {
    return fail(ErrorCode::kInvalid, "no files; name some, or \"-\" for standard input");
  }
  WEIR_TRY_ASSIGN(const std::vector<std::string> paths, expand_inputs(options.inputs));
  Teller teller(progress, paths);
  CountResult result;
  const FileCounter* running = nullptr;
  FileCounter counter(options, stop, [&](std::uint64_t lines_count) {
    teller.tell(result.files.size(), running->read_bytes(), result.total.lines_count + lines_count);
  });
  running = &counter;
  for (const std::string& path : paths) {
    FileCount file = counter.count(path);
    if (stop.stop_requested()) {
      return fail(ErrorCode::kCancelled, "stopped before all was counted");
    }
    result.total += file.tally;
    result.failed_files_count += file.error ? 1U : 0U;
    result.files.push_back(std::move(file));
  }
  teller.tell_now(result.files.size(), counter.read_bytes(), result.total.lines_count);
  result.elapsed = teller.elapsed();
  return result;
}
}  // namespace weir::logs
