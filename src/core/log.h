#pragma once

#include <cstdint>
#include <string_view>

/// The program's own messages, on standard error: "12:00:01 warn  raw.orders: ...". Safe from many threads.
namespace weir {
enum class LogLevel : std::uint8_t { kDebug, kInfo, kWarn, kError, kOff };

/// Messages below `level` are dropped. The default is kWarn, or what the environment variable WEIR_LOG says.
void set_log_level(LogLevel level);
bool log_enabled(LogLevel level);
void log_debug(std::string_view message);
void log_info(std::string_view message);
void log_warn(std::string_view message);
void log_error(std::string_view message);
}  // namespace weir
