#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "logs/level.h"

namespace weir::logs {
/// What a record of a log says. Texts borrow from the block they were read from (or from the parser, where they had to be
/// put together) until the next record is read; a text without data() is not there.
struct Record {
  bool is_parsed = true;          ///< else a line that its format does not explain: only `raw` and `line_number` are set
  std::uint64_t line_number = 0;  ///< of its first line, from 1
  std::string_view raw;           ///< all its lines, without the last line break

  std::optional<std::int64_t> time;  ///< microseconds since 1970, UTC
  Level level = Level::kNone;
  std::string_view thread;  ///< or the process
  std::string_view logger;  ///< class, module, program or source line
  std::string_view message;
  std::string_view host;    ///< that sent a request; the machine in syslog
  std::string_view stream;  ///< Kubernetes: stdout or stderr

  // Access logs.
  bool is_request = false;
  std::string_view user;  ///< the name that was logged in
  std::string_view method;
  std::string_view path;  ///< without the query; all of the request when it is none of HTTP
  std::string_view query;
  std::string_view protocol;
  std::string_view referer;
  std::string_view user_agent;
  std::int32_t status = 0;         ///< 0: none
  std::int64_t bytes = -1;         ///< of the answer; -1: none
  std::int64_t duration_us = -1;   ///< -1: none
};
}  // namespace weir::logs
