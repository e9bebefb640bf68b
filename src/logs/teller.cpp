#include "logs/teller.h"

#include <sys/stat.h>

namespace weir::logs {
namespace {
/// The sizes of all files together; 0 when one of them has none.
std::uint64_t expected_bytes(const std::vector<std::string>& paths) {
  std::uint64_t sum = 0;
  for (const std::string& path : paths) {
    struct stat info{};
    const bool is_known = path == "-" ? ::fstat(0, &info) == 0 : ::stat(path.c_str(), &info) == 0;
    if (is_known && !S_ISREG(info.st_mode)) {
      return 0;
    }
    sum += is_known ? static_cast<std::uint64_t>(info.st_size) : 0;
  }
  return sum;
}
}  // namespace

Teller::Teller(const CountProgressCallback& callback, const std::vector<std::string>& paths)
    : callback_(callback), progress_{.files_count = paths.size(), .expected_bytes = callback ? expected_bytes(paths) : 0} {}

void Teller::tell(std::size_t files_done, std::uint64_t read_bytes, std::uint64_t lines_count) {
  constexpr std::chrono::milliseconds kInterval(100);
  if (callback_ && std::chrono::steady_clock::now() - last_ >= kInterval) {
    tell_now(files_done, read_bytes, lines_count);
  }
}

void Teller::tell_now(std::size_t files_done, std::uint64_t read_bytes, std::uint64_t lines_count) {
  if (!callback_) {
    return;
  }
  last_ = std::chrono::steady_clock::now();
  progress_.files_done = files_done;
  progress_.read_bytes = read_bytes;
  progress_.lines_count = lines_count;
  progress_.bytes_per_second = static_cast<double>(read_bytes) / std::chrono::duration<double>(last_ - begin_).count();
  callback_(progress_);
}
}  // namespace weir::logs
