#include "storage/memory_store.h"

#include <map>
#include <mutex>

namespace weir::storage {
namespace {
class MemoryStore : public ObjectStore {
 public:
  explicit MemoryStore(const Clock& clock) : clock_(clock) {}

  std::string name() const override { return "memory"; }

  Result<std::vector<ObjectInfo>> list(const ListOptions& options) const override {
    const std::scoped_lock lock(mutex_);
    std::vector<ObjectInfo> objects;
    auto at = objects_.lower_bound(options.prefix);
    if (options.start_after >= options.prefix) {
      at = objects_.upper_bound(options.start_after);
    }
    for (; at != objects_.end() && at->first.starts_with(options.prefix) && objects.size() < options.limit_count;
         ++at) {
      if (options.recursive || at->first.find('/', options.prefix.size()) == std::string::npos) {
        objects.push_back({at->first, at->second.bytes.size(), at->second.modified});
      }
    }
    return objects;
  }

  Result<std::vector<std::string>> list_folders(std::string_view folder) const override {
    const std::scoped_lock lock(mutex_);
    std::vector<std::string> names;
    const std::string prefix = folder.empty() ? "" : std::string(folder) + '/';
    for (auto at = objects_.lower_bound(prefix); at != objects_.end() && at->first.starts_with(prefix); ++at) {
      const std::size_t slash = at->first.find('/', prefix.size());
      if (slash == std::string::npos) {
        continue;
      }
      std::string name = at->first.substr(prefix.size(), slash - prefix.size());
      if (names.empty() || names.back() != name) {
        names.push_back(std::move(name));
      }
    }
    return names;
  }

  Result<ObjectInfo> head(std::string_view key) const override {
    const std::scoped_lock lock(mutex_);
    const auto at = objects_.find(key);
    if (at == objects_.end()) {
      return missing(key);
    }
    return ObjectInfo{at->first, at->second.bytes.size(), at->second.modified};
  }

  Result<std::string> read(std::string_view key) const override { return read_range(key, 0, std::string::npos); }

  Result<std::string> read_range(std::string_view key, std::uint64_t offset, std::size_t size_bytes) const override {
    const std::scoped_lock lock(mutex_);
    const auto at = objects_.find(key);
    if (at == objects_.end()) {
      return missing(key);
    }
    const std::string_view all = at->second.bytes;
    const std::string_view part = all.substr(std::min<std::size_t>(offset, all.size()), size_bytes);
    std::string bytes;
    bytes.reserve(part.size() + 64);
    bytes = part;
    return bytes;
  }

  Status put(std::string_view key, std::string_view bytes, PutOptions) override {
    WEIR_TRY(check_key(key));
    const std::scoped_lock lock(mutex_);
    objects_.insert_or_assign(std::string(key), Object{std::string(bytes), clock_.now()});
    return {};
  }

  Result<PutOutcome> put_if_absent(std::string_view key, std::string_view bytes, PutOptions) override {
    WEIR_TRY(check_key(key));
    const std::scoped_lock lock(mutex_);
    const bool written = objects_.try_emplace(std::string(key), Object{std::string(bytes), clock_.now()}).second;
    return written ? PutOutcome::kWritten : PutOutcome::kExists;
  }

  Result<std::unique_ptr<ObjectWriter>> open_writer(std::string_view key, PutOptions options) override;

  Status make_durable(std::span<const std::string>) override { return {}; }

  Status remove(std::string_view key) override {
    WEIR_TRY(check_key(key));
    const std::scoped_lock lock(mutex_);
    if (const auto at = objects_.find(key); at != objects_.end()) {
      objects_.erase(at);
    }
    return {};
  }

  std::optional<std::filesystem::path> local_path(std::string_view) const override { return std::nullopt; }

 private:
  struct Object {
    std::string bytes;
    Timestamp modified;
  };
  static std::unexpected<Error> missing(std::string_view key) {
    return fail(ErrorCode::kNotFound, "no such object", key);
  }

  const Clock& clock_;
  mutable std::mutex mutex_;
  std::map<std::string, Object, std::less<>> objects_;
};

class MemoryWriter : public ObjectWriter {
 public:
  MemoryWriter(MemoryStore& store, std::string_view key) : store_(store), key_(key) {}
  Status write(std::string_view bytes) override {
    bytes_ += bytes;
    return {};
  }
  Status finish() override { return store_.put(key_, bytes_, {}); }

 private:
  MemoryStore& store_;
  std::string key_;
  std::string bytes_;
};

Result<std::unique_ptr<ObjectWriter>> MemoryStore::open_writer(std::string_view key, PutOptions) {
  WEIR_TRY(check_key(key));
  return std::make_unique<MemoryWriter>(*this, key);
}
}  // namespace

std::unique_ptr<ObjectStore> make_memory_store(const Clock& clock) {
  return std::make_unique<MemoryStore>(clock);
}
}  // namespace weir::storage
