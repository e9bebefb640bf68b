#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "core/result.h"
#include "delta/actions.h"
#include "delta/schema.h"

namespace weir::duck {
class Connection;
}

namespace weir::delta {
/// A condition that every row of a table must meet; null counts as not met.
struct RowConstraint {
  std::string name;  ///< of a CHECK constraint; for a column's invariant the column
  std::string sql;   ///< for DuckDB
};

/// The table's CHECK constraints (properties delta.constraints.<name>) and the invariants of its columns.
/// Errors: kUnsupported for an invariant of a field inside a struct, a list or a map, kCorrupt for one that cannot be
/// read.
Result<std::vector<RowConstraint>> row_constraints(const Schema& schema, const StringMap& properties);

/// `select_sql`, which gives the schema's columns, failing while it runs when a row breaks a constraint.
/// Errors: kUnsupported for conditions that DuckDB does not understand (the message names the constraint).
Result<std::string> constrained_sql(duck::Connection& connection, const std::string& select_sql, const Schema& schema,
                                    const std::vector<RowConstraint>& constraints);
/// The error of a failed run made readable: which constraint, how many rows, and one of them. Other errors stay as they
/// are. Runs the query again.
Error explain_violation(duck::Connection& connection, const std::string& select_sql,
                        const std::vector<RowConstraint>& constraints, Error error, const std::stop_token& stop);
}  // namespace weir::delta
