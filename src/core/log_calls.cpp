#include "core/log_calls.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"

namespace weir::detail {
namespace {
bool sounds_secret(std::string_view name) {
  constexpr std::array<std::string_view, 6> kWords = {"secret", "password", "token", "credential", "api_key", "apikey"};
  const std::string lower = to_lower(name);
  return std::ranges::any_of(kWords, [&](std::string_view word) { return lower.find(word) != std::string::npos; });
}
}  // namespace

std::string quoted_text(std::string_view text) { return '"' + excerpt(text) + '"'; }
std::string integer_text(std::int64_t value) { return std::to_string(value); }
std::string integer_text(std::uint64_t value) { return std::to_string(value); }
std::string number_text(double value) { return fmt::format("{}", value); }
std::string duration_text(std::chrono::nanoseconds duration) {
  using namespace std::chrono_literals;
  if (duration < 1ms) {
    return fmt::format("{:.1f} µs", static_cast<double>(duration.count()) / 1e3);
  }
  if (duration < 1s) {
    return fmt::format("{:.1f} ms", static_cast<double>(duration.count()) / 1e6);
  }
  return human_duration(duration);
}
std::string items_text(std::size_t count) { return fmt::format("[{} {}]", count, count == 1 ? "item" : "items"); }

CallLog::CallLog(LogCallsOptions options) : options_(std::move(options)) {
  for (const std::string& name : options_.arguments) {
    secret_.push_back(sounds_secret(name) || std::ranges::find(options_.secrets, name) != options_.secrets.end());
  }
}

bool CallLog::enabled() const {
  return options_.sink || (options_.level != LogLevel::kOff && log_enabled(options_.level));
}

void CallLog::begin_argument(std::string& line, std::size_t index) const {
  if (!line.empty()) {
    line += ", ";
  }
  if (index < options_.arguments.size()) {
    line += options_.arguments[index];
    line += '=';
  }
}

void CallLog::write(std::string_view arguments, std::string_view outcome, std::chrono::nanoseconds took) const {
  const std::string line = fmt::format("{}({}) -> {} in {}", options_.name.empty() ? "call" : options_.name, arguments, outcome,
                                       duration_text(took));
  if (options_.sink) {
    options_.sink(line);
    return;
  }
  switch (options_.level) {
    case LogLevel::kDebug:
      return log_debug(line);
    case LogLevel::kInfo:
      return log_info(line);
    case LogLevel::kWarn:
      return log_warn(line);
    case LogLevel::kError:
      return log_error(line);
    case LogLevel::kOff:
      return;
  }
}
}  // namespace weir::detail
