#include "core/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/random.h"
#include "core/text.h"

namespace weir {
namespace {
namespace fs = std::filesystem;

// A file descriptor that closes itself.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }
  int number() const { return number_; }

 private:
  int number_;
};

std::unexpected<Error> system_error(int number, std::string_view action, const fs::path& path) {
  const ErrorCode code = number == ENOENT ? ErrorCode::kNotFound : ErrorCode::kIo;
  return fail(code, fmt::format("cannot {}: {}", action, std::strerror(number)), path.string());
}

bool has_wildcard(std::string_view text) { return text.find_first_of("*?[") != std::string_view::npos; }

// The deepest folder that `pattern` names without wildcards.
fs::path fixed_folder(const fs::path& pattern) {
  fs::path folder;
  for (const fs::path& part : pattern.parent_path()) {
    if (has_wildcard(part.string())) {
      break;
    }
    folder /= part;
  }
  return folder;
}
}  // namespace

Result<std::string> read_file(const fs::path& path, std::uint64_t size_max) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) {
    return system_error(errno, "open", path);
  }
  std::string bytes;
  std::string buffer(1U << 16U, '\0');
  for (;;) {
    const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count < 0) {
      return system_error(errno, "read", path);
    }
    if (count == 0) {
      return bytes;
    }
    bytes.append(buffer, 0, static_cast<std::size_t>(count));
    if (bytes.size() > size_max) {
      return fail(ErrorCode::kInvalid, fmt::format("larger than {}", human_bytes(size_max)), path.string());
    }
  }
}

Status write_file(const fs::path& path, std::string_view bytes) {
  std::error_code error;
  if (path.has_parent_path()) {
    fs::create_directories(path.parent_path(), error);
    if (error) {
      return system_error(error.value(), "make the folder of", path);
    }
  }
  const fs::path temporary = path.string() + "." + uuid_v4().substr(0, 8) + ".tmp";
  {
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (file.number() < 0) {
      return system_error(errno, "create", temporary);
    }
    while (!bytes.empty()) {
      const ssize_t count = ::write(file.number(), bytes.data(), bytes.size());
      if (count < 0 && errno == EINTR) {
        continue;
      }
      if (count < 0) {
        const int number = errno;
        ::unlink(temporary.c_str());
        return system_error(number, "write", path);
      }
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int number = errno;
    ::unlink(temporary.c_str());
    return system_error(number, "rename to", path);
  }
  return {};
}

Result<std::vector<fs::path>> find_files(const fs::path& folder, std::string_view pattern) {
  const fs::path full = (folder / fs::path(pattern)).lexically_normal();
  std::vector<fs::path> found;
  std::error_code error;
  if (!has_wildcard(full.string())) {
    if (fs::is_regular_file(full, error)) {
      found.push_back(full);
    }
    return found;
  }
  const fs::path start = fixed_folder(full);
  if (!fs::is_directory(start, error)) {
    return found;
  }
  const bool deep = full.string().contains("**");
  const auto depth_max = std::distance(full.begin(), full.end()) - std::distance(start.begin(), start.end()) - 1;
  fs::recursive_directory_iterator at(start, fs::directory_options::follow_directory_symlink | fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const bool hidden = at->path().filename().string().starts_with('.');
    std::error_code ignored;
    if (at->is_directory(ignored)) {
      if (hidden || (!deep && at.depth() >= depth_max) || at.depth() > 64) {
        at.disable_recursion_pending();
      }
    } else if (!hidden && glob_match(full.string(), at->path().string())) {
      found.push_back(at->path());
    }
  }
  if (error) {
    return system_error(error.value(), "list", start);
  }
  std::ranges::sort(found);
  return found;
}

std::string relative_text(const fs::path& path, const fs::path& folder) {
  const fs::path relative = fs::absolute(path).lexically_normal().lexically_relative(fs::absolute(folder).lexically_normal());
  const std::string text = relative.generic_string();
  return text.empty() || text.starts_with("..") ? fs::absolute(path).lexically_normal().generic_string() : text;
}

Result<TempDir> TempDir::create(const fs::path& parent, std::string_view prefix) {
  std::error_code error;
  const fs::path below = parent.empty() ? fs::temp_directory_path(error) : parent;
  fs::create_directories(below, error);
  std::string pattern = (below / (std::string(prefix) + "XXXXXX")).string();
  if (::mkdtemp(pattern.data()) == nullptr) {
    return system_error(errno, "make a temporary folder", pattern);
  }
  return TempDir(fs::path(pattern));
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::move(other.path_)) { other.path_.clear(); }

TempDir& TempDir::operator=(TempDir&& other) noexcept {
  std::swap(path_, other.path_);
  return *this;
}

TempDir::~TempDir() {
  if (!path_.empty()) {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
}
}  // namespace weir
