#pragma once

#include <string_view>

namespace weir::transform {
/// The macros of the package `dbt` as Jinja: SQL that differs between databases, for DuckDB, and the names of schemas
/// and tables.
std::string_view builtin_macros();
}  // namespace weir::transform
