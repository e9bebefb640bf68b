#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <stop_token>
#include <utility>

#include "core/result.h"
#include "generate/summary.h"

namespace weir::generate {
/// Counts rows for the progress callback and asks whether to stop. Threads may share it.
class Reporter {
 public:
  Reporter(ProgressCallback callback, std::uint64_t rows_expected_count, std::stop_token stop)
      : callback_(std::move(callback)), rows_expected_count_(rows_expected_count), stop_(std::move(stop)) {}

  /// Call every few thousand rows with the number since the last call. Errors: kCancelled.
  Status add_rows(std::uint64_t count);

 private:
  ProgressCallback callback_;
  std::uint64_t rows_expected_count_;
  std::stop_token stop_;
  std::atomic<std::uint64_t> rows_count_ = 0;
  std::mutex mutex_;  // the callback runs once at a time
};
}  // namespace weir::generate
