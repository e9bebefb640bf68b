#pragma once

#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "core/result.h"

namespace weir::functions {
/// A Python process that computes batches, and the memory that it shares with this one (worker.py draws the layout).
/// One thread at a time. The process ends with this object, and when this process ends in whatever way.
class PythonWorker {
 public:
  struct Command {
    std::string python;
    std::filesystem::path folder;
    std::string functions_json;
  };
  struct Request {
    std::uint64_t function = 0;
    std::uint64_t rows_count = 0;
    std::uint64_t result_place = 0;  ///< where the result may begin
  };
  struct Reply {
    std::uint64_t validity = 0;  ///< places in the memory; 0: no nulls
    std::uint64_t values = 0;
    std::uint64_t chars = 0;
  };

  /// Starts the process; it loads the functions when they are first called. Errors: kNotFound without such a Python, kIo.
  static Result<std::unique_ptr<PythonWorker>> start(const Command& command);
  PythonWorker(const PythonWorker&) = delete;
  PythonWorker& operator=(const PythonWorker&) = delete;
  ~PythonWorker();

  /// The shared memory, at least `size_bytes` of it; what was there stays. Errors: kIo.
  Result<std::byte*> reserve(std::size_t size_bytes);
  std::span<const std::byte> memory() const { return {memory_, memory_bytes_}; }
  /// Lets the process compute. Errors: kInvalid with what Python says went wrong; kCancelled after a stop, kIo when the process
  /// died: both end the worker.
  Result<Reply> call(const Request& request, const std::stop_token& stop);
  bool alive() const { return process_ > 0; }

 private:
  PythonWorker(pid_t process, int control, int segment) : process_(process), control_(control), segment_(segment) {}
  Result<std::array<std::uint64_t, 5>> receive(const std::stop_token& stop);
  Status map(std::size_t size_bytes);
  /// Ends the process and returns how it ended, in words.
  std::string end(bool kill);

  pid_t process_;
  int control_;
  int segment_;
  std::byte* memory_ = nullptr;
  std::size_t memory_bytes_ = 0;
};
}  // namespace weir::functions
