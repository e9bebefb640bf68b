#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

#include "logs/record.h"

/// The parts of requests that all formats of access logs have.
namespace weir::logs {
inline std::size_t find_char(std::string_view text, char wanted, std::size_t from) {
  const void* found = from < text.size() ? std::memchr(text.data() + from, wanted, text.size() - from) : nullptr;
  return found == nullptr ? std::string_view::npos
                          : static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

/// A value, or nothing for the "-" that stands for none.
inline std::string_view unless_dash(std::string_view text) {
  return text == "-" || text.empty() ? std::string_view{} : text;
}

/// "GET /a?b=c HTTP/1.1": sets method, path, query and protocol; all of it is the path when it is none of HTTP.
void read_request(std::string_view request, Record& record);
/// "/a?b=c": sets path and query.
void read_target(std::string_view target, Record& record);

/// The place of the '"' that ends a quoted text which begins at `begin`, none of those behind a backslash.
std::size_t end_of_quoted(std::string_view line, std::size_t begin);
}  // namespace weir::logs
