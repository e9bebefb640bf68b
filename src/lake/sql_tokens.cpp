#include "lake/sql_tokens.h"

#include <algorithm>
#include <array>

#include "core/text.h"

namespace weir::lake {
namespace {
bool is_word_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

class Scanner {
 public:
  explicit Scanner(std::string_view sql) : sql_(sql) {}

  std::vector<SqlToken> scan() {
    std::vector<SqlToken> tokens;
    for (skip_blank(); at_ < sql_.size(); skip_blank()) {
      const std::size_t start = at_;
      const SqlTokenKind kind = take();
      tokens.push_back({kind, sql_.substr(start, at_ - start), start});
    }
    return tokens;
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

  void skip_blank() {
    while (at_ < sql_.size()) {
      if (is_space(sql_[at_])) {
        ++at_;
      } else if (peek() == '-' && peek(1) == '-') {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (peek() == '/' && peek(1) == '*') {
        skip_block_comment();
      } else {
        return;
      }
    }
  }

  void skip_block_comment() {
    int depth = 0;  // they nest
    do {
      if (peek() == '/' && peek(1) == '*') {
        ++depth;
        at_ += 2;
      } else if (peek() == '*' && peek(1) == '/') {
        --depth;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (depth > 0 && at_ < sql_.size());
    at_ = std::min(at_, sql_.size());
  }

  SqlTokenKind take() {
    const char c = peek();
    if (c == '\'') {
      take_quoted('\'', false);
      return SqlTokenKind::kString;
    }
    if ((c == 'e' || c == 'E') && peek(1) == '\'') {
      ++at_;
      take_quoted('\'', true);
      return SqlTokenKind::kString;
    }
    if (c == '"' || c == '`') {
      take_quoted(c, false);
      return SqlTokenKind::kQuotedName;
    }
    if (c == '$' && take_dollar_quoted()) {
      return SqlTokenKind::kString;
    }
    if (is_word_start(c)) {
      while (is_word_start(peek()) || is_digit(peek()) || peek() == '$') {
        ++at_;
      }
      return SqlTokenKind::kWord;
    }
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      take_number();
      return SqlTokenKind::kNumber;
    }
    static constexpr std::array<std::string_view, 9> kPairs = {"->>", "::", "=>", "->", "<=", ">=", "<>", "!=", "||"};
    const auto* const pair = std::ranges::find_if(kPairs, [&](std::string_view text) { return sql_.substr(at_).starts_with(text); });
    at_ += pair == kPairs.end() ? 1 : pair->size();
    return SqlTokenKind::kSymbol;
  }

  void take_quoted(char quote, bool escapes) {
    ++at_;
    while (at_ < sql_.size()) {
      if (escapes && sql_[at_] == '\\') {
        at_ += 2;
      } else if (sql_[at_] != quote) {
        ++at_;
      } else if (peek(1) == quote) {
        at_ += 2;
      } else {
        ++at_;
        return;
      }
    }
    at_ = sql_.size();
  }

  // $tag$ ... $tag$; a lone $ (as in $1) is a symbol.
  bool take_dollar_quoted() {
    std::size_t end = at_ + 1;
    while (end < sql_.size() && (is_word_start(sql_[end]) || (end > at_ + 1 && is_digit(sql_[end])))) {
      ++end;
    }
    if (end >= sql_.size() || sql_[end] != '$') {
      return false;
    }
    const std::string_view tag = sql_.substr(at_, end + 1 - at_);
    const std::size_t close = sql_.find(tag, end + 1);
    at_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
    return true;
  }

  void take_number() {
    while (is_digit(peek()) || peek() == '.' || peek() == '_' || is_word_start(peek())) {
      const bool exponent = peek() == 'e' || peek() == 'E';
      ++at_;
      if (exponent && (peek() == '+' || peek() == '-')) {
        ++at_;
      }
    }
  }

  std::string_view sql_;
  std::size_t at_ = 0;
};
}  // namespace

bool SqlToken::is_word(std::string_view keyword) const { return kind == SqlTokenKind::kWord && equals_ignoring_case(text, keyword); }

std::string SqlToken::value() const {
  if (kind == SqlTokenKind::kQuotedName && text.size() >= 2) {
    const std::string quote(1, text[0]);
    return replace_all(text.substr(1, text.size() - 2), quote + quote, quote);
  }
  if (kind == SqlTokenKind::kString && text.size() >= 2 && text[0] == '\'') {
    return replace_all(text.substr(1, text.size() - 2), "''", "'");
  }
  return std::string(text);
}

std::vector<SqlToken> sql_tokens(std::string_view sql) { return Scanner(sql).scan(); }

std::string normalized_sql(std::string_view sql) {
  std::string out;
  out.reserve(sql.size());
  for (const SqlToken& token : sql_tokens(sql)) {
    if (!out.empty()) {
      out += ' ';
    }
    out += token.text;
  }
  return out;
}
}  // namespace weir::lake
