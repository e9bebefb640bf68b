#include "jinja/text_split.h"

#include <algorithm>

#include "jinja/operators.h"
#include "jinja/unicode.h"

namespace weir::jinja {
namespace {
bool is_line_end(char32_t code) {
  return (code >= 0x0A && code <= 0x0D) || (code >= 0x1C && code <= 0x1E) || code == 0x85 || code == 0x2028 ||
         code == 0x2029;
}

/// Where the last code point of a text that is not empty begins.
std::size_t last_character(std::string_view text) {
  std::size_t begin = text.size() - 1;
  while (begin > 0 && text.size() - begin < 4 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) {
    --begin;
  }
  std::size_t size = 0;
  unicode::decode(text, begin, size);
  return begin + size == text.size() ? begin : text.size() - 1;
}

std::size_t blanks_begin_from_right(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0) {
    const std::size_t begin = last_character(text.substr(0, end));
    std::size_t size = 0;
    if (unicode::is_space(unicode::decode(text, begin, size))) {
      return end;
    }
    end = begin;
  }
  return 0;
}
}  // namespace

std::vector<std::string_view> split_blanks(std::string_view text, std::int64_t times, bool from_right) {
  std::vector<std::string_view> parts;
  if (from_right) {
    text = unicode::strip(text, false, true);
    while (!text.empty()) {
      if (times >= 0 && static_cast<std::int64_t>(parts.size()) == times) {
        parts.push_back(text);
        break;
      }
      const std::size_t begin = blanks_begin_from_right(text);
      parts.push_back(text.substr(begin));
      text = unicode::strip(text.substr(0, begin), false, true);
    }
    std::reverse(parts.begin(), parts.end());
    return parts;
  }
  text = unicode::strip(text, true, false);
  while (!text.empty()) {
    if (times >= 0 && static_cast<std::int64_t>(parts.size()) == times) {
      parts.push_back(text);
      break;
    }
    std::size_t end = 0;
    while (end < text.size()) {
      std::size_t size = 0;
      if (unicode::is_space(unicode::decode(text, end, size))) {
        break;
      }
      end += size;
    }
    parts.push_back(text.substr(0, end));
    text = unicode::strip(text.substr(end), true, false);
  }
  return parts;
}

std::vector<std::string_view> split_text(std::string_view text, std::string_view separator, std::int64_t times,
                                         bool from_right) {
  std::vector<std::string_view> parts;
  while (times < 0 || static_cast<std::int64_t>(parts.size()) < times) {
    const std::size_t at = from_right ? text.rfind(separator) : text.find(separator);
    if (at == std::string_view::npos) {
      break;
    }
    if (from_right) {
      parts.push_back(text.substr(at + separator.size()));
      text = text.substr(0, at);
    } else {
      parts.push_back(text.substr(0, at));
      text = text.substr(at + separator.size());
    }
  }
  parts.push_back(text);
  if (from_right) {
    std::reverse(parts.begin(), parts.end());
  }
  return parts;
}

std::vector<std::string_view> split_lines(std::string_view text, bool keep_ends) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    const char32_t code = unicode::decode(text, at, size);
    if (!is_line_end(code)) {
      at += size;
      continue;
    }
    std::size_t end = at + size;
    if (code == '\r' && end < text.size() && text[end] == '\n') {
      ++end;
    }
    lines.push_back(text.substr(begin, (keep_ends ? end : at) - begin));
    begin = end;
    at = end;
  }
  if (begin < text.size()) {
    lines.push_back(text.substr(begin));
  }
  return lines;
}

std::string_view strip_characters(std::string_view text, std::string_view set, bool left, bool right) {
  const auto characters = unicode::characters(set);
  const auto is_one = [&](std::string_view character) {
    return std::find(characters.begin(), characters.end(), character) != characters.end();
  };
  while (left && !text.empty()) {
    std::size_t size = 0;
    unicode::decode(text, 0, size);
    if (!is_one(text.substr(0, size))) {
      break;
    }
    text.remove_prefix(size);
  }
  while (right && !text.empty()) {
    const std::size_t begin = last_character(text);
    if (!is_one(text.substr(begin))) {
      break;
    }
    text = text.substr(0, begin);
  }
  return text;
}

Result<std::string> replace_text(std::string_view text, std::string_view from, std::string_view to,
                                 std::int64_t times) {
  std::string out;
  if (from.empty()) {
    for (const auto character : unicode::characters(text)) {
      if (times != 0) {
        out += to;
        --times;
        WEIR_TRY(check_string_size(out.size()));
      }
      out += character;
    }
    return times != 0 ? out + std::string(to) : out;
  }
  std::size_t at = 0;
  while (times != 0) {
    const std::size_t found = text.find(from, at);
    if (found == std::string_view::npos) {
      break;
    }
    out += text.substr(at, found - at);
    out += to;
    WEIR_TRY(check_string_size(out.size()));
    at = found + from.size();
    --times;
  }
  out += text.substr(at);
  return out;
}

Result<std::string> center_text(std::string_view text, std::size_t width, std::string_view fill) {
  const std::size_t length = unicode::length(text);
  if (width <= length) {
    return std::string(text);
  }
  WEIR_TRY(check_string_size(width * fill.size()));
  const std::size_t missing = width - length;
  const std::size_t left = missing / 2 + (missing & width & 1);
  std::string out;
  for (std::size_t i = 0; i < left; ++i) {
    out += fill;
  }
  out += text;
  for (std::size_t i = left; i < missing; ++i) {
    out += fill;
  }
  return out;
}
}  // namespace weir::jinja
