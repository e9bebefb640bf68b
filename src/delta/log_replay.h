#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.h"
#include "delta/actions.h"
#include "delta/file_list.h"

namespace weir::delta {
/// The set of logical files (path and deletion vector) that newer commits have already decided on.
class FileKeySet {
 public:
  /// Adds the key; false when it was there. The texts must outlive the set.
  bool insert(std::string_view path, std::string_view deletion_vector_id);
  /// Makes room for so many more.
  void reserve(std::size_t more_count);
  bool contains(std::string_view path, std::string_view deletion_vector_id) const;

 private:
  struct Entry {
    std::uint64_t hash = 0;
    std::string_view path;
    std::string_view deletion_vector_id;
  };
  std::size_t find_slot(std::uint64_t hash, std::string_view path, std::string_view deletion_vector_id) const;
  void rebuild(std::size_t slots_count);
  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // 0 is free, else 1 + position in entries_
};

/// Reconciles the actions of a log, read from the newest commit back to the oldest: whatever is seen first holds.
/// Made for speed: file actions are not turned into objects, but kept as views of the texts. One thread.
class LogReplay {
 public:
  enum class Source : std::uint8_t {
    kCommit,      ///< should a file occur twice, its last line holds, as the reference has it
    kReconciled,  ///< a compacted file or a JSON checkpoint; writers that put newer lines first have been seen
  };
  /// Reads a file of JSON lines; the next one is the next older. `name` is for messages.
  /// The text's capacity must exceed its size by 64 bytes. Errors: kCorrupt with the line.
  Status add_lines(std::shared_ptr<const std::string> text, std::string_view name, Source source);
  /// Takes the state of an older snapshot as what came before.
  void add_base(const FileList& files, const FileList& tombstones);

  /// A file action of a Parquet checkpoint; empty texts mean null. The JSON texts are objects, `stats` is not quoted.
  struct CheckpointFile {
    bool remove = false;
    std::string_view path;
    std::string_view partition_values_json;
    std::optional<std::int64_t> size_bytes;
    std::optional<std::int64_t> time;  ///< modificationTime or deletionTimestamp
    bool data_change = false;
    std::string_view stats;
    std::string_view
        rare_json;  ///< deletionVector, tags, baseRowId, defaultRowCommitVersion, clusteringProvider in one object
  };
  /// The texts are copied.
  Status add_checkpoint_file(const CheckpointFile& file);

  /// What is not a file action; the newest one of each.
  std::optional<Protocol> protocol;
  std::optional<Metadata> metadata;
  std::map<std::string, TransactionId, std::less<>> transactions;
  std::map<std::string, DomainMetadata, std::less<>> domains;  ///< with removed ones
  std::vector<Sidecar> sidecars;
  /// Takes an action that is not about a file (or is a sidecar), unless a newer one is there.
  void add_action(Action action);

  /// The result, oldest first. To be called once, at the end, when nothing is added any more.
  FileList take_files();
  FileList take_tombstones();

 private:
  struct Parsed {
    FileList::Row row;
    bool remove = false;
  };
  class LineParser;
  void reconcile(const std::vector<Parsed>& parsed, Source source);
  std::string_view deletion_vector_id(const FileList::Row& row) const;
  Result<FileList::PartitionIndex> partition_of(std::string_view json);
  FileList::PartitionIndex intern(PartitionValues values);
  std::string_view copy(std::string_view text);
  FileList take(std::vector<FileList::Row>& newest_first, std::vector<FileList::Row>& oldest);

  FileKeySet seen_;
  std::vector<FileList::Row> files_newest_first_;
  std::vector<FileList::Row> tombstones_newest_first_;
  std::vector<FileList::Row> base_files_;
  std::vector<FileList::Row> base_tombstones_;
  std::vector<std::shared_ptr<const FileList::Rare>> rares_;
  std::shared_ptr<std::vector<PartitionValues>> partitions_ = std::make_shared<std::vector<PartitionValues>>();
  std::unordered_map<std::string_view, FileList::PartitionIndex> partition_by_json_;
  std::map<PartitionValues, FileList::PartitionIndex> partition_by_values_;
  std::vector<std::shared_ptr<const std::string>> texts_;
  std::shared_ptr<std::string> arena_;
};
}  // namespace weir::delta
