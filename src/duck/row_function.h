#pragma once

#include "core/result.h"

/// The table function behind `RowSourceBinding`. It is private to this module.
namespace weir::duck {
class Connection;

/// Makes the function that reads bound row sources known to the connection's database.
///
/// A database does it once, before it has a second connection: DuckDB refuses a function that another connection is just
/// registering and does not show it yet either, so no binding could do it when it is needed.
Status register_row_function(Connection& connection);
}  // namespace weir::duck
