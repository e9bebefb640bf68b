#include "generate/log_writer.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <optional>
#include <thread>
#include <vector>

#include "core/machine.h"
#include "generate/file_writer.h"

namespace weir::generate {
namespace {
constexpr std::uint64_t kRecordsPerChunk = 4'096;  // about a megabyte: stays in the cache until it is written

// The threads fill chunks at the same time and write them one after the other.
class LogRun {
 public:
  LogRun(const LogLimits& limits, const LogSource& source, FileWriter& writer, Reporter& reporter)
      : limits_(limits), source_(source), writer_(writer), reporter_(reporter) {}

  void work() {
    LogChunk chunk;
    while (true) {
      const std::uint64_t number = next_++;
      const std::uint64_t first = number * kRecordsPerChunk;
      if (limits_.records_count > 0 && first >= limits_.records_count) {
        return;
      }
      const std::uint64_t end = limits_.records_count > 0 ? std::min(first + kRecordsPerChunk, limits_.records_count)
                                                          : first + kRecordsPerChunk;
      chunk.clear();
      for (std::uint64_t record = first; record < end; ++record) {
        source_.write_record(record, chunk);
      }

      std::unique_lock lock(mutex_);
      turn_changed_.wait(lock, [&] { return turn_ == number || is_done_; });
      if (is_done_) {
        return;
      }
      write(first, chunk);
      ++turn_;
      turn_changed_.notify_all();
    }
  }

  Result<GenerateSummary> summary(const std::filesystem::path& file) && {
    if (error_) {
      return std::unexpected(std::move(*error_));
    }
    WEIR_TRY(writer_.finish());
    GenerateSummary out;
    out.rows_count = records_count_;
    out.size_bytes = writer_.size_bytes();
    out.files.push_back({file.filename().string(), records_count_, out.size_bytes});
    const auto names = source_.count_names();
    for (std::size_t i = 0; i < names.size(); ++i) {
      out.counts.push_back({std::string(names[i]), counts_[i]});
    }
    return out;
  }

 private:
  // Holds the lock: it is this chunk's turn.
  void write(std::uint64_t first, LogChunk& chunk) {
    if (limits_.size_bytes_max > 0 && writer_.size_bytes() + chunk.bytes().size() > limits_.size_bytes_max) {
      fill_up(first, chunk);
      is_done_ = true;
    }
    writer_.append(chunk.bytes());
    records_count_ += chunk.records_count();
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      counts_[i] += chunk.counts()[i];
    }
    const Status reported = reporter_.add_rows(chunk.records_count());
    if (!reported) {
      error_ = reported.error();
    }
    is_done_ = is_done_ || error_ || !writer_.is_fine();
  }

  // Writes the last chunk again, with only what still fits.
  void fill_up(std::uint64_t first, LogChunk& chunk) {
    LogChunk probe;
    std::uint64_t room = limits_.size_bytes_max - writer_.size_bytes();
    std::uint64_t end = first;
    while (true) {
      probe.clear();
      source_.write_record(end, probe);
      if (probe.bytes().size() > room) {
        break;
      }
      room -= probe.bytes().size();
      ++end;
    }
    chunk.clear();
    for (std::uint64_t record = first; record < end; ++record) {
      source_.write_record(record, chunk);
    }
  }

  const LogLimits& limits_;
  const LogSource& source_;
  FileWriter& writer_;
  Reporter& reporter_;
  std::atomic<std::uint64_t> next_ = 0;

  std::mutex mutex_;  // guards all below, and the writer
  std::condition_variable turn_changed_;
  std::uint64_t turn_ = 0;
  bool is_done_ = false;
  std::optional<Error> error_;
  std::uint64_t records_count_ = 0;
  std::array<std::uint64_t, LogChunk::kCountsMax> counts_{};
};

Status check(const LogLimits& limits) {
  if ((limits.records_count == 0) == (limits.size_bytes_max == 0)) {
    return fail(ErrorCode::kInvalid, "say how much to write: either a number of lines or a size");
  }
  if (limits.records_count > kLogRecordsMax || limits.size_bytes_max > kLogBytesMax) {
    return fail(ErrorCode::kInvalid, "a log has at most 4,000,000,000 lines or 200 GB");
  }
  return {};
}
}  // namespace

void LogChunk::clear() {
  size_ = 0;
  records_count_ = 0;
  counts_.fill(0);
}

void LogChunk::grow(std::size_t size_bytes) {
  const std::size_t capacity = std::ranges::max({capacity_ * 2, size_ + size_bytes, std::size_t{256} << 10U});
  auto bytes = std::make_unique_for_overwrite<char[]>(capacity);
  std::copy_n(bytes_.get(), size_, bytes.get());
  bytes_ = std::move(bytes);
  capacity_ = capacity;
}

Result<GenerateSummary> write_log(const std::filesystem::path& file, const LogLimits& limits, const LogSource& source,
                                  unsigned threads_max, const ProgressCallback& progress, std::stop_token stop) {
  WEIR_TRY(check(limits));
  if (!file.has_filename()) {
    return fail(ErrorCode::kInvalid, "name the file to write", file.string());
  }
  if (file.has_parent_path()) {
    std::error_code error;
    std::filesystem::create_directories(file.parent_path(), error);
    if (error) {
      return fail(ErrorCode::kIo, "cannot make the folder: " + error.message(), file.parent_path().string());
    }
  }
  WEIR_TRY_ASSIGN(FileWriter writer, FileWriter::create(file));
  const std::uint64_t expected =
      limits.records_count > 0 ? limits.records_count : limits.size_bytes_max / source.record_bytes();
  Reporter reporter(progress, expected, std::move(stop));
  LogRun run(limits, source, writer, reporter);
  {
    // Beyond four the writing is what takes the time.
    const unsigned threads_count = std::min(threads_max == 0 ? machine_cores_count() : threads_max, 4U);
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < threads_count; ++i) {
      others.emplace_back([&run] { run.work(); });
    }
    run.work();
  }
  return std::move(run).summary(file);
}
}  // namespace weir::generate
