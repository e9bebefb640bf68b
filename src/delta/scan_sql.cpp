// The SQL that reads the files of a scan.
//
//   SELECT "id", "price", (CAST(['KR', NULL] AS VARCHAR[]))[file_index::BIGINT + 1] AS "country"
//   FROM read_parquet(['/lake/t/country=KR/part-0.parquet', '/lake/t/part-1.parquet'], explicit_cardinality=2000,
//                     schema=MAP {'id': {name: 'id', type: 'BIGINT', default_value: NULL}, ...})
//
// With `schema` DuckDB opens no file before the query runs, takes columns by name (or by field id), casts older and
// narrower types, and gives NULL for what a file lacks. `file_index` is the position in the list of files; filters on
// the list's values are evaluated once per file.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "delta/column_mapping.h"
#include "delta/column_names.h"
#include "delta/deletion_vector.h"
#include "delta/empty_parquet.h"
#include "delta/partition_value.h"
#include "delta/scan.h"

namespace weir::delta {
namespace {
constexpr std::string_view kIndexName =
    "weir index";  // inner names that no table of ours has: a blank keeps them apart
constexpr std::string_view kRowName = "weir position";
constexpr std::int64_t kRowBytesGuess = 100;
constexpr std::int64_t kRowGroupRows = 122'880;  // as DuckDB and many writers have them; a thread reads whole ones

// The path as DuckDB takes it: `*`, `?` and `[` would be patterns.
std::string escape_pattern(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[') {
      out += '[';
      out += c;
      out += ']';
    } else {
      out += c;
    }
  }
  return out;
}

Result<std::string> local_file(const storage::ObjectStore& store, const TableLocation& location, std::string_view uri) {
  if (is_absolute_path(uri)) {
    if (auto path = local_path_of(uri)) {
      return *std::move(path);
    }
    return fail(ErrorCode::kUnsupported, "the table points to a file in another store", uri);
  }
  const std::string key = storage::join_key(location.data_root, decode_path(uri));
  const auto path = store.local_path(key);
  if (!path) {
    WEIR_TRY(storage::check_key(key));
    return fail(ErrorCode::kUnsupported, "the files of this store cannot be read in place", store.name());
  }
  return path->string();
}

// A column's name inside, as `schema` gives it: its own, unless that would hide one of DuckDB's columns about files.
std::string inner_name(const Field& field) {
  for (const std::string_view taken : {"filename", "file_index", "file_row_number"}) {
    if (equals_ignoring_case(field.name, taken)) {
      return "data " + field.name;
    }
  }
  return field.name;
}

// The type with the physical names of the fields inside, as files have it.
DataType physical_type(const DataType& type, ColumnMapping mapping) {
  DataType out = type;
  for (Field& field : out.fields) {
    field.name = type.kind == TypeKind::kStruct ? physical_name(field, mapping) : field.name;
    field.type = physical_type(field.type, mapping);
  }
  return out;
}

// Some writers do not mark variants in Parquet; DuckDB then sees a struct of two binary values, which it would read as
// an object with two keys.
std::string decode_variant(const std::string& expression) {
  return fmt::format(
      "CASE WHEN variant_typeof({0}) IN ('OBJECT(value, metadata)', 'OBJECT(metadata, value)') AND "
      "variant_typeof(variant_extract({0}, 'metadata')) = 'BLOB' THEN variant_bytes_to_variant("
      "CAST({0} AS STRUCT(metadata BLOB, \"value\" BLOB)).metadata || CAST({0} AS STRUCT(metadata BLOB, \"value\" "
      "BLOB)).\"value\") ELSE {0} END",
      expression);
}

// Turns what DuckDB reads into the table's values: fields inside get their own names back, variants are decoded.
std::string restore(const std::string& expression, const DataType& type, ColumnMapping mapping, int depth = 0) {
  if (type.kind == TypeKind::kVariant) {
    return decode_variant(expression);
  }
  const bool as_it_is =
      duck_type_sql(physical_type(type, mapping)) == duck_type_sql(type) && !contains_kind(type, TypeKind::kVariant);
  if (!type.is_nested() || as_it_is) {
    return expression;
  }
  return rebuild_sql(
      expression, type, [&](const Field& field) { return physical_name(field, mapping); }, [](const Field& field) { return field.name; },
      [&](const std::string& inner, const DataType& of, int below) { return restore(inner, of, mapping, below); }, depth);
}

// True where older files have a type that cannot hold what the column is compared with: DuckDB would round a filter's
// value to the file's type. Integers are compared rightly.
bool has_lossy_type(const Field& field) {
  const bool changed = field.metadata.contains("delta.typeChanges") && !field.type.is_integer();
  return changed || std::any_of(field.type.fields.begin(), field.type.fields.end(), has_lossy_type);
}

class ScanSqlWriter {
 public:
  ScanSqlWriter(const storage::ObjectStore& store, const Scan& scan, const ScanSqlOptions& options)
      : store_(store),
        snapshot_(scan.snapshot()),
        options_(options),
        mapping_(column_mapping(snapshot_.protocol(), snapshot_.metadata())) {}

  Result<std::string> write(const std::vector<std::uint32_t>& files) {
    std::vector<std::uint32_t> whole;
    std::vector<std::uint32_t> with_deletions;
    for (const std::uint32_t file : files) {
      (snapshot_.files().has_deletion_vector(file) ? with_deletions : whole).push_back(file);
    }
    if (with_deletions.empty()) {
      return select(whole, false, 0);
    }
    WEIR_TRY_ASSIGN(std::string sql, select(with_deletions, true, whole.size()));
    if (!whole.empty()) {
      WEIR_TRY_ASSIGN(const std::string first, select(whole, false, 0));
      sql = first + " UNION ALL " + sql;
    }
    return sql;
  }

 private:
  // `offset` is how many files stand before these in scan_sql_order.
  Result<std::string> select(const std::vector<std::uint32_t>& files, bool with_deletions, std::size_t offset) {
    if (files.empty()) {
      return select_nothing();
    }
    std::string columns;
    for (const Field& field : snapshot_.schema().fields) {
      std::string expression;
      if (snapshot_.is_partition_column(field.name)) {
        WEIR_TRY_ASSIGN(expression, partition_expression(field, files, with_deletions));
      } else {
        expression = restore(sql_name(inner_name(field)), field.type, mapping_);
        if (has_lossy_type(field)) {
          expression = fmt::format("coalesce({}, NULL::{})", expression, duck_type_sql(field.type));
        }
      }
      columns += fmt::format("{}{} AS {}", columns.empty() ? "" : ", ", expression, sql_name(field.name));
    }
    if (options_.with_row_positions) {
      columns += fmt::format(", {} + {}::UBIGINT AS \"{}\", {} AS \"{}\"",
                             with_deletions ? sql_name(kIndexName) : "file_index", offset, kFileColumn,
                             with_deletions ? sql_name(kRowName) : "file_row_number", kRowColumn);
    }
    WEIR_TRY_ASSIGN(const std::string from, read_parquet(files));
    if (!with_deletions) {
      return fmt::format("SELECT {} FROM {}", columns, from);
    }
    WEIR_TRY_ASSIGN(const std::string deleted, deleted_rows(files));
    return fmt::format(
        "SELECT {0} FROM (SELECT *, file_index AS \"{1}\", file_row_number AS \"{2}\" FROM {3}) d "
        "ANTI JOIN ({4}) x ON d.\"{1}\" = x.f AND d.\"{2}\" = x.r",
        columns, kIndexName, kRowName, from, deleted);
  }

  std::string select_nothing() const {
    std::string columns;
    for (const Field& field : snapshot_.schema().fields) {
      columns += fmt::format("{}CAST(NULL AS {}) AS {}", columns.empty() ? "" : ", ", duck_type_sql(field.type),
                             sql_name(field.name));
    }
    if (options_.with_row_positions) {
      columns +=
          fmt::format(", CAST(NULL AS UBIGINT) AS \"{}\", CAST(NULL AS BIGINT) AS \"{}\"", kFileColumn, kRowColumn);
    }
    return fmt::format("SELECT {} WHERE false", columns);
  }

  Result<std::string> read_parquet(const std::vector<std::uint32_t>& files) const {
    std::string paths;
    for (const std::uint32_t file : files) {
      WEIR_TRY_ASSIGN(const std::string path, local_file(store_, snapshot_.location(), snapshot_.files().path(file)));
      paths += (paths.empty() ? "" : ", ") + sql_string(escape_pattern(path));
    }
    // DuckDB reads one file whose schema is given on one thread. A second file, without rows, lets it use all.
    if (files.size() == 1 && rows_estimate(files) > kRowGroupRows && !empty_parquet_path().empty()) {
      paths += ", " + sql_string(empty_parquet_path());
    }
    std::string columns;
    for (const Field& field : snapshot_.schema().fields) {
      if (snapshot_.is_partition_column(field.name)) {
        continue;
      }
      const std::string key =
          mapping_ == ColumnMapping::kId ? std::to_string(field_id(field)) : sql_string(physical_name(field, mapping_));
      columns +=
          fmt::format("{}{}: {{name: {}, type: {}, default_value: NULL}}", columns.empty() ? "" : ", ", key,
                      sql_string(inner_name(field)), sql_string(duck_type_sql(physical_type(field.type, mapping_))));
    }
    return fmt::format("read_parquet([{}], explicit_cardinality={}, schema=MAP {{{}}})", paths, rows_estimate(files),
                       columns);
  }

  // DuckDB orders joins by it; without opening files it would guess badly.
  std::int64_t rows_estimate(const std::vector<std::uint32_t>& files) const {
    std::int64_t rows = 0;
    for (const std::uint32_t file : files) {
      rows += snapshot_.files().rows_estimate(file).value_or(snapshot_.files().size_bytes(file) / kRowBytesGuess);
    }
    return std::max<std::int64_t>(rows, 1);
  }

  // A value for each file of the list, as an expression of the file's position.
  static std::string per_file(const std::vector<std::optional<std::string>>& values, const std::string& type,
                              bool with_deletions) {
    const auto literal = [](const std::optional<std::string>& value) {
      return value ? sql_string(*value) : std::string("NULL");
    };
    if (std::all_of(values.begin(), values.end(), [&](const auto& value) { return value == values.front(); })) {
      return fmt::format("CAST({} AS {})", literal(values.front()), type);
    }
    std::string list;
    for (const auto& value : values) {
      list += (list.empty() ? "" : ", ") + literal(value);
    }
    return fmt::format("(CAST([{}] AS {}[]))[{}::BIGINT + 1]", list, type,
                       with_deletions ? sql_name(kIndexName) : "file_index");
  }

  Result<std::string> partition_expression(const Field& field, const std::vector<std::uint32_t>& files,
                                           bool with_deletions) const {
    const std::string name = physical_name(field, mapping_);
    std::vector<std::optional<std::string>> values;
    for (const std::uint32_t file : files) {
      const PartitionValues& partition = snapshot_.files().partition_values(snapshot_.files().partition(file));
      auto text = partition_text_for_duck(field.type, partition_value(partition, name));
      if (!text) {
        return std::unexpected(std::move(text).error().within(field.name));
      }
      values.push_back(*std::move(text));
    }
    if (field.type.kind == TypeKind::kBinary) {
      return fmt::format("encode({})", per_file(values, "VARCHAR", with_deletions));
    }
    return per_file(values, duck_type_sql(field.type), with_deletions);
  }

  Result<std::string> deleted_rows(const std::vector<std::uint32_t>& files) const {
    std::string sql;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const DeletionVector vector = *snapshot_.files().deletion_vector(files[i]);
      WEIR_TRY_ASSIGN(const std::vector<std::int64_t> rows, read_deletion_vector(store_, snapshot_.location(), vector));
      std::string positions;
      for (const std::int64_t row : rows) {
        positions += (positions.empty() ? "" : ",") + std::to_string(row);
      }
      if (!positions.empty()) {
        // One text with all the positions is parsed much faster than a list of literals.
        sql += fmt::format("{}SELECT {}::UBIGINT AS f, unnest(string_split('{}', ',')::BIGINT[]) AS r",
                           sql.empty() ? "" : " UNION ALL ", i, positions);
      }
    }
    return sql.empty() ? "SELECT 0::UBIGINT AS f, 0::BIGINT AS r WHERE false" : sql;
  }

  const storage::ObjectStore& store_;
  const Snapshot& snapshot_;
  const ScanSqlOptions& options_;
  ColumnMapping mapping_;
};
}  // namespace

std::vector<std::uint32_t> scan_sql_order(const Scan& scan) {
  std::vector<std::uint32_t> order = scan.files();
  std::stable_partition(order.begin(), order.end(),
                        [&](std::uint32_t file) { return !scan.snapshot().files().has_deletion_vector(file); });
  return order;
}

Result<std::string> scan_sql(const storage::ObjectStore& store, const Scan& scan, const ScanSqlOptions& options) {
  return ScanSqlWriter(store, scan, options).write(scan.files());
}
}  // namespace weir::delta
