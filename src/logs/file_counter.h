#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>

#include "core/result.h"
#include "core/thread_pool.h"
#include "logs/count.h"
#include "logs/file_bytes.h"

namespace weir::logs {
/// Counts one file after the other, each with all threads.
class FileCounter {
 public:
  /// `lines_counted` is told the number of lines so far after each block, one call at a time.
  FileCounter(const CountOptions& options, std::stop_token stop, std::function<void(std::uint64_t)> lines_counted);

  /// Counts the file at `path`, or standard input for "-". Never fails as a whole; see FileCount::error.
  FileCount count(const std::string& path);
  /// Bytes taken from the files so far, as stored. Any thread may ask.
  std::uint64_t read_bytes() const { return read_bytes_; }

 private:
  Status count_descriptor(const Descriptor& opened, FileCount& file);
  Status count_blocks(int descriptor, std::uint64_t begin, std::uint64_t end, FileCount& file);
  Status count_stream(int descriptor, FileCount& file);

  const CountOptions& options_;
  std::stop_token stop_;
  std::function<void(std::uint64_t)> lines_counted_;
  std::atomic<std::uint64_t> read_bytes_ = 0;
  ThreadPool pool_;
};
}  // namespace weir::logs
