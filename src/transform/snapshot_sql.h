#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "duck/type.h"
#include "transform/node_config.h"

/// The history of a table as a slowly changing dimension of type 2, with dbt's columns:
///   dbt_scd_id     MD5 of the key and dbt_valid_from: names one version of a row
///   dbt_updated_at, dbt_valid_from (inclusive), dbt_valid_to (exclusive; NULL, or dbt_valid_to_current, for the newest
///   version) dbt_is_deleted 'True' or 'False', with hard_deletes: new_record and, when snapshot_meta_column_names
///   gives dbt_is_current a name, a BOOLEAN
namespace weir::transform {
/// The configs of a snapshot, checked.
struct SnapshotPlan {
  enum class HardDeletes : std::uint8_t { kIgnore, kInvalidate, kNewRecord };

  std::vector<std::string> unique_key;                 ///< columns or SQL expressions
  bool by_timestamp = true;                            ///< strategy timestamp; else check
  std::string updated_at;                              ///< a column or an expression; may be empty for check
  std::optional<std::vector<std::string>> check_cols;  ///< nothing: all
  HardDeletes hard_deletes = HardDeletes::kIgnore;
  std::string valid_to_current;  ///< an SQL expression; empty: NULL
  std::string scd_id = "dbt_scd_id";
  std::string updated_at_column = "dbt_updated_at";
  std::string valid_from = "dbt_valid_from";
  std::string valid_to = "dbt_valid_to";
  std::string is_deleted = "dbt_is_deleted";
  std::string is_current;  ///< empty: no such column

  /// The columns that the snapshot adds to those of the query, in their order.
  std::vector<std::string> own_columns() const;
};

/// Errors: kInvalid, without a place, for what is missing, unknown or contradicts itself.
Result<SnapshotPlan> read_snapshot_plan(const NodeConfig& config);

/// What is known when the SQL is made.
struct SnapshotInput {
  std::string source;  ///< table with the rows as they are now, and their columns:
  std::vector<duck::Column> source_columns;
  std::string target;  ///< the history so far; empty for a first run
  std::vector<duck::Column> target_columns;
  Timestamp now;
};

/// Queries that find rows which have no history: a key that is NULL, and a key that stands twice. One row each when
/// there is one: the key as text.
std::string null_key_sql(const SnapshotPlan& plan, const SnapshotInput& input);
std::string doubled_key_sql(const SnapshotPlan& plan, const SnapshotInput& input);

/// The rows to be merged into the history by scd_id: those that end, and those that begin. Intervals of one key never
/// overlap, and touch each other unless the row was deleted in between: a row that comes late, with an updated_at
/// before the version that is there, is left out as dbt does; a version that would begin where the last one began takes
/// its place. Errors: kInvalid, without a place, for columns that are missing or collide.
Result<std::string> snapshot_sql(const SnapshotPlan& plan, const SnapshotInput& input);
}  // namespace weir::transform
