#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace weir::logs {
/// A moment as a log has it.
struct Moment {
  std::int64_t micros = 0;  ///< since 1970 in UTC; without a zone in the text it is taken for UTC
  std::size_t length = 0;   ///< of its text
};

/// Reads moments at the front of a text. Keeps the last day, so that the lines of one file are cheap. One thread at a
/// time.
class MomentReader {
 public:
  /// Moments without a year (syslog, glog) are in the newest year in which they do not lie more than a day behind
  /// `newest_micros`, for example when the file was changed last.
  explicit MomentReader(std::int64_t newest_micros = 0) : newest_micros_(newest_micros) {}

  ///   2024-01-31T20:15:01.123456+01:00   2024/01/31 20:15:01,123   20240131 20:15:01   17/06/09 20:10:40
  ///   081109 203615                      31/Jan/2024:20:15:01 +0100                    31-Jan-2024 20:15:01.123
  ///   Jan 31 20:15:01                    Sun Dec 04 04:47:44.1 2005                    01-31 20:15:01.123
  std::optional<Moment> read(std::string_view text);
  /// What stands between the brackets of an access log: "31/Jan/2024:20:15:01 +0100".
  std::optional<std::int64_t> read_access(std::string_view text);
  /// glog's "0131 20:15:01.123456" or "20240131 20:15:01.123456".
  std::optional<Moment> read_glog(std::string_view text);
  /// A number of seconds (also with a fraction), milliseconds, microseconds or nanoseconds since 1970, told apart by its
  /// size.
  static std::optional<std::int64_t> read_number(std::string_view text);

 private:
  std::optional<std::int64_t> without_year(int month, int day, std::int64_t micros_of_day) const;
  std::int64_t days_of(int year, int month, int day);

  std::int64_t newest_micros_;
  int last_date_ = 0;  // as 20240131
  std::int64_t last_days_ = 0;
};
}  // namespace weir::logs
