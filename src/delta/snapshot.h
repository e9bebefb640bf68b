#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "delta/actions.h"
#include "delta/file_list.h"
#include "delta/schema.h"
#include "delta/table_location.h"

namespace weir::duck {
class Connection;
}

namespace weir::delta {
struct SnapshotOptions {
  std::optional<std::int64_t> version;  ///< this version; the newest one when both are empty
  std::optional<Timestamp> as_of;       ///< the newest version that was committed at or before this moment
  /// Reads Parquet checkpoints; a private DuckDB is opened for them when it is nullptr. Logs of JSON alone need none.
  duck::Connection* connection = nullptr;
};

/// An immutable view of one table at one version. Safe to share between threads.
class Snapshot {
 public:
  /// Replays the newest usable checkpoint and the commits after it; data files are not touched.
  /// Errors: kNotFound without a table, or without that version or moment (the message gives the range), kCorrupt for a
  /// gap in the versions, bad JSON, a missing protocol or metadata, kUnsupported for unknown reader features (named),
  /// kIo.
  static Result<std::shared_ptr<const Snapshot>> load(const storage::ObjectStore& store, const TableLocation& location,
                                                      const SnapshotOptions& options = {});
  /// The newest version, from this one plus the commits that came after it; returns `current` itself when there are
  /// none. Loads from scratch where that is not enough: commits cleaned up in between, the table made anew. Errors as
  /// of `load`.
  static Result<std::shared_ptr<const Snapshot>> refresh(const storage::ObjectStore& store,
                                                         std::shared_ptr<const Snapshot> current,
                                                         duck::Connection* connection = nullptr);

  const TableLocation& location() const { return location_; }
  std::int64_t version() const { return version_; }
  /// When this version was committed: its in-commit timestamp where the table has them, else the time of its file.
  Timestamp timestamp() const { return timestamp_; }
  const Protocol& protocol() const { return protocol_; }
  const Metadata& metadata() const { return metadata_; }
  const Schema& schema() const { return schema_; }
  const std::vector<std::string>& partition_columns() const { return metadata_.partition_columns; }
  bool is_partition_column(std::string_view name) const;
  /// A table property, or nothing.
  std::optional<std::string> property(std::string_view name) const;

  const FileList& files() const { return files_; }
  /// Files that were removed lately; they exist for readers of older versions until VACUUM takes them.
  const FileList& tombstones() const { return tombstones_; }
  /// Rows by the statistics of the files, less deleted ones; nothing when a file has no statistics.
  std::optional<std::int64_t> rows_count() const;
  /// The newest `version` that the application has recorded, or nothing.
  std::optional<std::int64_t> transaction_version(std::string_view app_id) const;
  const std::map<std::string, TransactionId, std::less<>>& transactions() const { return transactions_; }
  const std::map<std::string, DomainMetadata, std::less<>>& domains() const { return domains_; }

 private:
  friend class SnapshotBuilder;
  Snapshot() = default;
  TableLocation location_;
  std::int64_t version_ = 0;
  std::int64_t replayed_from_ = 0;  // the version whose state was read in one go; `refresh` went on from there
  Timestamp timestamp_;
  Timestamp commit_modified_;  // of the commit's file: tells that it is still the same table
  Protocol protocol_;
  Metadata metadata_;
  Schema schema_;
  FileList files_;
  FileList tombstones_;
  std::map<std::string, TransactionId, std::less<>> transactions_;
  std::map<std::string, DomainMetadata, std::less<>> domains_;
};
}  // namespace weir::delta
