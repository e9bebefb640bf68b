#include "logs/record_fields.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/text.h"

namespace weir::logs {
namespace {
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

enum class KeyMeaning : std::uint8_t { kNone, kTime, kMessage, kLogger, kThread, kHost, kStream, kNested };

KeyMeaning meaning_of(std::string_view key) {
  struct Known {
    std::string_view key;
    KeyMeaning meaning;
  };
  constexpr std::array<Known, 40> kKnown = {{{"time", KeyMeaning::kTime},
                                             {"timestamp", KeyMeaning::kTime},
                                             {"@timestamp", KeyMeaning::kTime},
                                             {"ts", KeyMeaning::kTime},
                                             {"@t", KeyMeaning::kTime},
                                             {"t", KeyMeaning::kTime},
                                             {"datetime", KeyMeaning::kTime},
                                             {"date", KeyMeaning::kTime},
                                             {"asctime", KeyMeaning::kTime},
                                             {"eventtime", KeyMeaning::kTime},
                                             {"event_time", KeyMeaning::kTime},
                                             {"msg", KeyMeaning::kMessage},
                                             {"message", KeyMeaning::kMessage},
                                             {"@m", KeyMeaning::kMessage},
                                             {"@mt", KeyMeaning::kMessage},
                                             {"text", KeyMeaning::kMessage},
                                             {"event", KeyMeaning::kMessage},
                                             {"logger", KeyMeaning::kLogger},
                                             {"logger_name", KeyMeaning::kLogger},
                                             {"loggername", KeyMeaning::kLogger},
                                             {"log.logger", KeyMeaning::kLogger},
                                             {"name", KeyMeaning::kLogger},
                                             {"component", KeyMeaning::kLogger},
                                             {"module", KeyMeaning::kLogger},
                                             {"caller", KeyMeaning::kLogger},
                                             {"source", KeyMeaning::kLogger},
                                             {"target", KeyMeaning::kLogger},
                                             {"sourcecontext", KeyMeaning::kLogger},
                                             {"thread", KeyMeaning::kThread},
                                             {"thread_name", KeyMeaning::kThread},
                                             {"threadname", KeyMeaning::kThread},
                                             {"process.thread.name", KeyMeaning::kThread},
                                             {"pid", KeyMeaning::kThread},
                                             {"host", KeyMeaning::kHost},
                                             {"hostname", KeyMeaning::kHost},
                                             {"host.name", KeyMeaning::kHost},
                                             {"remote_addr", KeyMeaning::kHost},
                                             {"client_ip", KeyMeaning::kHost},
                                             {"stream", KeyMeaning::kStream},
                                             {"log", KeyMeaning::kNested}}};
  for (const Known& known : kKnown) {
    if (equals_ignoring_case(known.key, key)) {
      return known.meaning;
    }
  }
  return KeyMeaning::kNone;
}

void set_time(std::string_view text, MomentReader& moments, Record& record) {
  if (record.time) {
    return;
  }
  if (const auto moment = moments.read(text)) {
    record.time = moment->micros;
  } else {
    record.time = MomentReader::read_number(text);
  }
}

/// Sets the field that `key` means, unless an earlier key did.
void set_field(KeyMeaning meaning, std::string_view value, MomentReader& moments, Record& record) {
  const auto set = [value](std::string_view& field) {
    if (field.data() == nullptr) {
      field = value;
    }
  };
  switch (meaning) {
    case KeyMeaning::kTime:
      set_time(value, moments, record);
      return;
    case KeyMeaning::kMessage:
    case KeyMeaning::kNested:
      set(record.message);
      return;
    case KeyMeaning::kLogger:
      set(record.logger);
      return;
    case KeyMeaning::kThread:
      set(record.thread);
      return;
    case KeyMeaning::kHost:
      set(record.host);
      return;
    case KeyMeaning::kStream:
      set(record.stream);
      return;
    case KeyMeaning::kNone:
      return;
  }
}

void append_utf8(unsigned code, std::string& out) {
  const auto push = [&out](unsigned byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    push(code);
  } else if (code < 0x800) {
    push(0xC0U | (code >> 6U));
    push(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    push(0xE0U | (code >> 12U));
    push(0x80U | ((code >> 6U) & 0x3FU));
    push(0x80U | (code & 0x3FU));
  } else {
    push(0xF0U | (code >> 18U));
    push(0x80U | ((code >> 12U) & 0x3FU));
    push(0x80U | ((code >> 6U) & 0x3FU));
    push(0x80U | (code & 0x3FU));
  }
}

std::optional<unsigned> hex_of(std::string_view digits) {
  unsigned code = 0;
  if (digits.size() != 4) {
    return std::nullopt;
  }
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + 4, code, 16);
  return error == std::errc{} && end == digits.data() + 4 ? std::optional(code) : std::nullopt;
}

/// What stands for `text` when its escapes are read; `text` itself when it has none. Never longer than `text`.
std::string_view unescaped(std::string_view text, std::string& arena) {
  if (text.find('\\') == std::string_view::npos) {
    return text;
  }
  const std::size_t begin = arena.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      arena += text[i];
      continue;
    }
    ++i;
    switch (text[i]) {
      case 'n':
        arena += '\n';
        break;
      case 't':
        arena += '\t';
        break;
      case 'r':
        arena += '\r';
        break;
      case 'b':
        arena += '\b';
        break;
      case 'f':
        arena += '\f';
        break;
      case 'u': {
        auto code = hex_of(text.substr(i + 1, 4));
        if (!code) {
          arena += 'u';
          break;
        }
        i += 4;
        if (*code >= 0xD800 && *code < 0xDC00 && text.substr(i + 1).starts_with("\\u")) {
          const auto low = hex_of(text.substr(i + 3, 4));
          if (low && *low >= 0xDC00 && *low < 0xE000) {
            code = 0x10000 + ((*code - 0xD800) << 10U) + (*low - 0xDC00);
            i += 6;
          }
        }
        append_utf8(*code >= 0xD800 && *code < 0xE000 ? 0xFFFDU : *code, arena);
        break;
      }
      default:
        arena += text[i];
    }
  }
  return std::string_view(arena).substr(begin);
}

std::size_t end_of_quoted(std::string_view text, std::size_t begin) {
  for (std::size_t at = begin; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at;
    }
  }
  return std::string_view::npos;
}

/// Where the value ends that begins at `begin`: behind a text, or before the ',' or '}' of its object.
std::size_t end_of_value(std::string_view text, std::size_t begin) {
  std::size_t depth = 0;
  for (std::size_t at = begin; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"') {
      at = end_of_quoted(text, at + 1);
      if (at == std::string_view::npos) {
        return text.size();
      }
      if (depth == 0) {
        return at + 1;
      }
    } else if (c == '{' || c == '[') {
      ++depth;
    } else if (c == '}' || c == ']') {
      if (depth == 0) {
        return at;
      }
      if (--depth == 0) {
        return at + 1;
      }
    } else if (c == ',' && depth == 0) {
      return at;
    }
  }
  return text.size();
}

void read_object(std::string_view text, int depth, MomentReader& moments, std::string& arena, Record& record) {
  std::size_t at = text.find('{');
  at = at == std::string_view::npos ? text.size() : at + 1;
  for (;;) {
    at = text.find_first_of("\"}", at);
    if (at == std::string_view::npos || text[at] == '}') {
      return;
    }
    const std::size_t key_end = end_of_quoted(text, at + 1);
    if (key_end == std::string_view::npos) {
      return;
    }
    const KeyMeaning meaning = meaning_of(text.substr(at + 1, key_end - at - 1));
    at = text.find_first_not_of(" \t:", key_end + 1);
    if (at == std::string_view::npos) {
      return;
    }
    const std::size_t end = end_of_value(text, at);
    const std::string_view value = text.substr(at, end - at);
    if (meaning != KeyMeaning::kNone && !value.empty()) {
      if (value.front() == '"') {
        set_field(meaning, unescaped(value.size() > 1 ? value.substr(1, value.size() - 2) : value, arena), moments, record);
      } else if (value.front() == '{') {
        if (meaning == KeyMeaning::kNested && depth == 0) {
          read_object(value, depth + 1, moments, arena, record);
        }
      } else if (trim(value) != "null") {
        set_field(meaning, trim(value), moments, record);
      }
    }
    at = end;
  }
}

void read_tag(std::string_view rest, Record& record) {
  // "program[pid]: text", "program: text"
  const std::size_t end = rest.find_first_of(" :[");
  if (end == std::string_view::npos || end == 0 || rest[end] == ' ') {
    // "syslogd 1.4.1: restart." has a version behind the name.
    const std::size_t colon = rest.find(": ");
    if (end != std::string_view::npos && end > 0 && colon != std::string_view::npos && colon < 48) {
      record.logger = rest.substr(0, end);
      record.message = rest.substr(colon + 2);
    } else {
      record.message = rest;
    }
    return;
  }
  record.logger = rest.substr(0, end);
  std::size_t at = end;
  if (rest[at] == '[') {
    const std::size_t close = rest.find(']', at);
    if (close == std::string_view::npos) {
      record.message = rest;
      return;
    }
    record.thread = rest.substr(at + 1, close - at - 1);
    at = close + 1;
  }
  at += at < rest.size() && rest[at] == ':' ? 1U : 0U;
  at += at < rest.size() && rest[at] == ' ' ? 1U : 0U;
  record.message = rest.substr(at);
}

/// The next word of RFC 5424's head; "-" stands for none.
std::string_view take_word(std::string_view& rest) {
  const std::size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word == "-" ? std::string_view{} : word;
}
}  // namespace

void read_syslog_fields(std::string_view line, MomentReader& moments, Record& record) {
  std::string_view rest = line;
  if (rest.starts_with('<')) {
    rest.remove_prefix(std::min(rest.find('>') + 1, rest.size()));
  }
  if (rest.starts_with("1 ")) {
    rest.remove_prefix(2);
    set_time(take_word(rest), moments, record);
    record.host = take_word(rest);
    record.logger = take_word(rest);
    record.thread = take_word(rest);
    take_word(rest);
    if (rest.starts_with('[')) {
      std::size_t at = 0;
      while (at < rest.size() && rest[at] == '[') {
        while (at < rest.size() && rest[at] != ']') {
          at = rest[at] == '"' ? std::min(end_of_quoted(rest, at + 1), rest.size() - 1) + 1 : at + 1;
        }
        at = std::min(at + 1, rest.size());
      }
      rest.remove_prefix(at);
    } else {
      take_word(rest);
    }
    record.message = rest.starts_with(' ') ? rest.substr(1) : rest;
    return;
  }
  const auto moment = moments.read(rest);
  if (!moment) {
    record.message = rest;
    return;
  }
  record.time = moment->micros;
  rest.remove_prefix(std::min(moment->length + 1, rest.size()));
  record.host = take_word(rest);
  read_tag(rest, record);
}

void read_glog_fields(std::string_view line, MomentReader& moments, Record& record) {
  std::string_view rest = line.substr(1);
  if (const auto moment = moments.read_glog(rest)) {
    record.time = moment->micros;
    rest.remove_prefix(moment->length);
  }
  const std::size_t close = rest.find("] ");
  if (close == std::string_view::npos) {
    record.message = rest;
    return;
  }
  std::string_view head = trim(rest.substr(0, close));
  const std::size_t space = head.find(' ');
  if (space != std::string_view::npos && is_digit(head.front())) {
    record.thread = head.substr(0, space);
    head = trim(head.substr(space));
  }
  record.logger = head;
  record.message = rest.substr(close + 2);
}

void read_json_fields(std::string_view line, MomentReader& moments, std::string& arena, Record& record) {
  read_object(line, 0, moments, arena, record);
}

void read_logfmt_fields(std::string_view line, MomentReader& moments, std::string& arena, Record& record) {
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t key_end = line.find_first_of("= ", at);
    if (key_end == std::string_view::npos) {
      return;
    }
    if (line[key_end] == ' ') {
      at = key_end + 1;
      continue;
    }
    const KeyMeaning meaning = meaning_of(line.substr(at, key_end - at));
    std::size_t begin = key_end + 1;
    std::size_t end = std::min(line.find(' ', begin), line.size());
    at = end;
    if (begin < line.size() && line[begin] == '"') {
      ++begin;
      end = std::min(end_of_quoted(line, begin), line.size());
      at = end + 1;
    }
    if (meaning != KeyMeaning::kNone) {
      set_field(meaning, unescaped(line.substr(begin, end - begin), arena), moments, record);
    }
    at = at < line.size() && line[at] == ' ' ? at + 1 : at;
  }
}
}  // namespace weir::logs
