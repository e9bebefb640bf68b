#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weir::lake {
enum class SqlTokenKind : std::uint8_t {
  kWord,        ///< keyword or plain name
  kQuotedName,  ///< "name" or `name`
  kString,      ///< 'text', E'text', $$text$$
  kNumber,
  kSymbol,      ///< one character, or one of :: => -> ->> <= >= <> != ||
};

/// A piece of SQL that means something; comments and white space lie between the tokens. Borrows from the SQL text.
struct SqlToken {
  SqlTokenKind kind = SqlTokenKind::kSymbol;
  std::string_view text;   ///< as written, with quotes
  std::size_t offset = 0;  ///< in the SQL, in bytes

  bool is_word(std::string_view keyword) const;  ///< ignoring case
  bool is_symbol(std::string_view symbol) const { return kind == SqlTokenKind::kSymbol && text == symbol; }
  bool is_name() const { return kind == SqlTokenKind::kWord || kind == SqlTokenKind::kQuotedName; }
  /// A name or string without its quotes.
  std::string value() const;
};

/// Splits SQL as DuckDB does. Never fails: what is not closed reaches to the end.
std::vector<SqlToken> sql_tokens(std::string_view sql);

/// The same statement without comments and with one space between tokens: equal texts mean equal statements, so its hash does
/// not change with layout. Words keep their case, since names in results do.
std::string normalized_sql(std::string_view sql);
}  // namespace weir::lake
