#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"
#include "delta/dml/row_changes.h"

namespace weir::delta {
namespace {
void set_operation(Transaction& transaction, std::string_view operation, const std::string& where) {
  transaction.set_operation(operation, {{"predicate", where.empty() ? "[]" : Json::array({where}).dump()}});
}

std::string target(const RowChanger& changer, const DeleteRequest& request) {
  return fmt::format("({}) AS {}", changer.rows_sql(), sql_name(request.alias));
}

std::string condition(const DeleteRequest& request) {
  return request.where.empty() ? "true" : "(" + request.where + "\n)";  // the line feed ends a comment
}

struct Touched {
  std::vector<std::uint64_t> whole;  // files of which all rows are meant, as in "weir file"
  std::vector<std::uint64_t> partly;
  std::int64_t rows_in_whole = 0;
  std::int64_t rows_in_partly = 0;
  std::vector<std::uint64_t> all() const {
    std::vector<std::uint64_t> out = whole;
    out.insert(out.end(), partly.begin(), partly.end());
    return out;
  }
};

Result<Touched> touched_files(RowChanger& changer, const DeleteRequest& request) {
  WEIR_TRY_ASSIGN(auto found, changer.connection().query(
                                  fmt::format("SELECT \"{}\", count(*) FROM {} WHERE {} GROUP BY 1 ORDER BY 1",
                                              kFileColumn, target(changer, request), condition(request)),
                                  changer.options().stop));
  std::vector<std::pair<std::uint64_t, std::int64_t>> counts;
  for (;;) {
    WEIR_TRY_ASSIGN(const auto chunk, found.next());
    if (!chunk) {
      break;
    }
    for (std::uint64_t row = 0; row < chunk->rows_count(); ++row) {
      counts.emplace_back(static_cast<std::uint64_t>(chunk->column(0).integer(row)), chunk->column(1).integer(row));
    }
  }
  Touched touched;
  for (const auto& [number, count] : counts) {
    WEIR_TRY_ASSIGN(const std::int64_t live, changer.live_rows({number}));
    const bool whole = count >= live;
    (whole ? touched.whole : touched.partly).push_back(number);
    (whole ? touched.rows_in_whole : touched.rows_in_partly) += count;
  }
  return touched;
}

// Nothing has to be read to delete everything.
Result<DmlChanges> delete_all(RowChanger& changer) {
  DmlChanges changes;
  std::vector<std::uint64_t> numbers(changer.scan().files().size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    numbers[i] = i;
  }
  WEIR_TRY_ASSIGN(changes.rows_deleted, changer.live_rows(numbers));
  changer.remove_files(numbers, changes);
  return changes;
}

Status delete_some(RowChanger& changer, const DeleteRequest& request, DmlChanges& changes) {
  const Transaction& transaction = changer.transaction();
  if (writes_deletion_vectors(transaction.metadata(), transaction.protocol())) {
    WEIR_TRY_ASSIGN(changes.rows_deleted,
                    changer.mark_deleted(fmt::format("SELECT \"{}\", \"{}\" FROM {} WHERE {}", kFileColumn, kRowColumn,
                                                     target(changer, request), condition(request)),
                                         changes));
    return {};
  }
  WEIR_TRY_ASSIGN(const Touched touched, touched_files(changer, request));
  changes.rows_deleted = touched.rows_in_whole + touched.rows_in_partly;
  if (!touched.partly.empty()) {
    WEIR_TRY_ASSIGN(const std::int64_t live, changer.live_rows(touched.partly));
    changes.rows_copied = live - touched.rows_in_partly;
    WEIR_TRY_ASSIGN(const std::string rows, changer.files_sql(touched.partly, false));
    WEIR_TRY(changer.write_rows(
        fmt::format("SELECT * FROM ({}) AS {} WHERE {} IS NOT TRUE", rows, sql_name(request.alias), condition(request)),
        changes));
  }
  changer.remove_files(touched.all(), changes);
  return {};
}

std::string new_columns(const Schema& schema, const std::map<std::string, std::string>& assigned,
                        const std::string& alias, const std::string& where) {
  std::vector<std::string> columns;
  for (const Field& field : schema.fields) {
    const std::string name = sql_name(field.name);
    const std::string old = sql_name(alias) + "." + name;
    const auto at = assigned.find(field.name);
    if (at == assigned.end()) {
      columns.push_back(old);
      continue;
    }
    const std::string value = fmt::format("CAST(({}\n) AS {})", at->second, duck_type_sql(field.type));
    columns.push_back(where.empty() ? fmt::format("{} AS {}", value, name)
                                    : fmt::format("CASE WHEN {} THEN {} ELSE {} END AS {}", where, value, old, name));
  }
  return join(columns, ", ");
}

Status update_with_vectors(RowChanger& changer, const DeleteRequest& rows,
                           const std::map<std::string, std::string>& assigned, DmlChanges& changes) {
  // Found once: what chance or time decide is decided once.
  WEIR_TRY_ASSIGN(const TempTable found,
                  TempTable::create(changer.connection(),
                                    fmt::format("SELECT \"{}\", \"{}\", {} FROM {} WHERE {}", kFileColumn, kRowColumn,
                                                new_columns(changer.transaction().schema(), assigned, rows.alias, ""),
                                                target(changer, rows), condition(rows)),
                                    changer.options().stop));
  WEIR_TRY_ASSIGN(changes.rows_updated, changer.mark_deleted("SELECT * FROM " + found.name(), changes));
  return changer.write_rows(
      fmt::format("SELECT * EXCLUDE (\"{}\", \"{}\") FROM {}", kFileColumn, kRowColumn, found.name()), changes);
}

Status update_by_rewriting(RowChanger& changer, const DeleteRequest& rows,
                           const std::map<std::string, std::string>& assigned, DmlChanges& changes) {
  WEIR_TRY_ASSIGN(const Touched touched, touched_files(changer, rows));
  const std::vector<std::uint64_t> files = touched.all();
  changes.rows_updated = touched.rows_in_whole + touched.rows_in_partly;
  if (files.empty()) {
    return {};
  }
  WEIR_TRY_ASSIGN(const std::int64_t live, changer.live_rows(files));
  changes.rows_copied = live - changes.rows_updated;
  WEIR_TRY_ASSIGN(const std::string sql, changer.files_sql(files, false));
  WEIR_TRY(
      changer.write_rows(fmt::format("SELECT {} FROM ({}) AS {}",
                                     new_columns(changer.transaction().schema(), assigned, rows.alias, condition(rows)),
                                     sql, sql_name(rows.alias)),
                         changes));
  changer.remove_files(files, changes);
  return {};
}

Result<DmlChanges> finished(RowChanger& changer, Status status, DmlChanges changes) {
  if (!status) {
    changer.discard(changes);
    return std::unexpected(std::move(status).error());
  }
  WEIR_TRY(changer.finish(changes));
  return changes;
}
}  // namespace

Result<DmlChanges> delete_rows(duck::Connection& connection, storage::ObjectStore& store, Transaction& transaction,
                               const DeleteRequest& request, const DmlOptions& options) {
  set_operation(transaction, "DELETE", request.where);
  WEIR_TRY_ASSIGN(RowChanger changer, RowChanger::open(connection, store, transaction, request.conditions, options));
  DmlChanges changes;
  changes.vectors = DeletionVectorWriter(*options.random);
  Status status;
  if (request.where.empty()) {
    WEIR_TRY_ASSIGN(changes, delete_all(changer));
  } else {
    status = delete_some(changer, request, changes);
  }
  transaction.set_metric("numDeletedRows", changes.rows_deleted);
  return finished(changer, std::move(status), std::move(changes));
}

Result<DmlChanges> update_rows(duck::Connection& connection, storage::ObjectStore& store, Transaction& transaction,
                               const UpdateRequest& request, const DmlOptions& options) {
  set_operation(transaction, "UPDATE", request.rows.where);
  WEIR_TRY_ASSIGN(const auto assigned, assignments_by_column(transaction.schema(), request.assignments));
  WEIR_TRY_ASSIGN(RowChanger changer,
                  RowChanger::open(connection, store, transaction, request.rows.conditions, options));
  DmlChanges changes;
  changes.vectors = DeletionVectorWriter(*options.random);
  Status status = writes_deletion_vectors(transaction.metadata(), transaction.protocol())
                      ? update_with_vectors(changer, request.rows, assigned, changes)
                      : update_by_rewriting(changer, request.rows, assigned, changes);
  transaction.set_metric("numUpdatedRows", changes.rows_updated);
  return finished(changer, std::move(status), std::move(changes));
}
}  // namespace weir::delta
