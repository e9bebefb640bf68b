#include "logs/count.h"

#include <sys/stat.h>

#include <array>
#include <mutex>

#include "core/text.h"
#include "logs/file_bytes.h"
#include "logs/file_counter.h"

namespace weir::logs {
namespace {
using Clock = std::chrono::steady_clock;

/// The sizes of all files together; 0 when one of them has none.
std::uint64_t expected_bytes(const std::vector<std::string>& paths) {
  std::uint64_t sum = 0;
  for (const std::string& path : paths) {
    struct stat info{};
    const bool is_known = path == "-" ? ::fstat(0, &info) == 0 : ::stat(path.c_str(), &info) == 0;
    if (is_known && !S_ISREG(info.st_mode)) {
      return 0;
    }
    sum += is_known ? static_cast<std::uint64_t>(info.st_size) : 0;
  }
  return sum;
}

/// Tells about the progress now and then.
class Teller {
 public:
  Teller(const CountProgressCallback& callback, CountProgress progress) : callback_(callback), progress_(progress) {}
  void tell(std::size_t files_done, std::uint64_t read_bytes, std::uint64_t lines_count) {
    constexpr std::chrono::milliseconds kInterval(100);
    if (callback_ && Clock::now() - last_ >= kInterval) {
      tell_now(files_done, read_bytes, lines_count);
    }
  }
  void tell_now(std::size_t files_done, std::uint64_t read_bytes, std::uint64_t lines_count) {
    if (!callback_) {
      return;
    }
    last_ = Clock::now();
    progress_.files_done = files_done;
    progress_.read_bytes = read_bytes;
    progress_.lines_count = lines_count;
    progress_.bytes_per_second =
        static_cast<double>(read_bytes) / std::chrono::duration<double>(last_ - begin_).count();
    callback_(progress_);
  }
  std::chrono::nanoseconds elapsed() const { return Clock::now() - begin_; }

 private:
  const CountProgressCallback& callback_;
  CountProgress progress_;
  Clock::time_point begin_ = Clock::now();
  Clock::time_point last_ = begin_;
};
}  // namespace

Result<CountResult> count_logs(const CountOptions& options, const CountProgressCallback& progress,
                               std::stop_token stop) {
  if (options.inputs.empty()) {
    return fail(ErrorCode::kInvalid, "no files; name some, or \"-\" for standard input");
  }
  WEIR_TRY_ASSIGN(const std::vector<std::string> paths, expand_inputs(options.inputs));
  Teller teller(progress, {.files_count = paths.size(), .expected_bytes = progress ? expected_bytes(paths) : 0});
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

Result<Format> parse_format(std::string_view name) {
  struct Name {
    std::string_view text;
    Format format;
  };
  constexpr std::array<Name, 18> kNames = {{{"auto", Format::kAuto},
                                            {"access", Format::kAccess},
                                            {"syslog", Format::kSyslog},
                                            {"json", Format::kJson},
                                            {"logfmt", Format::kLogfmt},
                                            {"glog", Format::kGlog},
                                            {"cri", Format::kCri},
                                            {"text", Format::kText},
                                            {"apache", Format::kAccess},
                                            {"nginx", Format::kAccess},
                                            {"combined", Format::kAccess},
                                            {"common", Format::kAccess},
                                            {"klog", Format::kGlog},
                                            {"kubernetes", Format::kCri},
                                            {"log4j", Format::kText},
                                            {"logback", Format::kText},
                                            {"python", Format::kText},
                                            {"plain", Format::kText}}};
  std::vector<std::string> candidates;
  for (const Name& known : kNames) {
    if (known.text == name) {
      return known.format;
    }
    candidates.emplace_back(known.text);
  }
  return fail(ErrorCode::kInvalid,
              "unknown log format" + did_you_mean(name, candidates) + "; known are " + join(candidates, ", "), name);
}
}  // namespace weir::logs
