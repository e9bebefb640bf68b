#include "generate/shop/shop_model.h"

#include <algorithm>
#include <cmath>

#include "generate/shop/streams.h"

namespace weir::generate::shop {
namespace {
// A basket holds up to 16 different products of those on sale at the opening, hence the least number.
constexpr std::uint32_t kProductsMin = 40;

std::uint32_t scaled(double scale, std::uint32_t per_million) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>(std::llround(scale * 1e6)) * per_million / 1'000'000);
}
}  // namespace

Shop::Shop(std::uint64_t seed_in, double scale_in)
    : seed(seed_in),
      scale(scale_in),
      customers_count(scaled(scale, 100'000)),
      products_count(std::max(scaled(scale, 10'000), kProductsMin)),
      orders_count(scaled(scale, 1'000'000)),
      timeline(seed),
      catalog(seed, products_count),
      customers(seed, customers_count, timeline),
      popularity(products_count, 12, bits_of(seed, stream::kPopularity, 0)),
      promotions(make_promotions(seed)) {}
}  // namespace weir::generate::shop
