#pragma once

#include <filesystem>

#include "core/result.h"
#include "duck/scalar_function.h"
#include "functions/declaration.h"

namespace weir::functions {
/// Loads the library and makes its function one of DuckDB. Numbers and times go in without a copy. The library stays loaded:
/// its functions live as long as any database. Errors as of register_functions.
Result<duck::ScalarFunction> make_native_function(const Declaration& declaration, const std::filesystem::path& folder);
}  // namespace weir::functions
