#include "core/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

namespace weir {
namespace {
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Edit distance where neighbours swapped count as one edit (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<std::size_t>> cost(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    cost[i][0] = i;
  }
  for (std::size_t j = 0; j <= b.size(); ++j) {
    cost[0][j] = j;
  }
  for (std::size_t i = 1; i <= a.size(); ++i) {
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1])) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

std::string quoted(std::string_view text, char quote) {
  std::string out(1, quote);
  for (const char c : text) {
    if (c == quote) {
      out += quote;
    }
    out += c;
  }
  return out += quote;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  c = lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool match_class(std::string_view pattern, std::size_t& position, char c) {
  // pattern[position] is '['; moves position behind the class.
  std::size_t end = pattern.find(']', position + 2);
  if (end == std::string_view::npos) {
    ++position;
    return c == '[';
  }
  std::size_t at = position + 1;
  const bool negated = pattern[at] == '!' || pattern[at] == '^';
  at += negated ? 1 : 0;
  bool found = false;
  while (at < end) {
    if (at + 2 < end && pattern[at + 1] == '-') {
      found = found || (c >= pattern[at] && c <= pattern[at + 2]);
      at += 3;
    } else {
      found = found || c == pattern[at];
      ++at;
    }
  }
  position = end + 1;
  return found != negated;
}

// Length of the UTF-8 sequence that starts with `lead`, 0 when it starts none.
std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) {
    return 1;
  }
  if (lead >= 0xC2 && lead <= 0xDF) {
    return 2;
  }
  if (lead >= 0xE0 && lead <= 0xEF) {
    return 3;
  }
  return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}
}  // namespace

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::size_t start = 0;
  for (std::size_t end = text.find(separator); end != std::string_view::npos; end = text.find(separator, start)) {
    parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  parts.emplace_back(text.substr(start));
  return parts;
}

std::string join(std::span<const std::string> parts, std::string_view separator) {
  return fmt::format("{}", fmt::join(parts, separator));
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n\f\v";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::string replace_all(std::string_view text, std::string_view from, std::string_view to) {
  WEIR_ASSERT(!from.empty(), "an empty text cannot be replaced");
  std::string out;
  std::size_t start = 0;
  for (std::size_t at = text.find(from); at != std::string_view::npos; at = text.find(from, start)) {
    out.append(text.substr(start, at - start)).append(to);
    start = at + from.size();
  }
  return out.append(text.substr(start));
}

std::string sql_string(std::string_view text) { return quoted(text, '\''); }
std::string sql_name(std::string_view name) { return quoted(name, '"'); }

bool glob_match(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  while (p < pattern.size()) {
    if (pattern[p] == '*') {
      const bool deep = p + 1 < pattern.size() && pattern[p + 1] == '*';
      std::string_view rest = pattern.substr(p + (deep ? 2 : 1));
      if (deep && rest.starts_with('/') && glob_match(rest.substr(1), text.substr(t))) {
        return true;  // "a/**/b" also matches "a/b"
      }
      for (std::size_t end = t;; ++end) {
        if (glob_match(rest, text.substr(end))) {
          return true;
        }
        if (end == text.size() || (!deep && text[end] == '/')) {
          return false;
        }
      }
    }
    if (t == text.size()) {
      return false;
    }
    if (pattern[p] == '[') {
      if (!match_class(pattern, p, text[t])) {
        return false;
      }
    } else if (pattern[p] == '?' ? text[t] != '/' : pattern[p] == text[t]) {
      ++p;
    } else {
      return false;
    }
    ++t;
  }
  return t == text.size();
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string> candidates) {
  std::optional<std::string> best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  const std::optional<std::string> best = nearest(word, candidates);
  return best ? fmt::format("; did you mean \"{}\"?", *best) : std::string();
}

std::string human_bytes(std::uint64_t size_bytes) {
  constexpr std::array<std::string_view, 6> kUnits = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  double size = static_cast<double>(size_bytes);
  std::size_t unit = 0;
  while (size >= 1024 && unit + 1 < kUnits.size()) {
    size /= 1024;
    ++unit;
  }
  return unit == 0 ? fmt::format("{} B", size_bytes) : fmt::format("{:.1f} {}", size, kUnits[unit]);
}

std::string human_count(std::uint64_t count) {
  std::string digits = std::to_string(count);
  for (std::ptrdiff_t at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), ",");
  }
  return digits;
}

std::string human_duration(std::chrono::nanoseconds duration) {
  const double seconds = std::chrono::duration<double>(duration).count();
  if (seconds < 60) {
    return seconds < 1 ? fmt::format("{:.2f} s", seconds) : fmt::format("{:.1f} s", seconds);
  }
  const auto whole = static_cast<std::int64_t>(seconds);
  return whole < 3600 ? fmt::format("{} m {:02} s", whole / 60, whole % 60)
                      : fmt::format("{} h {:02} m", whole / 3600, whole % 3600 / 60);
}

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  struct Unit {
    std::string_view name;
    double milliseconds;
  };
  constexpr std::array<Unit, 6> kUnits = {
      Unit{"ms", 1}, Unit{"s", 1e3}, Unit{"m", 60e3}, Unit{"h", 3600e3}, Unit{"d", 86400e3}, Unit{"w", 604800e3}};
  const std::string_view whole = trim(text);
  std::string_view rest = whole;
  double total = 0;
  while (!rest.empty()) {
    double number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number, std::chars_format::fixed);
    const std::string_view after = rest.substr(static_cast<std::size_t>(end - rest.data()));
    const std::string_view name = after.substr(0, std::min(after.find_first_of("0123456789. "), after.size()));
    const auto* unit = std::ranges::find(kUnits, name, &Unit::name);
    if (error != std::errc() || number < 0 || unit == kUnits.end()) {
      return fail(ErrorCode::kInvalid, fmt::format("\"{}\" is not a duration; write for example 30s, 5m, 2h or 1d", whole));
    }
    total += number * unit->milliseconds;
    rest = trim(after.substr(name.size()));
  }
  if (whole.empty() || total > 9e15) {
    return fail(ErrorCode::kInvalid, fmt::format("\"{}\" is not a duration; write for example 30s, 5m, 2h or 1d", whole));
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(std::llround(total)));
}

Result<std::uint64_t> parse_size(std::string_view text) {
  struct Unit {
    std::string_view name;
    double bytes;
  };
  constexpr std::array<Unit, 14> kUnits = {Unit{"", 1},         Unit{"b", 1},          Unit{"k", 1024},      Unit{"kb", 1e3},
                                           Unit{"kib", 1024},   Unit{"m", 1048576},    Unit{"mb", 1e6},      Unit{"mib", 1048576},
                                           Unit{"g", 1 << 30},  Unit{"gb", 1e9},       Unit{"gib", 1 << 30}, Unit{"t", 1099511627776.0},
                                           Unit{"tb", 1e12},    Unit{"tib", 1099511627776.0}};
  const std::string_view whole = trim(text);
  double number = 0;
  const auto [end, error] = std::from_chars(whole.data(), whole.data() + whole.size(), number, std::chars_format::fixed);
  const std::string name = to_lower(trim(whole.substr(static_cast<std::size_t>(end - whole.data()))));
  const auto* unit = std::ranges::find(kUnits, std::string_view(name), &Unit::name);
  if (error != std::errc() || number < 0 || unit == kUnits.end() || number * unit->bytes > 9e18) {
    return fail(ErrorCode::kInvalid, fmt::format("\"{}\" is not a size; write for example 64MiB or 2GB", whole));
  }
  return static_cast<std::uint64_t>(number * unit->bytes);
}

std::string hex(std::span<const std::byte> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const std::byte byte : bytes) {
    out += kDigits[std::to_integer<unsigned>(byte) >> 4U];
    out += kDigits[std::to_integer<unsigned>(byte) & 15U];
  }
  return out;
}

std::string percent_encode(std::string_view text, std::string_view keep) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~").contains(c) || keep.contains(c);
    if (plain) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

std::string excerpt(std::string_view text, std::size_t length_max) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = std::max<std::size_t>(1, sequence_length(lead));
    std::string piece;
    if (lead == '\n') {
      piece = "\\n";
    } else if (lead == '\t') {
      piece = "\\t";
    } else if (lead == '\r') {
      piece = "\\r";
    } else if (lead < 0x20 || lead == 0x7F || sequence_length(lead) == 0 || !is_valid_utf8(text.substr(i, length))) {
      piece = fmt::format("\\x{:02x}", lead);
    } else {
      piece = text.substr(i, length);
    }
    if (out.size() + piece.size() > length_max) {
      return out + "…";
    }
    i += piece[0] == '\\' && piece.size() > 1 ? 1 : length;
    out += piece;
  }
  return out;
}

bool is_valid_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    // Most text is ASCII: eight bytes at once.
    std::uint64_t eight = 0x80;
    if (i + sizeof eight <= text.size()) {
      std::memcpy(&eight, text.data() + i, sizeof eight);
    }
    if ((eight & 0x8080808080808080U) == 0) {
      i += sizeof eight;
      continue;
    }
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = sequence_length(lead);
    if (length == 0 || i + length > text.size()) {
      return false;
    }
    for (std::size_t k = 1; k < length; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xC0U) != 0x80U) {
        return false;
      }
    }
    if (length > 2) {
      // Overlong forms, surrogates and values above U+10FFFF show in the second byte.
      const auto second = static_cast<unsigned char>(text[i + 1]);
      if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) || (lead == 0xF0 && second < 0x90) ||
          (lead == 0xF4 && second > 0x8F)) {
        return false;
      }
    }
    i += length;
  }
  return true;
}

std::size_t display_width(std::string_view utf8) {
  std::size_t width = 0;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const std::size_t length = std::max<std::size_t>(1, sequence_length(lead));
    std::uint32_t point = length == 1 ? lead : lead & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length && i + k < utf8.size(); ++k) {
      point = point << 6U | (static_cast<unsigned char>(utf8[i + k]) & 0x3FU);
    }
    i += length;
    const bool combining = (point >= 0x300 && point <= 0x36F) || point == 0x200B || point == 0x200D || (point >= 0xFE00 && point <= 0xFE0F);
    const bool wide = (point >= 0x1100 && point <= 0x115F) || (point >= 0x2E80 && point <= 0xA4CF) ||
                      (point >= 0xAC00 && point <= 0xD7A3) || (point >= 0xF900 && point <= 0xFAFF) ||
                      (point >= 0xFE30 && point <= 0xFE6F) || (point >= 0xFF00 && point <= 0xFF60) ||
                      (point >= 0xFFE0 && point <= 0xFFE6) || (point >= 0x1F300 && point <= 0x1FAFF) ||
                      (point >= 0x20000 && point <= 0x3FFFD);
    width += combining ? 0 : (wide ? 2 : 1);
  }
  return width;
}
}  // namespace weir
