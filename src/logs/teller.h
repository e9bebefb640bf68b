#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "logs/count.h"

namespace weir::logs {
/// Tells about the progress now and then. One call at a time.
class Teller {
 public:
  /// `callback` may be empty and must outlive the teller.
  Teller(const CountProgressCallback& callback, const std::vector<std::string>& paths);
  /// Tells when the last time was a while ago.
  void tell(std::size_t files_done, std::uint64_t read_bytes, std::uint64_t lines_count);
  void tell_now(std::size_t files_done, std::uint64_t read_bytes, std::uint64_t lines_count);
  std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now() - begin_; }

 private:
  const CountProgressCallback& callback_;
  CountProgress progress_;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_ = begin_;
};
}  // namespace weir::logs
