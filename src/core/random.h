#pragma once

#include <cstdint>
#include <string>

namespace weir {
/// A source of random numbers. Passed in wherever chance matters, so that tests can repeat a run.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual std::uint64_t next() = 0;
  /// A number in [0, bound). `bound` > 0. The bias is below 2^-32 for bounds below 2^32.
  std::uint64_t below(std::uint64_t bound) {
    __extension__ using Wide = unsigned __int128;
    return static_cast<std::uint64_t>((static_cast<Wide>(next()) * bound) >> 64U);
  }
};

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed everywhere. One thread at a time.
class SeededRandom : public RandomSource {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() override;

 private:
  std::uint64_t state_;
};

/// The operating system's random numbers. Safe to use from many threads.
RandomSource& system_random();

/// A random UUID (RFC 9562, version 4) in its usual form.
std::string uuid_v4(RandomSource& random = system_random());
}  // namespace weir
