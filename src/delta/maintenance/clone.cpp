#include "delta/maintenance/clone.h"

#include <fmt/format.h>

#include <unordered_map>

#include "delta/deletion_vector.h"
#include "delta/history.h"
#include "delta/maintenance/liquid.h"
#include "delta/partition_value.h"
#include "delta/transaction.h"

namespace weir::delta {
namespace {
constexpr std::size_t kPieceBytes = 8U << 20U;

std::string logical_key(const AddFile& file) {
  return file.deletion_vector ? fmt::format("{}\n{}", file.path, file.deletion_vector->unique_id()) : file.path;
}

class Cloner {
 public:
  Cloner(const storage::ObjectStore& source_store, std::shared_ptr<const Snapshot> source, storage::ObjectStore& store,
         const TableLocation& location, const CloneOptions& options)
      : source_store_(source_store), source_(std::move(source)), store_(store), location_(location), options_(options) {}

  Result<CloneResult> run() {
    WEIR_TRY(refuse_itself());
    WEIR_TRY_ASSIGN(const auto version, find_newest_version(store_, location_));
    if (version) {
      WEIR_TRY_ASSIGN(existing_, Snapshot::load(store_, location_, {.connection = options_.connection}));
    }
    WEIR_TRY_ASSIGN(Transaction transaction, begin());
    carry_clustering(transaction, *source_);
    std::unordered_map<std::string, std::uint32_t> gone;
    for (std::uint32_t i = 0; existing_ && i < existing_->files().size(); ++i) {
      gone.emplace(logical_key(existing_->files().add_file(i)), i);
    }
    std::vector<AddFile> files;
    for (std::size_t i = 0; i < source_->files().size(); ++i) {
      if (options_.stop.stop_requested()) {
        return fail(ErrorCode::kCancelled, "stopped; copied files wait for the next run", location_.data_root);
      }
      WEIR_TRY_ASSIGN(AddFile file, own_file(source_->files().add_file(i)));
      ++result_.files_count;
      result_.bytes_count += file.size_bytes;
      if (gone.erase(logical_key(file)) == 0) {
        files.push_back(std::move(file));
      }
    }
    for (const auto& [key, index] : gone) {
      transaction.remove_file(index);
    }
    transaction.set_operation("CLONE", {{"source", source_->location().data_root},
                                        {"sourceVersion", std::to_string(source_->version())},
                                        {"isShallow", options_.kind == CloneKind::kShallow ? "true" : "false"}});
    for (const auto& [name, value] : std::initializer_list<std::pair<std::string_view, std::int64_t>>{
             {"sourceNumOfFiles", result_.files_count},
             {"sourceTableSize", result_.bytes_count},
             {"numCopiedFiles", result_.files_copied},
             {"numRemovedFiles", static_cast<std::int64_t>(gone.size())}}) {
      transaction.set_metric(name, value);
    }
    transaction.add_files(std::move(files));
    WEIR_TRY_ASSIGN(const auto outcome, transaction.commit(store_, {.clock = options_.clock,
                                                                    .random = options_.random,
                                                                    .durable = options_.durable,
                                                                    .connection = options_.connection}));
    if (!outcome.committed()) {
      return fail(ErrorCode::kConflict, outcome.reason, location_.data_root);
    }
    result_.version = outcome.version;
    return result_;
  }

 private:
  Status refuse_itself() const {
    const auto probe = [](const storage::ObjectStore& store, const TableLocation& location) {
      return store.local_path(storage::join_key(location.log_root, "x"));
    };
    const auto from = probe(source_store_, source_->location());
    if (from && from == probe(store_, location_)) {
      return fail(ErrorCode::kInvalid, "a table cannot be cloned onto itself; RESTORE brings an older version back", location_.data_root);
    }
    return {};
  }

  Result<Transaction> begin() {
    const Metadata& metadata = source_->metadata();
    StringMap properties = metadata.configuration;
    for (const auto& [name, value] : options_.properties) {
      properties.insert_or_assign(name, value);
    }
    if (existing_ == nullptr) {
      return Transaction::create(location_,
                                 {.schema = source_->schema(),
                                  .partition_columns = metadata.partition_columns,
                                  .properties = std::move(properties),
                                  .name = metadata.name,
                                  .description = metadata.description},
                                 *options_.random);
    }
    WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(existing_));
    transaction.read_whole_table();
    if (existing_->metadata().schema_string != metadata.schema_string || existing_->metadata().partition_columns != metadata.partition_columns ||
        existing_->metadata().configuration != properties) {
      WEIR_TRY(transaction.restore_metadata(*source_));
      WEIR_TRY(transaction.set_properties(options_.properties));
    }
    return transaction;
  }

  // The file as the clone's log names it.
  Result<AddFile> own_file(AddFile file) {
    file.data_change = true;
    file.base_row_id.reset();
    file.default_row_commit_version.reset();
    if (options_.kind == CloneKind::kShallow) {
      WEIR_TRY_ASSIGN(file.path, absolute(file.path));
      if (file.deletion_vector && file.deletion_vector->storage_type == 'u') {
        WEIR_TRY_ASSIGN(const std::string path, deletion_vector_path(file.deletion_vector->path_or_inline));
        WEIR_TRY_ASSIGN(file.deletion_vector->path_or_inline, absolute(encode_path(path)));
        file.deletion_vector->storage_type = 'p';
      }
      return file;
    }
    if (is_absolute_path(file.path) || (file.deletion_vector && file.deletion_vector->storage_type == 'p')) {
      return fail(ErrorCode::kUnsupported, "a deep clone of a shallow clone: its files stand in other tables; clone their source instead",
                  source_->location().data_root);
    }
    WEIR_TRY(copy(decode_path(file.path)));
    if (file.deletion_vector && file.deletion_vector->storage_type == 'u') {
      WEIR_TRY_ASSIGN(const std::string path, deletion_vector_path(file.deletion_vector->path_or_inline));
      WEIR_TRY(copy(path));
    }
    return file;
  }

  Result<std::string> absolute(const std::string& path) const {
    if (is_absolute_path(path)) {
      return path;
    }
    const auto local = source_store_.local_path(storage::join_key(source_->location().data_root, decode_path(path)));
    if (!local) {
      return fail(ErrorCode::kUnsupported, "a shallow clone needs a source in a local folder", source_->location().data_root);
    }
    return "file://" + encode_path(std::filesystem::absolute(*local).lexically_normal().string());
  }

  // Files never change, so one of that name and size is that file.
  Status copy(const std::string& relative) {
    const std::string from = storage::join_key(source_->location().data_root, relative);
    const std::string to = storage::join_key(location_.data_root, relative);
    WEIR_TRY_ASSIGN(const storage::ObjectInfo info, source_store_.head(from));
    const auto there = store_.head(to);
    if (there && there->size_bytes == info.size_bytes) {
      return {};
    }
    WEIR_TRY_ASSIGN(const auto writer, store_.open_writer(to, {.durable = options_.durable}));
    for (std::uint64_t offset = 0; offset < info.size_bytes; offset += kPieceBytes) {
      WEIR_TRY_ASSIGN(const std::string piece, source_store_.read_range(from, offset, kPieceBytes));
      WEIR_TRY(writer->write(piece));
    }
    WEIR_TRY(writer->finish());
    ++result_.files_copied;
    return {};
  }

  const storage::ObjectStore& source_store_;
  std::shared_ptr<const Snapshot> source_;
  storage::ObjectStore& store_;
  const TableLocation& location_;
  const CloneOptions& options_;
  std::shared_ptr<const Snapshot> existing_;
  CloneResult result_;
};
}  // namespace

Result<CloneResult> clone_table(const storage::ObjectStore& source_store, std::shared_ptr<const Snapshot> source, storage::ObjectStore& store,
                                const TableLocation& location, const CloneOptions& options) {
  return Cloner(source_store, std::move(source), store, location, options).run();
}
}  // namespace weir::delta
