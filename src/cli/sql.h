#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string_view>

#include "core/result.h"
#include "duck/database.h"

namespace weir::cli {
enum class RowsFormat : std::uint8_t { kTable, kCsv, kJson };

/// Prints the rows of `result` to `out`, as they come. A table for people shows at most `rows_max` rows and says how many more
/// there are; csv and json (an array of objects) give all. Ends quietly when the reader has gone. Errors: of the result.
Status print_rows(duck::ResultSet& result, RowsFormat format, std::FILE* out, std::uint64_t rows_max = 40);
}  // namespace weir::cli
