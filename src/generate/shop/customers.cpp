#include "generate/shop/customers.h"

#include <algorithm>
#include <array>

#include "generate/shop/streams.h"

namespace weir::generate::shop {
namespace {
constexpr Day kDaysBeforeOpening = 730;  // the shop had a list of customers when it opened
constexpr std::chrono::sys_days kOldestBirth = std::chrono::year{1940} / 1 / 1;
constexpr std::uint32_t kBirthDays = 24'400;  // up to 2006

// Names that are right, and that programs get wrong.
constexpr std::array kOddFirstNames{Name{"Anna \"Annie\"", "annie"},
                                    Name{"Jean,\nPierre", "jeanpierre"},
                                    Name{"철수, \"Charlie\"", "charlie"},
                                    Name{" Leading", "leading"},
                                    Name{"Zoë\u200B", "zoe"},
                                    Name{"\"", "quote"},
                                    Name{"Mary\nAnn\nLee", "mary"},
                                    Name{"👩‍🚀 Ада", "ada"}};
constexpr std::array kOddLastNames{Name{"O'Neil, Jr.", "oneil"},
                                   Name{"de la \"Cruz\"", "delacruz"},
                                   Name{"김,박", "kimpark"},
                                   Name{"Trailing ", "trailing"},
                                   Name{"N/A", "na"},
                                   Name{"Smith; Wesson", "smith"},
                                   Name{"Tab\tStop", "tabstop"},
                                   Name{"אבג", "abg"}};

// How keenly a customer buys, of 16: 0 never, 16 always takes the chance.
std::uint32_t keenness(std::uint64_t seed, std::uint32_t number) {
  const std::uint64_t of32 = bits_of(seed, stream::kActivity, number) & 31U;
  return of32 < 3 ? 0 : of32 < 19 ? 2 : of32 < 29 ? 6 : 16;
}
}  // namespace

Customers::Customers(std::uint64_t seed, std::uint32_t count, const Timeline& timeline)
    : seed_(seed), count_(count), count_at_opening_(count / 5), timeline_(&timeline) {}

std::uint32_t Customers::count_before(Day day) const {
  return count_at_opening_ + static_cast<std::uint32_t>(timeline_->before(day, count_ - count_at_opening_));
}

Second Customers::created_at(std::uint32_t number) const {
  Random random(seed_, stream::kCustomerSignUp, number);
  if (number < count_at_opening_) {
    const std::uint64_t place = std::uint64_t{number} * 1'024 + random.below(1'024);
    const auto span = static_cast<std::uint64_t>(kDaysBeforeOpening * kSecondsPerDay);
    return start_of(-kDaysBeforeOpening) +
           static_cast<Second>(span * place / (std::uint64_t{count_at_opening_} * 1'024));
  }
  const std::uint64_t index = number - count_at_opening_;
  const std::uint64_t total = count_ - count_at_opening_;
  const Day day = timeline_->day_of(index, total);
  const std::uint64_t first = timeline_->before(day, total);
  const std::uint64_t count = timeline_->before(day + 1, total) - first;
  const std::uint64_t fraction = (((index - first) << 32) + (random.next() >> 32)) / count;
  return start_of(day) + timeline_->second_of(static_cast<std::uint32_t>(fraction));
}

std::uint64_t Customers::change_bits(std::uint32_t number, Day day) const {
  return bits_of(seed_, stream::kMove, (static_cast<std::uint64_t>(day) << 32) | number);
}

Customer Customers::customer(std::uint32_t number, Day day) const {
  Random random(seed_, stream::kCustomer, number);
  Customer out;
  out.country = &country_of_percent(random.below(100));
  const Country& country = *out.country;
  const auto pick = [](Random& from, const auto& list) -> const auto& {
    return list[from.below(static_cast<std::uint32_t>(list.size()))];
  };
  out.first_name = pick(random, country.first_names);
  out.last_name = pick(random, country.last_names);
  out.has_email = !random.chance(20);
  out.is_email_untidy = out.has_email && number % kUntidyEmailEvery == 7;
  out.email_domain = random.below(1'000);
  out.phone = random.chance(180) ? 0 : random.between(100'000'000, 999'999'999);
  out.has_birth_date = !random.chance(100);
  out.birth_date = kOldestBirth + std::chrono::days{(random.below(kBirthDays) + random.below(kBirthDays)) / 2};
  const std::uint32_t of100 = random.below(100);
  out.segment = of100 < 80 ? 0 : of100 < 94 ? 1 : 2;
  out.wants_mail = random.chance(450);
  if (number % kOddNameEvery == 42) {
    const std::size_t kind = number / kOddNameEvery % kOddFirstNames.size();
    out.is_name_odd = true;
    out.first_name = kOddFirstNames[kind];
    out.last_name = kOddLastNames[kind];
  }

  out.created_at = out.updated_at = created_at(number);
  const Second end_of_history = start_of(kHistoryDays);
  if (out.created_at < end_of_history && random.chance(350)) {
    const std::uint64_t span = static_cast<std::uint64_t>(end_of_history - out.created_at);
    out.updated_at += static_cast<Second>((span * (random.next() >> 32)) >> 32);
  }
  std::uint64_t moved_on = 0;
  for (Day changed = kHistoryDays; changed < day; ++changed) {
    if (number >= count_before(changed) || !changes(number, changed)) {
      continue;
    }
    if (moves(number, changed)) {
      moved_on = static_cast<std::uint64_t>(changed);
    } else {
      out.segment = (out.segment + 1) % 3;
    }
    const auto fraction = static_cast<std::uint32_t>(change_bits(number, changed) >> 32);
    out.updated_at = start_of(changed) + timeline_->second_of(fraction);
  }

  Random address(seed_, stream::kAddress, (moved_on << 32) | number);
  out.street = pick(address, country.streets);
  out.house_number = address.between(1, 180);
  out.has_house_letter = address.chance(60);
  const auto cities_count = static_cast<std::uint32_t>(country.cities.size());
  out.city = &country.cities[std::min(address.below(cities_count), address.below(cities_count))];
  out.postal_bits = address.next();
  return out;
}

std::uint32_t Customers::draw_buyer(Random& random, Day day) const {
  const std::uint32_t count = count_before(day);
  const std::uint32_t newest = std::max<std::uint32_t>(count / 50, 1);
  std::uint32_t number = 0;
  for (int tries = 0; tries < 24; ++tries) {
    number = random.chance(150) ? count - 1 - random.below(newest) : random.below(count);
    if ((random.next() >> 60) < keenness(seed_, number)) {
      break;
    }
  }
  return number;
}
}  // namespace weir::generate::shop
