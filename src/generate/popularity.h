#pragma once

#include <cstdint>
#include <vector>

#include "generate/random.h"

namespace weir::generate {
/// Draws one of `count` things so that few are hot and most are cold: the thing of rank r (0 is the hottest) has the
/// weight 1 / (r + flatness), which is Zipf's law with a blunted top. Which thing has which rank depends on the seed.
/// Uses Walker's alias method over integers: a draw is one look into a table of at most 512 KiB. Beyond 65,536 things
/// those with the same remainder share a weight. Immutable, so threads may share it.
class Popularity {
 public:
  /// `count` and `flatness` are at least 1.
  Popularity(std::uint32_t count, std::uint32_t flatness, std::uint64_t seed);

  /// The number of one thing, 0 … count-1.
  std::uint32_t draw(Random& random) const {
    const auto slots_count = static_cast<std::uint32_t>(slots_.size());
    const std::uint64_t bits = random.next();
    auto slot = static_cast<std::uint32_t>(((bits >> 32) * slots_count) >> 32);
    if (static_cast<std::uint32_t>(bits) >= slots_[slot].threshold) {
      slot = slots_[slot].alias;
    }
    if (slots_count == count_) {
      return slot;
    }
    const std::uint32_t sharing = (count_ - slot + slots_count - 1) / slots_count;
    return slot + slots_count * random.below(sharing);
  }

 private:
  struct Slot {
    std::uint32_t threshold;  ///< of 2^32: below it the slot itself, else the alias
    std::uint32_t alias;
  };
  std::uint32_t count_;
  std::vector<Slot> slots_;
};
}  // namespace weir::generate
