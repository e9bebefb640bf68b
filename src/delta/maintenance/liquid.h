#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "delta/snapshot.h"
#include "delta/transaction.h"

/// Liquid clustering: a table without partitions that says itself by which columns its rows are to lie together. The
/// columns stand in the domain `delta.clustering`, by their physical names on the way into structs:
///   {"clusteringColumns":[["customer_id"],["ordered_at"]],"domainName":"delta.clustering"}
/// Files that OPTIMIZE has ordered have the clusteringProvider `liquid` and tags that name their common run.
namespace weir::delta {
constexpr std::string_view kLiquidProvider = "liquid";
constexpr std::size_t kLiquidColumnsMax = 4;

/// The columns by their own names, fields inside structs as `address.city` by their physical ones; empty without
/// clustering. Errors: kCorrupt for a domain that cannot be read or names a column that is not there.
Result<std::vector<std::string>> clustering_columns(const Snapshot& snapshot);

/// Makes the table be clustered by these columns, or by none any more. Files stay as they are until OPTIMIZE.
/// Errors: kInvalid for columns that cannot be clustered by, a table with partitions, or columns without statistics.
Status set_clustering(Transaction& transaction, const std::vector<std::string>& columns);

/// True when both are clustered by the same columns, or both by none.
bool same_clustering(const Snapshot& one, const Snapshot& other);

/// Makes the table be clustered as `source` is, from which it has its schema: for clones and for going back to an older
/// version.
void carry_clustering(Transaction& transaction, const Snapshot& source);
}  // namespace weir::delta
