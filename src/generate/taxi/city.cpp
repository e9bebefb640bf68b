#include "generate/taxi/city.h"

#include <algorithm>
#include <string_view>

#include "generate/taxi/zones.h"

namespace weir::generate::taxi {
namespace {
constexpr std::array<std::string_view, 7> kBoroughs{"Manhattan", "Queens", "Brooklyn", "Bronx", "Staten Island", "EWR", "Unknown"};

// Relative to each other: how many trips of a yellow and a green taxi begin, and how many trips end, in all zones of a borough.
struct BoroughWeights {
  std::uint32_t yellow;
  std::uint32_t green;
  std::uint32_t dropoff;
};
constexpr std::array<BoroughWeights, 7> kBoroughWeights{{{9'480, 5'900, 8'700}, {180, 2'900, 480}, {170, 900, 560}, {25, 250, 110}, {2, 5, 8}, {1, 1, 40}, {142, 44, 102}}};

// Where Manhattan's taxis are: zones of Midtown, the Upper East Side and the like count several times.
constexpr std::array<std::uint16_t, 30> kBusyZones{237, 161, 236, 162, 186, 142, 230, 170, 163, 239, 234, 48, 68, 141, 79,
                                                   107, 249, 238, 164, 263, 140, 229, 246, 90, 113, 100, 262, 43, 231, 233};
// Green taxis may take people in the street north of 96th Street and outside Manhattan only.
constexpr std::array<std::uint16_t, 14> kGreenZones{74, 75, 41, 166, 95, 82, 97, 7, 43, 42, 244, 116, 129, 223};

constexpr std::array<std::uint32_t, 24> kWorkday{34, 22, 15, 11, 9, 14, 36, 78, 104, 101, 98, 103, 108, 107, 112, 116, 113, 130, 146, 138, 116, 104, 90, 60};
constexpr std::array<std::uint32_t, 24> kSaturday{92, 74, 58, 42, 24, 13, 16, 28, 47, 70, 90, 104, 113, 114, 115, 118, 118, 124, 134, 132, 118, 114, 118, 112};
constexpr std::array<std::uint32_t, 24> kSunday{104, 88, 70, 52, 30, 15, 15, 24, 41, 64, 86, 98, 106, 108, 108, 107, 102, 102, 102, 88, 74, 64, 52, 36};
constexpr std::array<std::uint32_t, 24> kAirport{74, 62, 56, 70, 190, 270, 190, 110, 80, 82, 88, 92, 96, 102, 110, 112, 116, 100, 80, 78, 84, 98, 108, 110};
constexpr std::array<std::uint32_t, 24> kSpeed{16, 17, 18, 19, 22, 22, 17, 12, 10, 10, 10, 9, 9, 9, 9, 9, 9, 10, 10, 11, 12, 13, 13, 15};

std::uint8_t borough_number(std::string_view name) {
  return static_cast<std::uint8_t>(std::ranges::find(kBoroughs, name) - kBoroughs.begin());
}

template <std::size_t N>
std::uint32_t busy_factor(std::uint16_t zone, const std::array<std::uint16_t, N>& busy) {
  const auto found = std::ranges::find(busy, zone);
  return found == busy.end() ? 1 : static_cast<std::uint32_t>(4 + (busy.end() - found) * 24 / static_cast<std::ptrdiff_t>(N));
}

template <std::size_t N>
std::vector<std::uint32_t> zone_weights(std::uint32_t BoroughWeights::*of, const std::array<std::uint16_t, N>& busy) {
  std::array<std::uint32_t, 7> sums{};
  std::vector<std::uint32_t> factors;
  for (std::uint16_t zone = 1; zone <= kZonesCount; ++zone) {
    factors.push_back(is_airport(zone) ? 0 : 2 * busy_factor(zone, busy));
    sums[borough_number(zones()[zone - 1U].borough)] += factors.back();
  }
  std::vector<std::uint32_t> weights;
  for (std::size_t i = 0; i < factors.size(); ++i) {
    const std::uint8_t borough = borough_number(zones()[i].borough);
    weights.push_back(sums[borough] == 0 ? 0 : kBoroughWeights[borough].*of * 1'000 / sums[borough] * factors[i]);
  }
  return weights;
}
}  // namespace

ZoneDraw::ZoneDraw(const std::vector<std::uint32_t>& weights) : zone_of_(std::size_t{1} << kBits) {
  std::uint64_t sum = 0;
  for (const std::uint32_t weight : weights) {
    sum += weight;
  }
  std::size_t zone = 0;
  std::uint64_t before = 0;
  for (std::size_t i = 0; i < zone_of_.size(); ++i) {
    const std::uint64_t wanted = (2 * i + 1) * sum / (2 * zone_of_.size());
    while (zone + 1 < weights.size() && wanted >= before + weights[zone]) {
      before += weights[zone++];
    }
    zone_of_[i] = static_cast<std::uint16_t>(zone + 1);
  }
}

City::City()
    : yellow_(zone_weights(&BoroughWeights::yellow, kBusyZones)),
      green_(zone_weights(&BoroughWeights::green, kGreenZones)),
      dropoffs_(zone_weights(&BoroughWeights::dropoff, kBusyZones)) {
  for (std::uint16_t zone = 1; zone <= kZonesCount; ++zone) {
    const std::uint8_t borough = borough_number(zones()[zone - 1U].borough);
    borough_of_[zone] = borough;
    place_in_borough_[zone] = static_cast<std::uint16_t>(zones_of_[borough].size());
    zones_of_[borough].push_back(zone);
  }
}

std::uint16_t City::neighbour(std::uint16_t zone, Random& random) const {
  const std::vector<std::uint16_t>& all = zones_of_[borough_of_[zone]];
  const auto step = random.below(17);
  return all[(place_in_borough_[zone] + all.size() * 8 + step - 8) % all.size()];
}

bool is_airport(std::uint16_t zone) { return zone == kNewark || zone == kKennedy || zone == kLaGuardia; }

std::uint32_t hour_weight(unsigned weekday, unsigned hour) {
  // The week fills up towards Thursday; what is busy on Friday night is Saturday's early morning.
  constexpr std::array<std::uint32_t, 5> kDay{88, 97, 101, 105, 102};
  if (weekday == 5) {
    return kSaturday[hour] * 100;
  }
  if (weekday == 6) {
    return kSunday[hour] * 100;
  }
  const std::uint32_t late = weekday == 4 && hour >= 21 ? 20 : 0;
  return kWorkday[hour] * (kDay[weekday] + late);
}

std::uint32_t airport_permille(unsigned hour) { return kAirport[hour]; }

std::uint32_t miles_per_hour(unsigned weekday, unsigned hour) {
  return kSpeed[hour] + (weekday >= 5 && hour >= 7 && hour <= 19 ? 2 : 0);
}

MonthClock::MonthClock(std::chrono::year_month month) {
  const std::chrono::sys_days first = month / std::chrono::day(1);
  const std::chrono::sys_days end = (month + std::chrono::months(1)) / std::chrono::day(1);
  first_second_ = std::chrono::duration_cast<std::chrono::seconds>(first.time_since_epoch()).count();
  before_.push_back(0);
  for (auto day = first; day < end; day += std::chrono::days(1)) {
    const unsigned weekday = std::chrono::weekday(day).iso_encoding() - 1;
    for (unsigned hour = 0; hour < 24; ++hour) {
      before_.push_back(before_.back() + hour_weight(weekday, hour));
    }
  }
}

std::int64_t MonthClock::second_of(std::uint64_t row, std::uint64_t rows_count, Random& random) const {
  __extension__ using Wide = unsigned __int128;
  const auto wanted = static_cast<std::uint64_t>(Wide{2 * row + 1} * before_.back() / (2 * rows_count));
  const auto next = std::upper_bound(before_.begin(), before_.end(), wanted);
  const auto hour = static_cast<std::int64_t>(next - before_.begin()) - 1;
  return first_second_ + hour * 3'600 + random.below(3'600);
}
}  // namespace weir::generate::taxi
