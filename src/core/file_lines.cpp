#include "core/file_lines.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "core/scope.h"

namespace weir {
namespace {
constexpr std::size_t kReadBytes = 256U << 10U;

Result<int> open_file(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return fail(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo, std::strerror(errno), file.string());
  }
  return descriptor;
}

// Reads until `size` bytes are there or the file ends.
Result<std::size_t> read_full(int descriptor, char* into, std::size_t size, const std::filesystem::path& file) {
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t count = ::read(descriptor, into + filled, size - filled);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return fail(ErrorCode::kIo, std::strerror(errno), file.string());
    }
    if (count == 0) {
      break;
    }
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

std::string_view without_return(std::string_view line) {
  if (line.ends_with('\r')) {
    line.remove_suffix(1);
  }
  return line;
}
}  // namespace

generator<Result<std::string_view>> lines(std::filesystem::path file, LinesOptions options) {
  const Result<int> descriptor = open_file(file);
  if (!descriptor) {
    co_yield std::unexpected(descriptor.error());
    co_return;
  }
  const scope_exit close([&] { ::close(*descriptor); });
  std::string buffer(kReadBytes, '\0');
  std::size_t begin = 0;  // of the line that is being looked for
  std::size_t end = 0;    // of what was read
  std::size_t seen = 0;   // bytes of that line which hold no newline
  std::uint64_t number = 1;
  while (true) {
    const std::string_view rest(buffer.data() + begin, end - begin);
    if (const std::size_t newline = rest.find('\n', seen); newline != std::string_view::npos) {
      co_yield without_return(rest.substr(0, newline));
      begin += newline + 1;
      seen = 0;
      ++number;
      continue;
    }
    if (rest.size() > options.line_bytes_max) {
      co_yield fail(ErrorCode::kInvalid, fmt::format("line {} is longer than {} bytes", number, options.line_bytes_max), file.string());
      co_return;
    }
    seen = rest.size();
    std::memmove(buffer.data(), rest.data(), seen);
    begin = 0;
    end = seen;
    if (buffer.size() - end < kReadBytes / 2) {
      buffer.resize(buffer.size() * 2);
    }
    const Result<std::size_t> count = read_full(*descriptor, buffer.data() + end, buffer.size() - end, file);
    if (!count) {
      co_yield std::unexpected(count.error());
      co_return;
    }
    if (*count == 0) {
      if (end > 0) {
        co_yield without_return(std::string_view(buffer.data(), end));
      }
      co_return;
    }
    end += *count;
  }
}

generator<Result<std::string_view>> chunks(std::filesystem::path file, std::size_t chunk_bytes) {
  const Result<int> descriptor = open_file(file);
  if (!descriptor) {
    co_yield std::unexpected(descriptor.error());
    co_return;
  }
  const scope_exit close([&] { ::close(*descriptor); });
  std::string buffer(std::max<std::size_t>(chunk_bytes, 1), '\0');
  while (true) {
    const Result<std::size_t> count = read_full(*descriptor, buffer.data(), buffer.size(), file);
    if (!count) {
      co_yield std::unexpected(count.error());
      co_return;
    }
    if (*count > 0) {
      co_yield std::string_view(buffer.data(), *count);
    }
    if (*count < buffer.size()) {
      co_return;
    }
  }
}
}  // namespace weir
