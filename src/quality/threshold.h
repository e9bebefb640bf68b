#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace weir::quality {
/// A condition on the number of failures, as dbt writes it in `warn_if` and `error_if`:
///   !=0   > 10   >=5   = 0   between 5 and 10
class Threshold {
 public:
  /// Any failure: `!= 0`.
  Threshold() = default;
  /// Errors: kInvalid for anything but one comparison (=, ==, !=, <>, <, <=, >, >=) or BETWEEN with whole numbers.
  static Result<Threshold> parse(std::string_view text);

  bool holds(std::uint64_t failures) const;
  /// In its usual form: ">= 5", "between 5 and 10".
  std::string text() const;
  bool operator==(const Threshold&) const = default;

 private:
  enum class Comparison : std::uint8_t { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kBetween };
  Comparison comparison_ = Comparison::kNotEqual;
  std::int64_t bound_ = 0;
  std::int64_t upper_ = 0;  // of kBetween
};
}  // namespace weir::quality
