#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "delta/table_location.h"

/// The files of a log, by their names:
///   00000000000000000012.json                                      commit of version 12
///   00000000000000000010.checkpoint.parquet                        classic checkpoint of version 10
///   00000000000000000010.checkpoint.0000000001.0000000003.parquet  its first part of three
///   00000000000000000010.checkpoint.<uuid>.json or .parquet        v2 checkpoint
///   00000000000000000004.00000000000000000006.compacted.json       commits 4 to 6 in one
///   00000000000000000012.crc                                       checksum of version 12
namespace weir::delta {
struct LogFile {
  enum class Kind : std::uint8_t { kCommit, kCheckpoint, kCheckpointPart, kUuidCheckpoint, kCompacted, kChecksum };
  Kind kind = Kind::kCommit;
  std::int64_t version = 0;      ///< kCompacted: the first one
  std::int64_t end_version = 0;  ///< kCompacted: the last one; else as `version`
  int part = 0;                  ///< kCheckpointPart: from 1
  int parts_count = 0;
  std::string key;
  std::uint64_t size_bytes = 0;
  Timestamp modified;

  /// When it was committed, for tables without in-commit timestamps: Delta's times have milliseconds.
  Timestamp committed() const { return from_milliseconds(to_milliseconds(modified)); }
};

/// Recognises the file name (without folder), or nothing for files that are not of the log.
std::optional<LogFile> parse_log_file_name(std::string_view name);
std::string commit_key(const TableLocation& location, std::int64_t version);
std::string checkpoint_key(const TableLocation& location, std::int64_t version);
std::string checksum_key(const TableLocation& location, std::int64_t version);
std::string last_checkpoint_key(const TableLocation& location);
/// The version as 20 digits.
std::string version_digits(std::int64_t version);

/// All files of the log from `from_version` on, by name. Errors: kIo.
Result<std::vector<LogFile>> list_log(const storage::ObjectStore& store, const TableLocation& location,
                                      std::int64_t from_version = 0);
/// The version that `_last_checkpoint` names; nothing when it is not there or unreadable: it is only a hint. Errors:
/// kIo.
Result<std::optional<std::int64_t>> read_last_checkpoint(const storage::ObjectStore& store,
                                                         const TableLocation& location);

/// What has to be read to know the table at one version.
struct LogSegment {
  std::int64_t version = 0;
  std::vector<LogFile> checkpoint;     ///< one file or all parts; empty when the log is read from version 0
  std::vector<LogFile> commits;        ///< commits and compacted files after the checkpoint, ascending, without gaps
  std::optional<LogFile> last_commit;  ///< the commit of `version`; checkpoints may outlive it

  std::optional<std::int64_t> checkpoint_version() const {
    return checkpoint.empty() ? std::nullopt : std::optional(checkpoint[0].version);
  }
};

/// Picks the newest complete checkpoint at or before `version` (newest when empty) and the commits behind it.
/// `files` is a listing. Checkpoints newer than `checkpoint_below` are not used.
/// Errors: kNotFound for an empty log or a version that cannot be reached, kCorrupt for a gap.
Result<LogSegment> choose_segment(const std::vector<LogFile>& files, std::optional<std::int64_t> version,
                                  std::optional<std::int64_t> checkpoint_below = std::nullopt);

/// Lists and chooses, with the short listing that `_last_checkpoint` allows. The subject of errors is the data root.
Result<LogSegment> find_segment(const storage::ObjectStore& store, const TableLocation& location,
                                std::optional<std::int64_t> version);
}  // namespace weir::delta
