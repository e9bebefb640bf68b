#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "delta/actions.h"
#include "delta/deletion_vector_writer.h"
#include "delta/scan.h"
#include "delta/schema.h"
#include "delta/transaction.h"

namespace weir::duck {
class Connection;
}

/// DELETE, UPDATE and MERGE. All three find the rows with one query over the files that may hold them, then either mark
/// rows as deleted in deletion vectors (property delta.enableDeletionVectors) and add new rows in new files, or write
/// the touched files anew. Memory is bounded by DuckDB's limit: joins, sorts and the found rows spill to disk.
///
///   WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(snapshot));
///   WEIR_TRY_ASSIGN(DmlChanges changes, delete_rows(connection, store, transaction, {.where = "id = 5"}));
///   if (!changes.empty()) { transaction.commit(store); }   // a conflict: discard_changes, begin again
namespace weir::delta {
struct DmlOptions {
  const Clock* clock = &system_clock();
  RandomSource* random = &system_random();
  bool durable = true;
  std::stop_token stop;
  /// The SQL also reads this table in other places (a subquery): whatever is committed in between conflicts.
  bool reads_whole_table = false;
};

/// What was put into the transaction. Its operation and the metrics of the history are set, named as Spark names them.
struct DmlChanges {
  std::int64_t rows_deleted = 0;
  std::int64_t rows_updated = 0;
  std::int64_t rows_inserted = 0;
  std::int64_t rows_copied = 0;  ///< written again although they stay as they are
  std::int64_t source_rows = 0;  ///< of a merge
  std::int64_t files_removed = 0;
  std::int64_t vectors_added = 0;  ///< files that have a deletion vector now and had none, or another one, before
  std::vector<AddFile> new_files;
  DeletionVectorWriter vectors;

  std::int64_t rows_affected() const { return rows_deleted + rows_updated + rows_inserted; }
  /// Nothing is to be committed.
  bool empty() const { return rows_affected() == 0; }
};
/// Removes the files of changes that were not committed.
void discard_changes(storage::ObjectStore& store, const TableLocation& location, const DmlChanges& changes);

/// Rows of the table for which `where`, an SQL condition, is true; all rows where it is empty.
struct DeleteRequest {
  std::string where;
  std::string alias = "t";            ///< the table's name in `where`
  std::vector<Condition> conditions;  ///< true wherever `where` is: narrows the files to look at
};
/// Errors of all three: kInvalid (what SQL or the table's rules refuse), kCorrupt, kIo, kCancelled. After an error
/// nothing stays behind, and the transaction is of no use.
Result<DmlChanges> delete_rows(duck::Connection& connection, storage::ObjectStore& store, Transaction& transaction,
                               const DeleteRequest& request, const DmlOptions& options = {});

/// A column and the SQL expression of its new value, which is cast to the column's type.
using Assignment = std::pair<std::string, std::string>;

struct UpdateRequest {
  DeleteRequest rows;
  std::vector<Assignment> assignments;
};
/// Errors: also kInvalid for an unknown column (with "did you mean") or one that is assigned twice.
Result<DmlChanges> update_rows(duck::Connection& connection, storage::ObjectStore& store, Transaction& transaction,
                               const UpdateRequest& request, const DmlOptions& options = {});

struct MergeClause {
  enum class When : std::uint8_t { kMatched, kNotMatched, kNotMatchedBySource };
  enum class Then : std::uint8_t { kUpdate, kDelete, kInsert };
  When when = When::kMatched;
  Then then = Then::kUpdate;
  std::string condition;     ///< empty: always
  bool all_columns = false;  ///< UPDATE SET *, INSERT *: every column of the table from the source's of that name
  std::vector<Assignment> assignments;  ///< columns that an INSERT does not name get their default or NULL
};

struct MergeRequest {
  std::string source_sql;  ///< a SELECT that is cheap to repeat (a temporary table): it is read several times
  std::string source_alias = "s";
  std::string target_alias = "t";
  std::string on;  ///< the condition that joins both
  /// Of each kind the first clause whose condition is true decides.
  std::vector<MergeClause> clauses;
  /// Equalities that `on` demands, "target column = source column": the target's files are chosen by the source's keys.
  std::vector<std::pair<std::string, std::string>> equal_columns;
  std::vector<Condition> conditions;  ///< what `on` demands of the target besides
  std::vector<std::string> sort_by;   ///< of new files, as in WriteOptions
};
/// The transaction's schema may have more columns than its snapshot.
/// Errors: also kInvalid when several source rows would change the same row of the target (the message has its key).
Result<DmlChanges> merge_rows(duck::Connection& connection, storage::ObjectStore& store, Transaction& transaction,
                              const MergeRequest& request, const DmlOptions& options = {});

/// True when rows are deleted by deletion vectors: the table has the feature and the property is on.
bool writes_deletion_vectors(const Metadata& metadata, const Protocol& protocol);
}  // namespace weir::delta
