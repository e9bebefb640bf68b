#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "delta/actions.h"
#include "delta/schema.h"
#include "delta/table_location.h"

namespace weir::duck {
class Connection;
struct Column;
}  // namespace weir::duck

/// Writes the rows of a query as data files of a table: Parquet by DuckDB, with the statistics that Delta wants.
namespace weir::delta {
enum class SchemaMode : std::uint8_t {
  kStrict,  ///< the query's columns must be the table's (those that are missing become NULL)
  kMerge,   ///< columns that the table lacks are added to it, nullable, at the end
};

/// How a query's columns go into a table's.
struct WritePlan {
  Schema schema;  ///< the table's, with what kMerge added
  bool schema_changed = false;
  std::string
      select_sql;  ///< gives exactly the table's columns, cast to their types; NOT NULL is enforced when it runs
};

/// Matches the columns of `select_sql` with the table's by name, ignoring case.
/// Implicit casts are those that lose nothing (INTEGER into long, DECIMAL into a wider one, DATE into timestamp_ntz …).
/// Columns that the query lacks get their default, else NULL.
/// Errors: kInvalid for an unknown column (with "did you mean"), a type that does not fit (names column, both types and
/// the way out), a missing NOT NULL column, or what DuckDB says about `select_sql` itself.
Result<WritePlan> plan_write(duck::Connection& connection, std::string_view select_sql, const Schema& schema,
                             SchemaMode mode = SchemaMode::kStrict);

/// What new rows have in a column that is not given to them, as an SQL expression: its metadata CURRENT_DEFAULT.
std::optional<std::string> default_sql(const Field& field);

struct WriteOptions {
  std::vector<std::string> partition_columns;
  StringMap properties;  ///< of the table: columns with statistics, compression
  std::uint64_t file_bytes_target =
      256U << 20U;  ///< a new file is begun behind about so many bytes (not within a partition)
  std::uint64_t row_group_rows = 122'880;
  std::vector<std::string>
      sort_by;  ///< SQL expressions over the table's columns; empty: in the order in which rows come
  /// About how many partitions the rows fall into. Rows for many (or an unknown number of) partitions are sorted first,
  /// which bounds memory and gives one file for each; for few that is not worth it.
  std::optional<std::size_t> partitions_expected;
  bool data_change = true;
  const Clock* clock = &system_clock();
  RandomSource* random = &system_random();
  std::stop_token stop;
};

/// Runs a WritePlan's `select_sql` into new files under the data root and returns their add actions. An empty result
/// gives no files. Files are named part-0-<uuid>.zstd.parquet, in folders like `country=KR` for partitions. On an error
/// nothing stays behind. Rows keep the query's order only when DuckDB's preserve_insertion_order is on, or with
/// `sort_by`. Errors: kInvalid (a NOT NULL column has a null; rows break a constraint of the table: the message names it,
/// counts the rows and shows one; what SQL refuses while running), kUnsupported for constraints that DuckDB does not
/// understand, kIo, kCancelled.
Result<std::vector<AddFile>> write_data_files(duck::Connection& connection, storage::ObjectStore& store,
                                              const TableLocation& location, const WritePlan& plan,
                                              const WriteOptions& options = {});

/// The rows of new files, by their statistics.
std::int64_t rows_count(std::span<const AddFile> files);

/// Removes files that a failed transaction wrote. What cannot be removed stays for VACUUM.
void discard_data_files(storage::ObjectStore& store, const TableLocation& location, std::span<const AddFile> files);
}  // namespace weir::delta
