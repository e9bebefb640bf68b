#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/result.h"

namespace weir::flow {
/// What a clock on the wall of some zone shows, to the second. The library has no zone for it, so it is not an instant.
using WallTime = std::chrono::local_seconds;
using Instant = std::chrono::sys_seconds;

/// A zone of the IANA database (the machine's, in /usr/share/zoneinfo). A small value; safe to share between threads.
class TimeZone {
 public:
  /// UTC.
  TimeZone() = default;
  /// "Asia/Seoul", "UTC". Errors: kInvalid with the nearest name for one that is not in the database.
  static Result<TimeZone> find(std::string_view name);

  const std::string& name() const { return name_; }
  WallTime wall(Instant instant) const;
  /// The instant at which the wall shows `wall`. Within a gap (clocks go forward) the wall time moves forward by the gap;
  /// of the two instants of a fold (clocks go back) it is the second.
  Instant instant(WallTime wall) const;

 private:
  std::string name_ = "UTC";
  const void* zone_ = nullptr;  ///< a date::time_zone, which lives as long as the program; null for UTC
};
}  // namespace weir::flow
