#include "delta/checkpoint_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/text.h"
#include "duck/database.h"
#include "storage/local_copy.h"

namespace weir::delta {
namespace {
using Child = duck::Type::Child;

const duck::Type* find_column(const std::vector<duck::Column>& columns, std::string_view name) {
  const auto at =
      std::find_if(columns.begin(), columns.end(), [&](const duck::Column& column) { return column.name == name; });
  return at == columns.end() ? nullptr : &at->type;
}

bool has_field(const duck::Type& type, std::string_view name) {
  return std::any_of(type.children.begin(), type.children.end(),
                     [&](const Child& child) { return child.name == name; });
}

// A map as a JSON object: DuckDB prints MAP {p: 1} as {"p":"1"}.
std::string json_of(std::string_view expression) {
  return fmt::format("to_json({})::VARCHAR", expression);
}

std::string select_field(const duck::Type& type, std::string_view action, std::string_view field,
                         std::string_view cast) {
  return has_field(type, field) ? fmt::format("{}.\"{}\"::{}", action, field, cast) : fmt::format("NULL::{}", cast);
}

// The members that few files have, as one JSON object; NULL when the file has none of them.
std::string select_rare(const duck::Type& type, std::string_view action) {
  std::string members;
  std::vector<std::string> wanted;
  for (const std::string_view name :
       {"deletionVector", "baseRowId", "defaultRowCommitVersion", "tags", "clusteringProvider"}) {
    if (!has_field(type, name)) {
      continue;
    }
    const std::string value = fmt::format("{}.\"{}\"", action, name);
    members += fmt::format("{}\"{}\" := {}", members.empty() ? "" : ", ", name, value);
    // An empty map of tags is the same as none.
    wanted.push_back(name == "tags"             ? fmt::format("cardinality({}) > 0", value)
                     : name == "deletionVector" ? fmt::format("{}.\"storageType\" IS NOT NULL", value)
                                                : fmt::format("{} IS NOT NULL", value));
  }
  if (members.empty()) {
    return "NULL::VARCHAR";
  }
  return fmt::format("CASE WHEN {} THEN {} END", join(wanted, " OR "), json_of("struct_pack(" + members + ")"));
}

std::string select_partition_values(const duck::Type& type, std::string_view action) {
  if (has_field(type, "partitionValues")) {
    return json_of(fmt::format("{}.\"partitionValues\"", action));
  }
  return "NULL::VARCHAR";
}

std::string select_stats(const duck::Type& type) {
  const bool text = has_field(type, "stats");
  const std::string parsed =
      has_field(type, "stats_parsed")
          ? fmt::format("CASE WHEN add.stats_parsed IS NOT NULL THEN {} END", json_of("add.stats_parsed"))
          : "NULL::VARCHAR";
  return text ? fmt::format("coalesce(add.stats, {})", parsed) : parsed;
}

std::string file_actions_sql(const duck::Type& type, bool remove, std::string_view from) {
  const std::string_view action = remove ? "remove" : "add";
  return fmt::format("SELECT {0}::BOOLEAN, {1}.path, {2}, {3}, {4}, {5}, {6}, {7} FROM {8} WHERE {1}.path IS NOT NULL",
                     remove ? "true" : "false", action, select_partition_values(type, action),
                     select_field(type, action, "size", "BIGINT"),
                     select_field(type, action, remove ? "deletionTimestamp" : "modificationTime", "BIGINT"),
                     select_field(type, action, "dataChange", "BOOLEAN"), remove ? "NULL::VARCHAR" : select_stats(type),
                     select_rare(type, action), from);
}

std::string_view bytes_or_empty(const duck::VectorView& vector, std::uint64_t row) {
  return vector.is_null(row) ? std::string_view() : vector.bytes(row);
}

std::optional<std::int64_t> integer_or_null(const duck::VectorView& vector, std::uint64_t row) {
  return vector.is_null(row) ? std::nullopt : std::optional(vector.integer(row));
}

Status add_file_rows(const duck::Chunk& chunk, LogReplay& replay) {
  const auto remove = chunk.column(0);
  const auto path = chunk.column(1);
  const auto partition_values = chunk.column(2);
  const auto size = chunk.column(3);
  const auto time = chunk.column(4);
  const auto data_change = chunk.column(5);
  const auto stats = chunk.column(6);
  const auto rare = chunk.column(7);
  for (std::uint64_t row = 0; row < chunk.rows_count(); ++row) {
    WEIR_TRY(replay.add_checkpoint_file({.remove = remove.boolean(row),
                                         .path = path.bytes(row),
                                         .partition_values_json = bytes_or_empty(partition_values, row),
                                         .size_bytes = integer_or_null(size, row),
                                         .time = integer_or_null(time, row),
                                         .data_change = !data_change.is_null(row) && data_change.boolean(row),
                                         .stats = bytes_or_empty(stats, row),
                                         .rare_json = bytes_or_empty(rare, row)}));
  }
  return {};
}

class ParquetReader {
 public:
  ParquetReader(const storage::ObjectStore& store, duck::Connection& connection, LogReplay& replay)
      : store_(store), connection_(connection), replay_(replay) {}

  Status read(const std::string& key) {
    WEIR_TRY_ASSIGN(const storage::LocalCopy copy, storage::LocalCopy::open(store_, key));
    const std::string from = fmt::format("read_parquet({})", sql_string(copy.path().string()));
    auto columns = connection_.describe("SELECT * FROM " + from);
    if (!columns) {
      return fail(ErrorCode::kCorrupt, columns.error().message, key);
    }
    for (const bool remove : {false, true}) {
      if (const duck::Type* type = find_column(*columns, remove ? "remove" : "add");
          type != nullptr && has_field(*type, "path")) {
        WEIR_TRY(read_files(file_actions_sql(*type, remove, from), key));
      }
    }
    for (const std::string_view name : {"protocol", "metaData", "txn", "domainMetadata", "sidecar"}) {
      if (find_column(*columns, name) != nullptr) {
        WEIR_TRY(read_others(name, from, key));
      }
    }
    return {};
  }

 private:
  Status read_files(const std::string& sql, const std::string& key) {
    auto rows = connection_.stream(sql);
    if (!rows) {
      return fail(ErrorCode::kCorrupt, rows.error().message, key);
    }
    for (;;) {
      WEIR_TRY_ASSIGN(const auto chunk, rows->next());
      if (!chunk) {
        return {};
      }
      WEIR_TRY(add_file_rows(*chunk, replay_));
    }
  }

  // The few other actions come as the JSON lines that they would be in a commit.
  Status read_others(std::string_view name, const std::string& from, const std::string& key) {
    auto rows =
        connection_.query_rows(fmt::format("SELECT {} FROM {} WHERE \"{}\" IS NOT NULL", json_of(name), from, name));
    if (!rows) {
      return fail(ErrorCode::kCorrupt, rows.error().message, key);
    }
    for (const auto& row : *rows) {
      WEIR_TRY_ASSIGN(auto actions, parse_commit(fmt::format("{{\"{}\":{}}}", name, row[0].value_or("null")), key));
      for (Action& action : actions) {
        add(std::move(action));
      }
    }
    return {};
  }

  // A struct of nulls stands for no action in files of writers that cannot write null structs.
  void add(Action action) {
    const auto* protocol = std::get_if<Protocol>(&action);
    if (protocol == nullptr || protocol->min_reader_version > 0) {
      replay_.add_action(std::move(action));
    }
  }

  const storage::ObjectStore& store_;
  duck::Connection& connection_;
  LogReplay& replay_;
};
}  // namespace

Status read_checkpoint(const storage::ObjectStore& store, const TableLocation& location,
                       const std::vector<LogFile>& files, duck::Connection* connection, LogReplay& replay) {
  std::optional<duck::Connection> own;
  const auto read_parquet = [&](const std::string& key) -> Status {
    if (connection == nullptr) {
      WEIR_TRY_ASSIGN(const auto database, duck::Database::open());
      WEIR_TRY_ASSIGN(duck::Connection opened, database->connect());
      connection = &own.emplace(std::move(opened));
    }
    return ParquetReader(store, *connection, replay).read(key);
  };
  for (const LogFile& file : files) {
    if (file.key.ends_with(".json")) {
      WEIR_TRY_ASSIGN(std::string text, store.read(file.key));
      WEIR_TRY(replay.add_lines(std::make_shared<const std::string>(std::move(text)), file.key,
                                LogReplay::Source::kReconciled));
    } else {
      WEIR_TRY(read_parquet(file.key));
    }
  }
  for (const Sidecar& sidecar : std::exchange(replay.sidecars, {})) {
    const std::string path = percent_decode(sidecar.path);
    const std::string name = path.substr(path.rfind('/') + 1);
    WEIR_TRY(read_parquet(storage::join_key(location.log_root, "_sidecars/" + name)));
  }
  return {};
}
}  // namespace weir::delta
