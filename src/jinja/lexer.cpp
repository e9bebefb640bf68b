#include "jinja/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "jinja/unicode.h"

namespace weir::jinja {
namespace {
struct Operator {
  std::string_view text;
  Token token;
};

// Two characters come before one: the first that matches is taken.
constexpr std::array kOperators = {
    Operator{"//", Token::kFloorDiv},   Operator{"**", Token::kPow},          Operator{"==", Token::kEqual},
    Operator{"!=", Token::kNotEqual},   Operator{">=", Token::kGreaterEqual}, Operator{"<=", Token::kLessEqual},
    Operator{"+", Token::kAdd},         Operator{"-", Token::kSub},           Operator{"/", Token::kDiv},
    Operator{"*", Token::kMul},         Operator{"%", Token::kMod},           Operator{"~", Token::kTilde},
    Operator{"[", Token::kLeftBracket}, Operator{"]", Token::kRightBracket},  Operator{"(", Token::kLeftParen},
    Operator{")", Token::kRightParen},  Operator{"{", Token::kLeftBrace},     Operator{"}", Token::kRightBrace},
    Operator{">", Token::kGreater},     Operator{"<", Token::kLess},          Operator{"=", Token::kAssign},
    Operator{".", Token::kDot},         Operator{":", Token::kColon},         Operator{"|", Token::kPipe},
    Operator{",", Token::kComma},       Operator{";", Token::kSemicolon},
};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

enum class Tag : std::uint8_t { kNone, kRaw, kComment, kBlock, kVariable, kLineStatement, kLineComment };

struct Opening {
  Tag tag = Tag::kNone;
  std::size_t begin = 0;  // where the tag's own text begins
  std::size_t end = 0;    // after the delimiter and its sign
  char sign = 0;          // '-', '+' or 0
};

class Lexer {
 public:
  Lexer(const Source& source, const Syntax& syntax) : source_(source), syntax_(syntax), text_(source.text) {
    tags_ = {{syntax.comment_start, Tag::kComment},
             {syntax.block_start, Tag::kBlock},
             {syntax.variable_start, Tag::kVariable}};
    std::sort(tags_.begin(), tags_.end(), [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
    for (const auto& [start, tag] : tags_) {
      first_characters_ += start.empty() ? '\0' : start[0];
    }
  }

  Result<std::vector<Lexeme>> run() {
    while (at_ < text_.size()) {
      const Opening opening = find_opening();
      add_data(at_, opening);
      if (opening.tag == Tag::kNone) {
        break;
      }
      at_ = opening.end;
      WEIR_TRY(read_tag(opening));
    }
    add(Token::kEnd, text_.size(), {});
    return std::move(out_);
  }

 private:
  std::unexpected<Error> fail_here(std::string message, std::size_t offset) const {
    return fail_at(source_.place(offset), std::move(message));
  }

  void add(Token token, std::size_t offset, std::string_view text) {
    out_.push_back({token, static_cast<std::uint32_t>(offset), text});
  }

  bool starts_with(std::size_t at, std::string_view what) const { return text_.substr(at).starts_with(what); }

  std::size_t skip_space(std::size_t at) const {
    return text_.size() - unicode::strip(text_.substr(at), true, false).size();
  }

  // The blanks a line may begin with in front of a line statement.
  bool line_begins_with(std::size_t at, std::string_view prefix, std::string_view blanks, std::size_t& end) const {
    std::size_t i = at;
    while (i < text_.size() && blanks.find(text_[i]) != std::string_view::npos) {
      ++i;
    }
    if (!starts_with(i, prefix)) {
      return false;
    }
    end = i + prefix.size();
    return true;
  }

  char take_sign(std::size_t& end) const {
    if (end < text_.size() && (text_[end] == '-' || text_[end] == '+')) {
      return text_[end++];
    }
    return 0;
  }

  // {% raw %} with its signs; the newline after it stays even with trim_blocks.
  bool match_raw(std::size_t at, Opening& opening) const {
    if (!starts_with(at, syntax_.block_start)) {
      return false;
    }
    std::size_t end = at + syntax_.block_start.size();
    const char sign = take_sign(end);
    end = skip_space(end);
    if (!starts_with(end, "raw")) {
      return false;
    }
    end = skip_space(end + 3);
    if (end < text_.size() && text_[end] == '-' && starts_with(end + 1, syntax_.block_end)) {
      opening = {Tag::kRaw, at, skip_space(end + 1 + syntax_.block_end.size()), sign};
      return true;
    }
    if (starts_with(end, syntax_.block_end)) {
      opening = {Tag::kRaw, at, end + syntax_.block_end.size(), sign};
      return true;
    }
    return false;
  }

  bool match_line_tag(std::size_t at, Opening& opening) const {
    const bool line_start = at == 0 || text_[at - 1] == '\n';
    std::size_t end = 0;
    if (!syntax_.line_statement_prefix.empty() && line_start &&
        line_begins_with(at, syntax_.line_statement_prefix, " \t\v", end)) {
      opening = {Tag::kLineStatement, at, end, 0};
      opening.sign = take_sign(opening.end);
      if (syntax_.line_comment_prefix.empty() ||
          !syntax_.line_comment_prefix.starts_with(syntax_.line_statement_prefix) ||
          syntax_.line_comment_prefix.size() <= syntax_.line_statement_prefix.size()) {
        return true;
      }
    } else {
      end = 0;
    }
    // A line comment may also stand behind other text; the blanks in front of it belong to it.
    if (!syntax_.line_comment_prefix.empty() &&
        (line_start || !unicode::is_space(static_cast<unsigned char>(text_[at - 1])))) {
      std::size_t comment_end = 0;
      if (line_begins_with(at, syntax_.line_comment_prefix, " \t\v\f", comment_end)) {
        opening = {Tag::kLineComment, at, comment_end, 0};
        opening.sign = take_sign(opening.end);
        return true;
      }
    }
    return end != 0;
  }

  bool match_tag(std::size_t at, Opening& opening) const {
    if (match_raw(at, opening)) {
      return true;
    }
    for (const auto& [start, tag] : tags_) {
      if (!start.empty() && starts_with(at, start)) {
        opening = {tag, at, at + start.size(), 0};
        opening.sign = take_sign(opening.end);
        return true;
      }
    }
    return false;
  }

  Opening find_opening() const {
    Opening opening;
    const bool has_line_tags = !syntax_.line_statement_prefix.empty() || !syntax_.line_comment_prefix.empty();
    for (std::size_t at = at_; at < text_.size(); ++at) {
      if (!has_line_tags) {
        at = text_.find_first_of(first_characters_, at);
        if (at == std::string_view::npos) {
          break;
        }
      }
      if (match_tag(at, opening) || (has_line_tags && match_line_tag(at, opening))) {
        return opening;
      }
    }
    return {Tag::kNone, text_.size(), text_.size(), 0};
  }

  // The text in front of a tag, less the white space that the tag takes away.
  void add_data(std::size_t begin, const Opening& opening) {
    std::string_view data = text_.substr(begin, opening.begin - begin);
    if (opening.sign == '-') {
      data = unicode::strip(data, false, true);
    } else if (opening.sign != '+' && syntax_.lstrip_blocks && opening.tag != Tag::kVariable &&
               opening.tag != Tag::kNone) {
      const std::size_t line = data.rfind('\n') + 1;
      if ((line > 0 || line_starting_) && line < data.size() && unicode::strip(data.substr(line)).empty()) {
        data = data.substr(0, line);
      }
    }
    if (!data.empty()) {
      add(Token::kData, begin, data);
    }
  }

  Status read_tag(const Opening& opening) {
    switch (opening.tag) {
      case Tag::kRaw:
        return read_raw(opening);
      case Tag::kComment:
        return read_comment(opening);
      case Tag::kLineComment:
        at_ = std::min(text_.find('\n', at_), text_.size());
        line_starting_ = false;
        return {};
      case Tag::kVariable:
        add(Token::kVariableBegin, opening.begin, text_.substr(opening.begin, opening.end - opening.begin));
        return read_code(opening);
      default:
        add(Token::kBlockBegin, opening.begin, text_.substr(opening.begin, opening.end - opening.begin));
        return read_code(opening);
    }
  }

  // After the end of a block or comment: "+%}" keeps the newline, "-%}" takes all white space.
  std::size_t after_end(std::size_t end, char sign) const {
    if (sign == '-') {
      return skip_space(end);
    }
    return sign == 0 && syntax_.trim_blocks && end < text_.size() && text_[end] == '\n' ? end + 1 : end;
  }

  void finish_tag(std::size_t end) {
    line_starting_ = end > at_ && text_[end - 1] == '\n';
    at_ = end;
  }

  Status read_comment(const Opening& opening) {
    const std::size_t close = text_.find(syntax_.comment_end, at_);
    if (close == std::string_view::npos) {
      return fail_here("this comment has no end", opening.begin);
    }
    const char before = close > at_ ? text_[close - 1] : '\0';
    finish_tag(after_end(close + syntax_.comment_end.size(), before == '-' || before == '+' ? before : '\0'));
    return {};
  }

  Status read_raw(const Opening& opening) {
    line_starting_ = opening.end > 0 && text_[opening.end - 1] == '\n';
    for (std::size_t at = text_.find(syntax_.block_start, at_); at != std::string_view::npos;
         at = text_.find(syntax_.block_start, at + 1)) {
      std::size_t end = at + syntax_.block_start.size();
      const char sign = take_sign(end);
      end = skip_space(end);
      if (!starts_with(end, "endraw")) {
        continue;
      }
      end = skip_space(end + 6);
      const char end_sign = end < text_.size() && (text_[end] == '-' || text_[end] == '+') ? text_[end] : '\0';
      end += end_sign == 0 ? 0 : 1;
      if (!starts_with(end, syntax_.block_end)) {
        continue;
      }
      add_data(at_, {Tag::kRaw, at, end, sign});
      finish_tag(after_end(end + syntax_.block_end.size(), end_sign));
      return {};
    }
    return fail_here("{% raw %} has no {% endraw %}", opening.begin);
  }

  // Is the tag's end here? Then `end` is set behind it and all that it takes away.
  bool match_end(Tag tag, std::size_t& size, std::size_t& end) const {
    if (tag == Tag::kLineStatement) {
      // All white space up to the last line end in it, so blank lines go as well.
      const std::size_t space_end = skip_space(at_);
      const std::string_view space = text_.substr(at_, space_end - at_);
      const std::size_t line_end = space.rfind('\n');
      if (space_end < text_.size() && line_end == std::string_view::npos) {
        return false;
      }
      end = space_end == text_.size() ? space_end : at_ + line_end + 1;
      size = end - at_;
      return true;
    }
    const std::string_view close = tag == Tag::kVariable ? syntax_.variable_end : syntax_.block_end;
    const char sign = text_[at_];
    if ((sign == '-' || (sign == '+' && tag == Tag::kBlock)) && starts_with(at_ + 1, close)) {
      size = 1 + close.size();
      end = after_end(at_ + size, sign);
      return true;
    }
    if (!starts_with(at_, close)) {
      return false;
    }
    size = close.size();
    end = tag == Tag::kVariable ? at_ + size : after_end(at_ + size, 0);
    return true;
  }

  Status read_code(const Opening& opening) {
    open_brackets_.clear();
    while (true) {
      if (at_ >= text_.size() && opening.tag != Tag::kLineStatement) {
        return {};  // the parser says what is missing
      }
      std::size_t size = 0;
      std::size_t end = 0;
      if (open_brackets_.empty() && (at_ < text_.size() || opening.tag == Tag::kLineStatement) &&
          match_end(opening.tag, size, end)) {
        add(opening.tag == Tag::kVariable ? Token::kVariableEnd : Token::kBlockEnd, at_, text_.substr(at_, size));
        line_starting_ = end > at_ && text_[end - 1] == '\n';
        at_ = end;
        return {};
      }
      if (at_ >= text_.size()) {
        return {};
      }
      WEIR_TRY(read_lexeme());
    }
  }

  Status read_lexeme() {
    const std::size_t after_space = skip_space(at_);
    if (after_space != at_) {
      at_ = after_space;
      return {};
    }
    const char c = text_[at_];
    if (is_digit(c)) {
      read_number();
      return {};
    }
    if (c == '\'' || c == '"') {
      return read_string(c);
    }
    std::size_t size = 0;
    if (unicode::is_word(unicode::decode(text_, at_, size))) {
      return read_name();
    }
    return read_operator();
  }

  // Digits with single underscores between them.
  std::size_t skip_digits(std::size_t at) const {
    while (at < text_.size() &&
           (is_digit(text_[at]) || (text_[at] == '_' && at + 1 < text_.size() && is_digit(text_[at + 1])))) {
      ++at;
    }
    return at;
  }

  void read_number() {
    const std::size_t whole_end = skip_digits(at_);
    std::size_t end = whole_end;
    bool is_float = false;
    // "x.0.1" is two subscripts, not a float.
    if (at_ == 0 || text_[at_ - 1] != '.') {
      if (end + 1 < text_.size() && text_[end] == '.' && is_digit(text_[end + 1])) {
        end = skip_digits(end + 1);
        is_float = true;
      }
      if (end < text_.size() && (text_[end] | 0x20) == 'e') {
        std::size_t exponent = end + 1;
        exponent += exponent < text_.size() && (text_[exponent] == '+' || text_[exponent] == '-') ? 1U : 0U;
        if (exponent < text_.size() && is_digit(text_[exponent])) {
          end = skip_digits(exponent);
          is_float = true;
        }
      }
    }
    if (!is_float) {
      end = integer_end(whole_end);
    }
    add(is_float ? Token::kFloat : Token::kInteger, at_, text_.substr(at_, end - at_));
    at_ = end;
  }

  std::size_t integer_end(std::size_t decimal_end) const {
    if (text_[at_] != '0') {
      return decimal_end;
    }
    const char letter = at_ + 1 < text_.size() ? static_cast<char>(text_[at_ + 1] | 0x20) : '\0';
    const std::string_view digits = letter == 'x'   ? "0123456789abcdefABCDEF"
                                    : letter == 'o' ? "01234567"
                                    : letter == 'b' ? "01"
                                                    : "";
    std::size_t end = at_ + 2;
    const auto is_one = [&](std::size_t at) {
      return at < text_.size() && digits.find(text_[at]) != std::string_view::npos;
    };
    while (is_one(end) || (end < text_.size() && text_[end] == '_' && is_one(end + 1))) {
      ++end;
    }
    if (!digits.empty() && end > at_ + 2) {
      return end;
    }
    // A decimal does not begin with zero, but for zero itself.
    end = at_ + 1;
    while (end < text_.size() &&
           (text_[end] == '0' || (text_[end] == '_' && end + 1 < text_.size() && text_[end + 1] == '0'))) {
      ++end;
    }
    return end;
  }

  Status read_string(char quote) {
    for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
      if (text_[i] == '\\') {
        ++i;
      } else if (text_[i] == quote) {
        add(Token::kString, at_, text_.substr(at_, i + 1 - at_));
        at_ = i + 1;
        return {};
      }
    }
    return fail_here("this text has no closing quote", at_);
  }

  Status read_name() {
    std::size_t end = at_;
    while (end < text_.size()) {
      std::size_t size = 0;
      const char32_t code = unicode::decode(text_, end, size);
      if (!unicode::is_word(code) && !unicode::is_name_rest(code)) {
        break;
      }
      end += size;
    }
    const std::string_view name = text_.substr(at_, end - at_);
    if (!unicode::is_name(name)) {
      return fail_here("invalid character in a name", at_);
    }
    add(Token::kName, at_, name);
    at_ = end;
    return {};
  }

  Status read_operator() {
    const auto found = std::find_if(kOperators.begin(), kOperators.end(),
                                    [&](const Operator& one) { return starts_with(at_, one.text); });
    if (found == kOperators.end()) {
      std::size_t size = 0;
      unicode::decode(text_, at_, size);
      return fail_here(fmt::format("unexpected character '{}'", excerpt(text_.substr(at_, size))), at_);
    }
    WEIR_TRY(balance(text_[at_]));
    add(found->token, at_, text_.substr(at_, found->text.size()));
    at_ += found->text.size();
    return {};
  }

  Status balance(char c) {
    if (c == '(' || c == '[' || c == '{') {
      open_brackets_ += c == '(' ? ')' : c == '[' ? ']' : '}';
    } else if (c == ')' || c == ']' || c == '}') {
      if (open_brackets_.empty()) {
        return fail_here(fmt::format("unexpected '{}'", c), at_);
      }
      if (open_brackets_.back() != c) {
        return fail_here(fmt::format("unexpected '{}', expected '{}'", c, open_brackets_.back()), at_);
      }
      open_brackets_.pop_back();
    }
    return {};
  }

  const Source& source_;
  const Syntax& syntax_;
  std::string_view text_;
  std::vector<std::pair<std::string_view, Tag>> tags_;
  std::string first_characters_;
  std::size_t at_ = 0;
  bool line_starting_ = true;
  std::string open_brackets_;
  std::vector<Lexeme> out_;
};
}  // namespace

Place Source::place(std::size_t offset) const {
  const std::string_view before = std::string_view(text).substr(0, std::min(offset, text.size()));
  const auto line = std::count(before.begin(), before.end(), '\n') + 1;
  const std::size_t line_begin = before.rfind('\n') + 1;
  return {file, static_cast<int>(line), static_cast<int>(before.size() - line_begin) + 1};
}

std::shared_ptr<const Source> make_source(std::string_view text, std::string file, const Syntax& syntax) {
  auto source = std::make_shared<Source>();
  source->file = std::move(file);
  source->text.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\r') {
      source->text += '\n';
      i += i + 1 < text.size() && text[i + 1] == '\n' ? 1U : 0U;
    } else {
      source->text += text[i];
    }
  }
  if (!syntax.keep_trailing_newline && source->text.ends_with('\n')) {
    source->text.pop_back();
  }
  return source;
}

Result<std::vector<Lexeme>> tokenize(const Source& source, const Syntax& syntax) {
  if (source.text.size() > kTemplateBytesMax) {
    return fail_at({source.file, 0, 0}, "the template is too long");
  }
  return Lexer(source, syntax).run();
}

std::string_view token_name(Token token) {
  for (const Operator& one : kOperators) {
    if (one.token == token) {
      return one.text;
    }
  }
  switch (token) {
    case Token::kData:
      return "template text";
    case Token::kVariableBegin:
      return "begin of print statement";
    case Token::kVariableEnd:
      return "end of print statement";
    case Token::kBlockBegin:
      return "begin of statement block";
    case Token::kBlockEnd:
      return "end of statement block";
    case Token::kName:
      return "name";
    case Token::kString:
      return "string";
    case Token::kInteger:
      return "integer";
    case Token::kFloat:
      return "float";
    default:
      return "end of template";
  }
}

std::string describe(const Lexeme& lexeme) {
  if (lexeme.token == Token::kName) {
    return std::string(lexeme.text);
  }
  return std::string(token_name(lexeme.token));
}
}  // namespace weir::jinja
