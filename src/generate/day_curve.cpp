#include "generate/day_curve.h"

namespace weir::generate {
namespace {
constexpr std::array<std::uint32_t, 24> kHourWeight{10, 5,  3,  2,  2,  4,  10, 22, 36, 48, 56, 60,
                                                    62, 56, 52, 54, 58, 64, 76, 92, 98, 84, 52, 24};
}  // namespace

DayCurve::DayCurve() {
  std::uint32_t weights_sum = 0;
  for (const std::uint32_t weight : kHourWeight) {
    weights_sum += weight;
  }
  std::uint32_t before = 0;
  std::size_t hour = 0;
  for (std::uint32_t i = 0; i <= 1'024; ++i) {
    // In units of 1/1024 weight, so that no fraction is lost.
    const std::uint32_t wanted = i * weights_sum;
    while (hour < 23 && wanted >= (before + kHourWeight[hour]) * 1'024) {
      before += kHourWeight[hour];
      ++hour;
    }
    const std::uint64_t into_hour = wanted - before * 1'024;
    second_at_[i] = static_cast<std::uint32_t>(hour * 3'600 + into_hour * 3'600 / (kHourWeight[hour] * 1'024));
  }
}
}  // namespace weir::generate
