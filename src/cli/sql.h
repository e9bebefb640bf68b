#pragma once

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "duck/database.h"

namespace weir::cli {
enum class RowsFormat : std::uint8_t { kTable, kCsv, kJson };

/// Prints the rows of `result` to `out`, as they come. A table for people shows at most `rows_max` rows and says how many more
/// there are; csv and json (an array of objects) give all. Ends quietly when the reader has gone. Errors: of the result.
Status print_rows(duck::ResultSet& result, RowsFormat format, std::FILE* out, std::uint64_t rows_max = 40);

/// What a result begins with, and how long it is.
struct FirstRow {
  std::uint64_t rows_count = 0;
  std::string json = "{}";  ///< the first row as an object; empty without rows
};
/// Reads the whole result and keeps its first row. Errors: of the result.
Result<FirstRow> read_first_row(duck::ResultSet& result);

/// The statements of a text, each with the offset where it begins.
std::vector<std::pair<std::string, std::size_t>> split_statements(const std::string& sql);
}  // namespace weir::cli
