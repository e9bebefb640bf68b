#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "core/result.h"
#include "duck/type.h"

namespace weir::duck {
class Connection;
}

namespace weir::delta {
/// Which columns can be cut into parts; others have no order that statistics know.
bool can_be_parted(const duck::Type& type);

/// An SQL expression that tells which part of the column's range a value falls into, from 0 to at most `parts_count` - 1: the range
/// is cut so that all parts hold about as many rows of the sample. Null is in the last part.
///
/// `rows_sql`: a SELECT with the column. `sample`: what limits how much of it is looked at, "USING SAMPLE …" or nothing.
/// Numbers, dates and times are compared as DOUBLE: what is less stays less or becomes equal, which is enough to lay out rows.
Result<std::string> part_expression(duck::Connection& connection, std::string_view rows_sql, std::string_view sample,
                                    std::string_view column, const duck::Type& type, std::size_t parts_count, const std::stop_token& stop);
}  // namespace weir::delta
