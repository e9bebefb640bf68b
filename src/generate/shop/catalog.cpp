#include "generate/shop/catalog.h"

#include <array>

#include "core/result.h"
#include "generate/random.h"
#include "generate/shop/streams.h"

namespace weir::generate::shop {
namespace {
constexpr std::array<std::string_view, 24> kBrands{
    "Nordhaus", "Velora",  "Kestrel", "Ampère",   "Tilia",   "Brightwell", "Mondo",   "Aster",
    "Hanok",    "Corvus",  "Lumen",   "Pinecone", "Zephyr",  "Otter & Co", "Kobalt",  "Marlow",
    "Fjord",    "Solstad", "Granit",  "Peregrin", "Juniper", "Atelier 9",  "Bergamo", "Quill"};
constexpr std::array<std::string_view, 20> kAdjectives{
    "Classic", "Compact", "Nordic",  "Soft",  "Bold",   "Light", "Everyday", "Premium", "Mini",   "Urban",
    "Vintage", "Smart",   "Organic", "Quiet", "Sturdy", "Swift", "Pure",     "Grand",   "Clever", "Cosy"};

// Prices end in 9 cents.
std::int64_t with_nine(std::int64_t cents) {
  return cents / 10 * 10 + 9;
}

Day first_day_of_year(int year) {
  return static_cast<Day>((std::chrono::sys_days{std::chrono::year{year} / 1 / 1} - kOpening).count());
}
}  // namespace

Catalog::Catalog(std::uint64_t seed, std::uint32_t products_count)
    : seed_(seed), count_(products_count), count_at_opening_(products_count * 3 / 5) {
  for (const Category& category : categories()) {
    if (!category.singular.empty()) {
      leaves_.push_back(&category);
    }
  }
}

std::uint32_t Catalog::count_before(Day day) const {
  const std::uint64_t later = count_ - count_at_opening_;
  return count_at_opening_ + static_cast<std::uint32_t>(later * static_cast<std::uint64_t>(day) / kHistoryDays);
}

Second Catalog::created_at(std::uint32_t number) const {
  const std::uint64_t spread = bits_of(seed_, stream::kProductText, number) % 28'800;  // entered in office hours
  if (number < count_at_opening_) {
    const Day day = -static_cast<Day>(std::uint64_t{600} * (count_at_opening_ - number) / count_at_opening_) - 1;
    return start_of(day) + 32'400 + static_cast<Second>(spread);
  }
  // The first day after which count_before has passed the number.
  const std::uint64_t later = count_ - count_at_opening_;
  const std::uint64_t wanted = (std::uint64_t{number} - count_at_opening_ + 1) * kHistoryDays;
  return start_of(static_cast<Day>((wanted + later - 1) / later) - 1) + 32'400 + static_cast<Second>(spread);
}

bool Catalog::price_moves(std::uint32_t number, Day day) const {
  const std::uint64_t key = (static_cast<std::uint64_t>(day) << 32) | number;
  return bits_of(seed_, stream::kPriceChange, key) % 200 == 0;
}

Price Catalog::price_on(std::uint32_t number, Day day) const {
  Random random(seed_, stream::kProduct, number);
  const Category& leaf = *leaves_[random.below(static_cast<std::uint32_t>(leaves_.size()))];
  // The cube of an even fraction makes cheap things common and dear ones rare.
  const std::uint64_t fraction = random.next() >> 32;
  const std::uint64_t cube = (((fraction * fraction) >> 32) * fraction) >> 32;
  const std::uint64_t span = leaf.price_cents_max - leaf.price_cents_min;
  std::int64_t cents = with_nine(static_cast<std::int64_t>(leaf.price_cents_min + ((span * cube) >> 32)));
  for (const int year : {2023, 2024}) {
    const std::uint32_t rise_percent = random.chance(600) ? random.between(1, 9) : 0;
    if (day >= first_day_of_year(year) && rise_percent > 0) {
      cents = with_nine(cents * (100 + rise_percent) / 100);
    }
  }
  for (Day moved = kHistoryDays; moved <= day; ++moved) {
    if (price_moves(number, moved)) {
      const std::uint64_t key = (static_cast<std::uint64_t>(moved) << 32) | number;
      cents = with_nine(cents * Random(seed_, stream::kPriceChange, key).between(88, 114) / 100);
    }
  }
  return {.unit_cents = cents, .department = leaf.department};
}

Product Catalog::product(std::uint32_t number, Day day) const {
  WEIR_ASSERT(day > 0, "a row is told after the opening");
  Random random(seed_, stream::kProduct, number);
  Product out;
  out.category = leaves_[random.below(static_cast<std::uint32_t>(leaves_.size()))];
  out.price_cents = price_on(number, day - 1).unit_cents;
  out.created_at = out.updated_at = created_at(number);
  for (Day moved = day - 1; moved >= 0; --moved) {
    const bool is_year_start = moved == first_day_of_year(2023) || moved == first_day_of_year(2024);
    if (is_year_start || (moved >= kHistoryDays && price_moves(number, moved))) {
      // A yearly rise may be none, yet the row was written again.
      out.updated_at = std::max(out.created_at, start_of(moved) + 1'800);
      break;
    }
  }

  Random text(seed_, stream::kProductText, number);
  out.brand = kBrands[text.below(kBrands.size())];
  out.adjective = kAdjectives[text.below(kAdjectives.size())];
  out.model = text.between(10, 999);
  out.cost_cents = out.price_cents * text.between(38, 72) / 100;
  out.weight_grams = text.chance(60) ? 0 : 10 * text.between(3, 900);
  out.is_active = !text.chance(30);
  return out;
}
}  // namespace weir::generate::shop
