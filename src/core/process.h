#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"

namespace weir {
/// A program to run. Arguments are passed as they are; no shell sees them.
struct ProcessRequest {
  std::vector<std::string> arguments;              ///< the program (looked up in PATH) and its arguments; not empty
  std::map<std::string, std::string> environment;  ///< added to this process's environment
  std::filesystem::path folder;                    ///< working directory; empty means this process's
  std::string input;                               ///< what it reads from standard input
  std::optional<std::chrono::milliseconds> timeout;
  std::size_t output_bytes_max = 16U << 20U;  ///< of each stream; the rest is read and dropped
  std::chrono::milliseconds kill_delay{2000};  ///< between TERM and KILL when it has to end
};

struct ProcessResult {
  int exit_code = 0;   ///< -1 when a signal ended it
  int signal = 0;      ///< 0 when it exited by itself
  bool truncated = false;
  std::string output;  ///< standard output
  std::string errors;  ///< standard error
};

/// Starts programs. An interface, so that tests need no real ones. Safe from many threads.
class ProcessLauncher {
 public:
  virtual ~ProcessLauncher() = default;
  /// Runs to the end. At the timeout or a stop the whole process group gets TERM, then KILL.
  /// Errors: kNotFound (no such program), kIo, kTimeout, kCancelled. An exit code other than 0 is not an Error.
  virtual Result<ProcessResult> run(const ProcessRequest& request, std::stop_token stop = {}) = 0;
};

/// Launches real processes, each in its own process group.
ProcessLauncher& system_launcher();
}  // namespace weir
