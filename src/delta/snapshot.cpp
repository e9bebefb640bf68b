#include "delta/snapshot.h"

#include <fmt/format.h>
#include <simdjson.h>

#include "core/text.h"
#include "delta/checkpoint_reader.h"
#include "delta/file_pruning.h"
#include "delta/history.h"
#include "delta/log_replay.h"
#include "delta/log_segment.h"
#include "delta/table_features.h"

namespace weir::delta {
/// Puts a snapshot together from what a replay found.
class SnapshotBuilder {
 public:
  SnapshotBuilder(const storage::ObjectStore& store, const TableLocation& location)
      : store_(store), location_(location) {}

  Status add_commits(const std::vector<LogFile>& commits) {
    for (auto file = commits.rbegin(); file != commits.rend(); ++file) {
      WEIR_TRY_ASSIGN(std::string text, store_.read(file->key));
      text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
      const auto source =
          file->kind == LogFile::Kind::kCompacted ? LogReplay::Source::kReconciled : LogReplay::Source::kCommit;
      WEIR_TRY(replay_.add_lines(std::make_shared<const std::string>(std::move(text)), file->key, source));
    }
    return {};
  }

  Status add_checkpoint(const std::vector<LogFile>& files, duck::Connection* connection) {
    return read_checkpoint(store_, location_, files, connection, replay_);
  }

  void add_base(const Snapshot& base) {
    replay_.add_action(base.protocol_);
    replay_.add_action(base.metadata_);
    for (const auto& [app_id, transaction] : base.transactions_) {
      replay_.add_action(transaction);
    }
    for (const auto& [name, domain] : base.domains_) {
      replay_.add_action(domain);
    }
    replay_.add_base(base.files_, base.tombstones_);
  }

  Result<std::shared_ptr<const Snapshot>> finish(const LogSegment& segment, std::int64_t replayed_from) {
    if (!replay_.protocol) {
      return fail(ErrorCode::kCorrupt, fmt::format("the log up to version {} has no protocol action", segment.version));
    }
    if (!replay_.metadata) {
      // A reader that is too old for the table may also not understand its metadata.
      WEIR_TRY(check_can_read(*replay_.protocol, {}, {}));
      return fail(ErrorCode::kCorrupt, fmt::format("the log up to version {} has no metadata action", segment.version));
    }
    std::shared_ptr<Snapshot> snapshot(new Snapshot);  // the constructor is private
    snapshot->location_ = location_;
    snapshot->version_ = segment.version;
    snapshot->replayed_from_ = replayed_from;
    snapshot->commit_modified_ = segment.last_commit ? segment.last_commit->modified : Timestamp{};
    snapshot->protocol_ = *std::move(replay_.protocol);
    snapshot->metadata_ = *std::move(replay_.metadata);
    auto schema = parse_schema(snapshot->metadata_.schema_string);
    // The protocol comes first: a new feature may have brought types that weir does not know.
    WEIR_TRY(check_can_read(snapshot->protocol_, snapshot->metadata_, schema ? *schema : Schema{}));
    WEIR_TRY_ASSIGN(snapshot->schema_, std::move(schema));
    snapshot->files_ = replay_.take_files();
    snapshot->tombstones_ = replay_.take_tombstones();
    snapshot->transactions_ = std::move(replay_.transactions);
    snapshot->domains_ = std::move(replay_.domains);
    std::erase_if(snapshot->domains_, [](const auto& domain) { return domain.second.removed; });
    WEIR_TRY_ASSIGN(snapshot->timestamp_, timestamp_of(*snapshot, segment));
    return snapshot;
  }

 private:
  Result<Timestamp> timestamp_of(const Snapshot& snapshot, const LogSegment& segment) {
    if (snapshot.property("delta.enableInCommitTimestamps") == "true" && segment.last_commit) {
      WEIR_TRY_ASSIGN(const HistoryEntry entry, read_history_entry(store_, location_, segment.version));
      return entry.timestamp;
    }
    if (segment.last_commit) {
      return segment.last_commit->committed();
    }
    return segment.checkpoint.empty() ? Timestamp{} : segment.checkpoint[0].committed();
  }

  const storage::ObjectStore& store_;
  const TableLocation& location_;
  LogReplay replay_;
};

namespace {
Result<std::shared_ptr<const Snapshot>> load_segment(const storage::ObjectStore& store, const TableLocation& location,
                                                     const LogSegment& segment, duck::Connection* connection) {
  SnapshotBuilder builder(store, location);
  WEIR_TRY(builder.add_commits(segment.commits));
  WEIR_TRY(builder.add_checkpoint(segment.checkpoint, connection));
  return builder.finish(segment, segment.checkpoint_version().value_or(segment.version));
}

Error within_table(Error error, const storage::ObjectStore& store, const TableLocation& location) {
  return std::move(error).within(storage::join_key(store.name(), location.data_root));
}
}  // namespace

Result<std::shared_ptr<const Snapshot>> Snapshot::load(const storage::ObjectStore& store, const TableLocation& location,
                                                       const SnapshotOptions& options) {
  std::optional<std::int64_t> version = options.version;
  if (!version && options.as_of) {
    WEIR_TRY_ASSIGN(version, version_as_of(store, location, *options.as_of));
  }
  WEIR_TRY_ASSIGN(const LogSegment segment, find_segment(store, location, version));
  auto snapshot = load_segment(store, location, segment, options.connection);
  if (!snapshot && snapshot.error().code == ErrorCode::kCorrupt && !segment.checkpoint.empty()) {
    // A damaged checkpoint is no loss while the commits are still there, or an older checkpoint.
    WEIR_TRY_ASSIGN(const auto files, list_log(store, location));
    if (const auto older = choose_segment(files, segment.version, segment.checkpoint_version())) {
      if (auto second = load_segment(store, location, *older, options.connection)) {
        return second;
      }
    }
  }
  if (!snapshot) {
    return std::unexpected(within_table(std::move(snapshot).error(), store, location));
  }
  return snapshot;
}

Result<std::shared_ptr<const Snapshot>> Snapshot::refresh(const storage::ObjectStore& store,
                                                          std::shared_ptr<const Snapshot> current,
                                                          duck::Connection* connection) {
  const TableLocation& location = current->location();
  WEIR_TRY_ASSIGN(const auto files, list_log(store, location, current->version()));
  // A state made of many small commits keeps all their texts; from time to time a fresh start from a checkpoint is
  // cheaper.
  constexpr std::int64_t kCommitsMax = 50;
  LogSegment segment;
  segment.version = current->version();
  bool same_table = false;
  bool is_newest = true;
  for (const LogFile& file : files) {
    if (file.kind == LogFile::Kind::kCommit && file.version == current->version()) {
      same_table = file.modified == current->commit_modified_;
    } else if (file.kind == LogFile::Kind::kCommit && file.version == segment.version + 1) {
      segment.version = file.version;
      segment.last_commit = file;
      segment.commits.push_back(file);
    }
  }
  for (const LogFile& file : files) {
    is_newest = is_newest && file.version <= segment.version;
  }
  if (!same_table || !is_newest || segment.version - current->replayed_from_ > kCommitsMax) {
    return load(store, location, {.connection = connection});
  }
  if (segment.commits.empty()) {
    return current;
  }
  SnapshotBuilder builder(store, location);
  WEIR_TRY(builder.add_commits(segment.commits));
  builder.add_base(*current);
  auto snapshot = builder.finish(segment, current->replayed_from_);
  if (!snapshot) {
    return std::unexpected(within_table(std::move(snapshot).error(), store, location));
  }
  return snapshot;
}

bool Snapshot::is_partition_column(std::string_view name) const {
  for (const std::string& column : metadata_.partition_columns) {
    if (equals_ignoring_case(column, name)) {
      return true;
    }
  }
  return false;
}

std::optional<std::string> Snapshot::property(std::string_view name) const {
  const auto at = metadata_.configuration.find(name);
  return at == metadata_.configuration.end() ? std::nullopt : std::optional(at->second);
}

std::optional<std::int64_t> Snapshot::transaction_version(std::string_view app_id) const {
  const auto at = transactions_.find(app_id);
  return at == transactions_.end() ? std::nullopt : std::optional(at->second.version);
}

std::optional<std::int64_t> Snapshot::rows_count() const {
  std::int64_t sum = 0;
  std::string buffer;
  StatsReader stats;
  for (std::size_t i = 0; i < files_.size(); ++i) {
    const auto rows = stats.open(files_.stats(i, buffer)) ? stats.rows_count() : std::nullopt;
    if (!rows) {
      return std::nullopt;
    }
    const auto deleted = files_.deletion_vector(i);
    sum += *rows - (deleted ? deleted->cardinality : 0);
  }
  return sum;
}
}  // namespace weir::delta
