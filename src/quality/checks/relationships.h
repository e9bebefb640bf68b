#pragma once

#include <string>
#include <vector>

#include "core/config.h"
#include "quality/check.h"

namespace weir::quality {
using RelationshipEnd = ColumnsOf;

/// Every row's `columns` are found together in a row of `to`, whose columns stand in the same order. Rows with a null in any
/// of `columns` do not matter.
Check relationships_check(const CheckScope& scope, const std::vector<Column>& columns, const RelationshipEnd& to);
/// `FROM … AS child WHERE …`: the rows that have no match, with the columns child.key1, child.key2, …
std::string orphans_sql(const CheckScope& scope, const std::vector<Column>& columns, const RelationshipEnd& to);
/// `relationships: {column: customer_id, to: staging.customers, field: id}`; lists for a key of several columns; without
/// `field` the names are the same.
Result<std::vector<Check>> read_relationships(const ConfigNode& arguments, const CheckScope& scope);
}  // namespace weir::quality
