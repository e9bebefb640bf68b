#include "delta/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "core/json.h"
#include "core/text.h"
#include "delta/actions.h"
#include "delta/checkpoint_reader.h"
#include "delta/checksum.h"
#include "delta/column_mapping.h"
#include "delta/commit_time.h"
#include "delta/file_pruning.h"
#include "delta/log_replay.h"
#include "delta/log_segment.h"
#include "delta/partition_value.h"
#include "delta/scan.h"
#include "delta/snapshot.h"
#include "delta/table_features.h"
#include "delta/value.h"
#include "duck/database.h"

namespace weir::delta {
namespace {
using Problems = std::vector<std::string>;
using FileKey = std::pair<std::string, std::string>;  // path, deletion vector

std::string vector_id(const std::optional<DeletionVector>& vector) {
  return vector ? vector->unique_id() : std::string();
}

// The actions of one commit among themselves.
class CommitChecker {
 public:
  CommitChecker(std::int64_t version, const std::vector<Action>& actions,
                const std::vector<std::string>& partition_columns, Problems& problems)
      : version_(version), actions_(actions), partition_columns_(partition_columns), problems_(problems) {}

  void check() {
    for (std::size_t i = 0; i < actions_.size(); ++i) {
      const Action& action = actions_[i];
      if (std::holds_alternative<CommitInfo>(action) && i != 0) {
        report("commitInfo is not the first action");
      } else if (std::holds_alternative<Protocol>(action)) {
        once("protocol", "protocol");
        check_protocol(std::get<Protocol>(action));
      } else if (std::holds_alternative<Metadata>(action)) {
        once("metaData", "metaData");
      } else if (const auto* transaction = std::get_if<TransactionId>(&action)) {
        once("txn", transaction->app_id);
      } else if (const auto* domain = std::get_if<DomainMetadata>(&action)) {
        once("domainMetadata", domain->domain);
      } else if (const auto* add = std::get_if<AddFile>(&action)) {
        once("add", add->path);
        added_.emplace(add->path, vector_id(add->deletion_vector));
        check_file(add->path, add->partition_values, add->size_bytes);
      } else if (const auto* remove = std::get_if<RemoveFile>(&action)) {
        once("remove", remove->path);
        removed_.emplace(remove->path, vector_id(remove->deletion_vector));
        if (remove->extended_file_metadata) {
          check_file(remove->path, remove->partition_values, remove->size_bytes.value_or(-1));
        }
      } else if (std::holds_alternative<Sidecar>(action) || std::holds_alternative<CheckpointMetadata>(action)) {
        report("an action that only checkpoints may have");
      }
    }
    for (const FileKey& key : added_) {
      if (removed_.contains(key)) {
        report("adds and removes the same logical file: " + key.first);
      }
    }
  }

 private:
  void report(std::string what) { problems_.push_back(fmt::format("version {}: {}", version_, std::move(what))); }

  void once(const std::string& kind, const std::string& key) {
    if (!seen_.emplace(kind, key).second) {
      report(fmt::format("more than one {} for {}", kind, key));
    }
  }

  void check_protocol(const Protocol& protocol) {
    if (protocol.min_reader_version >= 3 && protocol.min_writer_version < 7) {
      report("reader version 3 needs writer version 7");
    }
    for (const std::string& feature : protocol.reader_features) {
      if (!protocol.has_writer_feature(feature)) {
        report("a reader feature that is not listed for writers: " + feature);
      }
    }
  }

  void check_file(const std::string& path, const PartitionValues& values, std::int64_t size_bytes) {
    const bool encoded = std::all_of(path.begin(), path.end(), [](unsigned char c) {
      // Letters of other scripts may stand as they are, as Java's URIs have them.
      return c > 0x20 && c != 0x7F && !std::string_view("\"<>\\^`{|}#?[]").contains(static_cast<char>(c));
    });
    if (!encoded || path.empty()) {
      report("a path that is not encoded as a URI: " + path);
    }
    if (size_bytes <= 0) {
      report("a file without size: " + path);
    }
    std::set<std::string> given;
    for (const auto& [name, value] : values) {
      given.insert(name);
      if (value && value->empty()) {
        report("an empty text as partition value, which should be null: " + path);
      }
    }
    if (given != std::set<std::string>(partition_columns_.begin(), partition_columns_.end())) {
      report("partition values for other columns than the table is partitioned by: " + path);
    }
  }

  std::int64_t version_;
  const std::vector<Action>& actions_;
  const std::vector<std::string>& partition_columns_;  // physical names
  Problems& problems_;
  std::set<std::pair<std::string, std::string>> seen_;
  std::set<FileKey> added_;
  std::set<FileKey> removed_;
};

// The state that the commits lead to, kept in the plainest way.
struct State {
  std::int64_t begins_after = -1;  // version
  std::optional<Protocol> protocol;
  std::optional<Metadata> metadata;
  std::optional<std::int64_t> commit_time;
  std::map<FileKey, AddFile> files;
  std::map<FileKey, RemoveFile> tombstones;
  std::map<std::string, std::int64_t> transactions;

  void apply(const std::vector<Action>& actions, std::int64_t version, Problems& problems) {
    std::map<FileKey, const AddFile*> added;
    for (const Action& action : actions) {
      if (const auto* new_protocol = std::get_if<Protocol>(&action)) {
        protocol = *new_protocol;
      } else if (const auto* new_metadata = std::get_if<Metadata>(&action)) {
        metadata = *new_metadata;
      } else if (const auto* transaction = std::get_if<TransactionId>(&action)) {
        transactions[transaction->app_id] = transaction->version;
      } else if (const auto* remove = std::get_if<RemoveFile>(&action)) {
        const FileKey key(remove->path, vector_id(remove->deletion_vector));
        if (files.erase(key) == 0) {
          problems.push_back(
              fmt::format("version {}: removes a file that is not in the table: {}", version, remove->path));
        }
        tombstones[key] = *remove;
      } else if (const auto* add = std::get_if<AddFile>(&action)) {
        added.emplace(FileKey(add->path, vector_id(add->deletion_vector)), add);
      }
    }
    for (const auto& [key, add] : added) {
      for (const auto& [other, file] : files) {
        if (other.first == key.first && other.second != key.second) {
          problems.push_back(
              fmt::format("version {}: adds a file again without removing it first: {}", version, add->path));
        }
      }
      files[key] = *add;
      tombstones.erase(key);
    }
  }
};

std::vector<std::string> physical_partition_columns(const State& state) {
  std::vector<std::string> names;
  const auto schema = parse_schema(state.metadata->schema_string);
  const ColumnMapping mapping = column_mapping(state.protocol.value_or(Protocol{}), *state.metadata);
  for (const std::string& column : state.metadata->partition_columns) {
    const Field* field = schema ? schema->find(column) : nullptr;
    names.push_back(field == nullptr ? column : physical_name(*field, mapping));
  }
  return names;
}

class TableChecker {
 public:
  TableChecker(const storage::ObjectStore& store, const TableLocation& location, duck::Connection& connection)
      : store_(store), location_(location), connection_(connection) {}

  Result<Problems> check() {
    WEIR_TRY_ASSIGN(const auto files, list_log(store_, location_));
    WEIR_TRY_ASSIGN(State state, first_state(files));
    std::optional<std::int64_t> next = state.metadata ? std::optional(state.begins_after + 1) : std::nullopt;
    for (const LogFile& file : files) {
      if (file.kind == LogFile::Kind::kCommit && file.version == next.value_or(0)) {
        WEIR_TRY(apply(file, state));
        WEIR_TRY(check_checkpoints(files, file.version, state));
        WEIR_TRY(check_checksum(files, file.version, state));
        next = file.version + 1;
      }
    }
    WEIR_TRY_ASSIGN(const auto snapshot, Snapshot::load(store_, location_, {.connection = &connection_}));
    if (!next || *next != snapshot->version() + 1) {
      problems_.push_back("the log begins neither with version 0 nor with a checkpoint, so its commits cannot be checked");
    } else {
      compare(snapshot->files(), state, "the newest version");
    }
    if (column_mapping(snapshot->protocol(), snapshot->metadata()) != ColumnMapping::kNone) {
      for (std::string& problem : mapping_problems(snapshot->schema(), snapshot->metadata().configuration)) {
        problems_.push_back(std::move(problem));
      }
    }
    for (std::uint32_t i = 0; i < snapshot->files().size(); ++i) {
      WEIR_TRY(check_data(snapshot, i));
    }
    return std::move(problems_);
  }

 private:
  // Where the commits begin: empty before version 0, or what the oldest checkpoint holds when older commits were cleaned up.
  Result<State> first_state(const std::vector<LogFile>& files) const {
    State state;
    const auto commit = std::ranges::find(files, LogFile::Kind::kCommit, &LogFile::kind);
    const std::int64_t needed = commit == files.end() ? 0 : commit->version - 1;  // else commits behind the checkpoint are missing
    const auto checkpoint = std::ranges::find_if(files, [needed](const LogFile& file) {
      using enum LogFile::Kind;
      return file.version >= needed && (file.kind == kCheckpoint || file.kind == kCheckpointPart || file.kind == kUuidCheckpoint);
    });
    if (checkpoint == files.end() || (commit != files.end() && commit->version == 0)) {
      return state;
    }
    WEIR_TRY_ASSIGN(const auto snapshot, Snapshot::load(store_, location_, {.version = checkpoint->version, .connection = &connection_}));
    state.begins_after = checkpoint->version;
    state.protocol = snapshot->protocol();
    state.metadata = snapshot->metadata();
    for (std::size_t i = 0; i < snapshot->files().size(); ++i) {
      AddFile file = snapshot->files().add_file(i);
      FileKey key(file.path, vector_id(file.deletion_vector));
      state.files.emplace(std::move(key), std::move(file));
    }
    return state;
  }

  Status apply(const LogFile& file, State& state) {
    WEIR_TRY_ASSIGN(const std::string text, store_.read(file.key));
    WEIR_TRY_ASSIGN(const auto actions, parse_commit(text, file.key));
    state.apply(actions, file.version, problems_);
    if (!state.metadata || !state.protocol) {
      problems_.push_back("version 0 has no protocol or no metaData");
      state.metadata = state.metadata.value_or(Metadata{});
      state.protocol = state.protocol.value_or(Protocol{});
    }
    check_commit_time(file.version, actions, state);
    const bool has_domains = std::any_of(actions.begin(), actions.end(), [](const Action& action) {
      return std::holds_alternative<DomainMetadata>(action);
    });
    if (has_domains && !supports_writer_feature(*state.protocol, "domainMetadata")) {
      problems_.push_back(fmt::format("version {}: domainMetadata in a table without that feature", file.version));
    }
    CommitChecker(file.version, actions, physical_partition_columns(state), problems_).check();
    return {};
  }

  // Where the table has in-commit timestamps, each commit begins with one, later than the last.
  void check_commit_time(std::int64_t version, const std::vector<Action>& actions, State& state) {
    if (!has_commit_times(*state.metadata)) {
      state.commit_time.reset();
      return;
    }
    const auto time = std::holds_alternative<CommitInfo>(actions.front()) ? commit_time_of(actions) : std::nullopt;
    if (!time) {
      problems_.push_back(fmt::format("version {}: no commitInfo with an in-commit timestamp comes first", version));
    } else if (state.commit_time && *time <= *state.commit_time) {
      problems_.push_back(fmt::format("version {}: the in-commit timestamp {} is not after {}", version, *time, *state.commit_time));
    }
    state.commit_time = time;
  }

  Status check_checkpoints(const std::vector<LogFile>& files, std::int64_t version, const State& state) {
    for (const LogFile& file : files) {
      if (file.version != version || file.kind != LogFile::Kind::kCheckpoint) {
        continue;
      }
      LogReplay replay;
      WEIR_TRY(read_checkpoint(store_, location_, {file}, &connection_, replay));
      const std::string what = fmt::format("the checkpoint of version {}", version);
      if (replay.protocol != state.protocol || replay.metadata != state.metadata) {
        problems_.push_back(what + " has another protocol or other metadata than the commits");
      }
      for (const auto& [app_id, number] : state.transactions) {
        const auto at = replay.transactions.find(app_id);
        if (at == replay.transactions.end() || at->second.version != number) {
          problems_.push_back(what + " has another txn of " + app_id);
        }
      }
      compare(replay.take_files(), state, what);
    }
    return {};
  }

  Status check_checksum(const std::vector<LogFile>& files, std::int64_t version, const State& state) {
    const auto at = std::find_if(files.begin(), files.end(), [&](const LogFile& file) {
      return file.kind == LogFile::Kind::kChecksum && file.version == version;
    });
    if (at == files.end()) {
      return {};
    }
    WEIR_TRY_ASSIGN(const std::string text, store_.read(at->key));
    const auto checksum = parse_checksum(text, at->key);
    if (!checksum) {
      problems_.push_back(checksum.error().text());
      return {};
    }
    std::int64_t bytes = 0;
    for (const auto& [key, file] : state.files) {
      bytes += file.size_bytes;
    }
    if (checksum->files_count != static_cast<std::int64_t>(state.files.size()) || checksum->table_bytes != bytes) {
      problems_.push_back(
          fmt::format("the checksum of version {} has {} files of {} bytes, but the commits lead to {} of {}", version,
                      checksum->files_count, checksum->table_bytes, state.files.size(), bytes));
    }
    if (checksum->protocol != state.protocol || checksum->metadata != state.metadata) {
      problems_.push_back(
          fmt::format("the checksum of version {} has another protocol or other metadata than the commits", version));
    }
    return {};
  }

  void compare(const FileList& files, const State& state, const std::string& what) {
    std::set<FileKey> seen;
    for (std::size_t i = 0; i < files.size(); ++i) {
      AddFile file = files.add_file(i);
      const FileKey key(file.path, vector_id(file.deletion_vector));
      const auto at = state.files.find(key);
      if (!seen.insert(key).second || at == state.files.end()) {
        problems_.push_back(fmt::format("{} has a file that the commits do not lead to: {}", what, file.path));
        continue;
      }
      file.data_change = at->second.data_change;
      if (state.metadata->configuration.contains("delta.checkpoint.writeStatsAsJson")) {
        file.stats = at->second.stats;  // the same values may come back in another spelling
      }
      if (file != at->second) {
        problems_.push_back(fmt::format("{} says other things of a file than its commit: {}", what, file.path));
      }
    }
    if (seen.size() != state.files.size()) {
      problems_.push_back(
          fmt::format("{} has {} files, but the commits lead to {}", what, seen.size(), state.files.size()));
    }
  }

  // One live file: is it there, and do its statistics hold for its rows?
  Status check_data(const std::shared_ptr<const Snapshot>& snapshot, std::uint32_t index) {
    const AddFile file = snapshot->files().add_file(index);
    if (!is_absolute_path(file.path)) {
      const auto info = store_.head(storage::join_key(location_.data_root, decode_path(file.path)));
      if (!info) {
        problems_.push_back("a file of the table is missing: " + file.path);
        return {};
      }
      if (info->size_bytes != static_cast<std::uint64_t>(file.size_bytes)) {
        problems_.push_back(
            fmt::format("{} has {} bytes, but the log says {}", file.path, info->size_bytes, file.size_bytes));
      }
    }
    if (file.deletion_vector) {
      return check_deleted(snapshot, index, file);
    }
    if (!file.stats) {
      return {};
    }
    const auto stats = parse_json(*file.stats, "stats");
    if (!stats || !stats->is_object()) {
      problems_.push_back("unreadable statistics: " + file.path);
      return {};
    }
    WEIR_TRY_ASSIGN(const std::string sql, scan_sql(store_, Scan::of_files(snapshot, {index})));
    WEIR_TRY_ASSIGN(const std::int64_t rows, connection_.query_integer("SELECT count(*) FROM (" + sql + ")"));
    if (!stats->contains("numRecords") || (*stats)["numRecords"] != rows) {
      problems_.push_back(fmt::format("{} has {} rows, but its statistics say otherwise", file.path, rows));
    }
    StatsReader reader;
    reader.open(*file.stats);
    std::vector<std::string> logical;
    std::vector<std::string> physical;
    return check_fields(snapshot->schema().fields, *snapshot, sql, file.path, reader, logical, physical);
  }

  // Statistics of a file with deleted rows: all rows are counted, and bounds are said to be loose.
  Status check_deleted(const std::shared_ptr<const Snapshot>& snapshot, std::uint32_t index, const AddFile& file) {
    const auto stats = parse_json(file.stats.value_or("{}"), "stats");
    if (!stats || !stats->is_object() || !stats->contains("numRecords")) {
      problems_.push_back("a file with a deletion vector, but without numRecords: " + file.path);
      return {};
    }
    WEIR_TRY_ASSIGN(const std::string sql, scan_sql(store_, Scan::of_files(snapshot, {index})));
    WEIR_TRY_ASSIGN(const std::int64_t rows, connection_.query_integer("SELECT count(*) FROM (" + sql + ")"));
    if ((*stats)["numRecords"] != rows + file.deletion_vector->cardinality) {
      problems_.push_back(fmt::format("{} has {} rows and {} deleted ones, but its statistics say otherwise", file.path,
                                      rows, file.deletion_vector->cardinality));
    }
    if (stats->contains("minValues") && stats->value("tightBounds", true)) {
      problems_.push_back("a file with a deletion vector whose bounds are said to be tight: " + file.path);
    }
    return {};
  }

  Status check_fields(const std::vector<Field>& fields, const Snapshot& snapshot, const std::string& sql,
                      const std::string& path, const StatsReader& reader, std::vector<std::string>& logical,
                      std::vector<std::string>& physical) {
    const ColumnMapping mapping = column_mapping(snapshot.protocol(), snapshot.metadata());
    for (const Field& field : fields) {
      logical.push_back(sql_name(field.name));
      physical.push_back(physical_name(field, mapping));
      if (field.type.kind == TypeKind::kStruct) {
        WEIR_TRY(check_fields(field.type.fields, snapshot, sql, path, reader, logical, physical));
      } else if (!field.type.is_nested() && field.type.kind != TypeKind::kVariant &&
                 !snapshot.is_partition_column(field.name)) {
        WEIR_TRY(check_leaf(field.type, sql, path, reader.range(physical, field.type), join(logical, ".")));
      }
      logical.pop_back();
      physical.pop_back();
    }
    return {};
  }

  Status check_leaf(const DataType& type, const std::string& sql, const std::string& path, const ColumnRange& range,
                    const std::string& column) {
    WEIR_TRY_ASSIGN(
        const auto rows,
        connection_.query_rows(fmt::format(
            "SELECT min({0})::VARCHAR, max({0})::VARCHAR, count(*) - count({0}), count({0}) FROM ({1})", column, sql)));
    const auto& row = rows.front();
    const bool has_nulls = row[2] != "0";
    if (range.has_nulls && *range.has_nulls != has_nulls) {
      problems_.push_back(fmt::format("{}: nullCount of {} is wrong", path, column));
    }
    if (range.all_nulls && row[3] != "0") {
      problems_.push_back(fmt::format("{}: nullCount of {} says that all values are null", path, column));
    }
    const auto min = row[0] ? parse_value(type, *row[0]) : std::nullopt;
    const auto max = row[1] ? parse_value(type, *row[1]) : std::nullopt;
    if (min && range.min && compare_values(*range.min, *min) > 0) {
      problems_.push_back(
          fmt::format("{}: the minimum of {} is {}, which its statistics exclude", path, column, *row[0]));
    }
    if (max && range.max && compare_values(*range.max, *max) < 0) {
      problems_.push_back(
          fmt::format("{}: the maximum of {} is {}, which its statistics exclude", path, column, *row[1]));
    }
    return {};
  }

  const storage::ObjectStore& store_;
  const TableLocation& location_;
  duck::Connection& connection_;
  Problems problems_;
};
}  // namespace

Result<std::vector<std::string>> check_table(const storage::ObjectStore& store, const TableLocation& location,
                                             duck::Connection& connection) {
  return TableChecker(store, location, connection).check();
}
}  // namespace weir::delta
