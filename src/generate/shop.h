#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>

#include "core/result.h"
#include "generate/summary.h"

namespace weir::generate {
struct ShopOptions {
  std::filesystem::path folder;  ///< made when missing; the files go into day<N> below it
  double scale = 1;              ///< 0.001 … 1,000; 1 is 100,000 customers, 1,000,000 orders, 5,000,000 order lines
  std::uint64_t seed = 42;
  int day = 1;               ///< 1: all that happened from 2022 to 2024; 2 … 366: the news of one more day each
  unsigned threads_max = 0;  ///< 0: as many as the machine has; changes the speed only
};

/// Writes the source files of an e-commerce shop (customers, products, categories, orders, order_items, payments,
/// promotions, referrals) as CSV and JSON lines into `<folder>/day<N>`, and a `_manifest.json` that tells what is in
/// them. docs/reference/shop-data.md describes the tables and what is odd in them on purpose.
///
/// The same scale, seed and day give the same bytes on every machine and with any number of threads. Day N needs no
/// other day to be there, and fits those of the same scale and seed. Files appear under their names when they are
/// whole, the manifest last; a second run replaces them. Memory stays below 100 MB at any scale.
/// Errors: kInvalid for an option out of its range, kIo from the disk, kCancelled after `stop`.
Result<GenerateSummary> generate_shop(const ShopOptions& options, const ProgressCallback& progress = {},
                                      std::stop_token stop = {});
}  // namespace weir::generate
