#pragma once

#include "core/result.h"
#include "duck/database.h"
#include "jinja/value.h"

namespace weir::transform {
/// The rows of a query as run_query() gives them to templates, like a table of agate:
///   .rows, .columns, .column_names; rows and columns by position or name; column.values(); loops go over rows.
/// Reads the result to its end. Errors: as of ResultSet::next.
Result<jinja::Value> query_result(duck::ResultSet result);

/// What run_query() gives while a project is parsed: empty whatever is asked of it, so that templates need not check
/// `execute`.
jinja::Value no_result();
}  // namespace weir::transform
