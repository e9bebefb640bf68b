#pragma once

#include <string_view>
#include <vector>

#include "delta/scan.h"
#include "delta/schema.h"
#include "duck/database.h"
#include "lake/table_name.h"

namespace weir::lake {
/// What `sql` demands of every row of the table that it can use: `column op constant` terms of the WHERE clause, found in
/// DuckDB's tree of the statement. Empty when the table is named more than once, when the statement is no SELECT, or when a
/// term is not surely about this table: leaving a condition out only reads more.
std::vector<delta::Condition> conditions_on(duck::Connection& connection, std::string_view sql, const TableName& table,
                                            const delta::Schema& schema);
}  // namespace weir::lake
