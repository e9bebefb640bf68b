#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.h"

/// The actions of Delta's log, one JSON object per line:
///   {"add":{"path":"p=1/part-0.parquet","partitionValues":{"p":"1"},"size":841,"modificationTime":1512909768000,"dataChange":true}}
/// Times are milliseconds since 1970 in UTC. Paths are kept as they stand in the log: URI-encoded, relative to the data
/// root or absolute.
namespace weir::delta {
/// A partition column's physical name and its value as text; std::nullopt is null.
using PartitionValues = std::map<std::string, std::optional<std::string>, std::less<>>;
using StringMap = std::map<std::string, std::string, std::less<>>;

struct Protocol {
  std::int32_t min_reader_version = 1;
  std::int32_t min_writer_version = 2;
  std::vector<std::string> reader_features;  ///< only with reader version 3
  std::vector<std::string> writer_features;  ///< only with writer version 7
  bool has_reader_feature(std::string_view name) const;
  bool has_writer_feature(std::string_view name) const;
  bool operator==(const Protocol&) const = default;
};

struct Metadata {
  std::string id;  ///< a UUID that stays with the table
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::string provider = "parquet";
  StringMap format_options;
  std::string schema_string;
  std::vector<std::string> partition_columns;  ///< logical names
  StringMap configuration;                     ///< table properties: "delta.appendOnly" -> "true"
  std::optional<std::int64_t> created_time;
  bool operator==(const Metadata&) const = default;
};

/// Says where the set of a file's deleted rows is.
struct DeletionVector {
  char storage_type = 'u';  ///< 'u' file named by a UUID, 'p' file by its path, 'i' inline
  std::string path_or_inline;
  std::optional<std::int32_t> offset;
  std::int32_t size_bytes = 0;
  std::int64_t cardinality = 0;
  /// With the path it is the key of a logical file: "u<path>@<offset>".
  std::string unique_id() const;
  bool operator==(const DeletionVector&) const = default;
};

struct AddFile {
  std::string path;
  PartitionValues partition_values;
  std::int64_t size_bytes = 0;
  std::int64_t modification_time = 0;
  bool data_change = true;
  std::optional<std::string> stats;  ///< a JSON text, see stats.h
  StringMap tags;
  std::optional<DeletionVector> deletion_vector;
  std::optional<std::int64_t> base_row_id;
  std::optional<std::int64_t> default_row_commit_version;
  std::optional<std::string> clustering_provider;
  bool operator==(const AddFile&) const = default;
};

struct RemoveFile {
  std::string path;
  std::optional<std::int64_t> deletion_timestamp;
  bool data_change = true;
  bool extended_file_metadata = false;  ///< partition_values and size_bytes are there
  PartitionValues partition_values;
  std::optional<std::int64_t> size_bytes;
  std::optional<std::string> stats;
  StringMap tags;
  std::optional<DeletionVector> deletion_vector;
  std::optional<std::int64_t> base_row_id;
  std::optional<std::int64_t> default_row_commit_version;
  bool operator==(const RemoveFile&) const = default;
};

/// A file of changed rows (change data feed).
struct CdcFile {
  std::string path;
  PartitionValues partition_values;
  std::int64_t size_bytes = 0;
  StringMap tags;
  bool operator==(const CdcFile&) const = default;
};

/// How far an application came: makes its writes happen once.
struct TransactionId {
  std::string app_id;
  std::int64_t version = 0;
  std::optional<std::int64_t> last_updated;
  bool operator==(const TransactionId&) const = default;
};

struct DomainMetadata {
  std::string domain;
  std::string configuration;
  bool removed = false;
  bool operator==(const DomainMetadata&) const = default;
};

/// What one commit says about itself; any JSON object.
struct CommitInfo {
  std::string json;  ///< the object behind "commitInfo"
  bool operator==(const CommitInfo&) const = default;
};

/// The two actions that only v2 checkpoints have.
struct Sidecar {
  std::string path;
  std::int64_t size_bytes = 0;
  std::int64_t modification_time = 0;
  bool operator==(const Sidecar&) const = default;
};
struct CheckpointMetadata {
  std::int64_t version = 0;
  bool operator==(const CheckpointMetadata&) const = default;
};

using Action = std::variant<CommitInfo, Protocol, Metadata, AddFile, RemoveFile, CdcFile, TransactionId, DomainMetadata,
                            Sidecar, CheckpointMetadata>;

/// One line of a commit, without the line feed.
std::string action_json(const Action& action);
/// All lines of a commit.
std::string commit_json(const std::vector<Action>& actions);

/// Reads a commit, a compacted log file or a JSON checkpoint. Unknown actions and fields are left out, as the protocol
/// says. `name` is the file for messages. For replaying whole logs log_replay.h is faster. Errors: kCorrupt with the
/// line.
Result<std::vector<Action>> parse_commit(std::string_view text, std::string_view name);
}  // namespace weir::delta
