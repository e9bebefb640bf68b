#pragma once

#include <chrono>
#include <cstdint>

#include "generate/taxi/city.h"

namespace weir::generate::taxi {
/// One row of a monthly file. Money in cents, distance in hundredths of a mile, times in seconds since 1970 (local time).
struct Trip {
  std::int64_t pickup_second = 0;
  std::int64_t dropoff_second = 0;
  std::int32_t distance = 0;
  std::int32_t fare = 0;
  std::int32_t extra = 0;
  std::int32_t mta_tax = 0;
  std::int32_t tip = 0;
  std::int32_t tolls = 0;
  std::int32_t improvement = 0;
  std::int32_t total = 0;
  std::int32_t congestion = 0;
  std::int32_t airport_fee = 0;
  std::uint16_t pickup_zone = 0;
  std::uint16_t dropoff_zone = 0;
  std::uint8_t vendor = 0;
  std::uint8_t rate_code = 0;
  std::uint8_t passengers = 0;
  std::uint8_t payment = 0;    ///< 0 unknown, 1 card, 2 cash, 3 no charge, 4 dispute
  std::uint8_t trip_type = 0;  ///< of a green taxi: 1 hailed in the street, 2 dispatched
  bool stored = false;         ///< kept in the car before it was sent
  bool is_partial = false;     ///< passengers, rate code, stored, congestion and airport fee are unknown
};

/// Makes the trips of a month, each from its number alone. Immutable.
class Trips {
 public:
  Trips(const City& city, Fleet fleet, std::chrono::year_month month, std::uint64_t seed, std::uint64_t rows_count);
  Trip make(std::uint64_t row) const;

 private:
  void route(Trip& trip, unsigned hour, Random& random) const;
  void drive(Trip& trip, unsigned weekday, unsigned hour, Random& random) const;
  void charge(Trip& trip, unsigned weekday, unsigned hour, Random& random) const;
  void pay(Trip& trip, unsigned hour, Random& random) const;
  void make_odd(Trip& trip, Random& random) const;

  const City& city_;
  Fleet fleet_;
  MonthClock clock_;
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t rows_count_;
};
}  // namespace weir::generate::taxi
