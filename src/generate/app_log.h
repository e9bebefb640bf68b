#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>

#include "core/result.h"
#include "generate/summary.h"

namespace weir::generate {
struct AppLogOptions {
  std::filesystem::path file;
  std::uint64_t records_count = 0;   ///< exactly so many, or
  std::uint64_t size_bytes_max = 0;  ///< as many whole records as fit; one of the two is 0
  std::uint64_t seed = 42;
  unsigned threads_max = 0;  ///< 0: as many as the machine has; changes the speed only
};

/// Writes the log of a shop's Java services as log4j does:
///   2024-01-01 20:15:01,123 INFO [http-exec-7] com.shop.order.OrderService - Order 4711 confirmed in 12 ms
/// from 2024-01-01 on, 3,000,000 records a day. A record has more than one line when a stack trace or a statement
/// follows; messages hold words such as ERROR or WARN that are not the level. docs/reference/log-data.md tells more.
///
/// The same options give the same bytes on every machine; a longer log begins with the shorter one. `counts` of the
/// result holds the records per level ("level_INFO"), those with a stack trace ("with_trace") and all lines ("lines").
/// Errors: as generate_access_log.
Result<GenerateSummary> generate_app_log(const AppLogOptions& options, const ProgressCallback& progress = {},
                                         std::stop_token stop = {});
}  // namespace weir::generate
