#include "delta/log_segment.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"

namespace weir::delta {
namespace {
constexpr std::size_t kVersionDigits = 20;

std::optional<std::int64_t> parse_digits(std::string_view text, std::size_t length) {
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.size() != length || code != std::errc() || end != text.data() + text.size() || number < 0) {
    return std::nullopt;
  }
  return number;
}

// "checkpoint.parquet", "checkpoint.<part>.<parts>.parquet", "checkpoint.<uuid>.json", split at the points.
bool parse_checkpoint_name(const std::vector<std::string>& parts, LogFile& file) {
  const bool parquet = parts.back() == "parquet";
  if (parts.size() == 3) {
    file.kind = LogFile::Kind::kCheckpoint;
    return parquet;
  }
  if (parts.size() == 4) {
    file.kind = LogFile::Kind::kUuidCheckpoint;
    return (parquet || parts.back() == "json") && !parts[2].empty();
  }
  if (parts.size() != 5 || !parquet) {
    return false;
  }
  const auto part = parse_digits(parts[2], 10);
  const auto count = parse_digits(parts[3], 10);
  if (!part || !count || *part < 1 || *part > *count || *count > 1'000'000) {
    return false;
  }
  file.kind = LogFile::Kind::kCheckpointPart;
  file.part = static_cast<int>(*part);
  file.parts_count = static_cast<int>(*count);
  return true;
}

// The checkpoints of one version that have all their files.
std::optional<std::vector<LogFile>> complete_checkpoint(const std::vector<const LogFile*>& candidates) {
  std::map<int, std::map<int, const LogFile*>> parts_by_count;
  for (const LogFile* file : candidates) {
    if (file->kind != LogFile::Kind::kCheckpointPart) {
      return std::vector<LogFile>{*file};
    }
    parts_by_count[file->parts_count][file->part] = file;
  }
  for (const auto& [count, parts] : parts_by_count) {
    if (parts.size() == static_cast<std::size_t>(count)) {
      std::vector<LogFile> out;
      for (const auto& [number, file] : parts) {
        out.push_back(*file);
      }
      return out;
    }
  }
  return std::nullopt;
}

bool is_checkpoint(const LogFile& file) {
  return file.kind == LogFile::Kind::kCheckpoint || file.kind == LogFile::Kind::kCheckpointPart ||
         file.kind == LogFile::Kind::kUuidCheckpoint;
}

std::vector<LogFile> newest_checkpoint(const std::vector<LogFile>& files, std::int64_t version_max) {
  std::map<std::int64_t, std::vector<const LogFile*>, std::greater<>> by_version;
  for (const LogFile& file : files) {
    if (is_checkpoint(file) && file.version <= version_max) {
      by_version[file.version].push_back(&file);
    }
  }
  for (const auto& [version, candidates] : by_version) {
    if (auto checkpoint = complete_checkpoint(candidates)) {
      return *std::move(checkpoint);
    }
  }
  return {};
}

// Commits `first` to `last` without a gap, with compacted files in place of those that they hold.
Result<std::vector<LogFile>> contiguous_commits(const std::vector<LogFile>& files, std::int64_t first,
                                                std::int64_t last) {
  std::map<std::int64_t, const LogFile*> commits;
  std::map<std::int64_t, const LogFile*> compacted;  // by their first version, the longest
  for (const LogFile& file : files) {
    if (file.kind == LogFile::Kind::kCommit) {
      commits[file.version] = &file;
    } else if (file.kind == LogFile::Kind::kCompacted && file.end_version <= last) {
      const LogFile*& longest = compacted[file.version];
      longest = longest == nullptr || longest->end_version < file.end_version ? &file : longest;
    }
  }
  std::vector<LogFile> out;
  for (std::int64_t version = first; version <= last; ++version) {
    if (const auto at = compacted.find(version); at != compacted.end()) {
      out.push_back(*at->second);
      version = at->second->end_version;
    } else if (const auto commit = commits.find(version); commit != commits.end()) {
      out.push_back(*commit->second);
    } else if (first == 0 && out.empty()) {
      return fail(ErrorCode::kCorrupt, fmt::format("the log begins with version {} and has no checkpoint to start from",
                                                   commits.empty() ? last : commits.begin()->first));
    } else {
      return fail(ErrorCode::kCorrupt, fmt::format("version {} is missing in the log, but {} is there", version, last));
    }
  }
  return out;
}
}  // namespace

std::string version_digits(std::int64_t version) {
  return fmt::format("{:020}", version);
}

std::string commit_key(const TableLocation& location, std::int64_t version) {
  return storage::join_key(location.log_root, version_digits(version) + ".json");
}

std::string checkpoint_key(const TableLocation& location, std::int64_t version) {
  return storage::join_key(location.log_root, version_digits(version) + ".checkpoint.parquet");
}

std::string checksum_key(const TableLocation& location, std::int64_t version) {
  return storage::join_key(location.log_root, version_digits(version) + ".crc");
}

std::string last_checkpoint_key(const TableLocation& location) {
  return storage::join_key(location.log_root, "_last_checkpoint");
}

std::optional<LogFile> parse_log_file_name(std::string_view name) {
  const auto parts = split(name, '.');
  LogFile file;
  const auto version = parse_digits(parts[0], kVersionDigits);
  if (!version || parts.size() < 2) {
    return std::nullopt;
  }
  file.version = file.end_version = *version;
  if (parts[1] == "checkpoint" && parts.size() >= 3) {
    return parse_checkpoint_name(parts, file) ? std::optional(std::move(file)) : std::nullopt;
  }
  if (parts.size() == 2 && parts[1] == "json") {
    return file;
  }
  if (parts.size() == 2 && parts[1] == "crc") {
    file.kind = LogFile::Kind::kChecksum;
    return file;
  }
  const auto end = parse_digits(parts[1], kVersionDigits);
  if (parts.size() == 4 && end && *end > *version && parts[2] == "compacted" && parts[3] == "json") {
    file.kind = LogFile::Kind::kCompacted;
    file.end_version = *end;
    return file;
  }
  return std::nullopt;
}

Result<std::vector<LogFile>> list_log(const storage::ObjectStore& store, const TableLocation& location,
                                      std::int64_t from_version) {
  const std::string prefix = location.log_root + '/';
  storage::ListOptions options{.prefix = prefix, .recursive = false};
  if (from_version > 0) {
    options.start_after = prefix + version_digits(from_version);
  }
  WEIR_TRY_ASSIGN(const auto objects, store.list(options));
  std::vector<LogFile> files;
  files.reserve(objects.size());
  for (const storage::ObjectInfo& object : objects) {
    if (auto file = parse_log_file_name(std::string_view(object.key).substr(prefix.size()))) {
      file->key = object.key;
      file->size_bytes = object.size_bytes;
      file->modified = object.modified;
      files.push_back(*std::move(file));
    }
  }
  return files;
}

Result<std::optional<std::int64_t>> read_last_checkpoint(const storage::ObjectStore& store,
                                                         const TableLocation& location) {
  const auto text = store.read(last_checkpoint_key(location));
  if (!text) {
    return text.error().code == ErrorCode::kNotFound ? Result<std::optional<std::int64_t>>(std::nullopt)
                                                     : std::unexpected(text.error());
  }
  const auto json = parse_json(*text, "_last_checkpoint");
  if (!json || !json->is_object() || !json->contains("version") || !(*json)["version"].is_number_integer()) {
    return std::nullopt;
  }
  const auto version = (*json)["version"].get<std::int64_t>();
  return version >= 0 ? std::optional(version) : std::nullopt;
}

Result<LogSegment> choose_segment(const std::vector<LogFile>& files, std::optional<std::int64_t> version,
                                  std::optional<std::int64_t> checkpoint_below) {
  std::optional<std::int64_t> newest;
  for (const LogFile& file : files) {
    if (file.kind == LogFile::Kind::kCommit || is_checkpoint(file)) {
      newest = std::max(newest.value_or(file.version), file.version);
    }
  }
  if (!newest) {
    return fail(ErrorCode::kNotFound, "no Delta table here: its log has no commits");
  }
  if (version && *version > *newest) {
    return fail(ErrorCode::kNotFound, fmt::format("has no version {}; the newest is {}", *version, *newest));
  }
  LogSegment segment;
  segment.version = version.value_or(*newest);
  const std::int64_t checkpoint_max = std::min(segment.version, checkpoint_below.value_or(segment.version + 1) - 1);
  segment.checkpoint = newest_checkpoint(files, checkpoint_max);
  const std::int64_t first = segment.checkpoint.empty() ? 0 : segment.checkpoint[0].version + 1;
  auto commits = contiguous_commits(files, first, segment.version);
  if (!commits) {
    if (version && first == 0) {
      return fail(ErrorCode::kNotFound,
                  fmt::format("version {} can no longer be read: {}", *version, commits.error().message));
    }
    return std::unexpected(std::move(commits).error());
  }
  segment.commits = *std::move(commits);
  for (const LogFile& file : files) {
    if (file.kind == LogFile::Kind::kCommit && file.version == segment.version) {
      segment.last_commit = file;
    }
  }
  return segment;
}

Result<LogSegment> find_segment(const storage::ObjectStore& store, const TableLocation& location,
                                std::optional<std::int64_t> version) {
  WEIR_TRY_ASSIGN(const auto hint, read_last_checkpoint(store, location));
  if (hint && (!version || *hint <= *version)) {
    WEIR_TRY_ASSIGN(const auto files, list_log(store, location, *hint));
    // A hint that leads nowhere is not trusted: the whole log is listed instead.
    if (auto segment = choose_segment(files, version); segment && !segment->checkpoint.empty()) {
      return segment;
    }
  }
  WEIR_TRY_ASSIGN(const auto files, list_log(store, location));
  auto segment = choose_segment(files, version);
  if (!segment) {
    return std::unexpected(std::move(segment).error().within(storage::join_key(store.name(), location.data_root)));
  }
  return segment;
}
}  // namespace weir::delta
