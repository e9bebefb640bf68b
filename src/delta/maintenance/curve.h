#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

/// Space-filling curves: an order of the cells of a grid in which cells that follow one another lie close together in
/// every dimension. Sources: G. M. Morton, "A computer oriented geodetic data base" (1966); J. Skilling, "Programming
/// the Hilbert curve", AIP Conference Proceedings 707 (2004).
namespace weir::delta {
enum class Curve : std::uint8_t {
  kZOrder,   ///< the bits of the coordinates take turns; jumps at powers of two
  kHilbert,  ///< each cell is a neighbour of the one before
};
std::string_view curve_name(Curve curve);

/// The position on the curve of the cell with these coordinates, each below 2^bits. coordinates.size() * bits is at
/// most 32.
std::uint32_t curve_position(Curve curve, std::span<const std::uint32_t> coordinates, unsigned bits);

/// The positions of all cells of a grid with `dimensions` sides of 2^bits cells. The cell of (a, b, c) stands at index
/// (a * side + b) * side + c.
std::vector<std::uint32_t> curve_positions(Curve curve, std::size_t dimensions, unsigned bits);
}  // namespace weir::delta
