#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "quality/check.h"

/// Readings that the arguments of several checks share.
namespace weir::quality {
/// One column or a list of them. Errors: kInvalid with the place; `what` names the check.
Result<std::vector<Column>> read_columns(const ConfigNode& node, std::string_view what);
/// The column under `column` of a check's arguments. Errors: kInvalid where absent.
Result<Column> read_column(ConfigMap& arguments);

/// A value as SQL writes it: numbers and true/false as they are, everything else (dates too, and what stands in quotes)
/// in quotes, which SQL then reads as the column's type. yes, no, on and off are texts. Errors: kInvalid unless a scalar.
Result<std::string> sql_literal(const ConfigNode& node, std::string_view what);
/// Whether it is a plain number there.
bool is_number(const ConfigNode& node);

/// `min` and `max` of a whole number. Errors: kInvalid for negative ones, min above max, and when both are absent.
struct CountRange {
  std::optional<std::uint64_t> min;
  std::optional<std::uint64_t> max;
  bool holds(std::uint64_t count) const { return (!min || count >= *min) && (!max || count <= *max); }
  std::string text() const;  ///< "at least 1,000", "at most 5", "between 1,000 and 2,000"
};
Result<CountRange> read_count_range(ConfigMap& arguments, std::string_view what);
}  // namespace weir::quality
