#include "logs/level.h"

#include <charconv>

namespace weir::logs {
namespace {
constexpr std::size_t kSpellingLengthMax = 13;

constexpr std::array<LevelSpelling, 52> kSpellings = {{
    {"INFO", Level::kInfo},        {"DEBUG", Level::kDebug},
    {"WARN", Level::kWarn},        {"ERROR", Level::kError},
    {"WARNING", Level::kWarn},     {"TRACE", Level::kTrace},
    {"FATAL", Level::kFatal},      {"NOTICE", Level::kNotice},
    {"I", Level::kInfo},           {"D", Level::kDebug},
    {"W", Level::kWarn},           {"E", Level::kError},
    {"T", Level::kTrace},          {"F", Level::kFatal},
    {"V", Level::kTrace},          {"N", Level::kNotice},
    {"C", Level::kFatal},          {"INF", Level::kInfo},
    {"DBG", Level::kDebug},        {"WRN", Level::kWarn},
    {"ERR", Level::kError},        {"TRC", Level::kTrace},
    {"FTL", Level::kFatal},        {"VRB", Level::kTrace},
    {"CRITICAL", Level::kFatal},   {"CRIT", Level::kFatal},
    {"ALERT", Level::kFatal},      {"EMERG", Level::kFatal},
    {"EMERGENCY", Level::kFatal},  {"PANIC", Level::kFatal},
    {"SEVERE", Level::kError},     {"CONFIG", Level::kDebug},
    {"FINE", Level::kDebug},       {"FINER", Level::kTrace},
    {"FINEST", Level::kTrace},     {"VERBOSE", Level::kTrace},
    {"INFORMATION", Level::kInfo}, {"INFORMATIONAL", Level::kInfo},
    {"LOG", Level::kInfo},         {"DEBUG1", Level::kDebug},
    {"DEBUG2", Level::kDebug},     {"DEBUG3", Level::kDebug},
    {"DEBUG4", Level::kDebug},     {"DEBUG5", Level::kDebug},
    {"TRCE", Level::kTrace},       {"DBUG", Level::kDebug},
    {"FAIL", Level::kError},       {"DPANIC", Level::kFatal},
    {"EROR", Level::kError},       {"CRT", Level::kFatal},
    {"NTC", Level::kNotice},       {"SILLY", Level::kTrace},
}};
}  // namespace

const std::array<LevelSpelling, 52>& level_spellings() {
  return kSpellings;
}

std::string_view level_name(Level level) {
  constexpr std::array<std::string_view, kLevelsCount + 1> kNames = {"TRACE", "DEBUG", "INFO",  "NOTICE",
                                                                     "WARN",  "ERROR", "FATAL", ""};
  return kNames[static_cast<std::size_t>(level)];
}

Level parse_level(std::string_view word) {
  if (word.empty() || word.size() > kSpellingLengthMax) {
    return Level::kNone;
  }
  std::array<char, kSpellingLengthMax> upper{};
  for (std::size_t i = 0; i < word.size(); ++i) {
    const char c = word[i];
    upper[i] = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  const std::string_view wanted(upper.data(), word.size());
  for (const LevelSpelling& spelling : kSpellings) {
    if (spelling.word == wanted) {
      return spelling.level;
    }
  }
  return Level::kNone;
}

Level level_of_syslog_severity(unsigned severity) {
  constexpr std::array<Level, 8> kLevels = {Level::kFatal, Level::kFatal,  Level::kFatal, Level::kError,
                                            Level::kWarn,  Level::kNotice, Level::kInfo,  Level::kDebug};
  return severity < kLevels.size() ? kLevels[severity] : Level::kNone;
}

Level level_of_number(std::string_view digits) {
  unsigned number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) {
    return Level::kNone;
  }
  switch (number) {
    case 10:
      return Level::kTrace;
    case 20:
      return Level::kDebug;
    case 30:
      return Level::kInfo;
    case 40:
      return Level::kWarn;
    case 50:
      return Level::kError;
    case 60:
      return Level::kFatal;
    default:
      return level_of_syslog_severity(number);
  }
}
}  // namespace weir::logs
