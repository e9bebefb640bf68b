#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <vector>

#include "generate/random.h"

/// How people ride taxis in a city: when, from where to where, how fast.
namespace weir::generate::taxi {
enum class Fleet : std::uint8_t { kYellow, kGreen };

inline constexpr std::uint16_t kNewark = 1;
inline constexpr std::uint16_t kKennedy = 132;
inline constexpr std::uint16_t kLaGuardia = 138;

/// The weights of zones as a table that one look draws from.
class ZoneDraw {
 public:
  explicit ZoneDraw(const std::vector<std::uint32_t>& weights);  ///< of the zones 1, 2, …
  std::uint16_t draw(Random& random) const { return zone_of_[random.next() >> (64 - kBits)]; }

 private:
  static constexpr unsigned kBits = 15;
  std::vector<std::uint16_t> zone_of_;
};

/// Immutable; threads may share it.
class City {
 public:
  City();
  /// Where a trip begins that does not begin at an airport.
  const ZoneDraw& pickups(Fleet fleet) const { return fleet == Fleet::kYellow ? yellow_ : green_; }
  /// Anywhere; where a trip ends that leaves its neighbourhood.
  const ZoneDraw& dropoffs() const { return dropoffs_; }
  /// The zone's borough as a number; zones of one borough have the same.
  std::uint8_t borough(std::uint16_t zone) const { return borough_of_[zone]; }
  bool is_manhattan(std::uint16_t zone) const { return borough_of_[zone] == kManhattan; }
  /// A zone of the same borough whose number is not far.
  std::uint16_t neighbour(std::uint16_t zone, Random& random) const;

  static constexpr std::uint8_t kManhattan = 0;

 private:
  std::array<std::uint8_t, 266> borough_of_{};
  std::array<std::vector<std::uint16_t>, 8> zones_of_;
  std::array<std::uint16_t, 266> place_in_borough_{};
  ZoneDraw yellow_;
  ZoneDraw green_;
  ZoneDraw dropoffs_;
};

bool is_airport(std::uint16_t zone);
/// Trips begun in an hour of a week relative to others; weekday 0 is Monday.
std::uint32_t hour_weight(unsigned weekday, unsigned hour);
/// Of 1,000 trips begun at this hour, how many go to or come from an airport.
std::uint32_t airport_permille(unsigned hour);
/// Miles an hour that traffic allows at this hour.
std::uint32_t miles_per_hour(unsigned weekday, unsigned hour);

/// The moments at which the trips of a month begin, in order.
class MonthClock {
 public:
  explicit MonthClock(std::chrono::year_month month);
  /// Seconds since 1970 (local time of the city) of trip `row` of `rows_count`; grows with the row to within an hour.
  std::int64_t second_of(std::uint64_t row, std::uint64_t rows_count, Random& random) const;
  std::int64_t first_second() const { return first_second_; }
  std::int64_t end_second() const { return first_second_ + static_cast<std::int64_t>(before_.size() - 1) * 3'600; }

 private:
  std::int64_t first_second_;
  std::vector<std::uint64_t> before_;  // for each hour of the month and its end: the weight of all hours before
};
}  // namespace weir::generate::taxi
