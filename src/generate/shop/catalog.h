#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "generate/shop/timeline.h"

namespace weir::generate::shop {
/// A node of the category tree. Ids count from 1 in the order of the list, parents before children.
struct Category {
  std::uint32_t id = 0;
  std::uint32_t parent_id = 0;   ///< 0 for a department
  std::uint32_t level = 1;       ///< 1 (department) to 4
  std::uint32_t department = 0;  ///< 0 … kDepartmentsCount-1
  std::string_view name;
  std::string_view singular;          ///< what one product of a leaf is called; empty above the leaves
  std::uint32_t price_cents_min = 0;  ///< of a leaf's products
  std::uint32_t price_cents_max = 0;
};

inline constexpr std::uint32_t kDepartmentsCount = 8;

/// The whole tree; the same in every shop.
std::span<const Category> categories();

/// What an order line needs to know of a product.
struct Price {
  std::int64_t unit_cents = 0;
  std::uint32_t department = 0;
};

/// A product as its row tells it.
struct Product {
  const Category* category = nullptr;
  std::string_view brand;
  std::string_view adjective;
  std::uint32_t model = 0;
  std::int64_t price_cents = 0;
  std::int64_t cost_cents = 0;
  std::uint32_t weight_grams = 0;  ///< 0 is unknown
  bool is_active = true;
  Second created_at = 0;
  Second updated_at = 0;
};

/// The products, each computed from its number (0 … ) when asked for; nothing is stored but the leaves of the tree.
class Catalog {
 public:
  /// `products_count` is the number at the end of 2024.
  Catalog(std::uint64_t seed, std::uint32_t products_count);

  /// How many products were on sale before `day`; they are numbered in the order in which they came.
  std::uint32_t count_before(Day day) const;
  /// The list price on `day`. Prices move at the start of 2023 and 2024, and from 2025 on some each day.
  Price price_on(std::uint32_t number, Day day) const;
  /// The row as of the day before `day`.
  Product product(std::uint32_t number, Day day) const;
  /// Whether the list price moves on `day`, which is in 2025 or later.
  bool price_moves(std::uint32_t number, Day day) const;

 private:
  Second created_at(std::uint32_t number) const;

  std::uint64_t seed_;
  std::uint32_t count_;
  std::uint32_t count_at_opening_;
  std::vector<const Category*> leaves_;
};
}  // namespace weir::generate::shop
