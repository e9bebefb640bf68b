#include "graph/run_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace weir::graph {
namespace {
std::filesystem::path lock_path(const std::filesystem::path& folder, std::string_view run_id) {
  return folder / "running" / run_id;
}
}  // namespace

Result<RunLock> RunLock::take(const std::filesystem::path& folder, std::string_view run_id) {
  const std::filesystem::path path = lock_path(folder, run_id);
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) {
    return fail(ErrorCode::kIo, error.message(), path.parent_path().string());
  }
  // Locked before it has its name, so that nobody finds it unlocked and takes its process for dead.
  const std::string unnamed = path.string() + ".new";
  const int file = open(unnamed.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0644);
  if (file < 0) {
    return fail(ErrorCode::kIo, std::strerror(errno), unnamed);
  }
  RunLock lock(file, path);
  if (flock(file, LOCK_EX | LOCK_NB) != 0 || rename(unnamed.c_str(), path.c_str()) != 0) {
    return fail(ErrorCode::kIo, std::strerror(errno), unnamed);
  }
  return lock;
}

bool RunLock::is_held(const std::filesystem::path& folder, std::string_view run_id) {
  const std::filesystem::path path = lock_path(folder, run_id);
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    return false;
  }
  const bool held = flock(file, LOCK_SH | LOCK_NB) != 0;
  if (!held) {
    unlink(path.c_str());
  }
  close(file);
  return held;
}

RunLock::~RunLock() {
  if (file_ >= 0) {
    unlink(path_.c_str());
    close(file_);
  }
}
}  // namespace weir::graph
