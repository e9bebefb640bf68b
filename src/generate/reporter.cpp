#include "generate/reporter.h"

namespace weir::generate {
Status Reporter::add_rows(std::uint64_t count) {
  rows_count_.fetch_add(count, std::memory_order_relaxed);
  if (stop_.stop_requested()) {
    return fail(ErrorCode::kCancelled, "stopped; files that were finished stay, run again for the rest");
  }
  if (callback_) {
    // Whoever finds another thread reporting goes on: its rows are in the next report.
    if (const std::unique_lock lock(mutex_, std::try_to_lock); lock.owns_lock()) {
      callback_({rows_count_.load(std::memory_order_relaxed), rows_expected_count_});
    }
  }
  return {};
}
}  // namespace weir::generate
