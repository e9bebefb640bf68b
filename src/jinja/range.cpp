#include "jinja/range.h"

#include <fmt/format.h>

#include <cmath>

namespace weir::jinja {
namespace {
std::size_t count_steps(std::int64_t start, std::int64_t stop, std::int64_t step) {
  // Unsigned, so that the whole span of 64 bits fits.
  const auto span = [](std::int64_t low, std::int64_t high) {
    return static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
  };
  if (step > 0) {
    return start < stop ? (span(start, stop) - 1) / static_cast<std::uint64_t>(step) + 1 : 0;
  }
  const std::uint64_t size = ~static_cast<std::uint64_t>(step) + 1;
  return start > stop ? (span(stop, start) - 1) / size + 1 : 0;
}

std::int64_t plus_steps(std::int64_t start, std::int64_t step, std::uint64_t count) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(start) + static_cast<std::uint64_t>(step) * count);
}
}  // namespace

Range::Range(std::int64_t start, std::int64_t stop, std::int64_t step)
    : start_(start), stop_(stop), step_(step), count_(count_steps(start, stop, step)) {}

Value Range::at(std::size_t index) const {
  return Value(plus_steps(start_, step_, index));
}

Value Range::slice(std::int64_t start, std::int64_t stop, std::int64_t step) const {
  return make_ref<Range>(
      plus_steps(start_, step_, static_cast<std::uint64_t>(start)),
      plus_steps(start_, step_, static_cast<std::uint64_t>(stop)),
      static_cast<std::int64_t>(static_cast<std::uint64_t>(step_) * static_cast<std::uint64_t>(step)));
}

Result<std::optional<Value>> Range::attribute(std::string_view name) {
  if (name == "start") {
    return std::optional(Value(start_));
  }
  if (name == "stop") {
    return std::optional(Value(stop_));
  }
  if (name == "step") {
    return std::optional(Value(step_));
  }
  return std::nullopt;
}

Result<std::optional<Value>> Range::item(const Value& key) {
  const auto wanted = key.as_integer();
  if (!wanted) {
    return std::nullopt;
  }
  const auto count = static_cast<std::int64_t>(count_);
  const std::int64_t index = *wanted < 0 ? *wanted + count : *wanted;
  if (index < 0 || index >= count) {
    return std::nullopt;
  }
  return std::optional(at(static_cast<std::size_t>(index)));
}

Result<std::string> Range::text() {
  return step_ == 1 ? fmt::format("range({}, {})", start_, stop_)
                    : fmt::format("range({}, {}, {})", start_, stop_, step_);
}

Result<std::optional<bool>> Range::contains(const Value& value) {
  auto wanted = value.as_integer();
  if (value.is(Kind::kFloat) && value.real() == std::floor(value.real()) && std::abs(value.real()) < 9.0e18) {
    wanted = static_cast<std::int64_t>(value.real());
  }
  if (!wanted) {
    return std::optional(false);
  }
  const bool in_span = step_ > 0 ? *wanted >= start_ && *wanted < stop_ : *wanted <= start_ && *wanted > stop_;
  if (!in_span) {
    return std::optional(false);
  }
  const std::uint64_t distance = step_ > 0 ? static_cast<std::uint64_t>(*wanted) - static_cast<std::uint64_t>(start_)
                                           : static_cast<std::uint64_t>(start_) - static_cast<std::uint64_t>(*wanted);
  const std::uint64_t size = step_ > 0 ? static_cast<std::uint64_t>(step_) : ~static_cast<std::uint64_t>(step_) + 1;
  return std::optional(distance % size == 0);
}

bool Range::equals(const Value& other) {
  const Range* range = other.as<Range>();
  return range != nullptr && range->count_ == count_ &&
         (count_ == 0 || (range->start_ == start_ && (count_ == 1 || range->step_ == step_)));
}
}  // namespace weir::jinja
