#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "duck/type.h"

namespace weir::functions {
/// A type that functions may take and give.
struct SimpleType {
  duck::TypeId id;
  std::string_view format;  ///< Arrow's format string
  std::size_t width;        ///< bytes of a value; 0 for texts and bytes, 1 for booleans (which are bytes in DuckDB and bits in Arrow)
  std::string_view name;    ///< what messages and docs call it
};

/// nullptr when functions cannot have it.
const SimpleType* find_type(duck::TypeId id);
const SimpleType* find_format(std::string_view arrow_format);
/// Reads a name as SQL knows it: "double", "BIGINT", "text", "timestamp with time zone". Errors: kInvalid with the nearest one.
Result<const SimpleType*> parse_type(std::string_view name);
}  // namespace weir::functions
