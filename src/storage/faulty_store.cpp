#include "storage/faulty_store.h"

namespace weir::storage {
class FaultyWriter : public ObjectWriter {
 public:
  FaultyWriter(FaultyStore& store, std::string key, std::unique_ptr<ObjectWriter> writer)
      : store_(store), key_(std::move(key)), writer_(std::move(writer)) {}
  Status write(std::string_view bytes) override { return writer_->write(bytes); }
  Status finish() override {
    return store_.call<Status>("finish", key_, [&] { return writer_->finish(); });
  }

 private:
  FaultyStore& store_;
  std::string key_;
  std::unique_ptr<ObjectWriter> writer_;
};

template <typename T>
T FaultyStore::call(std::string_view operation, std::string_view key, const std::function<T()>& effect) const {
  if (hook_ && !in_hook_.exchange(true)) {
    hook_(operation, key);
    in_hook_ = false;
  }
  const std::size_t number = ++calls_count_;
  const bool now = number == fault_at_;
  const Fault fault = fault_;
  const auto injected = [&] { return fail(ErrorCode::kIo, "injected fault in " + std::string(operation), key); };
  if (dead_) {
    return injected();
  }
  if (!now) {
    return effect();
  }
  if (fault == Fault::kDieBefore || fault == Fault::kDieAfter) {
    dead_ = true;
  }
  if (fault == Fault::kFailAfter || fault == Fault::kDieAfter) {
    if (T result = effect(); !result) {
      return result;
    }
  }
  return injected();
}

void FaultyStore::inject(std::size_t call_number, Fault fault) {
  fault_ = fault;
  fault_at_ = calls_count_ + call_number;
  dead_ = false;
}

void FaultyStore::before_each_call(std::function<void(std::string_view, std::string_view)> hook) {
  hook_ = std::move(hook);
}

Result<std::vector<ObjectInfo>> FaultyStore::list(const ListOptions& options) const {
  return call<Result<std::vector<ObjectInfo>>>("list", options.prefix, [&] { return store_.list(options); });
}

Result<std::vector<std::string>> FaultyStore::list_folders(std::string_view folder) const {
  return call<Result<std::vector<std::string>>>("list", folder, [&] { return store_.list_folders(folder); });
}

Result<ObjectInfo> FaultyStore::head(std::string_view key) const {
  return call<Result<ObjectInfo>>("head", key, [&] { return store_.head(key); });
}

Result<std::string> FaultyStore::read(std::string_view key) const {
  return call<Result<std::string>>("read", key, [&] { return store_.read(key); });
}

Result<std::string> FaultyStore::read_range(std::string_view key, std::uint64_t offset, std::size_t size_bytes) const {
  return call<Result<std::string>>("read", key, [&] { return store_.read_range(key, offset, size_bytes); });
}

Status FaultyStore::put(std::string_view key, std::string_view bytes, PutOptions options) {
  return call<Status>("put", key, [&] { return store_.put(key, bytes, options); });
}

Result<PutOutcome> FaultyStore::put_if_absent(std::string_view key, std::string_view bytes, PutOptions options) {
  return call<Result<PutOutcome>>("put_if_absent", key, [&] { return store_.put_if_absent(key, bytes, options); });
}

Result<std::unique_ptr<ObjectWriter>> FaultyStore::open_writer(std::string_view key, PutOptions options) {
  WEIR_TRY_ASSIGN(auto writer, store_.open_writer(key, options));
  return std::make_unique<FaultyWriter>(*this, std::string(key), std::move(writer));
}

Status FaultyStore::make_durable(std::span<const std::string> keys) {
  return store_.make_durable(keys);
}

Status FaultyStore::remove(std::string_view key) {
  return call<Status>("remove", key, [&] { return store_.remove(key); });
}
}  // namespace weir::storage
