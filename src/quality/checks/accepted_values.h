#pragma once

#include <string>
#include <vector>

#include "core/config.h"
#include "quality/check.h"

namespace weir::quality {
struct AcceptedValuesOptions {
  std::vector<std::string> values;  ///< as SQL literals; empty: no value is accepted
  /// Failures are the values that are not accepted, as dbt counts, and not the rows that have them.
  bool counts_values = false;
};

/// Every value of `column` is one of `options.values`. Nulls do not matter.
Check accepted_values_check(const CheckScope& scope, const Column& column, const AcceptedValuesOptions& options);
/// `accepted_values: {column: status, values: [placed, shipped]}`.
Result<std::vector<Check>> read_accepted_values(const ConfigNode& arguments, const CheckScope& scope);
}  // namespace weir::quality
