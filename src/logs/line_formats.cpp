#include "logs/line_formats.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace weir::logs {
namespace {
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_space(char c) {
  return c == ' ' || c == '\t';
}

/// Whether `text` begins as `shape`: '9' stands for a digit, '_' for a digit or a space, the rest for itself.
bool has_shape(std::string_view text, std::string_view shape) {
  if (text.size() < shape.size()) {
    return false;
  }
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const bool fits = shape[i] == '9'   ? is_digit(text[i])
                      : shape[i] == '_' ? is_digit(text[i]) || text[i] == ' '
                                        : text[i] == shape[i];
    if (!fits) {
      return false;
    }
  }
  return true;
}

bool is_level_key(std::string_view key) {
  constexpr std::array<std::string_view, 11> kKeys = {"level",     "severity",      "lvl",         "loglevel",
                                                      "log_level", "log.level",     "levelname",   "level_name",
                                                      "@l",        "severity_text", "severitytext"};
  if (key.empty() || std::string_view("lLsS@").find(key.front()) == std::string_view::npos) {
    return false;
  }
  return std::ranges::any_of(kKeys, [key](std::string_view known) { return equals_ignoring_case(key, known); });
}

Level level_of_value(std::string_view value) {
  return !value.empty() && is_digit(value.front()) ? level_of_number(value) : parse_level(value);
}

LineVerdict record(Level level) {
  return {.kind = LineKind::kRecord, .level = level};
}

/// Where the quoted text that begins at `begin` ends: the place of its '"'. A backslash protects what follows it.
std::size_t closing_quote(std::string_view line, std::size_t begin) {
  std::size_t quote = line.find('"', begin);
  while (quote != std::string_view::npos) {
    std::size_t backslashes = 0;
    while (quote - backslashes > begin && line[quote - backslashes - 1] == '\\') {
      ++backslashes;
    }
    if (backslashes % 2 == 0) {
      break;
    }
    quote = line.find('"', quote + 1);
  }
  return quote;
}

/// Walks over one JSON object without building it. Does not check what it does not need.
class JsonWalker {
 public:
  explicit JsonWalker(std::string_view text) : text_(text) {}

  /// The level of the object that begins here; nothing when the text is no object or ends before it does.
  std::optional<Level> find_level(int depth = 0) {
    if (!take('{')) {
      return std::nullopt;
    }
    if (take('}')) {
      return Level::kNone;
    }
    do {
      std::string_view key;
      if (!take_string(key) || !take(':')) {
        return std::nullopt;
      }
      skip_space();
      if (is_level_key(key)) {
        return take_level();
      }
      if (key == "log" && depth == 0 && at_ < text_.size() && text_[at_] == '{') {
        const auto inner = find_level(depth + 1);
        if (!inner || *inner != Level::kNone) {
          return inner;
        }
      } else if (!skip_value()) {
        return std::nullopt;
      }
    } while (take(','));
    return take('}') ? std::optional(Level::kNone) : std::nullopt;
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) {
      ++at_;
    }
  }
  bool take(char wanted) {
    skip_space();
    if (at_ < text_.size() && text_[at_] == wanted) {
      ++at_;
      return true;
    }
    return false;
  }
  bool take_string(std::string_view& content) {
    if (!take('"')) {
      return false;
    }
    const std::size_t quote = closing_quote(text_, at_);
    if (quote == std::string_view::npos) {
      return false;
    }
    content = text_.substr(at_, quote - at_);
    at_ = quote + 1;
    return true;
  }
  std::optional<Level> take_level() {
    std::string_view value;
    if (at_ < text_.size() && text_[at_] == '"') {
      return take_string(value) ? std::optional(level_of_value(value)) : std::nullopt;
    }
    const std::size_t begin = at_;
    if (!skip_value()) {
      return std::nullopt;
    }
    value = trim(text_.substr(begin, at_ - begin));
    return level_of_value(value);
  }
  bool skip_value() {
    std::string_view ignored;
    skip_space();
    if (at_ < text_.size() && text_[at_] == '"') {
      return take_string(ignored);
    }
    std::size_t depth = 0;
    for (;;) {
      const std::size_t next = text_.find_first_of("\"{}[],", at_);
      if (next == std::string_view::npos) {
        return false;
      }
      at_ = next;
      const char c = text_[at_];
      if (c == '"') {
        if (depth == 0 || !take_string(ignored)) {
          return false;
        }
        continue;
      }
      if (c == '{' || c == '[') {
        ++depth;
      } else if (depth == 0) {
        return true;
      } else if (c != ',') {
        --depth;
      }
      ++at_;
      if (depth == 0 && c != ',') {
        return true;
      }
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};
}  // namespace

std::string_view format_name(Format format) {
  constexpr std::array<std::string_view, 8> kNames = {"auto",   "access", "syslog", "json",
                                                      "logfmt", "glog",   "cri",    "text"};
  return kNames[static_cast<std::size_t>(format)];
}

std::optional<LineVerdict> parse_access(std::string_view line) {
  constexpr std::string_view kMoment = "[99/";
  constexpr std::size_t kMomentLength = 28;  // [01/Jan/2024:20:15:01 +0000]
  std::size_t open = line.find('[');
  while (open != std::string_view::npos && !has_shape(line.substr(open), kMoment)) {
    open = line.find('[', open + 1);  // a user may be called anything
  }
  if (open == std::string_view::npos || open < 2 || line.size() < open + kMomentLength + 3 ||
      line.substr(open + kMomentLength - 1, 3) != "] \"") {
    return std::nullopt;
  }
  std::size_t quote = closing_quote(line, open + kMomentLength + 2);
  // Old servers write a quote within the request as it is.
  while (quote != std::string_view::npos && !has_shape(line.substr(quote), "\" 999")) {
    quote = closing_quote(line, quote + 1);
  }
  if (quote == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view rest = line.substr(quote + 2);
  const auto status_class = static_cast<std::uint8_t>(rest[0] - '0');
  if (rest.size() < 5 || rest[3] != ' ' || !(is_digit(rest[4]) || rest[4] == '-')) {
    return std::nullopt;
  }
  return LineVerdict{.kind = LineKind::kRecord,
                     .status_class = status_class >= 1 && status_class <= 5 ? status_class : std::uint8_t{0}};
}

std::optional<LineVerdict> parse_syslog(std::string_view line) {
  constexpr std::size_t kPriorityLengthMax = 3;
  constexpr unsigned kPriorityMax = 191;
  constexpr std::size_t kMomentLength = 16;
  if (line.empty()) {
    return std::nullopt;
  }
  if (line.front() == '<') {
    unsigned priority = 0;
    std::size_t at = 1;
    while (at < line.size() && at <= kPriorityLengthMax && is_digit(line[at])) {
      priority = priority * 10 + static_cast<unsigned>(line[at] - '0');
      ++at;
    }
    if (at == 1 || at >= line.size() || line[at] != '>' || priority > kPriorityMax) {
      return std::nullopt;
    }
    return record(level_of_syslog_severity(priority % 8));
  }
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  if (!has_shape(line.substr(std::min<std::size_t>(3, line.size())), " _9 99:99:99 ")) {
    return std::nullopt;
  }
  const std::size_t month = kMonths.find(line.substr(0, 3));
  if (month == std::string_view::npos || month % 3 != 0) {
    return std::nullopt;
  }
  const std::string_view rest = line.substr(kMomentLength);
  const std::string_view host = rest.substr(0, rest.find(' '));
  if (host.empty() || host.size() == rest.size() || host.find('[') != std::string_view::npos ||
      (host.size() > 1 && parse_level(host) != Level::kNone)) {
    return std::nullopt;  // a text log with such a moment
  }
  return record(Level::kNone);
}

std::optional<LineVerdict> parse_json_line(std::string_view line) {
  if (line.empty() || line.front() != '{') {
    return std::nullopt;
  }
  const auto level = JsonWalker(line).find_level();
  return level ? std::optional(record(*level)) : std::nullopt;
}

std::optional<LineVerdict> parse_logfmt(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size()) {
    const std::size_t key_end = line.find_first_of("= \"", at);
    if (key_end == std::string_view::npos) {
      return std::nullopt;
    }
    if (line[key_end] != '=') {
      if (at == 0 || line[key_end] == '"') {
        return std::nullopt;  // prose
      }
      at = key_end + 1;
      continue;
    }
    if (key_end == at) {
      return std::nullopt;
    }
    const std::string_view key = line.substr(at, key_end - at);
    std::size_t begin = key_end + 1;
    std::size_t end = 0;
    if (begin < line.size() && line[begin] == '"') {
      ++begin;
      end = closing_quote(line, begin);
      if (end == std::string_view::npos) {
        return std::nullopt;
      }
      at = end + 1;
    } else {
      end = std::min(line.find(' ', begin), line.size());
      at = end;
    }
    if (is_level_key(key)) {
      return record(level_of_value(line.substr(begin, end - begin)));
    }
    while (at < line.size() && line[at] == ' ') {
      ++at;
    }
  }
  return std::nullopt;
}

std::optional<LineVerdict> parse_glog(std::string_view line) {
  constexpr std::string_view kLetters = "IWEFD";
  if (line.size() < 2 || kLetters.find(line.front()) == std::string_view::npos) {
    return std::nullopt;
  }
  if (!has_shape(line.substr(1), "9999 99:99:99") && !has_shape(line.substr(1), "99999999 99:99:99")) {
    return std::nullopt;
  }
  return record(parse_level(line.substr(0, 1)));
}

std::optional<CriLine> parse_cri(std::string_view line) {
  if (!has_shape(line, "9999-99-99T99:99:99")) {
    return std::nullopt;
  }
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) {
    return std::nullopt;
  }
  std::string_view rest = line.substr(space + 1);
  if (!rest.starts_with("stdout ") && !rest.starts_with("stderr ")) {
    return std::nullopt;
  }
  rest.remove_prefix(7);
  const std::string_view tags = rest.substr(0, rest.find(' '));
  if (tags != "F" && tags != "P" && !tags.starts_with("F:") && !tags.starts_with("P:")) {
    return std::nullopt;
  }
  return CriLine{.is_partial = tags.front() == 'P', .text = rest.substr(std::min(tags.size() + 1, rest.size()))};
}
}  // namespace weir::logs
