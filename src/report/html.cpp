#include "report/html.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"

namespace weir::report {
namespace {
constexpr std::string_view kReplacement = "\uFFFD";

/// The length of the valid UTF-8 sequence at the start of `text` (which is not empty), or 0.
std::size_t sequence_length(std::string_view text) {
  if (static_cast<unsigned char>(text[0]) < 0x80) {
    return 1;
  }
  for (std::size_t length = 2; length <= 4 && length <= text.size(); ++length) {
    if (is_valid_utf8(text.substr(0, length))) {
      return length;
    }
  }
  return 0;
}

bool is_shown(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return (value >= 0x20 && value != 0x7F) || byte == '\n' || byte == '\t';
}
}  // namespace

std::string clean_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text.substr(at));
    out += length == 0 || !is_shown(text[at]) ? kReplacement : text.substr(at, length);
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char byte : clean_text(text)) {
    switch (byte) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += byte;
    }
  }
  return out;
}

std::string script_json(const Json& json) {
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  std::string out;
  out.reserve(text.size());
  for (const char byte : text) {
    // Outside of strings JSON has none of these, so the escape is always within one.
    switch (byte) {
      case '<':
        out += "\\u003c";
        break;
      case '>':
        out += "\\u003e";
        break;
      case '&':
        out += "\\u0026";
        break;
      default:
        out += byte;
    }
  }
  return out;
}
}  // namespace weir::report
