#include "ingest/sources/parquet/parquet_format.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "core/text.h"
#include "ingest/type_name.h"

namespace weir::ingest {
namespace {
constexpr std::uint64_t kOrderOfFile = std::uint64_t{1} << 40U;

const duck::Column* find_column(const std::vector<duck::Column>& columns, std::string_view name) {
  const auto found = std::ranges::find_if(columns, [&](const duck::Column& column) { return equals_ignoring_case(column.name, name); });
  return found == columns.end() ? nullptr : &*found;
}

/// Files with the same columns, read by one read_parquet.
struct FileGroup {
  std::vector<duck::Column> columns;  ///< as the files have them
  std::vector<std::string> given;     ///< the names after `rename:`
  std::vector<std::size_t> files;     ///< positions in the load's files, growing
  std::size_t name_offset = 0;        ///< where a file's name begins in its path; of all files the same
};

/// What a wanted column becomes in the SQL for one group.
struct ColumnSql {
  std::string value;   ///< the value in the wanted type
  std::string misfit;  ///< true where the value does not fit; empty when it always does
  std::string original;
};

// How many bits of whole numbers a type holds for certain; 0 for types that are no numbers, or of another kind.
int whole_bits(duck::TypeId id) {
  switch (id) {
    case duck::TypeId::kTinyInt: return 7;
    case duck::TypeId::kUTinyInt: return 8;
    case duck::TypeId::kSmallInt: return 15;
    case duck::TypeId::kUSmallInt: return 16;
    case duck::TypeId::kFloat: return 24;
    case duck::TypeId::kInteger: return 31;
    case duck::TypeId::kUInteger: return 32;
    case duck::TypeId::kDouble: return 53;
    case duck::TypeId::kBigInt: return 63;
    default: return 0;
  }
}

bool is_unsigned(duck::TypeId id) { return id == duck::TypeId::kUTinyInt || id == duck::TypeId::kUSmallInt || id == duck::TypeId::kUInteger; }
bool is_real(duck::TypeId id) { return id == duck::TypeId::kFloat || id == duck::TypeId::kDouble; }

// Whether each value of one type is one of the other, so that nobody has to look.
bool always_fits(const duck::Type& from, const duck::Type& to) {
  if (whole_bits(from.id) == 0 || whole_bits(to.id) == 0 || (is_real(from.id) && !is_real(to.id)) || is_unsigned(to.id)) {
    return false;
  }
  return whole_bits(from.id) <= whole_bits(to.id);
}

ColumnSql column_sql(const duck::Column& wanted, const FileGroup& group, bool is_key) {
  const auto found = std::ranges::find_if(group.given, [&](const std::string& given) { return equals_ignoring_case(given, wanted.name); });
  const std::string type = wanted.type.sql();
  if (found == group.given.end()) {
    return {fmt::format("CAST(NULL AS {})", type), is_key ? "true" : "", "NULL"};
  }
  const duck::Column& there = group.columns[static_cast<std::size_t>(found - group.given.begin())];
  const std::string name = sql_name(there.name);
  const std::string null_key = is_key ? name + " IS NULL" : "";
  if (there.type == wanted.type) {
    return {name, null_key, name};
  }
  if (always_fits(there.type, wanted.type)) {
    return {fmt::format("CAST({} AS {})", name, type), null_key, name};
  }
  // A cast that comes back as the same value lost nothing.
  std::string misfit = fmt::format("({0} IS NOT NULL AND CAST(TRY_CAST({0} AS {1}) AS {2}) IS DISTINCT FROM {0})", name, type, there.type.sql());
  return {fmt::format("TRY_CAST({} AS {})", name, type), null_key.empty() ? misfit : null_key + " OR " + misfit, name};
}

class ParquetFileSet final : public FileSet {
 public:
  explicit ParquetFileSet(const LookRequest& request) : files_(request.files) {}
  const std::vector<duck::Column>& columns() const override { return columns_; }
  const std::vector<BadFile>& bad_files() const override { return bad_files_; }
  const std::vector<std::string>& notes() const override { return notes_; }

  Status look(const LookRequest& request) {
    WEIR_TRY_ASSIGN(const std::vector<std::string> schemas, schema_texts(request));
    std::map<std::pair<std::string, std::size_t>, std::size_t> group_of;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (request.stop.stop_requested()) {
        return fail(ErrorCode::kCancelled, "stopped");
      }
      const std::size_t offset = name_offset(files_[i]);
      const auto known = schemas[i].empty() ? group_of.end() : group_of.find({schemas[i], offset});
      if (known != group_of.end()) {
        groups_[known->second].files.push_back(i);
        continue;
      }
      auto group = look_at_file(i, offset, request);
      if (!group) {
        Error error = std::move(group).error();
        error.place.reset();
        error.subject = files_[i].name;
        bad_files_.push_back({i, std::move(error)});
        continue;
      }
      if (group->name_offset != kNoOffset && !schemas[i].empty()) {
        group_of.emplace(std::pair(schemas[i], offset), groups_.size());
      }
      groups_.push_back(*std::move(group));
    }
    return groups_.empty() ? Status() : unite(request);
  }

  Result<FileRows> rows(const ReadRequest& request) override {
    std::vector<std::string> parts;
    std::vector<std::string> misfit_queries;
    for (const FileGroup& group : groups_) {
      parts.push_back(group_sql(group, request, misfit_queries));
    }
    FileRows rows;
    rows.sql = parts.empty() ? empty_sql(request) : join(parts, " UNION ALL ");
    rows.is_columnar = true;
    rows.notes = [] { return std::vector<std::string>(); };
    // Asked again after a conflict with another writer: the rejects are there by then.
    auto counted = std::make_shared<std::optional<std::uint64_t>>();
    rows.records_count = [this, request, queries = std::move(misfit_queries), counted]() -> Result<std::uint64_t> {
      if (!*counted) {
        for (const std::string& query : queries) {
          WEIR_TRY(collect_misfits(request, query));
        }
        WEIR_TRY_ASSIGN(*counted, count_records(request));
      }
      return **counted;
    };
    return rows;
  }

 private:
  static constexpr std::size_t kNoOffset = std::numeric_limits<std::size_t>::max();

  static std::size_t name_offset(const InputFile& file) {
    const std::string path = file.path.string();
    return path.ends_with(file.name) ? path.size() - file.name.size() : kNoOffset;
  }

  std::string paths_sql(const std::vector<std::size_t>& files) const {
    std::vector<std::string> paths;
    for (const std::size_t file : files) {
      paths.push_back(sql_string(files_[file].path.string()));
    }
    return "[" + join(paths, ", ") + "]";
  }

  // What the footers say of each file's columns, to find files that are alike by one statement; empty texts when one of the files
  // cannot be read, so that each is looked at by itself.
  Result<std::vector<std::string>> schema_texts(const LookRequest& request) const {
    std::vector<std::string> texts(files_.size());
    std::map<std::string, std::size_t, std::less<>> position;
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      position.emplace(files_[i].path.string(), i);
      all.push_back(i);
    }
    auto schemas = request.connection.stream(fmt::format("SELECT file_name, concat_ws(chr(31), name, type, type_length, repetition_type, num_children, "
                                                         "converted_type, scale, precision, logical_type, duckdb_type) FROM parquet_schema({})",
                                                         paths_sql(all)),
                                             request.stop);
    while (schemas) {
      auto chunk = schemas->next();
      if (!chunk) {
        return request.stop.stop_requested() ? Result<std::vector<std::string>>(std::unexpected(std::move(chunk).error()))
                                             : std::vector<std::string>(files_.size());
      }
      if (!*chunk) {
        break;
      }
      const duck::VectorView names = (*chunk)->column(0);
      const duck::VectorView columns = (*chunk)->column(1);
      for (std::uint64_t row = 0; row < (*chunk)->rows_count(); ++row) {
        if (const auto found = position.find(names.bytes(row)); found != position.end()) {
          texts[found->second].append(columns.bytes(row)).push_back('\n');
        }
      }
    }
    return texts;
  }

  Result<FileGroup> look_at_file(std::size_t index, std::size_t offset, const LookRequest& request) const {
    FileGroup group{.columns = {}, .given = {}, .files = {index}, .name_offset = offset};
    WEIR_TRY_ASSIGN(group.columns, request.connection.describe(fmt::format("SELECT * FROM read_parquet({})", paths_sql(group.files))));
    for (const duck::Column& column : group.columns) {
      // A column of this name hides what DuckDB tells of the file.
      if (equals_ignoring_case(column.name, "file_index")) {
        group.name_offset = kNoOffset;
      }
      group.given.push_back(renamed(column.name, request.renamed));
    }
    WEIR_TRY(check_given_names(group.given));
    return group;
  }

  // The columns of all groups, with types that hold the values of all files as DuckDB unites them.
  Status unite(const LookRequest& request) {
    std::vector<std::size_t> first_files;
    std::vector<std::string> parts;
    for (const FileGroup& group : groups_) {
      first_files.push_back(group.files.front());
      std::vector<std::string> columns;
      for (std::size_t i = 0; i < group.columns.size(); ++i) {
        columns.push_back(sql_name(group.columns[i].name) + " AS " + sql_name(group.given[i]));
      }
      parts.push_back(fmt::format("SELECT {} FROM read_parquet({})", join(columns, ", "), paths_sql({group.files.front()})));
    }
    const std::string sql = request.renamed.empty() ? fmt::format("SELECT * FROM read_parquet({}, union_by_name = true)", paths_sql(first_files))
                                                    : join(parts, " UNION ALL BY NAME ");
    WEIR_TRY_ASSIGN(const std::vector<duck::Column> united, request.connection.describe(sql));
    for (const duck::Column& column : united) {
      const duck::Column* told = find_column(request.known, column.name);
      told = told == nullptr ? find_column(request.declared, column.name) : told;
      columns_.push_back(told == nullptr ? column : *told);
    }
    return {};
  }

  // The position in the load's files, as SQL.
  static std::string index_sql(const FileGroup& group) {
    if (group.files.size() == 1) {
      return fmt::format("{}", group.files.front());
    }
    return fmt::format("[{}][CAST(file_index AS BIGINT) + 1]", fmt::join(group.files, ", "));
  }

  std::string group_sql(const FileGroup& group, const ReadRequest& request, std::vector<std::string>& misfit_queries) const {
    std::string columns;
    std::string misfits;
    std::string first_misfit;
    for (const duck::Column& wanted : request.columns) {
      const bool is_key = std::ranges::any_of(request.keys, [&](const std::string& key) { return equals_ignoring_case(key, wanted.name); });
      const ColumnSql sql = column_sql(wanted, group, is_key);
      columns += fmt::format("{} AS {}, ", sql.value, sql_name(wanted.name));
      if (!sql.misfit.empty()) {
        misfits += (misfits.empty() ? "" : " OR ") + sql.misfit;
        first_misfit += fmt::format("WHEN {} THEN [{}, CAST({} AS VARCHAR), {}] ", sql.misfit, sql_string(wanted.name), sql.original,
                                    sql_string(type_name(wanted.type)));
      }
    }
    const bool one = group.files.size() == 1;
    const std::string source = one ? sql_string(files_[group.files.front()].name) : fmt::format("substr(_weir_path, {})", characters_before_name(group) + 1);
    std::string out = fmt::format("SELECT {}{} AS _weir_source", columns, source);
    if (request.with_order) {
      out += fmt::format(", CAST({} * {} + file_row_number AS BIGINT) AS _weir_order", index_sql(group), kOrderOfFile);
    }
    const bool with_rows = request.with_order || !misfits.empty();
    const std::string from = fmt::format("read_parquet({}{}{})", paths_sql(group.files), one ? "" : ", filename = '_weir_path'",
                                         with_rows ? ", file_row_number = true" : "");
    out += " FROM " + from;
    if (!misfits.empty()) {
      out += fmt::format(" WHERE ({}) IS NOT TRUE", misfits);
      misfit_queries.push_back(
          fmt::format("SELECT CAST({} AS BIGINT), file_row_number + 1, CASE {}END AS what FROM {} WHERE {}", index_sql(group), first_misfit, from, misfits));
    }
    return out;
  }

  // SQL counts characters where we count bytes.
  std::size_t characters_before_name(const FileGroup& group) const {
    const std::string path = files_[group.files.front()].path.string();
    return static_cast<std::size_t>(std::count_if(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(group.name_offset),
                                                  [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
  }

  static std::string empty_sql(const ReadRequest& request) {
    std::string columns;
    for (const duck::Column& wanted : request.columns) {
      columns += fmt::format("CAST(NULL AS {}) AS {}, ", wanted.type.sql(), sql_name(wanted.name));
    }
    return fmt::format("SELECT {}'' AS _weir_source{} WHERE false", columns, request.with_order ? ", CAST(0 AS BIGINT) AS _weir_order" : "");
  }

  // The rows that the statement left out, read once more for their places.
  static Status collect_misfits(const ReadRequest& request, const std::string& query) {
    WEIR_TRY_ASSIGN(duck::ResultSet found, request.connection.stream(query, request.stop));
    while (true) {
      WEIR_TRY_ASSIGN(const auto chunk, found.next());
      if (!chunk) {
        return {};
      }
      for (std::uint64_t row = 0; row < chunk->rows_count(); ++row) {
        const duck::VectorView what = chunk->column(2);
        const auto [first, count] = what.list_entry(row);
        const duck::VectorView texts = what.child(0);
        const bool null = texts.is_null(first + 1);
        WEIR_TRY(request.rejects.add({.file = static_cast<std::size_t>(chunk->column(0).integer(row)),
                                      .line = static_cast<std::uint64_t>(chunk->column(1).integer(row)),
                                      .column = texts.text(first),
                                      .reason = null ? "the key has no value" : fmt::format("does not fit the type {}", texts.text(first + 2)),
                                      .raw_text = null ? "" : texts.text(first + 1)}));
      }
    }
  }

  // By the files' own counts.
  Result<std::uint64_t> count_records(const ReadRequest& request) const {
    std::vector<std::size_t> read;
    for (const FileGroup& group : groups_) {
      read.insert(read.end(), group.files.begin(), group.files.end());
    }
    if (read.empty()) {
      return 0;
    }
    WEIR_TRY_ASSIGN(const std::int64_t count,
                    request.connection.query_integer(fmt::format("SELECT CAST(sum(num_rows) AS BIGINT) FROM parquet_file_metadata({})", paths_sql(read)), request.stop));
    return static_cast<std::uint64_t>(count);
  }

  std::vector<InputFile> files_;
  std::vector<FileGroup> groups_;
  std::vector<duck::Column> columns_;
  std::vector<BadFile> bad_files_;
  std::vector<std::string> notes_;
};

class ParquetFormat final : public FileFormat {
 public:
  Result<std::unique_ptr<FileSet>> look_at(const LookRequest& request) const override {
    auto set = std::make_unique<ParquetFileSet>(request);
    WEIR_TRY(set->look(request));
    return set;
  }
};
}  // namespace

Result<std::unique_ptr<FileFormat>> parse_parquet_format(ConfigMap&) { return std::make_unique<ParquetFormat>(); }
}  // namespace weir::ingest
