#include "delta/data_files.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "core/files.h"
#include "core/text.h"
#include "delta/column_mapping.h"
#include "delta/constraints.h"
#include "delta/file_pruning.h"
#include "delta/partition_value.h"
#include "delta/stats.h"
#include "duck/database.h"
#include "storage/local_copy.h"

namespace weir::delta {
namespace {
namespace fs = std::filesystem;

constexpr std::size_t kFewPartitions = 64;
constexpr std::size_t kOpenFilesMax = 1024;

struct WrittenFile {
  std::string path;  // as DuckDB names it
  std::int64_t rows_count = 0;
  std::int64_t size_bytes = 0;
  LeafStatsMap leaves;
  std::map<std::string, std::optional<std::string>> partition_keys;
};

std::int64_t to_number(const std::string& text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::map<std::string, std::optional<std::string>> read_map(const duck::VectorView& vector, std::uint64_t row) {
  std::map<std::string, std::optional<std::string>> out;
  if (vector.is_null(row)) {
    return out;
  }
  const auto [first, count] = vector.list_entry(row);
  const duck::VectorView keys = vector.child(0);
  const duck::VectorView values = vector.child(1);
  for (std::uint64_t i = first; i < first + count; ++i) {
    out.emplace(keys.bytes(i), values.is_null(i) ? std::nullopt : std::optional(std::string(values.bytes(i))));
  }
  return out;
}

// MAP {'"a"."b"': MAP {min: …, max: …, null_count: …, has_nan: …}}
LeafStatsMap read_leaves(const duck::VectorView& vector, std::uint64_t row) {
  LeafStatsMap leaves;
  if (vector.is_null(row)) {
    return leaves;
  }
  const auto [first, count] = vector.list_entry(row);
  const duck::VectorView keys = vector.child(0);
  const duck::VectorView values = vector.child(1);
  for (std::uint64_t i = first; i < first + count; ++i) {
    auto path = parse_column_path(keys.bytes(i));
    if (!path) {
      continue;
    }
    LeafStats leaf;
    for (auto& [name, value] : read_map(values, i)) {
      if (name == "min") {
        leaf.min = std::move(value);
      } else if (name == "max") {
        leaf.max = std::move(value);
      } else if (name == "null_count" && value) {
        leaf.null_count = to_number(*value);
      } else if (name == "has_nan") {
        leaf.has_nan = value == "true";
      }
    }
    leaves.insert_or_assign(*std::move(path), std::move(leaf));
  }
  return leaves;
}

Result<std::vector<WrittenFile>> run_copy(duck::Connection& connection, const std::string& sql, std::stop_token stop) {
  WEIR_TRY_ASSIGN(auto rows, connection.query(sql, std::move(stop)));
  std::vector<WrittenFile> files;
  for (;;) {
    WEIR_TRY_ASSIGN(const auto chunk, rows.next());
    if (!chunk) {
      return files;
    }
    for (std::uint64_t row = 0; row < chunk->rows_count(); ++row) {
      files.push_back({std::string(chunk->column(0).bytes(row)), chunk->column(1).integer(row),
                       chunk->column(2).integer(row), read_leaves(chunk->column(4), row),
                       read_map(chunk->column(5), row)});
    }
  }
}

Result<std::string> compression_of(const StringMap& properties) {
  const auto at = properties.find("delta.parquet.compression.codec");
  if (at == properties.end()) {
    return "zstd";
  }
  const std::string codec = to_lower(at->second);
  if (codec == "none" || codec == "uncompressed") {
    return "uncompressed";
  }
  for (const std::string_view known : {"snappy", "gzip", "lz4_raw", "zstd"}) {
    if (codec == known) {
      return codec;
    }
  }
  return fail(ErrorCode::kUnsupported,
              fmt::format("weir cannot write the compression \"{}\" of the table property "
                          "delta.parquet.compression.codec; it can: zstd, snappy, gzip, lz4_raw, uncompressed",
                          at->second));
}

std::size_t open_files_max() {
  struct rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
    return kOpenFilesMax;
  }
  return std::clamp<std::size_t>(limit.rlim_cur / 2, 64, kOpenFilesMax);
}

class DataFileWriter {
 public:
  DataFileWriter(duck::Connection& connection, storage::ObjectStore& store, const TableLocation& location,
                 const WritePlan& plan, const WriteOptions& options)
      : connection_(connection),
        store_(store),
        location_(location),
        plan_(plan),
        options_(options),
        uuid_(uuid_v4(*options.random)) {}

  Result<std::vector<AddFile>> write() {
    WEIR_TRY_ASSIGN(const std::string compression, compression_of(options_.properties));
    WEIR_TRY_ASSIGN(mapping_, mapping_mode(options_.properties));
    WEIR_TRY(prepare_folder());
    if (is_partitioned()) {
      WEIR_TRY(connection_.execute(fmt::format("SET GLOBAL partitioned_write_max_open_files = {}", open_files_max())));
    }
    std::vector<RowConstraint> constraints;
    if (options_.data_change) {  // rows that are only moved met them before
      WEIR_TRY_ASSIGN(constraints, row_constraints(plan_.schema, options_.properties));
    }
    WEIR_TRY_ASSIGN(const std::string select,
                    constrained_sql(connection_, plan_.select_sql, plan_.schema, constraints));
    auto written = run_copy(connection_, copy_sql(select, compression), options_.stop);
    if (!written) {
      remove_all();
      return std::unexpected(
          explain_violation(connection_, plan_.select_sql, constraints, std::move(written).error(), options_.stop));
    }
    auto files = take_over(*written);
    if (!files) {
      remove_all();
    }
    return files;
  }

 private:
  bool is_partitioned() const { return !options_.partition_columns.empty(); }

  // Local stores are written in place, others by way of a temporary folder.
  Status prepare_folder() {
    if (const auto probe = store_.local_path(storage::join_key(location_.data_root, "x"))) {
      folder_ = probe->parent_path();
      std::error_code code;
      fs::create_directories(folder_, code);
      return code ? fail(ErrorCode::kIo, "cannot make the table's folder: " + code.message(), folder_.string())
                  : Status();
    }
    WEIR_TRY_ASSIGN(TempDir staging, TempDir::create());
    staging_.emplace(std::move(staging));
    folder_ = staging_->path();
    return {};
  }

  const Field& partition_field(const std::string& name) const {
    const Field* field = plan_.schema.find(name);
    WEIR_ASSERT(field != nullptr, "partition columns are columns of the table");
    return *field;
  }

  std::string copy_sql(const std::string& select, const std::string& compression) const {
    std::string sql = "SELECT *";
    std::vector<std::string> names;
    std::vector<std::string> partition_names;  // as the files' folders have them
    std::string replaced;
    for (const std::string& column : options_.partition_columns) {
      const Field& field = partition_field(column);
      const std::string name = sql_name(field.name);
      names.push_back(name);
      partition_names.push_back(sql_name(physical_name(field, mapping_)));
      // An empty text is null as a partition value. Bytes that are no text would not survive the way through DuckDB.
      if (field.type.kind == TypeKind::kString) {
        replaced += fmt::format("{}nullif({}, '') AS {}", replaced.empty() ? "" : ", ", name, name);
      } else if (field.type.kind == TypeKind::kBinary) {
        replaced += fmt::format("{}hex({}) AS {}", replaced.empty() ? "" : ", ", name, name);
      }
    }
    sql += replaced.empty() ? "" : fmt::format(" REPLACE ({})", replaced);
    sql += fmt::format(" FROM ({})", select);
    std::vector<std::string> order;
    if (is_partitioned() && options_.partitions_expected.value_or(SIZE_MAX) > kFewPartitions) {
      order = names;
    }
    order.insert(order.end(), options_.sort_by.begin(), options_.sort_by.end());
    if (!order.empty()) {
      sql += " ORDER BY " + join(order, ", ");
    }
    sql = "COPY (" + with_physical_names(sql);
    sql += fmt::format(
        ") TO {} (FORMAT parquet, RETURN_STATS true, COMPRESSION {}, ROW_GROUP_SIZE {}, FILENAME_PATTERN "
        "'part-{{i}}-{}', "
        "FILE_EXTENSION '{}parquet', OVERWRITE_OR_IGNORE true",
        sql_string(folder_.string()), compression, options_.row_group_rows, uuid_,
        compression == "uncompressed" ? "" : compression + '.');
    if (mapping_ != ColumnMapping::kNone) {
      sql += ", FIELD_IDS " + field_ids_sql(plan_.schema, options_.partition_columns, mapping_);
    }
    sql += is_partitioned() ? fmt::format(", PARTITION_BY ({}))", join(partition_names, ", "))
                            : fmt::format(", WRITE_EMPTY_FILE false, FILE_SIZE_BYTES {})",
                                          std::max<std::uint64_t>(options_.file_bytes_target, 1));
    return sql;
  }

  // Outside of the rest, which speaks of the columns by their own names.
  std::string with_physical_names(const std::string& select) const {
    if (mapping_ == ColumnMapping::kNone) {
      return select;
    }
    std::string columns;
    for (const Field& field : plan_.schema.fields) {
      columns += fmt::format("{}{} AS {}", columns.empty() ? "" : ", ",
                             to_physical_sql(sql_name(field.name), field.type, mapping_),
                             sql_name(physical_name(field, mapping_)));
    }
    return fmt::format("SELECT {} FROM ({})", columns, select);
  }

  Result<std::vector<AddFile>> take_over(const std::vector<WrittenFile>& written) {
    const auto columns =
        stats_columns(plan_.schema, options_.partition_columns, options_.properties, mapping_);
    const std::int64_t now = to_milliseconds(options_.clock->now());
    std::vector<AddFile> files;
    for (const WrittenFile& file : written) {
      const std::string relative = fs::path(file.path).lexically_relative(folder_).generic_string();
      const std::string key = storage::join_key(location_.data_root, relative);
      if (file.rows_count == 0) {
        std::error_code ignored;
        fs::remove(file.path, ignored);
        continue;
      }
      if (staging_) {
        WEIR_TRY(storage::upload_file(store_, key, file.path, {}));
      }
      AddFile add;
      add.path = encode_path(relative);
      WEIR_TRY_ASSIGN(add.partition_values, partition_values(file));
      add.size_bytes = file.size_bytes;
      add.modification_time = now;
      add.data_change = options_.data_change;
      add.stats = stats_json(file.rows_count, plan_.schema, mapping_, columns, file.leaves);
      files.push_back(std::move(add));
    }
    std::sort(files.begin(), files.end(), [](const AddFile& a, const AddFile& b) { return a.path < b.path; });
    return files;
  }

  Result<PartitionValues> partition_values(const WrittenFile& file) const {
    PartitionValues values;
    for (const std::string& column : options_.partition_columns) {
      const Field& field = partition_field(column);
      const auto key = file.partition_keys.find(physical_name(field, mapping_));
      std::optional<std::string> text = key == file.partition_keys.end() ? std::nullopt : key->second;
      if (text && field.type.kind == TypeKind::kBinary) {
        text = bytes_from_hex(*text);
      }
      auto value = partition_value_from_duck(field.type, text);
      if (!value) {
        return std::unexpected(std::move(value).error().within(field.name));
      }
      if (!*value && !field.nullable) {
        return fail(ErrorCode::kInvalid, "the partition column is NOT NULL, and an empty text counts as null there",
                    field.name);
      }
      values.emplace(physical_name(field, mapping_), *std::move(value));
    }
    return values;
  }

  static std::string bytes_from_hex(std::string_view digits) {
    std::string encoded;
    for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
      encoded += '%';
      encoded += digits.substr(i, 2);
    }
    return percent_decode(encoded);
  }

  // After a failure nobody knows which files were begun, but all have this write's id in their names.
  void remove_all() {
    if (staging_) {
      return;
    }
    const std::string prefix = location_.data_root.empty() ? "" : location_.data_root + '/';
    const auto objects = store_.list({.prefix = prefix});
    for (const storage::ObjectInfo& object : objects.value_or(std::vector<storage::ObjectInfo>())) {
      if (object.key.find(uuid_) != std::string::npos) {
        (void)store_.remove(object.key);
      }
    }
  }

  duck::Connection& connection_;
  storage::ObjectStore& store_;
  const TableLocation& location_;
  const WritePlan& plan_;
  const WriteOptions& options_;
  ColumnMapping mapping_ = ColumnMapping::kNone;
  std::string uuid_;
  fs::path folder_;
  std::optional<TempDir> staging_;
};
}  // namespace

Result<std::vector<AddFile>> write_data_files(duck::Connection& connection, storage::ObjectStore& store,
                                              const TableLocation& location, const WritePlan& plan,
                                              const WriteOptions& options) {
  return DataFileWriter(connection, store, location, plan, options).write();
}

std::int64_t rows_count(std::span<const AddFile> files) {
  std::int64_t rows = 0;
  StatsReader reader;
  for (const AddFile& file : files) {
    if (file.stats && reader.open(*file.stats)) {
      rows += reader.rows_count().value_or(0);
    }
  }
  return rows;
}

void discard_data_files(storage::ObjectStore& store, const TableLocation& location, std::span<const AddFile> files) {
  for (const AddFile& file : files) {
    if (!is_absolute_path(file.path)) {
      (void)store.remove(storage::join_key(location.data_root, decode_path(file.path)));
    }
  }
}
}  // namespace weir::delta
