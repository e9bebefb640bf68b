#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delta/column_names.h"
#include "delta/scan.h"
#include "delta/value.h"

namespace weir::delta {
/// What is known of a column's values in one file. Absent bounds are unknown.
struct ColumnRange {
  std::optional<Value> min;
  std::optional<Value> max;
  bool max_may_be_cut = false;  ///< a text that begins with `max` may be in the file too
  std::optional<bool> has_nulls;
  bool all_nulls = false;
};

/// The range of a partition column: one value, or null. An unreadable text gives an unknown range.
ColumnRange partition_range(const DataType& type, const std::optional<std::string>& text);

/// One condition made ready for many files.
class PreparedCondition {
 public:
  /// Nothing when the condition can tell nothing about files: an unknown column, a type without order, bad constants.
  static std::optional<PreparedCondition> make(const Condition& condition, const Schema& schema, ColumnMapping mapping);

  /// The physical names on the way to the column.
  const std::vector<std::string>& physical_path() const { return path_; }
  const DataType& type() const { return type_; }
  /// False only when no row with these values makes the condition true.
  bool may_match(const ColumnRange& range) const;

 private:
  bool may_match_value(const ColumnRange& range, const Value& value) const;
  std::vector<std::string> path_;
  DataType type_;
  Comparison comparison_ = Comparison::kEqual;
  std::vector<Value> values_;
};

/// Reads from the statistics' JSON what they tell of a column. To be reused between files; one thread at a time.
class StatsReader {
 public:
  StatsReader();
  ~StatsReader();
  StatsReader(const StatsReader&) = delete;
  StatsReader& operator=(const StatsReader&) = delete;
  /// Starts with the next file; false when there are no readable statistics.
  bool open(std::string_view json);
  /// Of the open file, without regard to deletion vectors.
  std::optional<std::int64_t> rows_count() const;
  ColumnRange range(const std::vector<std::string>& physical_path, const DataType& type) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};
}  // namespace weir::delta
