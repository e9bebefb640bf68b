#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "report/query.h"

/// How numbers and dates are written. web/report/format.ts follows the same rules; tests/golden/report/formats.json
/// binds both.
///
///   number           1,234.5    thousands separated; decimals as the column has them, at most 2 (4 below 1)
///   number:1         1,234.5    so many decimals (0 to 9)
///   number:short     1.2K       for people in a hurry: K, M, B, T
///   percent          12.3%      0.123 is 12.3 %
///   eur              €1,234.50  also eur:0, eur:short; usd gbp jpy krw cny inr chf sek nok dkk pln czk brl cad aud mxn
///   try vnd thb date             2024-01-31 also day (31 Jan 2024), month (Jan 2024), quarter (Q1 2024), year,
///   weekday, time, datetime %d.%m.%Y         31.01.2024 any pattern of %Y %y %m %-m %b %B %d %-d %a %A %q %H %-H %M %S
///   %% text             as it is: for years and identifiers
namespace weir::report {
class Format {
 public:
  enum class Kind : std::uint8_t { kText, kNumber, kPercent, kCurrency, kDate };

  /// Errors: kInvalid for an unknown name, option or letter after %, with a suggestion.
  static Result<Format> parse(std::string_view text);
  static Format text_as_is() { return Format(); }

  Kind kind() const { return kind_; }
  bool is_short() const { return short_; }
  std::optional<int> digits() const { return digits_; }
  /// What `parse` reads and the page's script gets: "number:2".
  std::string spec() const;

  /// Without given decimals: those that `cells` need, so that a column of numbers lines up.
  Format for_cells(const std::vector<Cell>& cells) const;
  Format shortened() const;

  /// Writes one cell; NULL becomes an en dash, and what is no number or date stays as it is.
  std::string write(const Cell& cell) const;

 private:
  friend Format default_format(const Column& column, const std::vector<Cell>& cells);
  Kind kind_ = Kind::kText;
  std::string name_ = "text";  // of a date: the name or the pattern
  std::optional<int> digits_;
  bool short_ = false;
};

/// The format of a column that nobody gave one: numbers by their decimals, dates by whether all are first days of a
/// month or year. Numbers in columns called "year", "id", or ending in "_year" or "_id" are names, not amounts: they
/// stay as they are.
Format default_format(const Column& column, const std::vector<Cell>& cells);

/// The digits of a number: "-1234.5", never with an exponent; nothing for other cells, infinities and NaN.
std::optional<std::string> digits_of(const Cell& cell);
/// The number in a cell for comparing and drawing; nothing where `digits_of` gives nothing.
std::optional<double> number_of(const Cell& cell);
/// The cell as text that machines read: digits, "2024-01-31", "2024-01-31 06:00:00", "true"; empty for NULL.
std::string raw_text(const Cell& cell);
bool is_number(ColumnType type);
bool is_date(ColumnType type);
}  // namespace weir::report
