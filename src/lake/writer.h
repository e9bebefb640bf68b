#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "core/result.h"
#include "delta/data_files.h"
#include "delta/scan.h"
#include "lake/build_record.h"
#include "lake/session.h"
#include "lake/table_name.h"

/// Puts the rows of a query into a table of the lake, in one commit.
namespace weir::lake {
enum class WriteMode : std::uint8_t {
  kAppend,
  kOverwrite,     ///< the table's rows and schema become the query's
  kMerge,         ///< rows with a key that the table has replace the table's rows, others are added
  kReplaceWhere,  ///< the table's rows for which `replace_where` is true go, the query's rows come
};

struct WriteRequest {
  TableName table;
  std::string select_sql;  ///< bound by the session; runs once
  WriteMode mode = WriteMode::kOverwrite;
  std::vector<std::string> keys;  ///< kMerge: columns that are never null and unique in the query's rows
  std::string replace_where;      ///< kReplaceWhere: an SQL condition over the table's columns
  std::vector<delta::Condition> replace_conditions;  ///< true wherever `replace_where` is: narrows the files to look at
  delta::SchemaMode schema_mode = delta::SchemaMode::kStrict;
  std::vector<std::string> partition_by;  ///< for a new or overwritten table
  delta::StringMap properties;            ///< for a new table
  std::vector<std::string> sort_by;
  std::optional<std::size_t> partitions_expected;  ///< about how many partitions the rows fall into, see delta::WriteOptions
  std::vector<std::pair<std::string, std::int64_t>> transactions;  ///< `txn` actions: nothing is written when one is there already
  BuildRecord record;                ///< its inputs are filled with the session's pins when empty
  std::string operation = "WRITE";   ///< for the history
  /// Called when the data files are written and nothing is committed yet, again after each conflict: for what must be kept before
  /// the rows are (their rejects), and for what is known only now. May add to the record. An error ends the write.
  std::function<Status(BuildRecord& record)> before_commit;
  std::stop_token stop;
};

struct WriteResult {
  std::int64_t version = 0;
  std::uint64_t rows_count = 0;   ///< written: for kMerge and kReplaceWhere also those that were only carried over
  std::uint64_t source_rows_count = 0;  ///< of the query
  std::uint64_t bytes_count = 0;
  std::uint64_t files_count = 0;
  bool already_done = false;      ///< a transaction id was there; nothing was written
  bool unchanged = false;         ///< an append, merge or replacement of nothing by nothing: no commit was made
};

/// Creates the table when it is not there (a view of that name is dropped). Conflicts with other writers are retried on the newest version.
/// Errors: kInvalid (the query, the schema, null or doubled merge keys, named), kConflict after many retries, kUnsupported, kIo, kCancelled.
Result<WriteResult> write_table(Session& session, const WriteRequest& request);
}  // namespace weir::lake
