#include "generate/shop/promotions.h"

#include <fmt/format.h>

#include "generate/random.h"
#include "generate/shop/streams.h"

namespace weir::generate::shop {
namespace {
constexpr std::uint32_t kAllDepartments = (1U << kDepartmentsCount) - 1;

struct Season {
  std::string_view name;
  int first_month, first_day, last_month, last_day;
};
constexpr std::array kSales{Season{"Winter Sale", 1, 2, 1, 20}, Season{"Spring Awakening", 4, 1, 4, 14},
                            Season{"Summer Sale", 7, 1, 7, 21}, Season{"Back to School", 8, 20, 9, 10},
                            Season{"Gift Weeks", 12, 5, 12, 20}};
constexpr std::array kCoupons{Season{"WELCOME", 1, 1, 12, 31},  Season{"NEWS-Q1", 2, 10, 3, 3},
                              Season{"NEWS-Q2", 5, 10, 5, 31},  Season{"NEWS-Q3", 8, 10, 8, 31},
                              Season{"NEWS-Q4", 11, 5, 11, 20}, Season{"VIP", 6, 1, 6, 30}};

Day day_number(int year, int month, int day) {
  const std::chrono::sys_days date = std::chrono::year{year} / month / day;
  return static_cast<Day>((date - kOpening).count());
}

// Two to four of the departments.
std::uint32_t some_departments(Random& random) {
  std::uint32_t mask = 0;
  for (std::uint32_t i = random.between(2, 4); i > 0; --i) {
    mask |= 1U << random.below(kDepartmentsCount);
  }
  return mask;
}
}  // namespace

std::vector<Promotion> make_promotions(std::uint64_t seed) {
  std::vector<Promotion> out;
  for (int year = 2022; year <= 2025; ++year) {
    Random random(seed, stream::kPromotion, static_cast<std::uint64_t>(year));
    const auto add = [&](Promotion promotion) {
      promotion.id = static_cast<std::uint32_t>(out.size() + 1);
      out.push_back(std::move(promotion));
    };
    for (const Season& season : kSales) {
      add({.name = fmt::format("{} {}", season.name, year),
           .percent = 5 * random.between(2, 6),
           .departments_mask = some_departments(random),
           .first_day = day_number(year, season.first_month, season.first_day),
           .last_day = day_number(year, season.last_month, season.last_day)});
    }
    const std::chrono::sys_days thanksgiving = std::chrono::year{year} / 11 / std::chrono::Thursday[4];
    const Day black_friday = static_cast<Day>((thanksgiving - kOpening).count()) + 1;
    add({.name = fmt::format("Black Friday {}", year),
         .percent = 5 * random.between(4, 6),
         .departments_mask = kAllDepartments,
         .first_day = black_friday - 4,
         .last_day = black_friday + 3});
    for (const Season& season : kCoupons) {
      add({.kind = PromotionKind::kCoupon,
           .name = fmt::format("Coupon {} {}", season.name, year),
           .code = fmt::format("{}{:02}", season.name, year % 100),
           .percent = 5 * random.between(1, 3),
           .amount_cents_min = 1'000 * random.between(3, 9),
           .first_day = day_number(year, season.first_month, season.first_day),
           .last_day = day_number(year, season.last_month, season.last_day)});
    }
  }
  return out;
}

Offers offers_on(std::span<const Promotion> promotions, Day day) {
  Offers out;
  for (const Promotion& promotion : promotions) {
    if (day < promotion.first_day || day > promotion.last_day) {
      continue;
    }
    if (promotion.kind == PromotionKind::kCoupon) {
      out.coupons.push_back(&promotion);
      continue;
    }
    for (std::uint32_t department = 0; department < kDepartmentsCount; ++department) {
      const Promotion*& best = out.sale[department];
      const bool covers = (promotion.departments_mask >> department & 1U) != 0;
      if (covers && (best == nullptr || best->percent < promotion.percent)) {
        best = &promotion;
      }
    }
  }
  return out;
}
}  // namespace weir::generate::shop
