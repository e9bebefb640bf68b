#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string_view>

#include "core/result.h"
#include "generate/reporter.h"
#include "generate/summary.h"

namespace weir::generate {
/// The first moment of every generated log, and how far the table of dates reaches.
inline constexpr std::int64_t kLogStartSeconds = 1'704'067'200;  // 2024-01-01
inline constexpr std::uint64_t kLogRecordsMax = 4'000'000'000;
inline constexpr std::uint64_t kLogBytesMax = 200'000'000'000;

/// Where records are written to: bytes that grow, and counts.
class LogChunk {
 public:
  static constexpr std::size_t kCountsMax = 32;

  /// A place with room for `size_bytes`, valid until the next call.
  char* reserve(std::size_t size_bytes) {
    if (capacity_ - size_ < size_bytes) {
      grow(size_bytes);
    }
    return bytes_.get() + size_;
  }
  /// Keeps one record, what was written since `reserve` up to `end`.
  void end_record(const char* end) {
    size_ = static_cast<std::size_t>(end - bytes_.get());
    ++records_count_;
  }
  void count(std::size_t kind, std::uint64_t times = 1) { counts_[kind] += times; }
  void clear();

  std::string_view bytes() const { return {bytes_.get(), size_}; }
  std::uint64_t records_count() const { return records_count_; }
  const std::array<std::uint64_t, kCountsMax>& counts() const { return counts_; }

 private:
  void grow(std::size_t size_bytes);

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::uint64_t records_count_ = 0;
  std::array<std::uint64_t, kCountsMax> counts_{};
};

/// Writes records. A record depends on its number alone, so that threads may write different ones.
class LogSource {
 public:
  virtual ~LogSource() = default;
  /// Appends `record` to `chunk`. Called from many threads, each with its own chunk.
  virtual void write_record(std::uint64_t record, LogChunk& chunk) const = 0;
  /// The counted kinds, in the order of LogChunk's counts.
  virtual std::span<const std::string_view> count_names() const = 0;
  /// About how long a record is, for the progress.
  virtual std::uint64_t record_bytes() const = 0;
};

struct LogLimits {
  std::uint64_t records_count = 0;   ///< exactly so many, or
  std::uint64_t size_bytes_max = 0;  ///< as many whole records as fit; one of the two is 0
};

/// Writes `file` (its folder is made when missing) with records 0, 1, …, in this order whatever the number of threads
/// (0: as many as the machine has). Errors: kInvalid for limits that are both or neither given or too large, kIo,
/// kCancelled.
Result<GenerateSummary> write_log(const std::filesystem::path& file, const LogLimits& limits, const LogSource& source,
                                  unsigned threads_max, const ProgressCallback& progress, std::stop_token stop);
}  // namespace weir::generate
