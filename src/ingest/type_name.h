#pragma once

#include <string_view>

#include "core/result.h"
#include "delta/schema.h"
#include "duck/type.h"

/// The types that a source's columns can have: those of Delta tables, under the names that people know them by.
namespace weir::ingest {
/// Reads a type as SQL writes it, in any case: "bigint", "decimal(12,2)", "text", "timestamptz", "bigint[]",
/// "struct(id bigint, tags text[])", "map(text, bigint)". Common names of other systems are understood: long, string, int8, datetime …
/// Errors: kInvalid at `place` with the nearest name.
Result<duck::Type> parse_type(std::string_view text, const Place& place);

/// The same type as DuckDB has it. Errors: kUnsupported for variant.
Result<duck::Type> type_from_delta(const delta::DataType& type);

/// For messages: "bigint", "decimal(12,2)", "text[]".
std::string type_name(const duck::Type& type);
}  // namespace weir::ingest
