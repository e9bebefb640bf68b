#pragma once

#include <string>
#include <vector>

#include "core/config.h"
#include "quality/check.h"

namespace weir::quality {
/// The query gives no rows; each row that it gives is a failure.
Check sql_check(const CheckScope& scope, const std::string& select_sql);
/// `sql: select * from staging.orders where …`. Tables are named with their schema.
Result<std::vector<Check>> read_sql(const ConfigNode& arguments, const CheckScope& scope);
}  // namespace weir::quality
