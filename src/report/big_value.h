#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"
#include "report/data_table.h"

namespace weir::report {
/// A number on a card: `big_value(kpi, value='revenue', title='Revenue', format='eur:short', compare='last_month')`.
struct BigValueRequest {
  enum class Good : std::uint8_t { kUp, kDown, kNeither };

  std::string value;                 ///< a column; its first row is shown
  std::optional<std::string> title;  ///< without: made from the column's name
  std::optional<Format> format;
  std::optional<std::string>
      compare;  ///< a column with the number to compare with; the change is shown in percent, for percentages in points
  std::optional<std::string> compare_title;
  Good good = Good::kUp;  ///< which change is coloured as good
};

/// Errors: kInvalid for an unknown column, or numbers to compare that are none.
Result<std::string> big_value_html(const QueryResult& query, const BigValueRequest& request);
}  // namespace weir::report
