#include "jinja/string_literal.h"

#include <fmt/format.h>

#include "jinja/dict.h"
#include "jinja/number.h"
#include "jinja/unicode.h"

namespace weir::jinja {
namespace {
int hex_value(char c) {
  return c >= '0' && c <= '9'   ? c - '0'
         : c >= 'a' && c <= 'f' ? c - 'a' + 10
         : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                : -1;
}

constexpr std::string_view kSimpleFrom = "\n\\'\"abfnrtv";
constexpr std::string_view kSimpleTo = "?\\'\"\a\b\f\n\r\t\v";

/// Reads literals from left to right.
class LiteralReader {
 public:
  explicit LiteralReader(std::string_view text) : text_(text) {}

  std::optional<Value> run() {
    auto value = read_tuple_or_value();
    skip_blanks();
    return at_ == text_.size() ? value : std::nullopt;
  }

 private:
  static constexpr int kDepthMax = 100;

  void skip_blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  bool take(char c) {
    skip_blanks();
    if (at_ < text_.size() && text_[at_] == c) {
      ++at_;
      return true;
    }
    return false;
  }

  bool take_word(std::string_view word) {
    if (!text_.substr(at_).starts_with(word)) {
      return false;
    }
    const std::size_t end = at_ + word.size();
    if (end < text_.size() && unicode::is_word(static_cast<unsigned char>(text_[end]))) {
      return false;
    }
    at_ = end;
    return true;
  }

  std::optional<Value> read_tuple_or_value() {
    auto first = read_value();
    skip_blanks();
    if (!first || at_ >= text_.size() || text_[at_] != ',') {
      return first;
    }
    std::vector<Value> items{*first};
    while (take(',')) {
      skip_blanks();
      if (at_ == text_.size()) {
        break;
      }
      auto item = read_value();
      if (!item) {
        return std::nullopt;
      }
      items.push_back(*item);
    }
    return Value::tuple(std::move(items));
  }

  std::optional<Value> read_value() {
    if (++depth_ > kDepthMax) {
      return std::nullopt;
    }
    skip_blanks();
    auto value = at_ < text_.size() ? read_one() : std::nullopt;
    --depth_;
    return value;
  }

  std::optional<Value> read_one() {
    const char c = text_[at_];
    if (c == '[' || c == '(') {
      return read_items(c == '[' ? ']' : ')');
    }
    if (c == '{') {
      return read_braces();
    }
    if (c == '\'' || c == '"') {
      return read_strings();
    }
    if (c == '-' || c == '+') {
      ++at_;
      auto number = read_value();
      if (!number || !(number->is(Kind::kInt) || number->is(Kind::kFloat) || number->is(Kind::kBigInt))) {
        return std::nullopt;
      }
      if (c == '+') {
        return number;
      }
      return number->is(Kind::kFloat) ? Value(-number->real()) : integer_negate(*number);
    }
    if ((c >= '0' && c <= '9') || c == '.') {
      return read_number();
    }
    if (take_word("None")) {
      return Value();
    }
    if (take_word("True")) {
      return Value(true);
    }
    if (take_word("False")) {
      return Value(false);
    }
    return std::nullopt;
  }

  std::optional<Value> read_number() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && (unicode::is_word(static_cast<unsigned char>(text_[at_])) || text_[at_] == '.' ||
                                  ((text_[at_] == '+' || text_[at_] == '-') && (text_[at_ - 1] | 0x20) == 'e' &&
                                   !text_.substr(begin).starts_with("0x")))) {
      ++at_;
    }
    const std::string_view number = text_.substr(begin, at_ - begin);
    if (const auto integer = parse_integer(number, 0)) {
      return integer;
    }
    if (number.find_first_of(".eE") == std::string_view::npos) {
      return std::nullopt;
    }
    const auto real = parse_float(number);
    return real ? std::optional(Value(*real)) : std::nullopt;
  }

  std::optional<Value> read_strings() {
    std::string out;
    while (at_ < text_.size() && (text_[at_] == '\'' || text_[at_] == '"')) {
      const char quote = text_[at_];
      std::size_t end = at_ + 1;
      while (end < text_.size() && text_[end] != quote && text_[end] != '\n') {
        end += text_[end] == '\\' ? 2U : 1U;
      }
      if (end >= text_.size() || text_[end] != quote) {
        return std::nullopt;
      }
      auto part = unescape_string(text_.substr(at_ + 1, end - at_ - 1));
      if (!part) {
        return std::nullopt;
      }
      out += *part;
      at_ = end + 1;
      skip_blanks();
    }
    return Value(out);
  }

  std::optional<Value> read_items(char close) {
    ++at_;
    std::vector<Value> items;
    bool had_comma = false;
    while (!take(close)) {
      if (!items.empty() && !had_comma) {
        return std::nullopt;
      }
      auto item = read_value();
      if (!item) {
        return std::nullopt;
      }
      items.push_back(std::move(*item));
      had_comma = take(',');
    }
    if (close == ']') {
      return Value::list(std::move(items));
    }
    return items.size() == 1 && !had_comma ? std::move(items.front()) : Value::tuple(std::move(items));
  }

  std::optional<Value> read_braces() {
    ++at_;
    auto dict = make_ref<Dict>();
    bool is_set = false;
    bool first = true;
    bool had_comma = true;
    while (!take('}')) {
      if (!had_comma) {
        return std::nullopt;
      }
      auto key = read_value();
      if (!key) {
        return std::nullopt;
      }
      std::optional<Value> value = Value();
      const bool has_value = take(':');
      if (first) {
        is_set = !has_value;
      }
      if (is_set == has_value) {
        return std::nullopt;
      }
      if (has_value) {
        value = read_value();
      }
      if (!value || !dict->set(*key, *value)) {
        return std::nullopt;
      }
      first = false;
      had_comma = take(',');
    }
    return is_set ? Value::set(dict) : Value::dict(dict);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
};
}  // namespace

Result<std::string> unescape_string(std::string_view text) {
  if (text.find('\\') == std::string_view::npos) {
    return std::string(text);
  }
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at++];
    if (c != '\\' || at == text.size()) {
      out += c;
      continue;
    }
    const char letter = text[at++];
    const std::size_t simple = kSimpleFrom.find(letter);
    if (simple != std::string_view::npos) {
      if (letter != '\n') {
        out += kSimpleTo[simple];
      }
      continue;
    }
    if (letter >= '0' && letter <= '7') {
      char32_t code = static_cast<char32_t>(letter - '0');
      for (int i = 0; i < 2 && at < text.size() && text[at] >= '0' && text[at] <= '7'; ++i) {
        code = code * 8 + static_cast<char32_t>(text[at++] - '0');
      }
      unicode::append(out, code);
      continue;
    }
    const std::size_t digits = letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
    if (letter == 'N') {
      return fail(ErrorCode::kUnsupported, "characters by name, \\N{...}, are not supported; write \\u and the number");
    }
    if (digits == 0) {
      out += '\\';
      out += letter;
      continue;
    }
    char32_t code = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const int value = at < text.size() ? hex_value(text[at]) : -1;
      if (value < 0) {
        return fail(ErrorCode::kInvalid, fmt::format("the escape \\{} needs {} hexadecimal digits", letter, digits));
      }
      code = code * 16 + static_cast<char32_t>(value);
      ++at;
    }
    if (code > 0x10FFFF) {
      return fail(ErrorCode::kInvalid, "there is no such character");
    }
    unicode::append(out, code);
  }
  return out;
}

std::optional<Value> read_literal(std::string_view text) {
  if (text.empty() || text.front() == ' ' || text.front() == '\t') {
    return std::nullopt;
  }
  return LiteralReader(text).run();
}
}  // namespace weir::jinja
