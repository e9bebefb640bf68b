#include "quality/threshold.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>

#include "core/text.h"

namespace weir::quality {
namespace {
// In the order of Comparison; a longer sign stands before its own beginning when looked up.
constexpr std::array<std::string_view, 6> kSigns = {"=", "!=", "<", "<=", ">", ">="};

std::optional<std::int64_t> whole_number(std::string_view text) {
  text = trim(text);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

std::unexpected<Error> not_a_threshold(std::string_view text) {
  return fail(ErrorCode::kInvalid,
              fmt::format("\"{}\" is not a condition on a number; write it as \">10\", \"!=0\" or \"between 5 and 10\"", excerpt(text, 40)));
}
}  // namespace

Result<Threshold> Threshold::parse(std::string_view text) {
  Threshold out;
  const std::string lower = to_lower(trim(text));
  std::string_view rest = lower;
  if (rest.starts_with("between")) {
    const std::size_t split = rest.find(" and ");
    const auto from = split == std::string_view::npos ? std::nullopt : whole_number(rest.substr(7, split - 7));
    const auto to = split == std::string_view::npos ? std::nullopt : whole_number(rest.substr(split + 5));
    if (!from || !to) {
      return not_a_threshold(text);
    }
    out.comparison_ = Comparison::kBetween;
    out.bound_ = *from;
    out.upper_ = *to;
    return out;
  }
  std::size_t signs_length = rest.find_first_not_of("=!<>");
  signs_length = signs_length == std::string_view::npos ? rest.size() : signs_length;
  std::string_view sign = rest.substr(0, signs_length);
  sign = sign == "==" ? "=" : sign == "<>" ? "!=" : sign;
  const auto number = whole_number(rest.substr(signs_length));
  for (std::size_t i = 0; i < kSigns.size(); ++i) {
    if (sign == kSigns[i] && number) {
      out.comparison_ = static_cast<Comparison>(i);
      out.bound_ = *number;
      return out;
    }
  }
  return not_a_threshold(text);
}

bool Threshold::holds(std::uint64_t failures) const {
  const auto count = static_cast<std::int64_t>(failures);
  switch (comparison_) {
    case Comparison::kEqual:
      return count == bound_;
    case Comparison::kNotEqual:
      return count != bound_;
    case Comparison::kLess:
      return count < bound_;
    case Comparison::kLessOrEqual:
      return count <= bound_;
    case Comparison::kGreater:
      return count > bound_;
    case Comparison::kGreaterOrEqual:
      return count >= bound_;
    case Comparison::kBetween:
      return count >= bound_ && count <= upper_;
  }
  return false;
}

std::string Threshold::text() const {
  if (comparison_ == Comparison::kBetween) {
    return fmt::format("between {} and {}", bound_, upper_);
  }
  return fmt::format("{} {}", kSigns[static_cast<std::size_t>(comparison_)], bound_);
}
}  // namespace weir::quality
