#include "delta/file_list.h"

#include <charconv>

#include "delta/json_text.h"

namespace weir::delta {
bool FileList::has_deletion_vector(std::size_t index) const {
  return rows_[index].rare > 0 && rares_[rows_[index].rare - 1]->deletion_vector.has_value();
}

std::optional<DeletionVector> FileList::deletion_vector(std::size_t index) const {
  return rows_[index].rare > 0 ? rares_[rows_[index].rare - 1]->deletion_vector : std::nullopt;
}

std::string_view FileList::stats(std::size_t index, std::string& buffer) const {
  const Row& row = rows_[index];
  if (!row.stats_escaped) {
    return row.stats;
  }
  unescape_json_string(row.stats, buffer);
  return buffer;
}

std::optional<std::int64_t> FileList::rows_estimate(std::size_t index) const {
  constexpr std::string_view kKey = "numRecords";
  const std::string_view text = rows_[index].stats;
  const std::size_t key = text.find(kKey);
  const std::size_t start = key == std::string_view::npos ? key : text.find_first_of("0123456789", key + kKey.size());
  if (start == std::string_view::npos || start > key + kKey.size() + 8) {
    return std::nullopt;
  }
  std::int64_t rows = 0;
  std::from_chars(text.data() + start, text.data() + text.size(), rows);
  return rows;
}

AddFile FileList::add_file(std::size_t index) const {
  const Row& row = rows_[index];
  AddFile file;
  file.path = row.path;
  file.partition_values = partition_values(row.partition);
  file.size_bytes = row.size_bytes;
  file.modification_time = row.time;
  file.data_change = row.data_change;
  std::string buffer;
  if (const std::string_view text = stats(index, buffer); !text.empty()) {
    file.stats = std::string(text);
  }
  if (row.rare > 0) {
    const Rare& rare = *rares_[row.rare - 1];
    file.deletion_vector = rare.deletion_vector;
    file.tags = rare.tags;
    file.base_row_id = rare.base_row_id;
    file.default_row_commit_version = rare.default_row_commit_version;
    file.clustering_provider = rare.clustering_provider;
  }
  return file;
}

RemoveFile FileList::tombstone(std::size_t index) const {
  const Row& row = rows_[index];
  RemoveFile file;
  file.path = row.path;
  file.deletion_timestamp = row.time >= 0 ? std::optional(row.time) : std::nullopt;
  file.data_change = row.data_change;
  file.extended_file_metadata = row.extended_file_metadata;
  file.partition_values = partition_values(row.partition);
  file.size_bytes = row.size_bytes >= 0 ? std::optional(row.size_bytes) : std::nullopt;
  if (row.rare > 0) {
    const Rare& rare = *rares_[row.rare - 1];
    file.deletion_vector = rare.deletion_vector;
    file.base_row_id = rare.base_row_id;
    file.default_row_commit_version = rare.default_row_commit_version;
  }
  return file;
}

std::int64_t FileList::total_bytes() const {
  std::int64_t sum = 0;
  for (const Row& row : rows_) {
    sum += row.size_bytes;
  }
  return sum;
}
}  // namespace weir::delta
