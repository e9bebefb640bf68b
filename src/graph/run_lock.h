#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"

namespace weir::graph {
/// Shows other processes that a run is alive: a locked file `running/<run id>`. The system takes the lock away when the
/// process ends, however it ends, so a run without a lock that has not ended is lost. Move only.
class RunLock {
 public:
  /// Errors: kIo.
  static Result<RunLock> take(const std::filesystem::path& folder, std::string_view run_id);
  /// Whether some process holds the lock of `run_id`. Removes the file of a dead one.
  static bool is_held(const std::filesystem::path& folder, std::string_view run_id);

  RunLock(RunLock&& other) noexcept : file_(std::exchange(other.file_, -1)), path_(std::move(other.path_)) {}
  RunLock& operator=(RunLock&& other) noexcept {
    std::swap(file_, other.file_);
    std::swap(path_, other.path_);
    return *this;
  }
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;
  ~RunLock();

 private:
  RunLock(int file, std::filesystem::path path) : file_(file), path_(std::move(path)) {}
  int file_;
  std::filesystem::path path_;
};
}  // namespace weir::graph
