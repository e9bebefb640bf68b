#include "generate/taxi/trips.h"

#include <algorithm>
#include <array>

namespace weir::generate::taxi {
namespace {
constexpr std::int64_t kDaySeconds = 86'400;

// Short ways are many, long ones few: u is even in [0, 65536), half of the ways are shorter than about 0.67 times the scale.
std::int32_t way(std::int32_t scale, Random& random) {
  const auto u = static_cast<std::int64_t>(random.below(65'536));
  return 30 + static_cast<std::int32_t>(scale * u / (81'920 - u));
}

// Hundredths of a mile from an airport to a borough.
std::int32_t airport_way(std::uint16_t airport, std::uint8_t borough) {
  constexpr std::array<std::int32_t, 7> kFromKennedy{1'720, 1'020, 1'480, 1'690, 2'900, 3'400, 1'500};
  constexpr std::array<std::int32_t, 7> kFromLaGuardia{960, 640, 1'120, 830, 2'300, 2'700, 900};
  return airport == kKennedy ? kFromKennedy[borough] : airport == kLaGuardia ? kFromLaGuardia[borough] : 1'740;
}
}  // namespace

Trips::Trips(const City& city, Fleet fleet, std::chrono::year_month month, std::uint64_t seed, std::uint64_t rows_count)
    : city_(city),
      fleet_(fleet),
      clock_(month),
      seed_(seed),
      stream_(static_cast<std::uint64_t>(static_cast<int>(month.year()) * 12) + static_cast<unsigned>(month.month()) +
              (fleet == Fleet::kGreen ? std::uint64_t{1} << 32U : 0)),
      rows_count_(rows_count) {}

Trip Trips::make(std::uint64_t row) const {
  Random random(seed_, stream_, row);
  Trip trip;
  trip.pickup_second = clock_.second_of(row, rows_count_, random);
  const auto day = trip.pickup_second / kDaySeconds;  // all months are after 1970
  const auto hour = static_cast<unsigned>(trip.pickup_second % kDaySeconds / 3'600);
  const auto weekday = static_cast<unsigned>((day + 3) % 7);  // 1970-01-01 was a Thursday
  trip.vendor = random.chance(fleet_ == Fleet::kYellow ? 730 : 860) ? 2 : 1;
  route(trip, hour, random);
  drive(trip, weekday, hour, random);
  charge(trip, weekday, hour, random);
  pay(trip, hour, random);
  make_odd(trip, random);
  return trip;
}

void Trips::route(Trip& trip, unsigned hour, Random& random) const {
  const bool yellow = fleet_ == Fleet::kYellow;
  const std::uint32_t to_airport = airport_permille(hour) * (yellow ? 10U : 3U) / 10;
  const std::uint32_t draw = random.below(1'000);
  const std::uint16_t airport = random.chance(580) ? kKennedy : random.chance(970) ? kLaGuardia : kNewark;
  if (draw < to_airport * 6 / 10 && yellow && airport != kNewark) {
    trip.pickup_zone = airport;
    trip.dropoff_zone = city_.dropoffs().draw(random);
    return;
  }
  trip.pickup_zone = city_.pickups(fleet_).draw(random);
  if (draw < to_airport) {
    trip.dropoff_zone = airport;
    return;
  }
  trip.dropoff_zone = random.chance(yellow ? 640 : 780) ? city_.neighbour(trip.pickup_zone, random) : city_.dropoffs().draw(random);
}

void Trips::drive(Trip& trip, unsigned weekday, unsigned hour, Random& random) const {
  const bool from = is_airport(trip.pickup_zone);
  const bool to = is_airport(trip.dropoff_zone);
  if (trip.pickup_zone == trip.dropoff_zone) {
    trip.distance = way(70, random);
  } else if (from || to) {
    const std::int32_t mean = airport_way(to ? trip.dropoff_zone : trip.pickup_zone, city_.borough(to ? trip.pickup_zone : trip.dropoff_zone));
    trip.distance = mean * static_cast<std::int32_t>(random.between(80, 125)) / 100;
  } else if (city_.borough(trip.pickup_zone) == city_.borough(trip.dropoff_zone)) {
    trip.distance = way(190, random);
  } else {
    trip.distance = 250 + way(520, random);
  }
  // Longer ways use faster roads.
  const std::uint32_t speed = miles_per_hour(weekday, hour) * static_cast<std::uint32_t>(70 + std::min(trip.distance / 12, 110)) / 100;
  const std::int64_t seconds = std::int64_t{trip.distance} * 36 * random.between(70, 140) / (100 * std::max<std::uint32_t>(speed, 1));
  trip.dropoff_second = trip.pickup_second + 45 + seconds;
}

void Trips::charge(Trip& trip, unsigned weekday, unsigned hour, Random& random) const {
  const bool flat = (trip.pickup_zone == kKennedy && city_.is_manhattan(trip.dropoff_zone)) || (trip.dropoff_zone == kKennedy && city_.is_manhattan(trip.pickup_zone));
  const auto minutes = static_cast<std::int32_t>((trip.dropoff_second - trip.pickup_second) / 60);
  trip.rate_code = flat ? 2 : trip.dropoff_zone == kNewark ? 3 : random.chance(6) ? 5 : 1;
  if (flat) {
    trip.fare = 7'000;
  } else if (trip.rate_code == 5) {
    trip.fare = 2'000 + trip.distance * 4 / 100 * 100;
  } else {
    // 70 cents for each fifth of a mile and, in slow traffic, for each minute.
    trip.fare = 300 + (trip.distance / 20) * 70 + (minutes * 38 / 100) * 70 + (trip.rate_code == 3 ? 2'000 : 0);
  }
  const bool night = hour >= 20 || hour < 6;
  const bool rush = weekday < 5 && hour >= 16 && hour < 20;
  trip.extra = flat ? (rush ? 500 : 0) : night ? 100 : rush ? 250 : 0;
  trip.mta_tax = 50;
  trip.improvement = 100;
  const bool touches_manhattan = city_.is_manhattan(trip.pickup_zone) || city_.is_manhattan(trip.dropoff_zone);
  trip.congestion = touches_manhattan ? (fleet_ == Fleet::kYellow ? 250 : 275) : 0;
  trip.airport_fee = fleet_ == Fleet::kYellow && (trip.pickup_zone == kKennedy || trip.pickup_zone == kLaGuardia) ? 175 : 0;
  const bool far = is_airport(trip.pickup_zone) || is_airport(trip.dropoff_zone);
  trip.tolls = random.chance(far ? 420 : 8) ? 655 : trip.dropoff_zone == kNewark ? 1'475 : 0;
  trip.passengers = static_cast<std::uint8_t>(random.chance(755) ? 1 : random.chance(610) ? 2 : random.chance(8) ? 0 : random.between(3, 6));
  trip.stored = random.chance(7);
  trip.trip_type = random.chance(975) ? 1 : 2;
}

void Trips::pay(Trip& trip, unsigned hour, Random& random) const {
  const bool manhattan = city_.is_manhattan(trip.pickup_zone);
  const std::uint32_t card = fleet_ == Fleet::kYellow ? (manhattan ? 845U : 740U) : (manhattan ? 640U : 590U);
  trip.payment = static_cast<std::uint8_t>(random.chance(card) ? 1 : random.chance(940) ? 2 : random.chance(400) ? 3 : 4);
  const std::int32_t before_tip = trip.fare + trip.extra + trip.mta_tax + trip.improvement + trip.congestion + trip.airport_fee + trip.tolls;
  if (trip.payment == 1) {
    // The machine offers 20, 25 and 30 %; some round up by hand, some give nothing, and more so far from Manhattan or late at night.
    const std::uint32_t nothing = (manhattan ? 45U : is_airport(trip.pickup_zone) ? 90U : 230U) + (hour < 5 ? 30U : 0U);
    const std::uint32_t choice = random.below(1'000);
    if (choice >= nothing) {
      const std::uint32_t kind = random.below(100);
      const std::int32_t percent = kind < 62 ? 20 : kind < 76 ? 25 : kind < 82 ? 30 : 0;
      trip.tip = percent != 0 ? before_tip * percent / 100 : static_cast<std::int32_t>(random.between(1, manhattan ? 6 : 4)) * 100;
    }
  }
  trip.total = before_tip + trip.tip;
}

// What the commission's own files have, too.
void Trips::make_odd(Trip& trip, Random& random) const {
  const std::uint32_t draw = random.below(1'000'000);
  if (draw < 42'000) {  // sent by an app: half of the columns are unknown
    trip.is_partial = true;
    trip.payment = 0;
  } else if (draw < 50'500) {  // a refund
    for (std::int32_t* money : {&trip.fare, &trip.extra, &trip.mta_tax, &trip.improvement, &trip.congestion, &trip.airport_fee, &trip.tolls}) {
      *money = -*money;
    }
    trip.total = -(trip.total - trip.tip);
    trip.tip = 0;
    trip.payment = draw % 2 == 0 ? 3 : 4;
  } else if (draw < 62'000) {  // the meter was switched on and off
    trip.distance = 0;
    trip.dropoff_second = trip.pickup_second + random.below(40);
  } else if (draw < 62'030) {  // no taxi drives that far
    trip.distance = static_cast<std::int32_t>(random.between(1'000'000, 33'000'000));
  } else if (draw < 62'040) {  // a clock that was never set
    const std::int64_t shift = trip.pickup_second - (1'230'768'000 + random.below(86'400));
    trip.pickup_second -= shift;
    trip.dropoff_second -= shift;
  } else if (draw < 62'050) {  // the last hours of the month before
    const std::int64_t shift = trip.pickup_second - (clock_.first_second() - 1 - random.below(7'200));
    trip.pickup_second -= shift;
    trip.dropoff_second -= shift;
  } else if (draw < 62'055) {  // the first ones of the month after
    const std::int64_t shift = clock_.end_second() + random.below(7'200) - trip.pickup_second;
    trip.pickup_second += shift;
    trip.dropoff_second += shift;
  }
}
}  // namespace weir::generate::taxi
