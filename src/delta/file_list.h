#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delta/actions.h"

namespace weir::delta {
/// The files of a snapshot (or its tombstones), some hundred thousand of them in little memory: rows of fixed size that
/// point into the text of the log, which the list keeps. Immutable once built; copying shares the texts.
class FileList {
 public:
  /// One distinct combination of partition values; most tables have few.
  using PartitionIndex = std::uint32_t;

  std::size_t size() const { return rows_.size(); }
  bool empty() const { return rows_.empty(); }

  /// The action as it stands in the log.
  AddFile add_file(std::size_t index) const;
  /// The same for a list of tombstones; without statistics and tags, which the log need not keep for them.
  RemoveFile tombstone(std::size_t index) const;
  std::string_view path(std::size_t index) const { return rows_[index].path; }
  std::int64_t size_bytes(std::size_t index) const { return rows_[index].size_bytes; }
  std::int64_t modification_time(std::size_t index) const { return rows_[index].time; }
  bool has_deletion_vector(std::size_t index) const;
  std::optional<DeletionVector> deletion_vector(std::size_t index) const;
  /// The statistics as JSON, copied into `buffer` where they have to be unescaped; empty when there are none.
  std::string_view stats(std::size_t index, std::string& buffer) const;

  /// The number of rows by the statistics, read without parsing them whole: for estimates only.
  std::optional<std::int64_t> rows_estimate(std::size_t index) const;

  PartitionIndex partition(std::size_t index) const { return rows_[index].partition; }
  std::size_t partitions_count() const { return partitions_->size(); }
  const PartitionValues& partition_values(PartitionIndex partition) const { return (*partitions_)[partition]; }

  std::int64_t total_bytes() const;

 private:
  friend class LogReplay;
  struct Row {
    std::string_view path;
    std::string_view stats;       // with its quotes and escapes when `stats_escaped`
    std::int64_t size_bytes = 0;  // -1: a tombstone without size
    std::int64_t time = 0;        // modification; a tombstone's deletion time, -1 without
    PartitionIndex partition = 0;
    std::uint32_t rare = 0;  // 0, or 1 + position in rares_: what few files have
    bool stats_escaped = false;
    bool data_change = true;
    bool extended_file_metadata = false;  // of a tombstone
  };
  struct Rare {
    std::optional<DeletionVector> deletion_vector;
    std::string deletion_vector_id;  // empty without one
    StringMap tags;
    std::optional<std::int64_t> base_row_id;
    std::optional<std::int64_t> default_row_commit_version;
    std::optional<std::string> clustering_provider;
  };
  std::vector<Row> rows_;
  std::vector<std::shared_ptr<const Rare>> rares_;
  std::shared_ptr<const std::vector<PartitionValues>> partitions_ = std::make_shared<std::vector<PartitionValues>>();
  std::vector<std::shared_ptr<const std::string>> texts_;
};
}  // namespace weir::delta
