#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace weir::generate::taxi {
inline constexpr std::size_t kZonesCount = 265;

/// One taxi zone of New York City, as the Taxi & Limousine Commission numbers and names them (open data).
struct Zone {
  std::string_view borough;  ///< "Manhattan"; "EWR" for Newark's airport, "Unknown" for the last two
  std::string_view name;
  std::string_view service;  ///< "Yellow Zone", "Boro Zone", "Airports", "EWR", "N/A"
};

/// All zones; the zone with the id n stands at n - 1.
std::span<const Zone, kZonesCount> zones();
}  // namespace weir::generate::taxi
