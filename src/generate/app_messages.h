#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "generate/random.h"

namespace weir::generate {
enum class Level : std::uint8_t { kTrace, kDebug, kInfo, kWarn, kError, kFatal, kCount };
inline constexpr auto kLevelsCount = static_cast<std::size_t>(Level::kCount);
std::string_view level_name(Level level);

/// A message as the source code of a service has it: who logs, and a text with places for numbers and names.
struct AppMessage {
  struct Piece {
    std::string_view text;  ///< as it is, and then
    char slot = 0;          ///< what to fill in: see put_message; 0 for nothing
  };
  std::string_view logger;
  std::vector<Piece> pieces;
};

/// The messages of the shop's services. Immutable.
class AppMessages {
 public:
  AppMessages();
  const AppMessage& draw(Level level, Random& random) const;

 private:
  std::array<std::vector<AppMessage>, kLevelsCount> by_level_;
};

/// Writes the message with its places filled; at most 1,024 bytes, perhaps of several lines, without the last line end.
char* put_message(char* out, const AppMessage& message, Random& random);

/// Writes the lines of a Java stack trace, each with its line end; adds their number to `lines_count`. At most 8 KiB.
char* put_stack_trace(char* out, Random& random, std::uint64_t& lines_count);
}  // namespace weir::generate
