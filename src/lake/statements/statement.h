#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "delta/dml/dml.h"
#include "delta/transaction.h"
#include "duck/database.h"
#include "lake/session.h"
#include "lake/statements/cursor.h"

/// Statements that change tables of the lake or describe them. DuckDB runs everything else.
namespace weir::lake {
/// Runs one statement of any kind: those of the list in statement.cpp on tables of the lake (`raw.orders`) and in folders
/// (delta.`/data/orders`), all others as Session::stream. What changes rows gives one row of counts (num_affected_rows …).
/// Errors: kInvalid with the place in `sql`, kNotFound, kConflict after many lost races, and those of the parts.
Result<duck::ResultSet> run_statement(Session& session, std::string_view sql, std::stop_token stop = {});

/// The table that a statement changes.
struct StatementTable {
  std::string text;                ///< for messages: "raw.orders", "/data/orders"
  std::string short_name;          ///< what columns are qualified with when there is no alias
  std::optional<TableName> name;   ///< nothing for a table in a folder
  std::shared_ptr<storage::ObjectStore> folder_store;
  storage::ObjectStore* store = nullptr;
  delta::TableLocation location;
};

/// One statement on its way. A function for each kind reads it from the cursor and does it.
class StatementRun {
 public:
  StatementRun(Session& of_session, std::string_view sql, std::stop_token until) : session(of_session), cursor(sql), stop(std::move(until)) {}

  /// Reads a table's name. Nothing for a name that the lake does not have and that has no schema, or one of DuckDB's own:
  /// DuckDB may know it. Errors: kNotFound with the nearest name, kInvalid for views.
  Result<std::optional<StatementTable>> existing_table();
  /// Reads the name of a table that need not be there. Nothing for names without schema.
  Result<std::optional<StatementTable>> table_name();
  /// Reads `[AS] alias`, unless a word of `keywords` stands there.
  Result<std::optional<std::string>> alias(std::initializer_list<std::string_view> keywords);

  /// The newest version, or nothing when there is no such table.
  Result<std::shared_ptr<const delta::Snapshot>> snapshot(const StatementTable& table);

  /// Binds the lake tables that the piece names. Errors have their place in the statement.
  Result<std::string> bind(const SqlPiece& piece);
  /// Looks whether DuckDB understands the expression over the rows of `from_sql`, so that its error has the right place.
  /// Gives the bound expression.
  Result<std::string> expression(const SqlPiece& piece, std::string_view from_sql);
  /// The columns of a query that stands in its place in the statement (lines and blanks before it), for the same reason.
  Result<std::vector<duck::Column>> describe_in_place(const std::string& sql);
  /// True when what was bound so far reads the table itself.
  bool reads(const StatementTable& table) const;

  /// Changes the table in a transaction; again on its newest version after a conflict. `change` binds its SQL itself.
  Result<delta::DmlChanges> change_rows(const StatementTable& table, const std::function<Result<delta::DmlChanges>(delta::Transaction&)>& change);
  /// The same for changes of properties and the like. Returns the version.
  Result<std::int64_t> commit(const StatementTable& table, const std::function<Result<delta::Transaction>()>& begin);

  delta::DmlOptions dml_options(const StatementTable& table) const;
  /// Writes the rows of a bound query as new files of the table, which the caller adds to the transaction.
  Result<std::vector<delta::AddFile>> write_rows(const StatementTable& table, const delta::Transaction& transaction, const std::string& select);
  /// One row of numbers.
  Result<duck::ResultSet> counts(const std::vector<std::pair<std::string_view, std::int64_t>>& columns);
  /// One row that says what was done.
  Result<duck::ResultSet> done(std::string_view text);

  Session& session;
  SqlCursor cursor;
  std::stop_token stop;

 private:
  struct NameText;
  Result<NameText> read_name();
  Result<std::optional<StatementTable>> folder_table(const std::string& path);
  delta::CommitOptions commit_options();
};

/// `SELECT … WHERE false` with the columns of the schema.
std::string empty_rows_sql(const delta::Schema& schema);

/// Nothing: DuckDB should run the statement.
using StatementResult = Result<std::optional<duck::ResultSet>>;
StatementResult run_delete(StatementRun& run);
StatementResult run_update(StatementRun& run);
StatementResult run_merge(StatementRun& run);
StatementResult run_insert(StatementRun& run);
StatementResult run_create_table(StatementRun& run);
StatementResult run_drop_table(StatementRun& run);
StatementResult run_alter_table(StatementRun& run);
StatementResult run_describe_history(StatementRun& run);
StatementResult run_describe_detail(StatementRun& run);
StatementResult run_show_tables(StatementRun& run);
StatementResult run_optimize(StatementRun& run);
StatementResult run_reorg(StatementRun& run);
StatementResult run_vacuum(StatementRun& run);
StatementResult run_restore(StatementRun& run);
}  // namespace weir::lake
