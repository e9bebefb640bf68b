#pragma once

#include <cstdint>
#include <vector>

#include "generate/popularity.h"
#include "generate/shop/catalog.h"
#include "generate/shop/customers.h"
#include "generate/shop/promotions.h"
#include "generate/shop/timeline.h"

namespace weir::generate::shop {
/// Everything the files are computed from. Small (about a megabyte at any scale), immutable, shared by all threads.
struct Shop {
  Shop(std::uint64_t seed, double scale);
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;

  std::uint64_t seed;
  double scale;
  std::uint32_t customers_count;  ///< at the end of 2024, as the two below
  std::uint32_t products_count;
  std::uint64_t orders_count;
  Timeline timeline;
  Catalog catalog;
  Customers customers;
  Popularity popularity;
  std::vector<Promotion> promotions;
};
}  // namespace weir::generate::shop
