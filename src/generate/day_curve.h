#pragma once

#include <array>
#include <cstdint>

namespace weir::generate {
/// How people spread over the hours of a day: quiet nights, a peak at eight in the evening. Immutable.
class DayCurve {
 public:
  DayCurve();

  /// The millisecond of the day, 0 … 86,399,999, at which `fraction` / 2^32 of the day's business is done. Rises with
  /// it.
  std::uint32_t millisecond_of(std::uint32_t fraction) const {
    const std::uint32_t slot = fraction >> 22;
    const std::uint64_t rest = fraction & ((1U << 22) - 1);
    const std::uint64_t step = second_at_[slot + 1] - second_at_[slot];
    return second_at_[slot] * 1'000 + static_cast<std::uint32_t>((step * 1'000 * rest) >> 22);
  }
  std::uint32_t second_of(std::uint32_t fraction) const { return millisecond_of(fraction) / 1'000; }

 private:
  std::array<std::uint32_t, 1'025> second_at_{};  // by 1/1024 of the day's business
};
}  // namespace weir::generate
