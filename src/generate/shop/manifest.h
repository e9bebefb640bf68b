#pragma once

#include <string>
#include <string_view>

#include "generate/shop/table_file.h"
#include "generate/summary.h"

namespace weir::generate::shop {
inline constexpr std::string_view kManifestName = "_manifest.json";

/// What a folder holds, as JSON for people and tests: the options, the days told, and per table and file what
/// GenerateSummary says. `summary`'s paths are below the folder.
///   {"generator": "shop", "format": 1, "scale": 1, "seed": 42, "day": 1, "from": "2022-01-01", "until": "2025-01-01",
///    "tables": {"orders": {"files": 36, "rows": 1000500, "rejected": 4, "duplicates": 496, "keys": 1000000,
///                          "amount": 1.50}, ...},
///    "planted": {"orders_cut_short": 4, ...},
///    "files": [{"path": "orders/orders_2022-01.csv", "rows": 12, "bytes": 345}, ...]}
/// `until` is not included; `amount` is the sum over the keys of the table's main amount column.
std::string manifest_json(const Folder& folder, const GenerateSummary& summary);
}  // namespace weir::generate::shop
