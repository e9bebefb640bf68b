#include "delta/checkpoint_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>

#include "core/files.h"
#include "core/hash.h"
#include "core/random.h"
#include "core/text.h"
#include "delta/column_names.h"
#include "delta/intervals.h"
#include "delta/json_text.h"
#include "delta/log_segment.h"
#include "delta/stats.h"
#include "delta/table_features.h"
#include "duck/database.h"
#include "storage/local_copy.h"

namespace weir::delta {
namespace {
namespace fs = std::filesystem;

// The columns of a checkpoint, as other implementations expect them. DuckDB fills them from the JSON lines of the
// actions.
constexpr std::string_view kColumns =
    "txn: 'STRUCT(\"appId\" VARCHAR, \"version\" BIGINT, \"lastUpdated\" BIGINT)', "
    "add: 'STRUCT(path VARCHAR, \"partitionValues\" MAP(VARCHAR, VARCHAR), size BIGINT, \"modificationTime\" BIGINT, "
    "\"dataChange\" BOOLEAN, "
    "tags MAP(VARCHAR, VARCHAR), \"deletionVector\" STRUCT(\"storageType\" VARCHAR, \"pathOrInlineDv\" VARCHAR, "
    "\"offset\" INTEGER, "
    "\"sizeInBytes\" INTEGER, cardinality BIGINT), \"baseRowId\" BIGINT, \"defaultRowCommitVersion\" BIGINT, "
    "\"clusteringProvider\" VARCHAR, stats VARCHAR)', "
    "remove: 'STRUCT(path VARCHAR, \"deletionTimestamp\" BIGINT, \"dataChange\" BOOLEAN, \"extendedFileMetadata\" "
    "BOOLEAN, "
    "\"partitionValues\" MAP(VARCHAR, VARCHAR), size BIGINT, \"deletionVector\" STRUCT(\"storageType\" VARCHAR, "
    "\"pathOrInlineDv\" VARCHAR, "
    "\"offset\" INTEGER, \"sizeInBytes\" INTEGER, cardinality BIGINT), \"baseRowId\" BIGINT, "
    "\"defaultRowCommitVersion\" BIGINT)', "
    "\"metaData\": 'STRUCT(id VARCHAR, \"name\" VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, options "
    "MAP(VARCHAR, VARCHAR)), "
    "\"schemaString\" VARCHAR, \"partitionColumns\" VARCHAR[], configuration MAP(VARCHAR, VARCHAR), \"createdTime\" "
    "BIGINT)', "
    "protocol: 'STRUCT(\"minReaderVersion\" INTEGER, \"minWriterVersion\" INTEGER, \"readerFeatures\" VARCHAR[], "
    "\"writerFeatures\" VARCHAR[])', "
    "\"domainMetadata\": 'STRUCT(\"domain\" VARCHAR, configuration VARCHAR, removed BOOLEAN)'";

// In checkpoints of the second kind, which have a name of their own and say so inside.
constexpr std::string_view kMetadataColumn =
    ", \"checkpointMetadata\": 'STRUCT(version BIGINT, tags MAP(VARCHAR, VARCHAR))'";

bool writes_v2(const Snapshot& snapshot) {
  return supports_reader_feature(snapshot.protocol(), "v2Checkpoint") &&
         equals_ignoring_case(snapshot.property("delta.checkpointPolicy").value_or("classic"), "v2");
}

// The same for every writer of this checkpoint, so that a second one replaces the first.
std::string v2_checkpoint_key(const Snapshot& snapshot) {
  SeededRandom random(hash64(snapshot.metadata().id, static_cast<std::uint64_t>(snapshot.version())));
  return storage::join_key(snapshot.location().log_root,
                           fmt::format("{}.checkpoint.{}.parquet", version_digits(snapshot.version()), uuid_v4(random)));
}

bool property_is(const Snapshot& snapshot, std::string_view name, bool otherwise) {
  const auto value = snapshot.property(name);
  return value ? equals_ignoring_case(*value, "true") : otherwise;
}

// The structure of minValues, maxValues or nullCount for json_transform; empty when there is nothing in it.
std::string stats_structure(const std::vector<Field>& fields, const std::vector<std::vector<std::string>>& columns,
                            ColumnMapping mapping, bool null_counts, std::vector<std::string>& path) {
  std::string out;
  JsonObject object(out);
  bool any = false;
  for (const Field& field : fields) {
    path.push_back(physical_name(field, mapping));
    std::string value;
    if (field.type.kind == TypeKind::kStruct) {
      value = stats_structure(field.type.fields, columns, mapping, null_counts, path);
    } else if (std::find(columns.begin(), columns.end(), path) != columns.end() &&
               (null_counts || has_bounds(field.type))) {
      append_json_string(value, null_counts ? "BIGINT" : duck_type_sql(field.type));
    }
    if (!value.empty()) {
      object.key(path.back()) += value;
      any = true;
    }
    path.pop_back();
  }
  object.close();
  return any ? out : std::string();
}

// An expression that gives the statistics as a struct.
std::string parsed_stats(const Snapshot& snapshot) {
  const ColumnMapping mapping = column_mapping(snapshot.protocol(), snapshot.metadata());
  const auto columns =
      stats_columns(snapshot.schema(), snapshot.partition_columns(), snapshot.metadata().configuration, mapping);
  std::string structure;
  JsonObject object(structure);
  object.text("numRecords", "BIGINT");
  std::vector<std::string> path;
  for (const std::string_view section : {"minValues", "maxValues", "nullCount"}) {
    if (const std::string inner =
            stats_structure(snapshot.schema().fields, columns, mapping, section == "nullCount", path);
        !inner.empty()) {
      object.key(section) += inner;
    }
  }
  object.close();
  return fmt::format("json_transform(add.stats::JSON, {})", sql_string(structure));
}

std::string parsed_partition_values(const Snapshot& snapshot) {
  const ColumnMapping mapping = column_mapping(snapshot.protocol(), snapshot.metadata());
  std::string members;
  for (const std::string& column : snapshot.partition_columns()) {
    const Field* field = snapshot.schema().find(column);
    if (field != nullptr) {
      const std::string name = physical_name(*field, mapping);
      members += fmt::format("{}{} := TRY_CAST(nullif(add.\"partitionValues\"[{}], '') AS {})",
                             members.empty() ? "" : ", ", sql_name(name), sql_string(name), duck_type_sql(field->type));
    }
  }
  return members.empty() ? members : fmt::format("struct_pack({})", members);
}

// The add actions as the properties delta.checkpoint.writeStatsAsJson and writeStatsAsStruct want them.
std::string add_expression(const Snapshot& snapshot) {
  const bool as_json = property_is(snapshot, "delta.checkpoint.writeStatsAsJson", true);
  const bool as_struct = property_is(snapshot, "delta.checkpoint.writeStatsAsStruct", false);
  if (as_json && !as_struct) {
    return "add";
  }
  std::string members;
  for (const std::string_view name : {"path", "partitionValues", "size", "modificationTime", "dataChange", "tags",
                                      "deletionVector", "baseRowId", "defaultRowCommitVersion", "clusteringProvider"}) {
    members += fmt::format("\"{0}\" := add.\"{0}\", ", name);
  }
  members += as_json ? "stats := add.stats" : "stats := NULL::VARCHAR";
  if (as_struct) {
    members += ", stats_parsed := " + parsed_stats(snapshot);
    if (const std::string values = parsed_partition_values(snapshot); !values.empty()) {
      members += ", \"partitionValues_parsed\" := " + values;
    }
  }
  return fmt::format("CASE WHEN add IS NOT NULL THEN struct_pack({}) END", members);
}

// Writes the actions of the snapshot as JSON lines; returns how many.
Result<std::int64_t> write_lines(const Snapshot& snapshot, std::int64_t oldest_tombstone, const fs::path& path) {
  std::ofstream file(path, std::ios::binary);
  std::int64_t count = 0;
  const auto write = [&](const Action& action) {
    file << action_json(action) << '\n';
    ++count;
  };
  if (writes_v2(snapshot)) {
    file << fmt::format("{{\"checkpointMetadata\":{{\"version\":{}}}}}\n", snapshot.version());
    ++count;
  }
  write(snapshot.protocol());
  write(snapshot.metadata());
  for (const auto& [app_id, transaction] : snapshot.transactions()) {
    write(transaction);
  }
  for (const auto& [name, domain] : snapshot.domains()) {
    write(domain);
  }
  for (std::size_t i = 0; i < snapshot.tombstones().size(); ++i) {
    RemoveFile tombstone = snapshot.tombstones().tombstone(i);
    if (tombstone.deletion_timestamp.value_or(0) >= oldest_tombstone) {
      tombstone.data_change = false;
      write(tombstone);
    }
  }
  for (std::size_t i = 0; i < snapshot.files().size(); ++i) {
    AddFile add = snapshot.files().add_file(i);
    add.data_change = false;
    write(add);
  }
  file.close();
  if (!file) {
    return fail(ErrorCode::kIo, "cannot write", path.string());
  }
  return count;
}
}  // namespace

Status write_checkpoint(storage::ObjectStore& store, const Snapshot& snapshot, duck::Connection* connection,
                        const Clock& clock) {
  WEIR_TRY_ASSIGN(const TempDir folder, TempDir::create());
  const fs::path lines = folder.path() / "actions.json";
  const fs::path parquet = folder.path() / "checkpoint.parquet";
  const std::int64_t retention = deleted_file_retention(snapshot);
  WEIR_TRY_ASSIGN(const std::int64_t count, write_lines(snapshot, to_milliseconds(clock.now()) - retention, lines));
  std::optional<duck::Connection> own;
  if (connection == nullptr) {
    WEIR_TRY_ASSIGN(const auto database, duck::Database::open());
    WEIR_TRY_ASSIGN(duck::Connection opened, database->connect());
    connection = &own.emplace(std::move(opened));
  }
  const bool v2 = writes_v2(snapshot);
  WEIR_TRY(connection->execute(
      fmt::format("COPY (SELECT * REPLACE ({} AS add) FROM read_json({}, format = 'newline_delimited', "
                  "maximum_object_size = 268435456, columns = {{{}{}}})) "
                  "TO {} (FORMAT parquet, COMPRESSION snappy)",
                  add_expression(snapshot), sql_string(lines.string()), kColumns, v2 ? kMetadataColumn : "", sql_string(parquet.string()))));
  const std::string key =
      v2 ? v2_checkpoint_key(snapshot) : checkpoint_key(snapshot.location(), snapshot.version());
  WEIR_TRY(storage::upload_file(store, key, parquet, {.durable = true}));
  std::error_code code;
  std::string hint;
  JsonObject object(hint);
  object.number("version", snapshot.version());
  object.number("size", count);
  object.number("sizeInBytes", static_cast<std::int64_t>(fs::file_size(parquet, code)));
  object.number("numOfAddFiles", static_cast<std::int64_t>(snapshot.files().size()));
  object.close();
  return store.put(last_checkpoint_key(snapshot.location()), hint, {.durable = true});
}
}  // namespace weir::delta
