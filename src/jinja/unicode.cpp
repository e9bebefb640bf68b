#include "jinja/unicode.h"

#include <algorithm>

#include "jinja/unicode_tables.h"

namespace weir::jinja::unicode {
namespace {
bool contains(const std::vector<tables::CodeRange>& ranges, char32_t code) {
  const auto after =
      std::upper_bound(ranges.begin(), ranges.end(), code,
                       [](char32_t value, const tables::CodeRange& range) { return value < range.first; });
  return after != ranges.begin() && code <= std::prev(after)->last;
}

void append_mapped(std::string& out, char32_t code, const std::vector<tables::CodeMapping>& mappings,
                   const std::vector<tables::CodeExpansion>& expansions) {
  for (const auto& expansion : expansions) {
    if (expansion.code == code) {
      out += expansion.text;
      return;
    }
  }
  const auto after =
      std::upper_bound(mappings.begin(), mappings.end(), code,
                       [](char32_t value, const tables::CodeMapping& mapping) { return value < mapping.first; });
  // Runs with stride 2 may interleave with the run before them.
  for (auto it = after; it != mappings.begin() && after - it < 3;) {
    --it;
    if (code <= it->last && (code - it->first) % static_cast<char32_t>(it->stride) == 0) {
      append(out, static_cast<char32_t>(static_cast<int>(code) + it->delta));
      return;
    }
  }
  append(out, code);
}

void append_lower(std::string& out, char32_t code) {
  append_mapped(out, code, tables::to_lower(), tables::lower_expansions());
}
void append_upper(std::string& out, char32_t code) {
  append_mapped(out, code, tables::to_upper(), tables::upper_expansions());
}
void append_title(std::string& out, char32_t code) {
  append_mapped(out, code, tables::to_title(), tables::title_expansions());
}

constexpr char32_t kSigma = 0x3A3;

bool is_cased(char32_t code) {
  return is_lower(code) || is_upper(code) || is_title(code);
}

// A capital sigma at the end of a word becomes the final small one.
bool is_final_sigma(std::string_view text, std::size_t begin, std::size_t end) {
  bool letter_before = false;
  for (std::size_t at = 0; at < begin;) {
    std::size_t size = 0;
    letter_before = is_cased(decode(text, at, size));
    at += size;
  }
  if (!letter_before) {
    return false;
  }
  std::size_t size = 0;
  return end >= text.size() || !is_cased(decode(text, end, size));
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
char ascii_upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
}

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}
}  // namespace

char32_t decode(std::string_view text, std::size_t at, std::size_t& size_bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  const unsigned char lead = byte(0);
  size_bytes = 1;
  if (lead < 0x80) {
    return lead;
  }
  const std::size_t wanted = lead >= 0xF0 && lead <= 0xF4  ? 4
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                                                           : 0;
  if (wanted == 0 || at + wanted > text.size()) {
    return 0xDC00U + lead;
  }
  char32_t code = lead & (0xFFU >> (wanted + 1));
  for (std::size_t i = 1; i < wanted; ++i) {
    if (!is_continuation(text[at + i])) {
      return 0xDC00U + lead;
    }
    code = (code << 6) | (byte(i) & 0x3FU);
  }
  if ((wanted == 3 && code < 0x800) || (wanted == 4 && (code < 0x10000 || code > 0x10FFFF)) ||
      (code >= 0xD800 && code <= 0xDFFF)) {
    return 0xDC00U + lead;
  }
  size_bytes = wanted;
  return code;
}

void append(std::string& out, char32_t code) {
  if (code >= 0xDC80 && code <= 0xDCFF) {
    out += static_cast<char>(code - 0xDC00);
  } else if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | (code >> 6));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    out += static_cast<char>(0xE0 | (code >> 12));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (code >> 18));
    out += static_cast<char>(0x80 | ((code >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((code >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

std::size_t length(std::string_view text) {
  if (is_ascii(text)) {
    return text.size();
  }
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    std::size_t size = 0;
    decode(text, at, size);
    at += size;
  }
  return count;
}

std::size_t offset_of(std::string_view text, std::size_t index) {
  std::size_t at = 0;
  for (; index > 0 && at < text.size(); --index) {
    std::size_t size = 0;
    decode(text, at, size);
    at += size;
  }
  return at;
}

std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    decode(text, at, size);
    out.push_back(text.substr(at, size));
    at += size;
  }
  return out;
}

bool is_space(char32_t code) {
  if (code < 0x80) {
    return (code >= 9 && code <= 13) || (code >= 28 && code <= 32);
  }
  return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
         code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

bool is_alphabetic(char32_t code) {
  return contains(tables::alphabetic(), code);
}
bool is_decimal(char32_t code) {
  return contains(tables::decimal(), code);
}
bool is_digit(char32_t code) {
  return contains(tables::digit(), code);
}
bool is_numeric(char32_t code) {
  return contains(tables::numeric(), code);
}
bool is_printable(char32_t code) {
  return code < 0x7F ? code >= 0x20 : contains(tables::printable(), code);
}
bool is_lower(char32_t code) {
  return contains(tables::lower(), code);
}
bool is_upper(char32_t code) {
  return contains(tables::upper(), code);
}
bool is_title(char32_t code) {
  return contains(tables::title(), code);
}
bool is_word(char32_t code) {
  if (code < 0x80) {
    return (code >= '0' && code <= '9') || (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z') || code == '_';
  }
  return is_alphabetic(code) || is_numeric(code);
}
bool is_name_start(char32_t code) {
  return contains(tables::name_start(), code);
}
bool is_name_rest(char32_t code) {
  return contains(tables::name_rest(), code);
}

bool is_name(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    const char32_t code = decode(text, at, size);
    if (!(at == 0 ? is_name_start(code) : is_name_rest(code))) {
      return false;
    }
    at += size;
  }
  return !text.empty();
}

std::string to_lower(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  if (is_ascii(text)) {
    std::transform(text.begin(), text.end(), std::back_inserter(out), ascii_lower);
    return out;
  }
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    const char32_t code = decode(text, at, size);
    if (code == kSigma && is_final_sigma(text, at, at + size)) {
      append(out, 0x3C2);
    } else {
      append_lower(out, code);
    }
    at += size;
  }
  return out;
}

std::string to_upper(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  if (is_ascii(text)) {
    std::transform(text.begin(), text.end(), std::back_inserter(out), ascii_upper);
    return out;
  }
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    append_upper(out, decode(text, at, size));
    at += size;
  }
  return out;
}

std::string to_title(std::string_view text) {
  std::string out;
  bool in_word = false;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    const char32_t code = decode(text, at, size);
    if (code == kSigma && in_word && is_final_sigma(text, at, at + size)) {
      append(out, 0x3C2);
    } else if (in_word) {
      append_lower(out, code);
    } else {
      append_title(out, code);
    }
    in_word = is_cased(code);
    at += size;
  }
  return out;
}

std::string capitalize(std::string_view text) {
  if (text.empty()) {
    return {};
  }
  std::size_t size = 0;
  std::string out;
  append_title(out, decode(text, 0, size));
  if (is_ascii(text)) {
    std::transform(text.begin() + 1, text.end(), std::back_inserter(out), ascii_lower);
    return out;
  }
  for (std::size_t at = size; at < text.size();) {
    const char32_t code = decode(text, at, size);
    if (code == kSigma && is_final_sigma(text, at, at + size)) {
      append(out, 0x3C2);
    } else {
      append_lower(out, code);
    }
    at += size;
  }
  return out;
}

std::string swap_case(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    const char32_t code = decode(text, at, size);
    if (code == kSigma && is_final_sigma(text, at, at + size)) {
      append(out, 0x3C2);
    } else if (is_upper(code)) {
      append_lower(out, code);
    } else if (is_lower(code)) {
      append_upper(out, code);
    } else {
      append(out, code);
    }
    at += size;
  }
  return out;
}

std::string fold_case(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    const char32_t code = decode(text, at, size);
    append_mapped(out, code, tables::to_lower(), code < 0x80 ? tables::lower_expansions() : tables::folds());
    at += size;
  }
  return out;
}

std::string_view strip(std::string_view text, bool left, bool right) {
  while (left && !text.empty()) {
    std::size_t size = 0;
    if (!is_space(decode(text, 0, size))) {
      break;
    }
    text.remove_prefix(size);
  }
  while (right && !text.empty()) {
    std::size_t begin = text.size() - 1;
    while (begin > 0 && is_continuation(text[begin]) && text.size() - begin < 4) {
      --begin;
    }
    std::size_t size = 0;
    if (!is_space(decode(text, begin, size)) || begin + size != text.size()) {
      break;
    }
    text.remove_suffix(size);
  }
  return text;
}
}  // namespace weir::jinja::unicode
