// DESCRIBE HISTORY, DESCRIBE DETAIL, SHOW TABLES.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"
#include "delta/history.h"
#include "delta/maintenance/liquid.h"
#include "lake/statements/statement.h"

namespace weir::lake {
namespace {
std::string timestamp_sql(Timestamp time) { return fmt::format("epoch_ms({})::TIMESTAMP::TIMESTAMPTZ", to_milliseconds(time)); }

std::string list_sql(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  for (const std::string& text : texts) {
    quoted.push_back(sql_string(text));
  }
  return fmt::format("[{}]::VARCHAR[]", join(quoted, ", "));
}

std::string map_sql(const std::string& object_json) {
  const Json object = Json::parse(object_json, nullptr, false);
  std::vector<std::string> keys;
  std::vector<std::string> values;
  if (object.is_object()) {
    for (const auto& [key, value] : object.items()) {
      keys.push_back(key);
      values.push_back(value.is_string() ? value.get<std::string>() : value.dump());
    }
  }
  return fmt::format("map({}, {})", list_sql(keys), list_sql(values));
}
}  // namespace

StatementResult run_describe_history(StatementRun& run) {
  WEIR_TRY_ASSIGN(const auto table, run.existing_table());
  if (!table) {
    return std::nullopt;
  }
  std::size_t limit = 1000;
  if (run.cursor.accept("LIMIT")) {
    WEIR_TRY_ASSIGN(const std::int64_t number, run.cursor.integer("a number"));
    limit = static_cast<std::size_t>(std::max<std::int64_t>(number, 0));
  }
  WEIR_TRY(run.cursor.expect_end());
  WEIR_TRY_ASSIGN(const auto entries, delta::read_history(*table->store, table->location, {.limit_count = limit}));
  std::string sql;
  for (const delta::HistoryEntry& entry : entries) {
    const auto boolean = [](const std::optional<bool>& value) { return value ? (*value ? "true" : "false") : "NULL::BOOLEAN"; };
    const std::string read = entry.read_version ? std::to_string(*entry.read_version) + "::BIGINT" : "NULL::BIGINT";
    sql += fmt::format(
        "{} SELECT {}::BIGINT AS version, {} AS timestamp, {} AS operation, {} AS \"operationParameters\", {} AS \"readVersion\", {} AS "
        "\"isBlindAppend\", {} AS \"operationMetrics\", {} AS \"engineInfo\"",
        sql.empty() ? "" : " UNION ALL", entry.version, timestamp_sql(entry.timestamp), sql_string(entry.operation),
        map_sql(entry.operation_parameters_json), read, boolean(entry.is_blind_append), map_sql(entry.operation_metrics_json),
        sql_string(entry.engine_info));
  }
  return sql.empty() ? run.done("no commit is there any more") : run.session.connection().query(sql + " ORDER BY version DESC", run.stop);
}

StatementResult run_describe_detail(StatementRun& run) {
  WEIR_TRY_ASSIGN(const auto table, run.existing_table());
  if (!table) {
    return std::nullopt;
  }
  WEIR_TRY(run.cursor.expect_end());
  WEIR_TRY_ASSIGN(const auto snapshot, run.snapshot(*table));
  if (snapshot == nullptr) {
    return fail(ErrorCode::kNotFound, "there is no such table", table->text);
  }
  const delta::Metadata& metadata = snapshot->metadata();
  std::vector<std::string> features = snapshot->protocol().writer_features;
  const auto rows = snapshot->rows_count();
  const auto folder = table->store->local_path(table->location.data_root.empty() ? "_delta_log" : table->location.data_root);
  const std::string location = !folder                              ? table->text
                               : table->location.data_root.empty() ? folder->parent_path().string()
                                                                    : folder->string();
  const Json configuration(metadata.configuration);
  WEIR_TRY_ASSIGN(const auto clustering, delta::clustering_columns(*snapshot));
  return run.session.connection().query(fmt::format(
      "SELECT 'delta' AS format, {} AS id, {} AS name, {} AS description, {} AS location, {} AS \"createdAt\", {} AS \"lastModified\", {} AS "
      "\"partitionColumns\", {} AS \"clusteringColumns\", {}::BIGINT AS \"numFiles\", {}::BIGINT AS \"numRows\", {}::BIGINT AS \"sizeInBytes\", {} AS properties, {} AS "
      "\"minReaderVersion\", {} AS \"minWriterVersion\", {} AS \"tableFeatures\", {}::BIGINT AS version",
      sql_string(metadata.id), sql_string(table->text), metadata.description ? sql_string(*metadata.description) : "NULL::VARCHAR",
      sql_string(location), metadata.created_time ? timestamp_sql(from_milliseconds(*metadata.created_time)) : "NULL::TIMESTAMPTZ",
      timestamp_sql(snapshot->timestamp()), list_sql(metadata.partition_columns), list_sql(clustering), snapshot->files().size(),
      rows ? std::to_string(*rows) : "NULL", snapshot->files().total_bytes(), map_sql(configuration.dump()),
      snapshot->protocol().min_reader_version, snapshot->protocol().min_writer_version, list_sql(features), snapshot->version()));
}

StatementResult run_show_tables(StatementRun& run) {
  std::optional<std::string> schema;
  if (run.cursor.accept("IN") || run.cursor.accept("FROM")) {
    WEIR_TRY_ASSIGN(schema, run.cursor.name("a schema"));
  }
  WEIR_TRY(run.cursor.expect_end());
  WEIR_TRY_ASSIGN(const auto names, run.session.lake().list());
  std::string rows;
  for (const TableName& name : names) {
    if (schema && !equals_ignoring_case(*schema, name.schema)) {
      continue;
    }
    WEIR_TRY_ASSIGN(const auto kind, run.session.lake().find(name));
    rows += fmt::format("{}({}, {}, {})", rows.empty() ? "" : ", ", sql_string(name.schema), sql_string(name.name),
                        kind == EntryKind::kView ? "'view'" : "'table'");
  }
  if (rows.empty()) {
    return run.session.connection().query("SELECT NULL::VARCHAR AS schema, NULL::VARCHAR AS name, NULL::VARCHAR AS kind WHERE false");
  }
  return run.session.connection().query(fmt::format("SELECT * FROM (VALUES {}) AS t(schema, name, kind) ORDER BY ALL", rows));
}
}  // namespace weir::lake
