#pragma once

#include <cstdint>

namespace weir::generate {
/// Scrambles 64 bits; a bijection (the finaliser of SplitMix64).
constexpr std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31);
}

/// Random bits that depend on nothing but the three numbers: the attributes of row `key` of a `stream`, in any order
/// and on any thread. `seed` is the user's, `stream` tells apart what is drawn.
constexpr std::uint64_t bits_of(std::uint64_t seed, std::uint64_t stream, std::uint64_t key) {
  return mix(mix(seed + stream * 0x9E3779B97F4A7C15U) + key * 0xD1342543DE82EF95U);
}

/// A sequence of random numbers (SplitMix64), the same on every machine. The distributions of the standard library are
/// not used in this module because they differ between libraries.
class Random {
 public:
  explicit constexpr Random(std::uint64_t state) : state_(state) {}
  constexpr Random(std::uint64_t seed, std::uint64_t stream, std::uint64_t key) : state_(bits_of(seed, stream, key)) {}

  constexpr std::uint64_t next() { return mix(state_ += 0x9E3779B97F4A7C15U); }

  /// 0 … bound-1, evenly to within bound / 2^32; 0 for a bound of 0.
  constexpr std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(((next() >> 32) * bound) >> 32);
  }
  /// first … last, both included; both below 2^31.
  constexpr std::uint32_t between(std::uint32_t first, std::uint32_t last) { return first + below(last - first + 1); }
  /// True in `permille` of 1,000 cases.
  constexpr bool chance(std::uint32_t permille) { return below(1000) < permille; }

 private:
  std::uint64_t state_;
};
}  // namespace weir::generate
