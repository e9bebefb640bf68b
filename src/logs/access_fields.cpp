#include <algorithm>
#include <charconv>
#include <cstring>

#include "logs/access_parts.h"
#include "logs/record_fields.h"

namespace weir::logs {
void read_target(std::string_view target, Record& record) {
  const std::size_t question = find_char(target, '?', 0);
  record.path = target.substr(0, question);
  if (question != std::string_view::npos) {
    record.query = target.substr(question + 1);
  }
}

void read_request(std::string_view request, Record& record) {
  std::size_t method = 0;
  while (method < request.size() && request[method] >= 'A' && request[method] <= 'Z') {
    ++method;
  }
  std::string_view target = request;
  if (method > 0 && method + 1 < request.size() && request[method] == ' ') {
    record.method = request.substr(0, method);
    target = request.substr(method + 1);
    // The protocol's name is short: "HTTP/1.1".
    const std::size_t space = target.size() > 9 && target[target.size() - 9] == ' ' ? target.size() - 9 : target.rfind(' ');
    if (space != std::string_view::npos && target.substr(space + 1).starts_with("HTTP/")) {
      record.protocol = target.substr(space + 1);
      target = target.substr(0, space);
    }
  }
  read_target(target, record);
}

std::size_t end_of_quoted(std::string_view line, std::size_t begin) {
  std::size_t quote = find_char(line, '"', begin);
  while (quote != std::string_view::npos && quote > begin && line[quote - 1] == '\\') {
    std::size_t backslashes = 0;
    while (quote - backslashes > begin && line[quote - backslashes - 1] == '\\') {
      ++backslashes;
    }
    if (backslashes % 2 == 0) {
      return quote;
    }
    quote = find_char(line, '"', quote + 1);
  }
  return quote;
}

namespace {
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// "host ident user ", or with the name of the server in front: "shop.example:443 host ident user ".
void read_client(std::string_view head, Record& record) {
  std::size_t space = find_char(head, ' ', 0);
  if (space == std::string_view::npos) {
    record.host = head;
    return;
  }
  std::size_t next = find_char(head, ' ', space + 1);
  const std::size_t third = next == std::string_view::npos ? next : find_char(head, ' ', next + 1);
  if (third != std::string_view::npos && head.substr(space + 1, next - space - 1) != "-" &&
      head.substr(next + 1, third - next - 1) == "-") {
    head.remove_prefix(space + 1);
    space = next - space - 1;
    next = find_char(head, ' ', space + 1);
  }
  record.host = head.substr(0, space);
  if (next != std::string_view::npos) {
    record.user = unless_dash(head.substr(next + 1));
  }
}

/// "0.123" are seconds, "123000" microseconds; -1 for anything else.
std::int64_t read_duration(std::string_view word) {
  constexpr auto kMicrosMax = std::int64_t{1'000'000'000'000};
  for (const std::string_view key : {"rt=", "request_time="}) {
    if (word.starts_with(key)) {
      word.remove_prefix(key.size());
    }
  }
  std::int64_t value = 0;
  std::int64_t scale = 0;
  if (word.empty() || !is_digit(word.front())) {
    return -1;
  }
  for (const char c : word) {
    if (c == '.' && scale == 0) {
      scale = 1'000'000;
    } else if (!is_digit(c) || value > kMicrosMax) {
      return -1;
    } else if (scale != 1) {
      value = value * 10 + (c - '0');
      scale /= 10;
    }
  }
  return scale == 0 ? value : value * scale;
}

/// What stands behind the size: the referer, the user agent, and whatever the server adds.
void read_rest(std::string_view rest, Record& record) {
  std::size_t quoted_count = 0;
  std::size_t at = 0;
  while (at < rest.size()) {
    if (rest[at] == ' ') {
      ++at;
      continue;
    }
    if (rest[at] == '"') {
      const std::size_t end = std::min(end_of_quoted(rest, at + 1), rest.size());
      const std::string_view value = rest.substr(at + 1, end - at - 1);
      if (quoted_count < 2) {
        (quoted_count == 0 ? record.referer : record.user_agent) = unless_dash(value);
      }
      ++quoted_count;
      at = end + 1;
      continue;
    }
    const std::size_t end = std::min(find_char(rest, ' ', at), rest.size());
    if (record.duration_us < 0) {
      record.duration_us = read_duration(rest.substr(at, end - at));
    }
    at = end;
  }
}
}  // namespace

bool read_access_fields(std::string_view line, MomentReader& moments, Record& record) {
  constexpr std::size_t kMomentLength = 28;  // [01/Jan/2024:20:15:01 +0000]
  std::size_t open = find_char(line, '[', 0);
  while (open != std::string_view::npos &&
         !(open + 3 < line.size() && is_digit(line[open + 1]) && is_digit(line[open + 2]) && line[open + 3] == '/')) {
    open = find_char(line, '[', open + 1);
  }
  if (open == std::string_view::npos || open < 2 || line.size() < open + kMomentLength + 3 ||
      std::memcmp(line.data() + open + kMomentLength - 1, "] \"", 3) != 0) {
    return false;
  }
  const std::size_t begin = open + kMomentLength + 2;
  std::size_t quote = end_of_quoted(line, begin);
  // Old servers write a quote within the request as it is.
  while (quote != std::string_view::npos &&
         !(quote + 4 < line.size() && line[quote + 1] == ' ' && is_digit(line[quote + 2]) && is_digit(line[quote + 3]) &&
           is_digit(line[quote + 4]))) {
    quote = end_of_quoted(line, quote + 1);
  }
  if (quote == std::string_view::npos) {
    return false;
  }
  const std::string_view rest = line.substr(quote + 2);
  if (rest.size() < 5 || rest[3] != ' ' || !(is_digit(rest[4]) || rest[4] == '-')) {
    return false;
  }
  record.is_request = true;
  record.time = moments.read_access(line.substr(open + 1, kMomentLength - 2));
  read_client(line.substr(0, open - 1), record);
  read_request(line.substr(begin, quote - begin), record);
  record.status = (rest[0] - '0') * 100 + (rest[1] - '0') * 10 + (rest[2] - '0');
  const auto [end, error] = std::from_chars(rest.data() + 4, rest.data() + rest.size(), record.bytes);
  if (error != std::errc{} || rest[4] == '-') {
    record.bytes = -1;
  }
  const std::size_t bytes_end = std::min(find_char(rest, ' ', 4), rest.size());
  read_rest(rest.substr(bytes_end), record);
  return true;
}
}  // namespace weir::logs
