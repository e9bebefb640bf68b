#include "metadb/value.h"

namespace weir::metadb {
const std::string& Row::text(std::size_t column) const {
  static const std::string empty;
  const auto* text = std::get_if<std::string>(&values[column]);
  return text != nullptr ? *text : empty;
}

std::int64_t Row::integer(std::size_t column) const {
  return maybe_integer(column).value_or(0);
}

std::optional<std::int64_t> Row::maybe_integer(std::size_t column) const {
  const auto* number = std::get_if<std::int64_t>(&values[column]);
  return number != nullptr ? std::optional(*number) : std::nullopt;
}
}  // namespace weir::metadb
