#include "ingest/sources/parquet/parquet_format.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "ingest/type_name.h"

namespace weir::ingest {
namespace {
constexpr std::uint64_t kOrderOfFile = std::uint64_t{1} << 40U;

const duck::Column* find_column(const std::vector<duck::Column>& columns, std::string_view name) {
  const auto found = std::ranges::find_if(columns, [&](const duck::Column& column) { return equals_ignoring_case(column.name, name); });
  return found == columns.end() ? nullptr : &*found;
}

struct ParquetFile {
  std::size_t index = 0;
  std::vector<duck::Column> columns;
};

/// What a wanted column becomes in the SQL for one file.
struct ColumnSql {
  std::string value;   ///< the value in the wanted type
  std::string misfit;  ///< true where the value does not fit; empty when it always does
  std::string original;
};

ColumnSql column_sql(const duck::Column& wanted, const ParquetFile& file, bool is_key) {
  const duck::Column* there = find_column(file.columns, wanted.name);
  const std::string type = wanted.type.sql();
  if (there == nullptr) {
    return {fmt::format("CAST(NULL AS {})", type), is_key ? "true" : "", "NULL"};
  }
  const std::string name = sql_name(there->name);
  const std::string null_key = is_key ? name + " IS NULL" : "";
  if (there->type == wanted.type) {
    return {name, null_key, name};
  }
  // A cast that comes back as the same value lost nothing.
  std::string misfit = fmt::format("({0} IS NOT NULL AND CAST(TRY_CAST({0} AS {1}) AS {2}) IS DISTINCT FROM {0})", name, type, there->type.sql());
  return {fmt::format("TRY_CAST({} AS {})", name, type), null_key.empty() ? misfit : null_key + " OR " + misfit, name};
}

class ParquetFileSet final : public FileSet {
 public:
  explicit ParquetFileSet(const LookRequest& request) : files_(request.files) {}
  const std::vector<duck::Column>& columns() const override { return columns_; }
  const std::vector<BadFile>& bad_files() const override { return bad_files_; }
  const std::vector<std::string>& notes() const override { return notes_; }

  Status look(const LookRequest& request) {
    std::vector<std::string> paths;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (request.stop.stop_requested()) {
        return fail(ErrorCode::kCancelled, "stopped");
      }
      auto columns = request.connection.describe(fmt::format("SELECT * FROM read_parquet({})", sql_string(files_[i].path.string())));
      if (!columns) {
        Error error = std::move(columns).error();
        error.place.reset();
        error.subject = files_[i].name;
        bad_files_.push_back({i, std::move(error)});
      } else {
        paths.push_back(sql_string(files_[i].path.string()));
        parquet_files_.push_back({i, std::move(*columns)});
      }
    }
    if (paths.empty()) {
      return {};
    }
    // The type that holds the values of all files, as DuckDB unites them.
    WEIR_TRY_ASSIGN(const std::vector<duck::Column> united,
                    request.connection.describe(fmt::format("SELECT * FROM read_parquet([{}], union_by_name = true)", join(paths, ", "))));
    for (const duck::Column& column : united) {
      const duck::Column* told = find_column(request.known, column.name);
      told = told == nullptr ? find_column(request.declared, column.name) : told;
      columns_.push_back(told == nullptr ? column : *told);
    }
    return {};
  }

  Result<FileRows> rows(const ReadRequest& request) override {
    std::vector<std::string> parts;
    std::vector<std::string> misfit_queries;
    std::vector<std::string> paths;
    for (const ParquetFile& file : parquet_files_) {
      parts.push_back(file_sql(file, request, misfit_queries));
      paths.push_back(sql_string(files_[file.index].path.string()));
    }
    FileRows rows;
    rows.sql = parts.empty() ? empty_sql(request) : join(parts, " UNION ALL ");
    rows.notes = [] { return std::vector<std::string>(); };
    // Asked again after a conflict with another writer: the rejects are there by then.
    auto counted = std::make_shared<std::optional<std::uint64_t>>();
    rows.records_count = [this, request, paths, queries = std::move(misfit_queries), counted]() -> std::uint64_t {
      if (!*counted) {
        *counted = collect_misfits(request, paths, queries);
      }
      return **counted;
    };
    return rows;
  }

 private:
  std::string file_sql(const ParquetFile& file, const ReadRequest& request, std::vector<std::string>& misfit_queries) const {
    const std::string from = fmt::format("read_parquet({}, file_row_number = true)", sql_string(files_[file.index].path.string()));
    std::string columns;
    std::string misfits;
    std::string first_misfit;
    for (const duck::Column& wanted : request.columns) {
      const bool is_key = std::ranges::any_of(request.keys, [&](const std::string& key) { return equals_ignoring_case(key, wanted.name); });
      const ColumnSql sql = column_sql(wanted, file, is_key);
      columns += fmt::format("{} AS {}, ", sql.value, sql_name(wanted.name));
      if (!sql.misfit.empty()) {
        misfits += (misfits.empty() ? "" : " OR ") + sql.misfit;
        first_misfit += fmt::format("WHEN {} THEN [{}, CAST({} AS VARCHAR), {}] ", sql.misfit, sql_string(wanted.name), sql.original,
                                    sql_string(type_name(wanted.type)));
      }
    }
    std::string out = fmt::format("SELECT {}{} AS _weir_source", columns, sql_string(files_[file.index].name));
    if (request.with_order) {
      out += fmt::format(", CAST({} + file_row_number AS BIGINT) AS _weir_order", file.index * kOrderOfFile);
    }
    out += " FROM " + from;
    if (!misfits.empty()) {
      out += fmt::format(" WHERE ({}) IS NOT TRUE", misfits);
      misfit_queries.push_back(fmt::format("SELECT {}, file_row_number + 1, CASE {}END AS what FROM {} WHERE {}", file.index, first_misfit, from, misfits));
    }
    return out;
  }

  static std::string empty_sql(const ReadRequest& request) {
    std::string columns;
    for (const duck::Column& wanted : request.columns) {
      columns += fmt::format("CAST(NULL AS {}) AS {}, ", wanted.type.sql(), sql_name(wanted.name));
    }
    return fmt::format("SELECT {}'' AS _weir_source{} WHERE false", columns, request.with_order ? ", CAST(0 AS BIGINT) AS _weir_order" : "");
  }

  // The rows that the statement left out, read once more for their places; then all rows by the files' own counts.
  std::uint64_t collect_misfits(const ReadRequest& request, const std::vector<std::string>& paths, const std::vector<std::string>& queries) const {
    for (const std::string& query : queries) {
      auto found = request.connection.stream(query, request.stop);
      while (found) {
        const auto chunk = found->next();
        if (!chunk || !*chunk) {
          break;
        }
        for (std::uint64_t row = 0; row < (*chunk)->rows_count(); ++row) {
          const duck::VectorView what = (*chunk)->column(2);
          const auto [first, count] = what.list_entry(row);
          const duck::VectorView texts = what.child(0);
          const bool null = texts.is_null(first + 1);
          const Status added = request.rejects.add({.file = static_cast<std::size_t>((*chunk)->column(0).integer(row)),
                                                    .line = static_cast<std::uint64_t>((*chunk)->column(1).integer(row)),
                                                    .column = texts.text(first),
                                                    .reason = null ? "the key has no value" : fmt::format("does not fit the type {}", texts.text(first + 2)),
                                                    .raw_text = null ? "" : texts.text(first + 1)});
          if (!added) {
            return 0;
          }
        }
      }
    }
    if (paths.empty()) {
      return 0;
    }
    const auto count = request.connection.query_integer(fmt::format("SELECT sum(num_rows) FROM parquet_file_metadata([{}])", join(paths, ", ")));
    return count ? static_cast<std::uint64_t>(*count) : 0;
  }

  std::vector<InputFile> files_;
  std::vector<ParquetFile> parquet_files_;
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
