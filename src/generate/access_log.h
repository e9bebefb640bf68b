#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>

#include "core/result.h"
#include "generate/summary.h"

namespace weir::generate {
struct AccessLogOptions {
  std::filesystem::path file;
  std::uint64_t lines_count = 0;     ///< exactly so many, or
  std::uint64_t size_bytes_max = 0;  ///< as many whole lines as fit; one of the two is 0
  std::uint64_t seed = 42;
  bool has_latency = false;  ///< the seconds that the answer took at each line's end: " 0.123"
  unsigned threads_max = 0;  ///< 0: as many as the machine has; changes the speed only
};

/// Writes the access log of a shop's web server in Apache's "combined" format:
///   2001:db8::7 - anna17 [01/Jan/2024:20:15:01 +0000] "GET /product/17?ref=mail HTTP/1.1" 200 8123 "-" "Mozilla/5.0 …"
/// from 2024-01-01 on, 2,000,000 lines a day. About a thousand visitors at a time walk through the shop: people,
/// search engines, apps, probes for weak spots and a health check. A few lines hold no HTTP request but bytes that
/// were none. docs/reference/log-data.md tells more.
///
/// The same options give the same bytes on every machine; a longer log begins with the shorter one. `counts` of the
/// result holds the lines per status ("status_200") and those without a request ("no_request").
/// Errors: kInvalid for a missing or too large limit, kIo from the disk, kCancelled after `stop`; the file then keeps
/// what it had.
Result<GenerateSummary> generate_access_log(const AccessLogOptions& options, const ProgressCallback& progress = {},
                                            std::stop_token stop = {});
}  // namespace weir::generate
