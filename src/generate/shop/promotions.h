#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "generate/shop/catalog.h"
#include "generate/shop/timeline.h"

namespace weir::generate::shop {
enum class PromotionKind : std::uint8_t {
  kSale,    ///< takes a percentage off each order line of its departments
  kCoupon,  ///< takes a percentage off a whole order that is dear enough
};

struct Promotion {
  std::uint32_t id = 0;  ///< counts from 1
  PromotionKind kind = PromotionKind::kSale;
  std::string name;
  std::string code;  ///< of a coupon; empty for a sale
  std::uint32_t percent = 0;
  std::uint32_t departments_mask = 0;  ///< bit per department of a sale
  std::int64_t amount_cents_min = 0;   ///< of the order, for a coupon
  Day first_day = 0;
  Day last_day = 0;  ///< included
};

/// All promotions of 2022 to 2025, by id: six sales and six coupons a year, the same count at every scale.
std::vector<Promotion> make_promotions(std::uint64_t seed);

/// What is on offer on one day.
struct Offers {
  std::array<const Promotion*, kDepartmentsCount> sale{};  ///< the best sale by department, or null
  std::vector<const Promotion*> coupons;
};

/// The pointers live as long as `promotions`.
Offers offers_on(std::span<const Promotion> promotions, Day day);
}  // namespace weir::generate::shop
