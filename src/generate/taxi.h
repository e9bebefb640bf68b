#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <stop_token>

#include "core/result.h"
#include "generate/summary.h"

namespace weir::generate {
struct TaxiOptions {
  std::filesystem::path folder;  ///< made when missing
  double gigabytes = 0.1;        ///< 0.0001 … 1,000: of all files together, within about 10 %; 1 is 60 million trips
  std::uint64_t seed = 42;
  std::chrono::year_month first{std::chrono::year(2023), std::chrono::month(1)};  ///< 1990-01 … 2099-12
  int months_count = 12;                                                            ///< 1 … 120
  unsigned threads_max = 0;  ///< 0: as many as the machine has; changes the speed only
};

/// Writes taxi trips as the city of New York publishes them: a Parquet file for each month and fleet,
/// `yellow_tripdata_2023-01.parquet` and `green_tripdata_2023-01.parquet`, and `taxi_zone_lookup.csv`. Types and names of
/// columns change after January 2023, as they did. docs/reference/taxi-data.md describes the files and what is odd in them.
///
/// The same month, number of rows and seed give the same rows in the same order on every machine. Files appear when they are whole.
/// Memory: about 100 MB a thread.
/// Errors: kInvalid for an option out of its range, kIo, kCancelled after `stop`.
Result<GenerateSummary> generate_taxi(const TaxiOptions& options, const ProgressCallback& progress = {}, std::stop_token stop = {});
}  // namespace weir::generate
