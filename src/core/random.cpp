#include "core/random.h"

#include <fmt/format.h>
#include <sys/random.h>

#include "core/result.h"

namespace weir {
namespace {
class SystemRandom : public RandomSource {
 public:
  std::uint64_t next() override {
    std::uint64_t value = 0;
    // Requests of up to 256 bytes are neither interrupted nor cut short (getrandom(2)).
    WEIR_ASSERT(getrandom(&value, sizeof value, 0) == sizeof value, "the system gives random numbers");
    return value;
  }
};
}  // namespace

std::uint64_t SeededRandom::next() {
  std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

RandomSource& system_random() {
  static SystemRandom random;
  return random;
}

std::string uuid_v4(RandomSource& random) {
  const std::uint64_t high = (random.next() & ~0xF000ULL) | 0x4000ULL;
  const std::uint64_t low = (random.next() & ~(3ULL << 62U)) | (2ULL << 62U);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xFFFFU, high & 0xFFFFU, low >> 48U,
                     low & 0xFFFFFFFFFFFFULL);
}
}  // namespace weir
