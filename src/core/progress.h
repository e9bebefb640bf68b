#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace weir {
/// Tells people how far the work is. Safe from many threads. What it writes is words, so it goes to standard error.
///   terminal: one line per running step with a bar, redrawn in place; a line per finished step above it
///   lines:    a plain line when a step starts and when it ends (logs, CI)
///   json:     one JSON object per event and line, on standard output
///   quiet:    nothing
class Progress {
 public:
  enum class Style : std::uint8_t { kTerminal, kLines, kJson, kQuiet };
  enum class Outcome : std::uint8_t { kOk, kWarn, kFailed, kSkipped };

  /// kTerminal when standard error is one (and TERM is not "dumb"), else kLines.
  static Style style_for_this_terminal();
  static std::unique_ptr<Progress> create(Style style);
  virtual ~Progress() = default;

  /// Says how many steps there will be, so that a line can count "3/40".
  virtual void expect_steps(std::uint64_t steps_count) = 0;
  /// Takes back steps that were expected, because they turn out to have nothing to do.
  virtual void drop_steps(std::uint64_t steps_count) { static_cast<void>(steps_count); }
  virtual void start(std::string_view step) = 0;
  /// `fraction` in [0, 1], or negative when unknown; `detail` is a few words: "1.2 GiB, 300 MiB/s".
  virtual void update(std::string_view step, double fraction, std::string_view detail) = 0;
  /// `detail` as above: "1,000 rows".
  virtual void finish(std::string_view step, Outcome outcome, double seconds, std::string_view detail) = 0;
  /// A line for people that does not belong to a step, above the bars.
  virtual void say(std::string_view line) = 0;
};
}  // namespace weir
