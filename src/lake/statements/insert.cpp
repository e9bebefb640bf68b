// INSERT INTO, INSERT OVERWRITE, INSERT INTO … REPLACE WHERE.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "delta/data_files.h"
#include "delta/dml/temp_table.h"
#include "lake/predicates.h"
#include "lake/statements/statement.h"

namespace weir::lake {
namespace {
using delta::DmlChanges;
using delta::Transaction;

enum class Mode { kInto, kOverwrite, kReplaceWhere };

class Insert {
 public:
  Insert(StatementRun& run, const StatementTable& table, Mode mode) : run_(run), table_(table), mode_(mode) {}

  Status parse() {
    SqlCursor& cursor = run_.cursor;
    if (cursor.is_next("PARTITION")) {
      return cursor.error("a PARTITION clause is not supported here; use INSERT INTO … REPLACE WHERE column = value");
    }
    if (cursor.is_next("( SELECT") || cursor.is_next("( WITH") || cursor.is_next("( FROM") || cursor.is_next("( VALUES")) {
      // a query in parentheses
    } else if (cursor.accept("(")) {
      do {
        columns_offset_ = cursor.offset();
        WEIR_TRY_ASSIGN(columns_.emplace_back(), cursor.name("the name of a column"));
      } while (cursor.accept(","));
      WEIR_TRY(cursor.expect(")"));
    }
    if (cursor.accept("REPLACE WHERE")) {
      mode_ = Mode::kReplaceWhere;
      WEIR_TRY_ASSIGN(where_, cursor.until({"SELECT", "VALUES", "WITH", "FROM", "TABLE"}, "a condition"));
    }
    by_name_ = cursor.accept("BY NAME");
    if (!by_name_) {
      cursor.accept("BY POSITION");
    }
    WEIR_TRY_ASSIGN(query_, cursor.until(std::span<const std::string_view>(), "SELECT or VALUES"));
    return cursor.expect_end();
  }

  Result<DmlChanges> operator()(Transaction& transaction) {
    WEIR_TRY_ASSIGN(std::string query, bound_query());
    WEIR_TRY_ASSIGN(const std::string select, select_sql(query, transaction.schema()));
    DmlChanges changes;
    if (mode_ != Mode::kInto) {
      WEIR_TRY_ASSIGN(changes, remove(transaction, select));
    }
    auto files = run_.write_rows(table_, transaction, select);
    if (!files) {
      delta::discard_changes(*table_.store, table_.location, changes);
      return std::unexpected(std::move(files).error());
    }
    if (run_.reads(table_)) {
      transaction.read_whole_table();
    }
    rows_ = delta::rows_count(*files);
    transaction.add_files(*files);
    std::ranges::move(*files, std::back_inserter(changes.new_files));
    changes.rows_inserted = rows_;
    transaction.set_operation("WRITE", parameters());
    transaction.set_metric("numOutputRows", rows_);
    return changes;
  }

 private:
  Result<std::string> bound_query() {
    WEIR_TRY_ASSIGN(std::string bound, run_.bind(query_));
    // In its place, so that DuckDB's errors point into the statement.
    const Place place = place_in(run_.cursor.sql(), query_.offset);
    WEIR_TRY(run_.describe_in_place(std::string(static_cast<std::size_t>(place.line) - 1, '\n') +
                                    std::string(static_cast<std::size_t>(place.column) - 1, ' ') + bound));
    return bound;
  }

  // The columns that the query's go into, in the query's order.
  Result<std::vector<const delta::Field*>> targets(const std::vector<duck::Column>& given, const delta::Schema& schema) {
    std::vector<std::string> names = columns_;
    if (by_name_) {
      names.clear();
      for (const duck::Column& column : given) {
        names.push_back(column.name);
      }
    } else if (names.empty()) {
      names = schema.names();
    }
    if (names.size() != given.size()) {
      return run_.cursor.error_at(query_.offset, fmt::format("{} has {} columns{}, but the query gives {}", table_.text, names.size(),
                                                             columns_.empty() ? "" : " in the list", given.size()));
    }
    std::vector<const delta::Field*> fields;
    for (const std::string& name : names) {
      const delta::Field* field = schema.find(name);
      if (field == nullptr || std::ranges::find(fields, field) != fields.end()) {
        const std::string what = field == nullptr ? fmt::format("{} has no column \"{}\"{}", table_.text, name, did_you_mean(name, schema.names()))
                                                  : fmt::format("the column \"{}\" is given twice", name);
        return run_.cursor.error_at(columns_.empty() ? query_.offset : columns_offset_, what);
      }
      fields.push_back(field);
    }
    return fields;
  }

  Result<std::string> select_sql(const std::string& query, const delta::Schema& schema) {
    WEIR_TRY_ASSIGN(const auto given, run_.session.connection().describe(query));
    WEIR_TRY_ASSIGN(const auto fields, targets(given, schema));
    std::vector<std::string> inner;
    std::vector<std::string> outer;
    for (std::size_t i = 0; i < fields.size(); ++i) {
      inner.push_back(fmt::format("c{}", i));
      outer.push_back(fmt::format("CAST(c{} AS {}) AS {}", i, delta::duck_type_sql(fields[i]->type), sql_name(fields[i]->name)));
    }
    return fmt::format("SELECT {} FROM ({}\n) AS q({})", join(outer, ", "), query, join(inner, ", "));
  }

  Result<DmlChanges> remove(Transaction& transaction, const std::string& select) {
    duck::Connection& connection = run_.session.connection();
    delta::DeleteRequest rows{.alias = table_.short_name};
    if (mode_ == Mode::kReplaceWhere) {
      const std::string from = fmt::format("({}) AS {}", empty_rows_sql(transaction.schema()), sql_name(rows.alias));
      WEIR_TRY_ASSIGN(rows.where, run_.expression(where_, from));
      rows.conditions = conditions_on(connection, fmt::format("SELECT * FROM \"weir target\".{} WHERE {}", sql_name(rows.alias), rows.where),
                                      {"weir target", rows.alias}, transaction.schema());
      WEIR_TRY_ASSIGN(const auto plan, delta::plan_write(connection, select, transaction.schema()));
      WEIR_TRY_ASSIGN(const std::int64_t outside,
                      connection.query_integer(fmt::format("SELECT count(*) FROM ({}) AS {} WHERE ({}\n) IS NOT TRUE", plan.select_sql,
                                                           sql_name(rows.alias), rows.where), run_.stop));
      if (outside > 0) {
        return run_.cursor.error_at(where_.offset, fmt::format("{} of the new rows do not meet the condition of REPLACE WHERE", outside));
      }
    }
    return delta::delete_rows(connection, *table_.store, transaction, rows, run_.dml_options(table_));
  }

  delta::StringMap parameters() const {
    delta::StringMap out = {{"mode", mode_ == Mode::kInto ? "Append" : "Overwrite"}};
    if (mode_ == Mode::kReplaceWhere) {
      out["predicate"] = where_.text;
    }
    return out;
  }

  StatementRun& run_;
  const StatementTable& table_;
  Mode mode_;
  std::vector<std::string> columns_;
  std::size_t columns_offset_ = 0;
  SqlPiece where_;
  SqlPiece query_;
  bool by_name_ = false;
  std::int64_t rows_ = 0;
};
}  // namespace

StatementResult run_insert(StatementRun& run) {
  Mode mode = Mode::kInto;
  if (run.cursor.accept("OVERWRITE")) {
    mode = Mode::kOverwrite;
    run.cursor.accept("INTO");
  } else if (!run.cursor.accept("INTO")) {
    return std::nullopt;  // INSERT OR REPLACE and the like
  }
  run.cursor.accept("TABLE");
  WEIR_TRY_ASSIGN(const auto table, run.existing_table());
  if (!table) {
    return std::nullopt;
  }
  Insert insert(run, *table, mode);
  WEIR_TRY(insert.parse());
  WEIR_TRY_ASSIGN(const DmlChanges changes, run.change_rows(*table, [&](Transaction& transaction) { return insert(transaction); }));
  return run.counts({{"num_affected_rows", changes.rows_inserted}, {"num_inserted_rows", changes.rows_inserted}});
}
}  // namespace weir::lake
