#include "generate/popularity.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "core/result.h"

namespace weir::generate {
namespace {
constexpr std::uint32_t kSlotsMax = 65'536;
constexpr std::uint64_t kWeightMax = std::uint64_t{1} << 24;

// An affine map i -> (a * i + b) mod count that hits each number once: a shuffle without a table.
std::uint32_t multiplier_for(std::uint32_t count, std::uint64_t bits) {
  auto a = static_cast<std::uint32_t>(bits % count) | 1U;
  while (std::gcd(a, count) != 1) {
    a += 2;
  }
  return a;
}
}  // namespace

Popularity::Popularity(std::uint32_t count, std::uint32_t flatness, std::uint64_t seed) : count_(count) {
  WEIR_ASSERT(count > 0 && flatness > 0, "nothing to draw from");
  const std::uint32_t slots_count = std::min(count, kSlotsMax);
  slots_.assign(slots_count, Slot{std::numeric_limits<std::uint32_t>::max(), 0});

  const std::uint64_t a = multiplier_for(slots_count, mix(seed));
  const std::uint64_t b = mix(seed + 1) % slots_count;
  std::uint64_t weights_sum = 0;
  std::vector<std::uint64_t> left(slots_count);  // weight * slots_count, what is still to be placed
  for (std::uint32_t i = 0; i < slots_count; ++i) {
    const std::uint64_t rank = (a * i + b) % slots_count;
    const std::uint64_t weight = std::max<std::uint64_t>(kWeightMax / (rank + flatness), 1);
    weights_sum += weight;
    left[i] = weight * slots_count;
  }

  std::vector<std::uint32_t> small;
  std::vector<std::uint32_t> large;
  for (std::uint32_t i = 0; i < slots_count; ++i) {
    (left[i] < weights_sum ? small : large).push_back(i);
  }
  while (!small.empty() && !large.empty()) {
    const std::uint32_t poor = small.back();
    const std::uint32_t rich = large.back();
    small.pop_back();
    slots_[poor] = {static_cast<std::uint32_t>((left[poor] << 32) / weights_sum), rich};
    left[rich] -= weights_sum - left[poor];
    if (left[rich] < weights_sum) {
      large.pop_back();
      small.push_back(rich);
    }
  }
  // What remains fills its slot wholly; the alias is then its own.
  for (const std::uint32_t i : small) {
    slots_[i].alias = i;
  }
  for (const std::uint32_t i : large) {
    slots_[i].alias = i;
  }
}
}  // namespace weir::generate
