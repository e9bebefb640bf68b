#include "lake/statements/cursor.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/text.h"

namespace weir::lake {
namespace {
bool is_token(const SqlToken& token, std::string_view wanted) {
  return token.kind == SqlTokenKind::kSymbol ? token.text == wanted : token.is_word(wanted);
}
}  // namespace

Place place_in(std::string_view sql, std::size_t offset) {
  const std::string_view before = sql.substr(0, offset);
  const std::size_t newline = before.rfind('\n');
  return {"", static_cast<int>(std::ranges::count(before, '\n')) + 1,
          static_cast<int>(before.size() - (newline == std::string_view::npos ? 0 : newline + 1)) + 1};
}

std::unexpected<Error> SqlCursor::error_at(std::size_t offset, std::string message) const {
  return fail_at(place_in(sql_, offset), std::move(message));
}

std::string SqlCursor::found() const { return at_end() ? "the statement ends" : fmt::format("\"{}\" stands there", excerpt(tokens_[at_].text, 30)); }

bool SqlCursor::is_next(std::string_view tokens) const {
  std::size_t ahead = 0;
  for (const std::string& wanted : split(tokens, ' ')) {
    const SqlToken* token = peek(ahead++);
    if (token == nullptr || !is_token(*token, wanted)) {
      return false;
    }
  }
  return true;
}

bool SqlCursor::accept(std::string_view tokens) {
  if (!is_next(tokens)) {
    return false;
  }
  at_ += static_cast<std::size_t>(std::ranges::count(tokens, ' ')) + 1;
  return true;
}

Status SqlCursor::expect(std::string_view tokens) {
  return accept(tokens) ? Status() : error(fmt::format("expected {}, but {}", tokens, found()));
}

Result<std::string> SqlCursor::name(std::string_view what) {
  const SqlToken* token = peek();
  if (token == nullptr || !token->is_name()) {
    return error(fmt::format("expected {}, but {}", what, found()));
  }
  ++at_;
  return token->value();
}

Result<std::string> SqlCursor::string_literal(std::string_view what) {
  const SqlToken* token = peek();
  if (token == nullptr || token->kind != SqlTokenKind::kString) {
    return error(fmt::format("expected {} in single quotes, but {}", what, found()));
  }
  ++at_;
  return token->value();
}

Result<std::int64_t> SqlCursor::integer(std::string_view what) {
  const SqlToken* token = peek();
  std::int64_t value = 0;
  const bool number = token != nullptr && std::from_chars(token->text.data(), token->text.data() + token->text.size(), value).ptr ==
                                              token->text.data() + token->text.size();
  if (!number) {
    return error(fmt::format("expected {}, but {}", what, found()));
  }
  ++at_;
  return value;
}

Result<SqlPiece> SqlCursor::until(std::span<const std::string_view> ends, std::string_view what) {
  const std::size_t first = at_;
  int depth = 0;
  int cases = 0;
  for (; at_ < tokens_.size(); ++at_) {
    const SqlToken& token = tokens_[at_];
    if (depth == 0 && cases == 0 && std::ranges::any_of(ends, [&](std::string_view end) { return is_token(token, end); })) {
      break;
    }
    if (token.is_symbol("(") || token.is_symbol("[") || token.is_symbol("{")) {
      ++depth;
    } else if (token.is_symbol(")") || token.is_symbol("]") || token.is_symbol("}")) {
      if (depth-- == 0) {
        break;
      }
    } else if (token.is_word("CASE")) {
      ++cases;
    } else if (token.is_word("END") && cases > 0) {
      --cases;
    }
  }
  if (first == at_) {
    return error(fmt::format("expected {}, but {}", what, found()));
  }
  const std::size_t begin = tokens_[first].offset;
  const SqlToken& last = tokens_[at_ - 1];
  return SqlPiece{std::string(sql_.substr(begin, last.offset + last.text.size() - begin)), begin};
}

Result<SqlPiece> SqlCursor::parenthesized(std::string_view what) {
  WEIR_TRY(expect("("));
  WEIR_TRY_ASSIGN(SqlPiece piece, until(std::span<const std::string_view>(), what));
  WEIR_TRY(expect(")"));
  return piece;
}

Status SqlCursor::expect_end() { return at_end() ? Status() : error(fmt::format("the statement should end here, but {}", found())); }
}  // namespace weir::lake
