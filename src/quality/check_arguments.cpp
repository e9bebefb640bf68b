#include "quality/check_arguments.h"

#include <fmt/format.h>

#include <cmath>

#include "core/text.h"

namespace weir::quality {
namespace {
Result<Column> column_of(const ConfigNode& node, std::string_view what) {
  WEIR_TRY_ASSIGN(std::string name, node.as_text(what));
  if (name.empty()) {
    return fail_at(node.place(), fmt::format("{} names no column", what));
  }
  return named_column(std::move(name), node.place());
}

Result<std::optional<std::uint64_t>> read_count(ConfigMap& arguments, std::string_view key) {
  const ConfigNode* node = arguments.find(key);
  if (node == nullptr) {
    return std::nullopt;
  }
  WEIR_TRY_ASSIGN(const std::int64_t count, node->as_integer(key));
  if (count < 0) {
    return fail_at(node->place(), fmt::format("{} must not be negative", key));
  }
  return static_cast<std::uint64_t>(count);
}
}  // namespace

Result<std::vector<Column>> read_columns(const ConfigNode& node, std::string_view what) {
  std::vector<Column> columns;
  if (node.is_null() || (node.is_sequence() && node.items().empty())) {
    return fail_at(node.place(), fmt::format("{0} needs a column, or a list of columns: \"{0}: order_id\"", what));
  }
  if (!node.is_sequence()) {
    WEIR_TRY_ASSIGN(Column column, column_of(node, what));
    columns.push_back(std::move(column));
    return columns;
  }
  for (const ConfigNode& item : node.items()) {
    WEIR_TRY_ASSIGN(Column column, column_of(item, fmt::format("each entry of {}", what)));
    columns.push_back(std::move(column));
  }
  return columns;
}

Result<Column> read_column(ConfigMap& arguments) {
  WEIR_TRY_ASSIGN(const ConfigNode node, arguments.require("column"));
  return column_of(node, "column");
}

Result<std::string> sql_literal(const ConfigNode& node, std::string_view what) {
  WEIR_TRY_ASSIGN(const std::string text, node.as_text(what));
  if (node.quoted()) {
    return sql_string(text);
  }
  if (const auto integer = node.as_integer(what)) {
    return std::to_string(*integer);
  }
  if (const auto number = node.as_number(what)) {
    // As written, so that a decimal keeps all its digits; only the special ones have other names in SQL.
    return std::isfinite(*number) ? replace_all(text, "_", "") : fmt::format("'{}'::DOUBLE", *number);
  }
  const std::string lower = to_lower(text);
  return lower == "true" || lower == "false" ? lower : sql_string(text);
}

bool is_number(const ConfigNode& node) { return node.is_scalar() && !node.quoted() && node.as_number("").has_value(); }

std::string CountRange::text() const {
  if (min && max) {
    return *min == *max ? fmt::format("exactly {}", human_count(*min))
                        : fmt::format("between {} and {}", human_count(*min), human_count(*max));
  }
  return min ? fmt::format("at least {}", human_count(*min)) : fmt::format("at most {}", human_count(max.value_or(0)));
}

Result<CountRange> read_count_range(ConfigMap& arguments, std::string_view what) {
  CountRange range;
  WEIR_TRY_ASSIGN(range.min, read_count(arguments, "min"));
  WEIR_TRY_ASSIGN(range.max, read_count(arguments, "max"));
  if (!range.min && !range.max) {
    return fail_at(arguments.place(), fmt::format("{} needs min, max or both", what));
  }
  if (range.min && range.max && *range.min > *range.max) {
    return fail_at(arguments.place(), fmt::format("{}: min ({}) is above max ({})", what, *range.min, *range.max));
  }
  return range;
}
}  // namespace weir::quality
