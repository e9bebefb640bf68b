#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "delta/schema.h"

namespace weir::delta {
__extension__ using Int128 = __int128;

/// A constant of a primitive type, for comparing bounds with what a query asks for:
/// integers, booleans, dates (days since 1970) and timestamps (microseconds since 1970, UTC) as int64; decimals as
/// integers of the column's scale; strings as their bytes.
using Value = std::variant<std::int64_t, Int128, double, std::string>;

/// Reads a constant as DuckDB or Delta print it. Timestamps without a zone are UTC.
/// Nothing for texts that are not exactly a value of the type, and for types without an order here (binary, nested).
std::optional<Value> parse_value(const DataType& type, std::string_view text);

/// Both must come from the same type. NaN is the greatest number, as in DuckDB and Spark.
std::weak_ordering compare_values(const Value& a, const Value& b);

/// Days since 1970 of a date of the proleptic Gregorian calendar like "2024-01-31" or "-0044-03-15".
std::optional<std::int64_t> parse_date(std::string_view text);
/// Microseconds since 1970 in UTC of "2024-01-31 06:00:00.123456", with T, Z or an offset like +09 or +09:00.
std::optional<std::int64_t> parse_moment(std::string_view text);
/// "2024-01-31" and "2024-01-31 06:00:00.123456" (the fraction only when there is one).
std::string date_text(std::int64_t days);
std::string moment_text(std::int64_t microseconds, char separator = ' ');
}  // namespace weir::delta
