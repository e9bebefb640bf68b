#include "delta/maintenance/curve.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace weir::delta {
namespace {
std::vector<std::uint32_t> cells_in_order(const std::vector<std::uint32_t>& positions) {
  std::vector<std::uint32_t> cells(positions.size());
  for (std::uint32_t cell = 0; cell < positions.size(); ++cell) {
    cells[positions[cell]] = cell;
  }
  return cells;
}

TEST(Curve, ZOrderInterleavesBits) {
  const std::vector<std::uint32_t> at{0b101, 0b011};
  EXPECT_EQ(curve_position(Curve::kZOrder, at, 3), 0b10'01'11U);
}

TEST(Curve, EveryCellHasAPositionOfItsOwn) {
  for (const Curve curve : {Curve::kZOrder, Curve::kHilbert}) {
    for (const auto& [dimensions, bits] : {std::pair{1U, 8U}, {2U, 7U}, {3U, 4U}, {4U, 3U}}) {
      std::vector<std::uint32_t> positions = curve_positions(curve, dimensions, bits);
      std::ranges::sort(positions);
      std::vector<std::uint32_t> all(positions.size());
      std::iota(all.begin(), all.end(), 0U);
      EXPECT_EQ(positions, all) << curve_name(curve) << ' ' << dimensions;
    }
  }
}

TEST(Curve, HilbertNeverJumps) {
  for (const auto& [dimensions, bits] : {std::pair{2U, 6U}, {3U, 4U}, {4U, 3U}}) {
    const auto cells = cells_in_order(curve_positions(Curve::kHilbert, dimensions, bits));
    const std::uint32_t mask = (1U << bits) - 1;
    for (std::size_t i = 1; i < cells.size(); ++i) {
      int steps = 0;
      for (unsigned d = 0; d < dimensions; ++d) {
        const auto now = static_cast<int>(cells[i] >> (d * bits) & mask);
        const auto before = static_cast<int>(cells[i - 1] >> (d * bits) & mask);
        steps += std::abs(now - before);
      }
      ASSERT_EQ(steps, 1) << dimensions << " dimensions, position " << i;
    }
  }
}
}  // namespace
}  // namespace weir::delta
