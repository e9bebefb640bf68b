// A file may go when no live action names it, no tombstone younger than the retention names it, and it is itself older
// than the retention: a writer that has not committed yet has newer files.
#include "delta/maintenance/vacuum.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <unordered_set>

#include "core/text.h"
#include "delta/deletion_vector.h"
#include "delta/history.h"
#include "delta/intervals.h"
#include "delta/log_segment.h"
#include "delta/partition_value.h"
#include "delta/snapshot.h"
#include "delta/transaction.h"

namespace weir::delta {
namespace {
using Keys = std::unordered_set<std::string>;

constexpr std::string_view kChangeFolder = "_change_data/";

class Vacuum {
 public:
  Vacuum(storage::ObjectStore& store, const TableLocation& location, const VacuumOptions& options)
      : store_(store), location_(location), options_(options), prefix_(location.data_root.empty() ? "" : location.data_root + '/') {}

  Result<VacuumResult> run() {
    WEIR_TRY_ASSIGN(snapshot_, Snapshot::load(store_, location_, {.connection = options_.connection}));
    WEIR_TRY_ASSIGN(const Transaction probe, Transaction::begin(snapshot_));  // refuses features that weir cannot write
    WEIR_TRY(set_horizon());
    WEIR_TRY(find_needed());
    if (options_.lite) {
      WEIR_TRY(find_removed());
    } else {
      WEIR_TRY(find_unneeded());
    }
    std::ranges::sort(result_.keys);
    if (!options_.dry_run) {
      WEIR_TRY(commit("VACUUM START", {{"sizeOfDataToDelete", static_cast<std::int64_t>(result_.bytes_count)}}));
      WEIR_TRY(remove_all());
      WEIR_TRY(commit("VACUUM END", {{"numVacuumedFiles", removed_count_}}));
    }
    return std::move(result_);
  }

 private:
  Status set_horizon() {
    const std::int64_t own = deleted_file_retention(*snapshot_);
    retention_ = options_.retention ? options_.retention->count() : own;
    if (retention_ < 0) {
      return fail(ErrorCode::kInvalid, "a retention cannot be negative", location_.data_root);
    }
    if (options_.check_retention && retention_ < own) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("the table keeps removed files for {} hours; a retention of {} would break readers of "
                              "older versions and writers at work. Set the property delta.deletedFileRetentionDuration, "
                              "or turn the check off when nobody else uses the table",
                              own / 3'600'000, shown(retention_)),
                  location_.data_root);
    }
    horizon_ = to_milliseconds(options_.clock->now()) - retention_;
    return {};
  }

  static std::string shown(std::int64_t millis) {
    return millis % 3'600'000 == 0 ? fmt::format("{} hours", millis / 3'600'000) : fmt::format("{} ms", millis);
  }

  // The key below the data root, or nothing for a file that stands elsewhere.
  std::optional<std::string> key_of(std::string_view uri) const {
    if (!is_absolute_path(uri)) {
      return storage::join_key(location_.data_root, decode_path(uri));
    }
    const auto root = store_.local_path(storage::join_key(location_.data_root, "x"));
    const std::string folder = root ? root->parent_path().string() + '/' : "";
    const auto path = local_path_of(uri);
    const bool inside = path && !folder.empty() && path->starts_with(folder);
    return inside ? std::optional(prefix_ + path->substr(folder.size())) : std::nullopt;
  }

  Status need(std::string_view path, const std::optional<DeletionVector>& vector) {
    if (const auto key = key_of(path)) {
      needed_.insert(*key);
    }
    WEIR_TRY_ASSIGN(const auto key, vector_key(vector));
    if (key) {
      needed_.insert(*key);
    }
    return {};
  }

  Result<std::optional<std::string>> vector_key(const std::optional<DeletionVector>& vector) const {
    if (!vector || vector->storage_type == 'i') {
      return std::nullopt;
    }
    if (vector->storage_type == 'p') {
      return key_of(vector->path_or_inline);
    }
    WEIR_TRY_ASSIGN(const std::string path, deletion_vector_path(vector->path_or_inline));
    return storage::join_key(location_.data_root, path);
  }

  Status find_needed() {
    for (std::size_t i = 0; i < snapshot_->files().size(); ++i) {
      WEIR_TRY(need(snapshot_->files().path(i), snapshot_->files().deletion_vector(i)));
    }
    const auto keep_young = [&](const RemoveFile& removed) {
      return removed.deletion_timestamp.value_or(0) > horizon_ ? need(removed.path, removed.deletion_vector) : Status();
    };
    for (std::size_t i = 0; i < snapshot_->tombstones().size(); ++i) {
      WEIR_TRY(keep_young(snapshot_->tombstones().tombstone(i)));
    }
    // Checkpoints forget tombstones that are older than the table's own retention.
    return retention_ > deleted_file_retention(*snapshot_) ? each_removal(keep_young) : Status();
  }

  // Other people's files and folders; partition folders of columns that begin with an underscore are ours.
  bool is_hidden(std::string_view relative) const {
    if (relative.starts_with(kChangeFolder)) {
      return false;
    }
    for (const std::string_view part : split_views(relative)) {
      const bool is_partition = part.find('=') != std::string_view::npos;
      if ((part.starts_with('_') && !is_partition) || part.starts_with('.')) {
        return true;
      }
    }
    return false;
  }

  static std::vector<std::string_view> split_views(std::string_view path) {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= path.size();) {
      const std::size_t end = std::min(path.find('/', begin), path.size());
      parts.push_back(path.substr(begin, end - begin));
      begin = end + 1;
    }
    return parts;
  }

  Status find_unneeded() {
    storage::ListOptions page{.prefix = prefix_, .limit_count = 10'000};
    for (;;) {
      if (options_.stop.stop_requested()) {
        return fail(ErrorCode::kCancelled, "stopped before anything was removed", location_.data_root);
      }
      WEIR_TRY_ASSIGN(const auto objects, store_.list(page));
      for (const storage::ObjectInfo& object : objects) {
        const bool in_log = object.key.starts_with(location_.log_root + '/');
        if (!in_log && !is_hidden(std::string_view(object.key).substr(prefix_.size())) &&
            to_milliseconds(object.modified) < horizon_ && !needed_.contains(object.key)) {
          take(object);
        }
      }
      if (objects.size() < page.limit_count) {
        return {};
      }
      page.start_after = objects.back().key;
    }
  }

  // Every commit says which files it removed; what an earlier run took is gone and skipped.
  Status find_removed() {
    Keys seen;
    return each_removal([&](const RemoveFile& removed) -> Status {
      if (removed.deletion_timestamp.value_or(0) > horizon_) {
        return {};
      }
      WEIR_TRY_ASSIGN(const auto vector, vector_key(removed.deletion_vector));
      for (const auto& key : {key_of(removed.path), vector}) {
        if (key && !needed_.contains(*key) && seen.insert(*key).second) {
          WEIR_TRY(take_if_there(*key));
        }
      }
      return {};
    });
  }

  // Errors: kNotFound when commits were cleaned up.
  Status each_removal(const std::function<Status(const RemoveFile&)>& see) const {
    WEIR_TRY_ASSIGN(const auto files, list_log(store_, location_));
    std::int64_t expected = 0;
    for (const LogFile& file : files) {
      if (file.kind != LogFile::Kind::kCommit) {
        continue;
      }
      if (file.version != expected++) {
        return fail(ErrorCode::kNotFound,
                    fmt::format("commits before version {} were cleaned up, so nobody knows what they removed; run a full vacuum that "
                                "retains no longer than the table's delta.deletedFileRetentionDuration",
                                file.version),
                    location_.data_root);
      }
      WEIR_TRY_ASSIGN(const std::string text, store_.read(file.key));
      WEIR_TRY_ASSIGN(const auto actions, parse_commit(text, file.key));
      for (const Action& action : actions) {
        if (const auto* removed = std::get_if<RemoveFile>(&action)) {
          WEIR_TRY(see(*removed));
        }
      }
    }
    return {};
  }

  Status take_if_there(const std::string& key) {
    const auto object = store_.head(key);
    if (object) {
      take(*object);
    } else if (object.error().code != ErrorCode::kNotFound) {
      return std::unexpected(object.error());
    }
    return {};
  }

  void take(const storage::ObjectInfo& object) {
    result_.keys.push_back(object.key);
    result_.bytes_count += object.size_bytes;
  }

  Status remove_all() {
    for (const std::string& key : result_.keys) {
      if (options_.stop.stop_requested()) {
        return fail(ErrorCode::kCancelled, fmt::format("stopped; {} files were removed", removed_count_), location_.data_root);
      }
      if (store_.remove(key)) {
        ++removed_count_;
      } else {
        ++result_.failed_count;
      }
    }
    return {};
  }

  // An entry of the history without any change of the table.
  Status commit(std::string_view operation, std::map<std::string, std::int64_t> metrics) {
    if (!options_.log_commits || result_.keys.empty()) {
      return {};
    }
    WEIR_TRY_ASSIGN(snapshot_, Snapshot::refresh(store_, snapshot_, options_.connection));
    WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(snapshot_));
    StringMap parameters{{"retentionCheckEnabled", options_.check_retention ? "true" : "false"},
                         {"specifiedRetentionMillis", std::to_string(retention_)}};
    if (operation == "VACUUM END") {
      parameters = {{"status", result_.failed_count == 0 ? "COMPLETED" : "FAILED"}};
    } else {
      metrics.emplace("numFilesToDelete", static_cast<std::int64_t>(result_.keys.size()));
    }
    transaction.set_operation(operation, std::move(parameters));
    for (const auto& [name, value] : metrics) {
      transaction.set_metric(name, value);
    }
    WEIR_TRY_ASSIGN(const auto outcome, transaction.commit(store_, {.clock = options_.clock,
                                                                    .random = options_.random,
                                                                    .durable = options_.durable,
                                                                    .connection = options_.connection}));
    if (!outcome.committed()) {
      return fail(ErrorCode::kConflict, outcome.reason, location_.data_root);
    }
    return {};
  }

  storage::ObjectStore& store_;
  const TableLocation& location_;
  const VacuumOptions& options_;
  std::string prefix_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::int64_t retention_ = 0;
  std::int64_t horizon_ = 0;  ///< milliseconds since 1970
  Keys needed_;
  VacuumResult result_;
  std::int64_t removed_count_ = 0;
};
}  // namespace

Result<VacuumResult> vacuum(storage::ObjectStore& store, const TableLocation& location, const VacuumOptions& options) {
  return Vacuum(store, location, options).run();
}
}  // namespace weir::delta
