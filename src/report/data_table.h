#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "report/format.h"
#include "report/query.h"

namespace weir::report {
/// The result of a query of a report, under its name.
struct QueryResult {
  std::string name;
  Table table;
};

/// A column as it is shown: with a heading and a format.
struct ShownColumn {
  std::string title;
  ColumnType type = ColumnType::kText;
  Format format;
  std::vector<Cell> values;
};

/// The position of the column `name`. Errors: kInvalid, with the nearest name.
Result<std::size_t> find_column(const QueryResult& query, std::string_view name);

/// Takes the column `name` out of a result. Without a format it gets the one that its values suggest.
/// Errors: kInvalid as `find_column`.
Result<ShownColumn> show_column(const QueryResult& query, std::string_view name,
                                const std::optional<Format>& format = std::nullopt);

/// A heading from a column's name: "order_count" becomes "Order count"; what has upper-case letters or spaces stays.
std::string title_of(std::string_view column_name);

/// How many rows of a table are put into a page unless the report says otherwise.
inline constexpr std::size_t kTableRowsDefault = 1'000;

/// Writes columns of equal length as a table that scrolls, sorts and prints; beyond `rows_count_max` rows a note says
/// what is left out. `label` names it for screen readers.
std::string table_html(const std::vector<ShownColumn>& columns, std::string_view label,
                       std::size_t rows_count_max = kTableRowsDefault);
}  // namespace weir::report
