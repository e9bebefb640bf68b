#include "delta/history.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "core/text.h"
#include "delta/log_segment.h"

namespace weir::delta {
namespace {
// The line of the commit that holds `commitInfo`, which writers put first.
std::string_view commit_info_line(std::string_view text) {
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('\n', start), text.size());
    const std::string_view line = trim(text.substr(start, end - start));
    if (line.substr(0, 20).find("\"commitInfo\"") != std::string_view::npos) {
      return line;
    }
    start = end + 1;
  }
  return {};
}

std::string text_of(simdjson::dom::element object, const char* key) {
  std::string_view text;
  return object[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

std::string json_of(simdjson::dom::element object, const char* key) {
  simdjson::dom::object value;
  return object[key].get(value) == simdjson::SUCCESS ? simdjson::minify(value) : std::string("{}");
}

HistoryEntry parse_entry(std::string_view text, std::int64_t version, Timestamp modified) {
  HistoryEntry entry;
  entry.version = version;
  entry.timestamp = modified;
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  simdjson::dom::element info;
  const std::string_view line = commit_info_line(text);
  if (line.empty() || parser.parse(line.data(), line.size()).get(document) != simdjson::SUCCESS ||
      document["commitInfo"].get(info) != simdjson::SUCCESS || !info.is_object()) {
    return entry;  // the protocol asks nobody to write one
  }
  entry.operation = text_of(info, "operation");
  entry.operation_parameters_json = json_of(info, "operationParameters");
  entry.operation_metrics_json = json_of(info, "operationMetrics");
  entry.engine_info = text_of(info, "engineInfo");
  entry.commit_info_json = simdjson::minify(info);
  bool blind = false;
  if (info["isBlindAppend"].get(blind) == simdjson::SUCCESS) {
    entry.is_blind_append = blind;
  }
  std::int64_t number = 0;
  if (info["readVersion"].get(number) == simdjson::SUCCESS) {
    entry.read_version = number;
  }
  if (info["inCommitTimestamp"].get(number) == simdjson::SUCCESS) {
    entry.timestamp = from_milliseconds(number);
  }
  return entry;
}

// The commits of all versions that can be read, ascending and without a gap up to the newest.
Result<std::vector<LogFile>> list_readable_commits(const storage::ObjectStore& store, const TableLocation& location) {
  WEIR_TRY_ASSIGN(const auto files, list_log(store, location));
  std::vector<LogFile> commits;
  std::optional<std::int64_t> first_checkpoint;
  for (const LogFile& file : files) {
    if (file.kind == LogFile::Kind::kCommit) {
      if (!commits.empty() && commits.back().version + 1 != file.version) {
        commits.clear();
      }
      commits.push_back(file);
    } else if (file.kind == LogFile::Kind::kCheckpoint || file.kind == LogFile::Kind::kCheckpointPart ||
               file.kind == LogFile::Kind::kUuidCheckpoint) {
      first_checkpoint = std::min(first_checkpoint.value_or(file.version), file.version);
    }
  }
  if (!commits.empty() && commits.front().version > 0) {
    std::erase_if(commits,
                  [&](const LogFile& commit) { return !first_checkpoint || commit.version < *first_checkpoint; });
  }
  if (commits.empty()) {
    return fail(ErrorCode::kNotFound, "no Delta table here: its log has no commits",
                storage::join_key(store.name(), location.data_root));
  }
  return commits;
}

// Times of commits for time travel. With in-commit timestamps, which grow, few commits have to be read.
class CommitTimes {
 public:
  CommitTimes(const storage::ObjectStore& store, const std::vector<LogFile>& commits)
      : store_(store), commits_(commits) {}

  /// Position of the first commit whose commitInfo has a timestamp of its own; they are all behind it.
  Result<std::size_t> first_with_own_time() {
    WEIR_TRY_ASSIGN(const auto newest, own_time(commits_.size() - 1));
    if (!newest) {
      return commits_.size();
    }
    std::size_t low = 0;
    std::size_t high = commits_.size() - 1;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      WEIR_TRY_ASSIGN(const auto time, own_time(middle));
      time ? high = middle : low = middle + 1;
    }
    return low;
  }

  /// Position behind the last commit in [first, end) with its own time at or before `moment`.
  Result<std::size_t> upper_bound_own(std::size_t first, Timestamp moment) {
    std::size_t low = first;
    std::size_t high = commits_.size();
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      WEIR_TRY_ASSIGN(const auto time, own_time(middle));
      time&&* time <= moment ? low = middle + 1 : high = middle;
    }
    return low;
  }

  /// The same among the first `end` commits by the times of their files. Clocks of writers may go back, the order of
  /// versions does not: such a commit counts as one millisecond after the one before.
  std::size_t upper_bound_file(std::size_t end, Timestamp moment) const {
    Timestamp last = Timestamp::min();
    for (std::size_t i = 0; i < end; ++i) {
      last = i > 0 ? std::max(commits_[i].committed(), last + std::chrono::milliseconds(1)) : commits_[i].committed();
      if (last > moment) {
        return i;
      }
    }
    return end;
  }

  Result<std::optional<Timestamp>> own_time(std::size_t index) {
    WEIR_TRY_ASSIGN(const std::string text, store_.read(commits_[index].key));
    const HistoryEntry entry = parse_entry(text, commits_[index].version, Timestamp::min());
    return entry.timestamp == Timestamp::min() ? std::nullopt : std::optional(entry.timestamp);
  }

 private:
  const storage::ObjectStore& store_;
  const std::vector<LogFile>& commits_;
};
}  // namespace

Result<std::optional<std::int64_t>> find_newest_version(const storage::ObjectStore& store,
                                                        const TableLocation& location,
                                                        std::optional<std::int64_t> from_version) {
  if (!from_version) {
    WEIR_TRY_ASSIGN(from_version, read_last_checkpoint(store, location));
  }
  WEIR_TRY_ASSIGN(auto files, list_log(store, location, from_version.value_or(0)));
  if (files.empty() && from_version) {
    WEIR_TRY_ASSIGN(files, list_log(store, location));
  }
  std::optional<std::int64_t> newest;
  for (const LogFile& file : files) {
    if (file.kind != LogFile::Kind::kChecksum && file.kind != LogFile::Kind::kCompacted) {
      newest = std::max(newest.value_or(0), file.version);
    }
  }
  return newest;
}

Result<std::int64_t> newest_version(const storage::ObjectStore& store, const TableLocation& location,
                                    std::optional<std::int64_t> from_version) {
  WEIR_TRY_ASSIGN(const auto newest, find_newest_version(store, location, from_version));
  if (!newest) {
    return fail(ErrorCode::kNotFound, "no Delta table here: its log has no commits",
                storage::join_key(store.name(), location.data_root));
  }
  return *newest;
}

Result<HistoryEntry> read_history_entry(const storage::ObjectStore& store, const TableLocation& location,
                                        std::int64_t version) {
  const std::string key = commit_key(location, version);
  WEIR_TRY_ASSIGN(const storage::ObjectInfo info, store.head(key));
  WEIR_TRY_ASSIGN(const std::string text, store.read(key));
  return parse_entry(text, version, from_milliseconds(to_milliseconds(info.modified)));
}

Result<std::vector<HistoryEntry>> read_history(const storage::ObjectStore& store, const TableLocation& location,
                                               const HistoryOptions& options) {
  std::vector<HistoryEntry> entries;
  std::int64_t version = 0;
  if (options.up_to_version) {
    version = *options.up_to_version;
  } else {
    WEIR_TRY_ASSIGN(version, newest_version(store, location));
  }
  for (; version >= 0 && entries.size() < options.limit_count; --version) {
    auto entry = read_history_entry(store, location, version);
    if (!entry) {
      if (entry.error().code == ErrorCode::kNotFound && (!entries.empty() || !options.up_to_version)) {
        break;  // cleaned up
      }
      return std::unexpected(std::move(entry).error());
    }
    entries.push_back(*std::move(entry));
  }
  return entries;
}

Result<std::int64_t> version_as_of(const storage::ObjectStore& store, const TableLocation& location, Timestamp moment) {
  WEIR_TRY_ASSIGN(const auto commits, list_readable_commits(store, location));
  CommitTimes times(store, commits);
  WEIR_TRY_ASSIGN(const std::size_t own, times.first_with_own_time());
  WEIR_TRY_ASSIGN(std::size_t end, times.upper_bound_own(own, moment));
  if (end == own) {
    end = times.upper_bound_file(own, moment);
  }
  if (end > 0) {
    return commits[end - 1].version;
  }
  Timestamp first = commits[0].committed();
  if (own == 0) {
    WEIR_TRY_ASSIGN(const auto time, times.own_time(0));
    first = time.value_or(first);
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("has no version as old as {}; the oldest that can be read was committed at {}",
                          format_timestamp(moment), format_timestamp(first)),
              storage::join_key(store.name(), location.data_root));
}
}  // namespace weir::delta
