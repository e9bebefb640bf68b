#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "lake/sql_tokens.h"

namespace weir::lake {
/// A part of a statement that stays SQL: an expression or a query.
struct SqlPiece {
  std::string text;
  std::size_t offset = 0;  ///< in the statement
  bool empty() const { return text.empty(); }
};

/// Goes through a statement from left to right. Words are matched ignoring case. Borrows from the SQL.
class SqlCursor {
 public:
  explicit SqlCursor(std::string_view sql) : sql_(sql), tokens_(sql_tokens(sql)) {}

  std::string_view sql() const { return sql_; }
  bool at_end() const { return at_ >= tokens_.size(); }
  const SqlToken* peek(std::size_t ahead = 0) const { return at_ + ahead < tokens_.size() ? &tokens_[at_ + ahead] : nullptr; }
  /// True when the next tokens are these, words and symbols parted by blanks: "NOT MATCHED", "(".
  bool is_next(std::string_view tokens) const;
  /// The same, and goes behind them.
  bool accept(std::string_view tokens);
  /// Errors: kInvalid "expected …" at the place.
  Status expect(std::string_view tokens);
  /// A name, quoted or not. `what` is for the error.
  Result<std::string> name(std::string_view what);
  Result<std::string> string_literal(std::string_view what);
  Result<std::int64_t> integer(std::string_view what);
  /// Everything up to one of `ends` outside of parentheses and CASE … END, or to the end. Errors: kInvalid when that is nothing.
  Result<SqlPiece> until(std::span<const std::string_view> ends, std::string_view what);
  Result<SqlPiece> until(std::initializer_list<std::string_view> ends, std::string_view what) {
    return until(std::span(ends.begin(), ends.size()), what);
  }
  /// What stands in the parentheses that open here; goes behind them.
  Result<SqlPiece> parenthesized(std::string_view what);
  /// Errors: kInvalid where something follows.
  Status expect_end();

  std::size_t offset() const { return at_end() ? sql_.size() : tokens_[at_].offset; }
  std::size_t position() const { return at_; }
  void go_back(std::size_t position) { at_ = position; }
  /// An error at the next token.
  std::unexpected<Error> error(std::string message) const { return error_at(offset(), std::move(message)); }
  std::unexpected<Error> error_at(std::size_t offset, std::string message) const;

 private:
  std::string found() const;
  std::string_view sql_;
  std::vector<SqlToken> tokens_;
  std::size_t at_ = 0;
};

/// Line and column of an offset; the file's name is left to the caller.
Place place_in(std::string_view sql, std::size_t offset);
}  // namespace weir::lake
