#include "storage/local_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

#include "core/random.h"
#include "core/text.h"

namespace weir::storage {
namespace {
namespace fs = std::filesystem;

constexpr std::string_view kTempPrefix = ".weir-tmp-";
constexpr int kFolderDepthMax = 64;  // ends a walk through links that form a ring

class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { reset(); }
  int number() const { return number_; }
  void reset() {
    if (number_ >= 0) {
      ::close(std::exchange(number_, -1));
    }
  }

 private:
  int number_;
};

std::unexpected<Error> system_error(int number, std::string_view action, const fs::path& path) {
  const bool missing = number == ENOENT || number == ENOTDIR;
  return fail(missing ? ErrorCode::kNotFound : ErrorCode::kIo,
              fmt::format("cannot {}: {}", action, std::strerror(number)), path.string());
}

Timestamp modified_time(const struct stat& info) {
  return Timestamp(std::chrono::seconds(info.st_mtim.tv_sec) + std::chrono::microseconds(info.st_mtim.tv_nsec / 1000));
}

Status sync_path(const fs::path& path, int flags) {
  const Descriptor file(::open(path.c_str(), flags | O_CLOEXEC));
  if (file.number() < 0) {
    return system_error(errno, "open", path);
  }
  if (::fsync(file.number()) != 0) {
    return system_error(errno, "sync", path);
  }
  return {};
}

// Makes `folder` and its missing parents; with `durable`, their names too.
Status make_folder(const fs::path& folder, bool durable) {
  std::vector<fs::path> missing;
  std::error_code code;
  for (fs::path at = folder; !at.empty() && !fs::exists(at, code); at = at.parent_path()) {
    missing.push_back(at);
  }
  for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
    if (::mkdir(at->c_str(), 0777) != 0 && errno != EEXIST) {
      return system_error(errno, "make the folder", *at);
    }
    if (durable) {
      WEIR_TRY(sync_path(at->has_parent_path() ? at->parent_path() : fs::path("."), O_RDONLY | O_DIRECTORY));
    }
  }
  return {};
}

// Gives `from` the name `to` unless that is taken.
Result<PutOutcome> move_without_replacing(const fs::path& from, const fs::path& to) {
  // Called by number: glibc has renameat2 only with _GNU_SOURCE, and old file systems answer EINVAL.
  if (::syscall(SYS_renameat2, AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) {
    return PutOutcome::kWritten;
  }
  if (errno == EINVAL || errno == ENOSYS || errno == ENOTSUP) {
    if (::link(from.c_str(), to.c_str()) == 0) {
      ::unlink(from.c_str());
      return PutOutcome::kWritten;
    }
  }
  if (errno == EEXIST) {
    return PutOutcome::kExists;
  }
  return system_error(errno, "write without replacing", to);
}

// A new hidden file beside its later place; removed unless it got there.
class PendingFile : public ObjectWriter {
 public:
  static Result<std::unique_ptr<PendingFile>> create(fs::path target, PutOptions options) {
    WEIR_TRY(make_folder(target.parent_path(), options.durable));
    fs::path path = target.parent_path() / fmt::format("{}{}-{:016x}", kTempPrefix, ::getpid(), system_random().next());
    Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
    if (file.number() < 0) {
      return system_error(errno, "write", path);
    }
    return std::unique_ptr<PendingFile>(new PendingFile(std::move(target), std::move(path), std::move(file), options));
  }
  ~PendingFile() override {
    if (!path_.empty()) {
      ::unlink(path_.c_str());
    }
  }

  Status write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t count = ::write(file_.number(), bytes.data(), bytes.size());
      if (count < 0 && errno != EINTR) {
        return system_error(errno, "write", target_);
      }
      bytes.remove_prefix(count < 0 ? 0 : static_cast<std::size_t>(count));
    }
    return {};
  }

  Status finish() override {
    WEIR_TRY(close());
    if (::rename(path_.c_str(), target_.c_str()) != 0) {
      return system_error(errno, "write", target_);
    }
    path_.clear();
    return sync_folder();
  }

  Result<PutOutcome> finish_if_absent() {
    WEIR_TRY(close());
    WEIR_TRY_ASSIGN(const PutOutcome outcome, move_without_replacing(path_, target_));
    if (outcome == PutOutcome::kWritten) {
      path_.clear();
      WEIR_TRY(sync_folder());
    }
    return outcome;
  }

 private:
  PendingFile(fs::path target, fs::path path, Descriptor file, PutOptions options)
      : target_(std::move(target)), path_(std::move(path)), file_(std::move(file)), options_(options) {}

  Status close() {
    if (options_.durable && ::fsync(file_.number()) != 0) {
      return system_error(errno, "sync", target_);
    }
    file_.reset();
    return {};
  }
  Status sync_folder() const {
    return options_.durable ? sync_path(target_.parent_path(), O_RDONLY | O_DIRECTORY) : Status();
  }

  fs::path target_;
  fs::path path_;
  Descriptor file_;
  PutOptions options_;
};

class LocalStore : public ObjectStore {
 public:
  explicit LocalStore(fs::path root) : root_(std::move(root)) {}

  std::string name() const override { return root_.string(); }

  Result<std::vector<ObjectInfo>> list(const ListOptions& options) const override {
    std::vector<ObjectInfo> found;
    const std::size_t slash = options.prefix.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : options.prefix.substr(0, slash);
    if (!folder.empty()) {
      WEIR_TRY(check_key(folder));
    }
    WEIR_TRY(collect(folder, options, 0, found));
    std::sort(found.begin(), found.end(), [](const ObjectInfo& a, const ObjectInfo& b) { return a.key < b.key; });
    std::vector<ObjectInfo> objects;
    for (ObjectInfo& object : found) {
      if (objects.size() >= options.limit_count) {
        break;
      }
      struct stat info{};
      if (::stat((root_ / object.key).c_str(), &info) != 0) {
        continue;  // removed meanwhile
      }
      object.size_bytes = static_cast<std::uint64_t>(info.st_size);
      object.modified = modified_time(info);
      objects.push_back(std::move(object));
    }
    return objects;
  }

  Result<std::vector<std::string>> list_folders(std::string_view folder) const override {
    if (!folder.empty()) {
      WEIR_TRY(check_key(folder));
    }
    std::vector<std::string> names;
    std::error_code code;
    for (fs::directory_iterator at(root_ / folder, code), end; !code && at != end; at.increment(code)) {
      if (at->is_directory(code)) {
        names.push_back(at->path().filename().string());
      }
    }
    if (code && code != std::errc::no_such_file_or_directory && code != std::errc::not_a_directory) {
      return fail(ErrorCode::kIo, "cannot list: " + code.message(), (root_ / folder).string());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<ObjectInfo> head(std::string_view key) const override {
    WEIR_TRY_ASSIGN(const fs::path path, path_of(key));
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) {
      return system_error(errno, "read", path);
    }
    if (!S_ISREG(info.st_mode)) {
      return fail(ErrorCode::kNotFound, "is not a file", path.string());
    }
    return ObjectInfo{std::string(key), static_cast<std::uint64_t>(info.st_size), modified_time(info)};
  }

  Result<std::string> read(std::string_view key) const override {
    WEIR_TRY_ASSIGN(const ObjectInfo info, head(key));
    return read_range(key, 0, static_cast<std::size_t>(info.size_bytes));
  }

  Result<std::string> read_range(std::string_view key, std::uint64_t offset, std::size_t size_bytes) const override {
    WEIR_TRY_ASSIGN(const fs::path path, path_of(key));
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.number() < 0) {
      return system_error(errno, "read", path);
    }
    struct stat info{};
    if (::fstat(file.number(), &info) != 0) {
      return system_error(errno, "read", path);
    }
    const auto file_size = static_cast<std::uint64_t>(info.st_size);
    std::string bytes;
    const std::uint64_t wanted = std::min<std::uint64_t>(size_bytes, file_size - std::min(offset, file_size));
    bytes.reserve(static_cast<std::size_t>(wanted) + 64);
    int error_number = 0;
    // Not `resize`, which would fill the text with zeros first.
    bytes.resize_and_overwrite(static_cast<std::size_t>(wanted), [&](char* buffer, std::size_t size) {
      std::size_t done = 0;
      while (done < size) {
        const ssize_t count = ::pread(file.number(), buffer + done, size - done, static_cast<off_t>(offset + done));
        if (count < 0 && errno == EINTR) {
          continue;
        }
        if (count <= 0) {
          error_number = count < 0 ? errno : 0;
          break;
        }
        done += static_cast<std::size_t>(count);
      }
      return done;
    });
    if (error_number != 0) {
      return system_error(error_number, "read", path);
    }
    return bytes;
  }

  Status put(std::string_view key, std::string_view bytes, PutOptions options) override {
    WEIR_TRY_ASSIGN(const auto writer, open_writer(key, options));
    WEIR_TRY(writer->write(bytes));
    return writer->finish();
  }

  Result<PutOutcome> put_if_absent(std::string_view key, std::string_view bytes, PutOptions options) override {
    WEIR_TRY_ASSIGN(fs::path path, path_of(key));
    WEIR_TRY_ASSIGN(const auto file, PendingFile::create(std::move(path), options));
    WEIR_TRY(file->write(bytes));
    return file->finish_if_absent();
  }

  Result<std::unique_ptr<ObjectWriter>> open_writer(std::string_view key, PutOptions options) override {
    WEIR_TRY_ASSIGN(fs::path path, path_of(key));
    return PendingFile::create(std::move(path), options);
  }

  Status make_durable(std::span<const std::string> keys) override {
    std::set<fs::path> folders;
    for (const std::string& key : keys) {
      WEIR_TRY_ASSIGN(const fs::path path, path_of(key));
      WEIR_TRY(sync_path(path, O_RDONLY));
      for (fs::path folder = path.parent_path();
           folder.native().size() >= root_.native().size() && folders.insert(folder).second;
           folder = folder.parent_path()) {
      }
    }
    for (const fs::path& folder : folders) {
      WEIR_TRY(sync_path(folder, O_RDONLY | O_DIRECTORY));
    }
    return {};
  }

  Status remove(std::string_view key) override {
    WEIR_TRY_ASSIGN(const fs::path path, path_of(key));
    if (::unlink(path.c_str()) != 0 && errno != ENOENT && errno != ENOTDIR) {
      return system_error(errno, "remove", path);
    }
    return {};
  }

  std::optional<fs::path> local_path(std::string_view key) const override {
    auto path = path_of(key);
    return path ? std::optional(*std::move(path)) : std::nullopt;
  }

 private:
  Result<fs::path> path_of(std::string_view key) const {
    WEIR_TRY(check_key(key));
    return root_ / key;
  }

  // Adds the names in `folder` (and below) that `options` asks for; sizes and times come later, for those that are
  // kept.
  Status collect(const std::string& folder, const ListOptions& options, int depth,
                 std::vector<ObjectInfo>& found) const {
    const fs::path path = root_ / folder;
    DIR* directory = ::opendir(path.c_str());
    if (directory == nullptr) {
      const int number = errno;
      return number == ENOENT || number == ENOTDIR ? Status() : system_error(number, "list", path);
    }
    const std::unique_ptr<DIR, int (*)(DIR*)> closer(directory, ::closedir);
    std::vector<std::string> folders;
    while (const dirent* entry = ::readdir(directory)) {
      const std::string_view entry_name = entry->d_name;
      if (entry_name == "." || entry_name == ".." || entry_name.starts_with(kTempPrefix)) {
        continue;
      }
      std::string key = join_key(folder, entry_name);
      bool is_folder = entry->d_type == DT_DIR;
      if (entry->d_type != DT_DIR && entry->d_type != DT_REG) {
        struct stat info{};
        if (::stat((root_ / key).c_str(), &info) != 0) {
          continue;
        }
        is_folder = S_ISDIR(info.st_mode);
        if (!is_folder && !S_ISREG(info.st_mode)) {
          continue;
        }
      }
      if (is_folder) {
        key += '/';
        const std::size_t common = std::min(key.size(), options.prefix.size());
        if (options.recursive && depth < kFolderDepthMax && key.compare(0, common, options.prefix, 0, common) == 0) {
          key.pop_back();
          folders.push_back(std::move(key));
        }
      } else if (key.starts_with(options.prefix) && key > options.start_after) {
        found.push_back({std::move(key), 0, {}});
      }
    }
    for (const std::string& below : folders) {
      WEIR_TRY(collect(below, options, depth + 1, found));
    }
    return {};
  }

  fs::path root_;
};
}  // namespace

std::unique_ptr<ObjectStore> open_local_store(fs::path root) {
  std::error_code code;
  const fs::path absolute = fs::absolute(root, code);
  fs::path normal = (code ? fs::path(std::move(root)) : absolute).lexically_normal();
  if (!normal.has_filename() && normal.has_parent_path() && normal != normal.root_path()) {
    normal = normal.parent_path();  // drops a trailing slash
  }
  return std::make_unique<LocalStore>(std::move(normal));
}

Result<std::size_t> remove_leftovers(const fs::path& root, Timestamp older_than) {
  std::size_t removed_count = 0;
  std::error_code code;
  for (fs::recursive_directory_iterator at(root, code), end; !code && at != end; at.increment(code)) {
    struct stat info{};
    if (at->path().filename().native().starts_with(kTempPrefix) && ::stat(at->path().c_str(), &info) == 0 &&
        modified_time(info) < older_than && ::unlink(at->path().c_str()) == 0) {
      ++removed_count;
    }
  }
  if (code && code != std::errc::no_such_file_or_directory) {
    return fail(ErrorCode::kIo, "cannot list: " + code.message(), root.string());
  }
  return removed_count;
}
}  // namespace weir::storage
