#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weir::logs {
/// How grave a record is, from the least to the most; kNone is a record without a level that is known.
enum class Level : std::uint8_t { kTrace, kDebug, kInfo, kNotice, kWarn, kError, kFatal, kNone };

/// The number of real levels, kNone left out: the size of arrays that are indexed by a level.
inline constexpr std::size_t kLevelsCount = 7;

/// "TRACE" … "FATAL"; "" for kNone.
std::string_view level_name(Level level);

/// Reads a level as loggers spell it, in any case: "warn", "WARNING", "W", "wrn", "SEVERE", "crit", "DEBUG2".
/// kNone for anything else. Critical, alert, emergency and panic are FATAL; java.util.logging's FINE is DEBUG.
Level parse_level(std::string_view word);

/// A syslog severity (0 emergency … 7 debug) as a level.
Level level_of_syslog_severity(unsigned severity);

/// A level as a number, as JSON logs have it: 10 … 60 as pino and bunyan count, 0 … 7 as syslog does.
Level level_of_number(std::string_view digits);

/// One spelling, in upper case.
struct LevelSpelling {
  std::string_view word;
  Level level;
};
/// Every spelling that parse_level knows.
const std::array<LevelSpelling, 52>& level_spellings();
}  // namespace weir::logs
