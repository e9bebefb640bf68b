#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "quality/check.h"

namespace weir::quality {
/// A generic test of dbt or dbt_utils as weir's own check is made of.
struct NativeTest {
  std::string name_space;
  std::string test;
  ConfigNode arguments;        ///< a map, rendered; without `column_name`
  std::optional<Column> column;
  CheckScope scope;
  std::function<Result<Relation>(const std::string& expression, const Place& place)> resolve;
};

/// A check that counts failures as dbt does.
struct NativeCheck {
  Check check;
  std::string dbt_rows;  ///< the rows that dbt's test would give, with its names of columns: for `fail_calc`
};

/// Nothing when weir has no such test. Errors: kInvalid with the place for arguments that are unknown or absent.
Result<std::optional<NativeCheck>> make_native_check(const NativeTest& test);
/// "not_null", "dbt_utils.accepted_range", …: for suggestions.
std::vector<std::string> native_test_names();

/// A column as a test names it: a plain name, or an expression. With `quoted` it is a name in any case.
Column dbt_column(const std::string& text, bool quoted, const Place& place);
}  // namespace weir::quality
