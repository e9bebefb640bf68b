#include "quality/checks/not_null.h"

#include "quality/check_arguments.h"

namespace weir::quality {
Check not_null_check(const CheckScope& scope, const Column& column) {
  Check check = row_check("not_null", scope, {column}, {.considered = {}, .broken = column.sql + " IS NULL"});
  check.name = check_name("not_null", {column.name});
  return check;
}

Result<std::vector<Check>> read_not_null(const ConfigNode& arguments, const CheckScope& scope) {
  WEIR_TRY_ASSIGN(const auto columns, read_columns(arguments, "not_null"));
  std::vector<Check> checks;
  for (const Column& column : columns) {
    checks.push_back(not_null_check(scope, column));
  }
  return checks;
}
}  // namespace weir::quality
