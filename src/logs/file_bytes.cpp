#include "logs/file_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "core/files.h"
#include "logs/block_scan.h"

namespace weir::logs {
Result<Descriptor> Descriptor::open(const std::string& path) {
  const int number = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (number < 0) {
    return fail(errno == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo,
                std::string("cannot open: ") + std::strerror(errno));
  }
  Descriptor descriptor(number, 0, 0);
  struct stat info{};
  if (::fstat(number, &info) != 0) {
    return fail(ErrorCode::kIo, std::string("cannot read: ") + std::strerror(errno));
  }
  if (S_ISDIR(info.st_mode)) {
    return fail(ErrorCode::kInvalid, "this is a folder; name its files, as in \"" + path + "/*.log\"");
  }
  if (path != "-" && S_ISREG(info.st_mode)) {
    descriptor.size_bytes_ = static_cast<std::uint64_t>(info.st_size);
    descriptor.changed_at_ = static_cast<std::int64_t>(info.st_mtime) * 1'000'000;
  }
  return descriptor;
}

Descriptor::Descriptor(Descriptor&& other) noexcept
    : number_(std::exchange(other.number_, -1)), size_bytes_(other.size_bytes_), changed_at_(other.changed_at_) {}
Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(number_, other.number_);
  size_bytes_ = other.size_bytes_;
  changed_at_ = other.changed_at_;
  return *this;
}
Descriptor::~Descriptor() {
  if (number_ > STDIN_FILENO) {
    ::close(number_);
  }
}

Result<std::size_t> read_at(int descriptor, char* buffer, std::size_t size, std::uint64_t offset) {
  std::size_t done = 0;
  while (done < size) {
    const ssize_t count = ::pread(descriptor, buffer + done, size - done, static_cast<off_t>(offset + done));
    if (count == 0) {
      break;
    }
    if (count > 0) {
      done += static_cast<std::size_t>(count);
    } else if (errno != EINTR) {
      return fail(ErrorCode::kIo, std::string("cannot read: ") + std::strerror(errno));
    }
  }
  return done;
}

Result<std::uint64_t> skip_nuls(int descriptor, std::uint64_t begin, std::uint64_t end) {
  std::string chunk(kSampleBytes, '\0');
  while (begin < end) {
    WEIR_TRY_ASSIGN(const std::size_t count, read_at(descriptor, chunk.data(), chunk.size(), begin));
    const std::size_t text = std::string_view(chunk).substr(0, count).find_first_not_of('\0');
    if (text != std::string_view::npos || count == 0) {
      return begin + (count == 0 ? 0 : text);
    }
    begin += count;
  }
  return end;
}

std::string_view sample_of(std::string_view beginning) {
  beginning = beginning.substr(0, kSampleBytes);
  const std::size_t newline = beginning.rfind('\n');
  return newline == std::string_view::npos ? beginning.substr(0, BlockScanner::kLineHeadBytes)
                                           : beginning.substr(0, newline + 1);
}

Result<std::vector<std::string>> expand_inputs(const std::vector<std::string>& inputs) {
  std::vector<std::string> paths;
  for (const std::string& input : inputs) {
    std::error_code ignored;
    if (input == "-" || input.find_first_of("*?[") == std::string::npos || std::filesystem::exists(input, ignored)) {
      paths.push_back(input);
      continue;
    }
    WEIR_TRY_ASSIGN(const auto found, find_files(std::filesystem::current_path(ignored), input));
    if (found.empty()) {
      return fail(ErrorCode::kNotFound, "no file matches", input);
    }
    for (const auto& path : found) {
      paths.push_back(std::filesystem::path(input).is_absolute()
                          ? path.string()
                          : relative_text(path, std::filesystem::current_path(ignored)));
    }
  }
  return paths;
}
}  // namespace weir::logs
