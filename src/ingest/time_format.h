#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

/// Dates and times as texts. Moments are microseconds since 1970, dates are days since then; the calendar is the Gregorian one.
namespace weir::ingest {
/// A moment, with what its text said about the zone.
struct ParsedTime {
  std::int64_t microseconds = 0;  ///< in UTC when `has_zone`, else as on the wall
  bool has_zone = false;
  bool has_time = false;          ///< false: a date alone
};

/// Why a text is no time, in words that continue "…".
enum class TimeError : std::uint8_t {
  kNone,
  kForm,       ///< not of this form at all
  kCalendar,   ///< the form is right, but there is no such day or time
  kPrecision,  ///< finer than microseconds
};

/// Reads ISO 8601: "2024-01-31", "2024/01/31", "2024-01-31 06:00", "2024-01-31T06:00:00.123456Z", "… +09:00". Years 0001 to 9999.
TimeError parse_iso_time(std::string_view text, ParsedTime& out);

/// A pattern as of strptime: %Y %y %m %d %j %b %B %H %I %M %S %f %p %z %Z (UTC, GMT or Z only) %a %A %%; other characters stand for
/// themselves, a space for any run of spaces. %y: 00 to 68 are 2000 to 2068.
class TimeFormat {
 public:
  /// Errors: kInvalid at `place` for an unknown letter or a pattern without a day.
  static Result<TimeFormat> compile(std::string_view pattern, const Place& place);
  TimeError parse(std::string_view text, ParsedTime& out) const;
  const std::string& pattern() const { return pattern_; }

 private:
  std::string pattern_;
};

/// Days since 1970-01-01, or nothing where there is no such day.
std::optional<std::int32_t> days_from_date(int year, unsigned month, unsigned day);
}  // namespace weir::ingest
