#include "lake/sql_names.h"

#include <charconv>

#include "core/text.h"
#include "lake/sql_tokens.h"

namespace weir::lake {
namespace {
std::optional<std::int64_t> number_of(const SqlToken& token) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(token.text.data(), token.text.data() + token.text.size(), value);
  const bool whole = error == std::errc() && end == token.text.data() + token.text.size();
  return token.kind == SqlTokenKind::kNumber && whole ? std::optional(value) : std::nullopt;
}

class Finder {
 public:
  explicit Finder(std::string_view sql) : tokens_(sql_tokens(sql)) {}

  std::vector<SqlName> find() {
    std::vector<SqlName> names;
    while (at_ < tokens_.size()) {
      if (!tokens_[at_].is_name() || follows_dot()) {
        ++at_;
        continue;
      }
      const std::size_t first = at_;
      SqlName name;
      if (word(0, "delta_scan") && symbol(1, "(") && at_ + 2 < tokens_.size() && tokens_[at_ + 2].kind == SqlTokenKind::kString && symbol(3, ")")) {
        name.name = tokens_[at_ + 2].value();
        name.path = true;
        at_ += 4;
        take_time_travel(name);
        finish(name, first);
        names.push_back(std::move(name));
        continue;
      }
      const bool chain = symbol(1, ".") && at_ + 2 < tokens_.size() && tokens_[at_ + 2].is_name();
      if (chain) {
        name.schema = tokens_[at_].value();
        name.name = tokens_[at_ + 2].value();
        name.path = tokens_[at_].is_word("delta") && tokens_[at_ + 2].text.starts_with('`');
        at_ += 3;
      } else {
        name.name = tokens_[at_].value();
        ++at_;
      }
      take_time_travel(name);
      if (chain || name.travels() || may_be_table(first)) {
        finish(name, first);
        names.push_back(std::move(name));
      }
    }
    return names;
  }

 private:
  bool symbol(std::size_t ahead, std::string_view text) const { return at_ + ahead < tokens_.size() && tokens_[at_ + ahead].is_symbol(text); }
  bool word(std::size_t ahead, std::string_view text) const { return at_ + ahead < tokens_.size() && tokens_[at_ + ahead].is_word(text); }
  bool follows_dot() const { return at_ > 0 && tokens_[at_ - 1].is_symbol("."); }

  void finish(SqlName& name, std::size_t first) const {
    name.offset = tokens_[first].offset;
    name.length = tokens_[at_ - 1].offset + tokens_[at_ - 1].text.size() - name.offset;
  }

  bool may_be_table(std::size_t first) const {
    if (first == 0 || symbol(0, "(")) {
      return false;  // a function
    }
    const SqlToken& before = tokens_[first - 1];
    return before.is_word("FROM") || before.is_word("JOIN") || before.is_symbol(",") || before.is_word("TABLE") || before.is_word("DESCRIBE") ||
           before.is_word("SUMMARIZE");
  }

  void take_time_travel(SqlName& name) {
    const std::size_t skip = word(0, "FOR") ? 1 : 0;
    const bool version = word(skip, "VERSION") || word(skip, "SYSTEM_VERSION");
    const bool time = word(skip, "TIMESTAMP") || word(skip, "SYSTEM_TIME");
    if ((version || time) && word(skip + 1, "AS") && word(skip + 2, "OF") && at_ + skip + 3 < tokens_.size()) {
      take_value(name, version, skip + 3, skip + 4);
    } else if (word(0, "AT") && symbol(1, "(") && (word(2, "VERSION") || word(2, "TIMESTAMP")) && symbol(3, "=>") && symbol(5, ")")) {
      take_value(name, word(2, "VERSION"), 4, 6);
    } else if (symbol(0, "@") && at_ + 1 < tokens_.size() && touches(0) && touches(1)) {
      const std::string_view text = tokens_[at_ + 1].text;
      std::int64_t number = 0;
      if (text.starts_with('v') && std::from_chars(text.data() + 1, text.data() + text.size(), number).ptr == text.data() + text.size() &&
          text.size() > 1) {
        name.version = number;
        at_ += 2;
      }
    }
  }

  // The token `ahead` begins right where the one before it ends.
  bool touches(std::size_t ahead) const {
    const SqlToken& before = tokens_[at_ + ahead - 1];
    return before.offset + before.text.size() == tokens_[at_ + ahead].offset;
  }

  void take_value(SqlName& name, bool version, std::size_t value, std::size_t length) {
    const SqlToken& token = tokens_[at_ + value];
    if (version) {
      name.version = number_of(token);
      if (token.kind == SqlTokenKind::kString) {
        const std::string text = token.value();
        std::int64_t number = 0;
        if (std::from_chars(text.data(), text.data() + text.size(), number).ptr == text.data() + text.size()) {
          name.version = number;
        }
      }
    } else if (token.kind == SqlTokenKind::kString) {
      name.time = token.value();
    }
    if (name.travels()) {
      at_ += length;
    }
  }

  std::vector<SqlToken> tokens_;
  std::size_t at_ = 0;
};
}  // namespace

std::vector<SqlName> sql_names(std::string_view sql) { return Finder(sql).find(); }
}  // namespace weir::lake
