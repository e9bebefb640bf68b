#pragma once

#include <chrono>
#include <filesystem>
#include <string>

#include "core/result.h"
#include "generate/reporter.h"
#include "generate/summary.h"
#include "generate/taxi/city.h"

namespace weir::duck {
class Connection;
}

namespace weir::generate::taxi {
struct MonthFile {
  Fleet fleet = Fleet::kYellow;
  std::chrono::year_month month;
  std::uint64_t rows_count = 0;
  /// "yellow_tripdata_2023-01.parquet"
  std::string name() const;
};

/// Writes a month's trips into `folder` as Parquet with the names and types that the commission's file of that month has. The
/// connection's database has one thread, so that the bytes are always the same. The file appears when it is whole.
/// Errors: kIo, kCancelled.
Result<GeneratedFile> write_month(duck::Connection& connection, const City& city, const MonthFile& file, std::uint64_t seed,
                                  const std::filesystem::path& folder, Reporter& reporter, std::stop_token stop);
}  // namespace weir::generate::taxi
