#include "delta/maintenance/curve.h"

#include "core/result.h"

namespace weir::delta {
namespace {
// Skilling's transform: turns coordinates into the transposed Hilbert position, whose bits then take turns as Morton's do.
void transpose_hilbert(std::vector<std::uint32_t>& x, unsigned bits) {
  const std::uint32_t top = 1U << (bits - 1);
  for (std::uint32_t bit = top; bit > 1; bit >>= 1U) {
    const std::uint32_t low = bit - 1;
    for (std::uint32_t& coordinate : x) {
      if ((coordinate & bit) != 0) {
        x[0] ^= low;
      } else {
        const std::uint32_t swapped = (x[0] ^ coordinate) & low;
        x[0] ^= swapped;
        coordinate ^= swapped;
      }
    }
  }
  for (std::size_t i = 1; i < x.size(); ++i) {
    x[i] ^= x[i - 1];
  }
  std::uint32_t flip = 0;
  for (std::uint32_t bit = top; bit > 1; bit >>= 1U) {
    if ((x.back() & bit) != 0) {
      flip ^= bit - 1;
    }
  }
  for (std::uint32_t& coordinate : x) {
    coordinate ^= flip;
  }
}

std::uint32_t interleave(std::span<const std::uint32_t> x, unsigned bits) {
  std::uint32_t position = 0;
  for (unsigned bit = bits; bit-- > 0;) {
    for (const std::uint32_t coordinate : x) {
      position = position << 1U | (coordinate >> bit & 1U);
    }
  }
  return position;
}
}  // namespace

std::string_view curve_name(Curve curve) { return curve == Curve::kHilbert ? "hilbert" : "zorder"; }

std::uint32_t curve_position(Curve curve, std::span<const std::uint32_t> coordinates, unsigned bits) {
  WEIR_ASSERT(!coordinates.empty() && bits > 0 && coordinates.size() * bits <= 32, "the position fits into 32 bits");
  std::vector<std::uint32_t> x(coordinates.begin(), coordinates.end());
  if (curve == Curve::kHilbert) {
    transpose_hilbert(x, bits);
  }
  return interleave(x, bits);
}

std::vector<std::uint32_t> curve_positions(Curve curve, std::size_t dimensions, unsigned bits) {
  const std::size_t cells_count = std::size_t{1} << (dimensions * bits);
  const std::uint32_t mask = (1U << bits) - 1;
  std::vector<std::uint32_t> positions(cells_count);
  std::vector<std::uint32_t> coordinates(dimensions);
  for (std::size_t cell = 0; cell < cells_count; ++cell) {
    for (std::size_t i = 0; i < dimensions; ++i) {
      coordinates[i] = static_cast<std::uint32_t>(cell >> ((dimensions - 1 - i) * bits)) & mask;
    }
    positions[cell] = curve_position(curve, coordinates, bits);
  }
  return positions;
}
}  // namespace weir::delta
