#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "delta/dml/dml.h"
#include "delta/dml/temp_table.h"
#include "duck/database.h"

/// What DELETE, UPDATE and MERGE share.
namespace weir::delta {
/// The rows of a table that a statement looks at, with their positions, and the ways to change them in a transaction.
class RowChanger {
 public:
  /// Chooses files by the conditions and notes in the transaction what is read.
  static Result<RowChanger> open(duck::Connection& connection, storage::ObjectStore& store, Transaction& transaction,
                                 const std::vector<Condition>& conditions, const DmlOptions& options);

  const Scan& scan() const { return scan_; }
  const DmlOptions& options() const { return options_; }
  duck::Connection& connection() { return connection_; }
  Transaction& transaction() { return transaction_; }
  /// SELECT of the table's columns, "weir file" and "weir row".
  const std::string& rows_sql() const { return rows_sql_; }

  /// Removes the rows at the positions that `positions_sql` ("weir file", "weir row") gives, by deletion vectors; a
  /// position may come twice. Files without rows left are removed whole. Returns how many rows went.
  Result<std::int64_t> mark_deleted(const std::string& positions_sql, DmlChanges& changes);

  /// Removes whole files, given as in "weir file".
  void remove_files(const std::vector<std::uint64_t>& numbers, DmlChanges& changes);
  /// The live rows of the files by their statistics, or by counting.
  Result<std::int64_t> live_rows(const std::vector<std::uint64_t>& numbers);
  /// SELECT of the table's columns of these files.
  Result<std::string> files_sql(const std::vector<std::uint64_t>& numbers, bool with_positions);
  /// An expression that turns a "weir file" of this scan into that of `files_sql(numbers, true)`.
  std::string renumbered(const std::vector<std::uint64_t>& numbers, std::string_view expression) const;

  /// Writes rows of the transaction's schema as new files: NOT NULL and the table's constraints are enforced.
  Status write_rows(const std::string& select_sql, DmlChanges& changes, std::vector<std::string> sort_by = {});
  /// After everything: the file of the vectors. Sets metrics that are the same for all three.
  Status finish(DmlChanges& changes);
  /// Removes what was written.
  void discard(const DmlChanges& changes) const { discard_changes(store_, transaction_.location(), changes); }

 private:
  RowChanger(duck::Connection& connection, storage::ObjectStore& store, Transaction& transaction, Scan scan,
             const DmlOptions& options);
  Status mark_file(std::uint64_t number, std::vector<std::int64_t> rows, DmlChanges& changes);
  Result<std::int64_t> stored_rows(std::uint32_t file);
  std::optional<std::int64_t> rows_by_stats(std::uint32_t file);
  Status count_files_without_stats();

  duck::Connection& connection_;
  storage::ObjectStore& store_;
  Transaction& transaction_;
  Scan scan_;
  DmlOptions options_;
  std::vector<std::uint32_t> order_;  // scan_sql_order
  std::string rows_sql_;
  std::int64_t bytes_removed_ = 0;
  std::map<std::uint32_t, std::int64_t> counted_rows_;  // deleted ones too, of files whose statistics do not tell
};

/// Finds the column that is assigned to. Errors: kInvalid with "did you mean", or for one that was there before.
Result<std::map<std::string, std::string>> assignments_by_column(const Schema& schema,
                                                                 const std::vector<Assignment>& assignments);
}  // namespace weir::delta
