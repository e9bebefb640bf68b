#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace weir::metadb {
/// What one column of one row holds: NULL, INTEGER, REAL, or TEXT (also BLOB: any bytes).
using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;
/// The values of a statement's `?` marks, in their order.
using Parameters = std::vector<Value>;

/// One row of a result. Columns are counted from 0 in the order of the SELECT.
struct Row {
  std::vector<Value> values;

  bool is_null(std::size_t column) const { return std::holds_alternative<std::nullptr_t>(values[column]); }
  /// The text of a TEXT column; empty for NULL and for numbers.
  const std::string& text(std::size_t column) const;
  /// The number of an INTEGER column; 0 for NULL and for text.
  std::int64_t integer(std::size_t column) const;
  /// The same, but NULL stays NULL.
  std::optional<std::int64_t> maybe_integer(std::size_t column) const;
};
}  // namespace weir::metadb
