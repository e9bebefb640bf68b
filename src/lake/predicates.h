#pragma once

#include <string>
#include <string_view>
#include <utility>
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

/// The same for a WHERE clause over one table that stands under `alias`.
std::vector<delta::Condition> where_conditions(duck::Connection& connection, std::string_view where, std::string_view alias,
                                               const delta::Schema& schema);

/// What the condition of a join demands of every row of the target that it can use.
struct JoinDemands {
  std::vector<std::pair<std::string, std::string>> equal_columns;  ///< of the target, of the source
  std::vector<delta::Condition> conditions;                        ///< the target's columns compared with constants
};
/// Looks only at columns that are qualified with the aliases. Finds nothing in a condition that DuckDB cannot read.
JoinDemands join_demands(duck::Connection& connection, std::string_view on, std::string_view target_alias, const delta::Schema& target,
                         std::string_view source_alias);
}  // namespace weir::lake
