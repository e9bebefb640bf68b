#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "delta/maintenance/curve.h"
#include "delta/schema.h"

namespace weir::duck {
class Connection;
}

namespace weir::delta {
/// The columns by which rows that are looked for together are to lie together.
struct Clustering {
  std::vector<std::string> columns;  ///< at most 8; the order does not matter to a curve
  Curve curve = Curve::kHilbert;
};

/// Errors: kInvalid, for a column that the table lacks (with "did you mean"), that is a partition column, doubled, or
/// of a type without an order.
Status check_clustering(const Clustering& clustering, const Schema& schema,
                        const std::vector<std::string>& partition_columns);

/// An SQL expression over the table's columns that is small for the first rows on the curve: the value ranges of each
/// column are cut so that all parts hold about as many rows, and the curve goes through the cells of that grid. One
/// column needs no curve: its own order is as good. Looks at a sample of the rows of `rows_sql`, a SELECT.
Result<std::string> clustering_expression(duck::Connection& connection, std::string_view rows_sql,
                                          std::optional<std::int64_t> rows_count, const Clustering& clustering,
                                          const std::stop_token& stop = {});
}  // namespace weir::delta
