#include "delta/json_text.h"

#include <array>
#include <cstdint>

namespace weir::delta {
namespace {
constexpr std::string_view kHexDigits = "0123456789abcdef";

void append_utf8(std::string& out, std::uint32_t point) {
  const auto byte = [](std::uint32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
  if (point < 0x80) {
    out += byte(point);
  } else if (point < 0x800) {
    out += byte(0xC0U | (point >> 6U));
    out += byte(0x80U | (point & 0x3FU));
  } else if (point < 0x10000) {
    out += byte(0xE0U | (point >> 12U));
    out += byte(0x80U | ((point >> 6U) & 0x3FU));
    out += byte(0x80U | (point & 0x3FU));
  } else {
    out += byte(0xF0U | (point >> 18U));
    out += byte(0x80U | ((point >> 12U) & 0x3FU));
    out += byte(0x80U | ((point >> 6U) & 0x3FU));
    out += byte(0x80U | (point & 0x3FU));
  }
}

// Four hex digits at the front of `text`; false where they are not.
bool read_hex4(std::string_view text, std::uint32_t& value) {
  if (text.size() < 4) {
    return false;
  }
  value = 0;
  for (const char c : text.substr(0, 4)) {
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    const std::size_t digit = kHexDigits.find(lower);
    if (digit == std::string_view::npos) {
      return false;
    }
    value = value * 16 + static_cast<std::uint32_t>(digit);
  }
  return true;
}
}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t copied = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') {
      continue;
    }
    out.append(text, copied, i - copied);
    copied = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kHexDigits[c >> 4U];
        out += kHexDigits[c & 0xFU];
    }
  }
  out.append(text, copied);
  out += '"';
}

void unescape_json_string(std::string_view quoted, std::string& out) {
  out.clear();
  for (std::size_t i = 1; i < quoted.size() && quoted[i] != '"'; ++i) {
    if (quoted[i] != '\\') {
      const std::size_t end = std::min(quoted.find_first_of("\\\"", i), quoted.size());
      out.append(quoted, i, end - i);
      i = end - 1;
      continue;
    }
    if (++i >= quoted.size()) {
      return;
    }
    std::uint32_t point = 0;
    switch (quoted[i]) {
      case 'n':
        out += '\n';
        break;
      case 't':
        out += '\t';
        break;
      case 'r':
        out += '\r';
        break;
      case 'b':
        out += '\b';
        break;
      case 'f':
        out += '\f';
        break;
      case 'u':
        if (!read_hex4(quoted.substr(i + 1), point)) {
          return;
        }
        i += 4;
        if (std::uint32_t low = 0; point >= 0xD800 && point < 0xDC00 && quoted.substr(i + 1).starts_with("\\u") &&
                                   read_hex4(quoted.substr(i + 3), low) && low >= 0xDC00 && low < 0xE000) {
          point = 0x10000 + ((point - 0xD800) << 10U) + (low - 0xDC00);
          i += 6;
        }
        append_utf8(out, point);
        break;
      default:
        out += quoted[i];
    }
  }
}

std::string& JsonObject::key(std::string_view name) {
  if (!first_) {
    out_ += ',';
  }
  first_ = false;
  append_json_string(out_, name);
  out_ += ':';
  return out_;
}
}  // namespace weir::delta
