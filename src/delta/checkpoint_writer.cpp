#include "delta/checkpoint_writer.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>

#include "core/files.h"
#include "core/text.h"
#include "delta/json_text.h"
#include "delta/log_segment.h"
#include "duck/database.h"
#include "storage/local_copy.h"

namespace weir::delta {
namespace {
namespace fs = std::filesystem;

constexpr std::int64_t kWeekMillis = 7 * 86'400'000LL;

// The columns of a checkpoint, as other implementations expect them. DuckDB fills them from the JSON lines of the actions.
constexpr std::string_view kColumns =
    "txn: 'STRUCT(\"appId\" VARCHAR, \"version\" BIGINT, \"lastUpdated\" BIGINT)', "
    "add: 'STRUCT(path VARCHAR, \"partitionValues\" MAP(VARCHAR, VARCHAR), size BIGINT, \"modificationTime\" BIGINT, \"dataChange\" BOOLEAN, "
    "tags MAP(VARCHAR, VARCHAR), \"deletionVector\" STRUCT(\"storageType\" VARCHAR, \"pathOrInlineDv\" VARCHAR, \"offset\" INTEGER, "
    "\"sizeInBytes\" INTEGER, cardinality BIGINT), \"baseRowId\" BIGINT, \"defaultRowCommitVersion\" BIGINT, "
    "\"clusteringProvider\" VARCHAR, stats VARCHAR)', "
    "remove: 'STRUCT(path VARCHAR, \"deletionTimestamp\" BIGINT, \"dataChange\" BOOLEAN, \"extendedFileMetadata\" BOOLEAN, "
    "\"partitionValues\" MAP(VARCHAR, VARCHAR), size BIGINT, \"deletionVector\" STRUCT(\"storageType\" VARCHAR, \"pathOrInlineDv\" VARCHAR, "
    "\"offset\" INTEGER, \"sizeInBytes\" INTEGER, cardinality BIGINT), \"baseRowId\" BIGINT, \"defaultRowCommitVersion\" BIGINT)', "
    "\"metaData\": 'STRUCT(id VARCHAR, \"name\" VARCHAR, description VARCHAR, format STRUCT(provider VARCHAR, options MAP(VARCHAR, VARCHAR)), "
    "\"schemaString\" VARCHAR, \"partitionColumns\" VARCHAR[], configuration MAP(VARCHAR, VARCHAR), \"createdTime\" BIGINT)', "
    "protocol: 'STRUCT(\"minReaderVersion\" INTEGER, \"minWriterVersion\" INTEGER, \"readerFeatures\" VARCHAR[], \"writerFeatures\" VARCHAR[])', "
    "\"domainMetadata\": 'STRUCT(\"domain\" VARCHAR, configuration VARCHAR, removed BOOLEAN)'";

// "interval 1 week" in milliseconds; the default for what cannot be read.
std::int64_t interval_millis(const std::optional<std::string>& text, std::int64_t otherwise) {
  if (!text) {
    return otherwise;
  }
  std::vector<std::string> words;
  for (std::string& word : split(to_lower(*text), ' ')) {
    if (!word.empty() && word != "interval") {
      words.push_back(std::move(word));
    }
  }
  std::int64_t number = 0;
  if (words.size() != 2 || std::from_chars(words[0].data(), words[0].data() + words[0].size(), number).ec != std::errc()) {
    return otherwise;
  }
  struct Unit {
    std::string_view name;
    std::int64_t millis;
  };
  for (const Unit& unit : {Unit{"week", kWeekMillis}, Unit{"day", 86'400'000}, Unit{"hour", 3'600'000}, Unit{"minute", 60'000},
                           Unit{"second", 1000}, Unit{"millisecond", 1}}) {
    if (words[1].starts_with(unit.name)) {
      return number * unit.millis;
    }
  }
  return otherwise;
}

// Writes the actions of the snapshot as JSON lines; returns how many.
Result<std::int64_t> write_lines(const Snapshot& snapshot, std::int64_t oldest_tombstone, const fs::path& path) {
  std::ofstream file(path, std::ios::binary);
  std::int64_t count = 0;
  const auto write = [&](const Action& action) {
    file << action_json(action) << '\n';
    ++count;
  };
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

Status write_checkpoint(storage::ObjectStore& store, const Snapshot& snapshot, duck::Connection* connection, const Clock& clock) {
  WEIR_TRY_ASSIGN(const TempDir folder, TempDir::create());
  const fs::path lines = folder.path() / "actions.json";
  const fs::path parquet = folder.path() / "checkpoint.parquet";
  const std::int64_t retention = interval_millis(snapshot.property("delta.deletedFileRetentionDuration"), kWeekMillis);
  WEIR_TRY_ASSIGN(const std::int64_t count, write_lines(snapshot, to_milliseconds(clock.now()) - retention, lines));
  std::optional<duck::Connection> own;
  if (connection == nullptr) {
    WEIR_TRY_ASSIGN(const auto database, duck::Database::open());
    WEIR_TRY_ASSIGN(duck::Connection opened, database->connect());
    connection = &own.emplace(std::move(opened));
  }
  WEIR_TRY(connection->execute(fmt::format(
      "COPY (SELECT * FROM read_json({}, format = 'newline_delimited', maximum_object_size = 268435456, columns = {{{}}})) "
      "TO {} (FORMAT parquet, COMPRESSION snappy)",
      sql_string(lines.string()), kColumns, sql_string(parquet.string()))));
  WEIR_TRY(storage::upload_file(store, checkpoint_key(snapshot.location(), snapshot.version()), parquet, {.durable = true}));
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
