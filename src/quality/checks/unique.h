#pragma once

#include <vector>

#include "core/config.h"
#include "quality/check.h"

namespace weir::quality {
struct UniqueOptions {
  enum class Count : std::uint8_t {
    kRows,    ///< failures are the rows that share their values with another row
    kValues,  ///< failures are the values that are there more than once, as dbt counts
  };
  Count count = Count::kRows;
  bool ignores_nulls = true;  ///< rows where all columns are null do not matter
};

/// No two rows have the same values in all of `columns`; null equals null. Groups the table, spilling to disk when it is large.
Check unique_check(const CheckScope& scope, const std::vector<Column>& columns, const UniqueOptions& options = {});
/// `unique: order_id`, or `unique: [order_id, line]` for columns that are unique together.
Result<std::vector<Check>> read_unique(const ConfigNode& arguments, const CheckScope& scope);
}  // namespace weir::quality
