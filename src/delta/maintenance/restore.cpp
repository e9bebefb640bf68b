#include "delta/maintenance/restore.h"

#include <fmt/format.h>

#include <unordered_map>

#include "delta/maintenance/liquid.h"
#include "delta/partition_value.h"
#include "delta/snapshot.h"
#include "delta/transaction.h"

namespace weir::delta {
namespace {
// A file with other deleted rows is another one.
std::string logical_key(const FileList& files, std::size_t index) {
  const auto vector = files.deletion_vector(index);
  return vector ? fmt::format("{}\n{}", files.path(index), vector->unique_id()) : std::string(files.path(index));
}

Result<bool> is_there(const storage::ObjectStore& store, const TableLocation& location, std::string_view path) {
  if (is_absolute_path(path)) {
    return true;  // of a clone's source: reading tells
  }
  const auto object = store.head(storage::join_key(location.data_root, decode_path(path)));
  if (!object && object.error().code != ErrorCode::kNotFound) {
    return std::unexpected(object.error());
  }
  return object.has_value();
}
}  // namespace

Result<RestoreResult> restore(storage::ObjectStore& store, const TableLocation& location, const RestoreOptions& options) {
  WEIR_TRY_ASSIGN(const auto older, Snapshot::load(store, location,
                                                   {.version = options.version, .as_of = options.as_of, .connection = options.connection}));
  WEIR_TRY_ASSIGN(const auto now, Snapshot::load(store, location, {.connection = options.connection}));
  RestoreResult result{.version = now->version(), .restored_version = older->version()};
  std::unordered_map<std::string, std::uint32_t> gone;
  for (std::uint32_t i = 0; i < now->files().size(); ++i) {
    gone.emplace(logical_key(now->files(), i), i);
  }
  std::vector<AddFile> restored;
  for (std::size_t i = 0; i < older->files().size(); ++i) {
    if (gone.erase(logical_key(older->files(), i)) > 0) {
      continue;
    }
    WEIR_TRY_ASSIGN(const bool there, is_there(store, location, older->files().path(i)));
    if (!there && options.ignore_missing_files) {
      continue;
    }
    if (!there) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("version {} needs the file {}, which VACUUM took; restore a younger version, or let missing files be "
                              "ignored and lose their rows",
                              older->version(), older->files().path(i)),
                  location.data_root);
    }
    restored.push_back(older->files().add_file(i));
    restored.back().data_change = true;
    result.bytes_restored += restored.back().size_bytes;
  }
  const bool same_metadata = older->metadata() == now->metadata();
  if (restored.empty() && gone.empty() && same_metadata && same_clustering(*older, *now)) {
    result.unchanged = true;
    return result;
  }
  WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(now));
  transaction.read_whole_table();
  if (!same_metadata) {
    WEIR_TRY(transaction.restore_metadata(*older));
  }
  carry_clustering(transaction, *older);
  for (const auto& [key, index] : gone) {
    result.bytes_removed += now->files().size_bytes(index);
    transaction.remove_file(index);
  }
  result.files_removed = static_cast<std::int64_t>(gone.size());
  result.files_restored = static_cast<std::int64_t>(restored.size());
  transaction.set_operation("RESTORE", {{"version", options.version ? std::to_string(*options.version) : "null"},
                                        {"timestamp", options.as_of ? format_timestamp(*options.as_of) : "null"}});
  for (const auto& [name, value] : std::initializer_list<std::pair<std::string_view, std::int64_t>>{
           {"numRestoredFiles", result.files_restored},
           {"restoredFilesSize", result.bytes_restored},
           {"numRemovedFiles", result.files_removed},
           {"removedFilesSize", result.bytes_removed},
           {"numOfFilesAfterRestore", static_cast<std::int64_t>(older->files().size())},
           {"tableSizeAfterRestore", older->files().total_bytes()}}) {
    transaction.set_metric(name, value);
  }
  transaction.add_files(std::move(restored));
  WEIR_TRY_ASSIGN(const auto outcome, transaction.commit(store, {.clock = options.clock,
                                                                 .random = options.random,
                                                                 .durable = options.durable,
                                                                 .connection = options.connection}));
  if (!outcome.committed()) {
    return fail(ErrorCode::kConflict, outcome.reason, location.data_root);
  }
  result.version = outcome.version;
  return result;
}
}  // namespace weir::delta
