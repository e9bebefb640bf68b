#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "storage/object_store.h"

namespace weir::storage {
/// A store for tests that fails at a chosen call, or "dies" there: this call and all later ones fail, as for a process
/// that was killed. Calls are counted from 1; list, head, reads, puts, writers' finish and removes count, each once.
/// Safe from many threads.
class FaultyStore : public ObjectStore {
 public:
  enum class Fault : std::uint8_t {
    kFailBefore,  ///< the call has no effect and fails; later ones work
    kFailAfter,   ///< the call has its effect, but reports a failure: an answer lost on the way
    kDieBefore,   ///< as kFailBefore, and every later call fails
    kDieAfter,    ///< as kFailAfter, and every later call fails
  };

  /// `store` must outlive this.
  explicit FaultyStore(ObjectStore& store) : store_(store) {}

  /// Lets the `call_number`-th call from now on go wrong.
  void inject(std::size_t call_number, Fault fault);
  /// Runs `hook(operation, key)` before each call, for example to let another writer in between. Calls that the hook
  /// makes on this store are passed on without hook. Operations: "list", "head", "read", "put", "put_if_absent",
  /// "finish", "remove".
  void before_each_call(std::function<void(std::string_view operation, std::string_view key)> hook);
  std::size_t calls_count() const { return calls_count_.load(); }

  std::string name() const override { return store_.name(); }
  Result<std::vector<ObjectInfo>> list(const ListOptions& options) const override;
  Result<std::vector<std::string>> list_folders(std::string_view folder) const override;
  Result<ObjectInfo> head(std::string_view key) const override;
  Result<std::string> read(std::string_view key) const override;
  Result<std::string> read_range(std::string_view key, std::uint64_t offset, std::size_t size_bytes) const override;
  Status put(std::string_view key, std::string_view bytes, PutOptions options) override;
  Result<PutOutcome> put_if_absent(std::string_view key, std::string_view bytes, PutOptions options) override;
  Result<std::unique_ptr<ObjectWriter>> open_writer(std::string_view key, PutOptions options) override;
  Status make_durable(std::span<const std::string> keys) override;
  Status remove(std::string_view key) override;
  std::optional<std::filesystem::path> local_path(std::string_view key) const override {
    return store_.local_path(key);
  }

 private:
  friend class FaultyWriter;
  /// Runs `effect` as one counted call.
  template <typename T>
  T call(std::string_view operation, std::string_view key, const std::function<T()>& effect) const;

  ObjectStore& store_;
  std::function<void(std::string_view, std::string_view)> hook_;
  mutable std::atomic<bool> in_hook_ = false;
  mutable std::atomic<bool> dead_ = false;
  mutable std::atomic<std::size_t> calls_count_ = 0;
  std::atomic<std::size_t> fault_at_ = 0;
  std::atomic<Fault> fault_ = Fault::kFailBefore;
};
}  // namespace weir::storage
