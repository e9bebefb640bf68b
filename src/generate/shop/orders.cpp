#include "generate/shop/orders.h"

#include <algorithm>

#include "core/result.h"
#include "generate/shop/streams.h"

namespace weir::generate::shop {
namespace {
constexpr Second kMinute = 60;
constexpr Second kHour = 3'600;

constexpr std::array<std::string_view, 6> kStatusNames{"pending",   "paid",      "shipped",
                                                       "delivered", "cancelled", "returned"};
constexpr std::array<std::string_view, 4> kMethodNames{"card", "wallet", "bank_transfer", "gift_card"};
constexpr std::uint8_t kBankTransfer = 2;
constexpr std::uint8_t kGiftCard = 3;
constexpr std::array<std::string_view, 4> kChannelNames{"web", "app", "phone", "marketplace"};

// Lines per order; the mean is 5.
constexpr std::array<std::uint8_t, 32> kLinesCounts{1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4,  4,  4,
                                                    4, 5, 5, 5, 6, 6, 6, 7, 7, 8, 8, 8, 9, 10, 12, 16};
static_assert([] {
  std::size_t sum = 0;
  for (const std::uint8_t count : kLinesCounts) {
    sum += count;
  }
  return sum;
}() == 5 * kLinesCounts.size());

constexpr std::int64_t kDearCents = 8'000;  // nobody takes two of it
constexpr std::int64_t kFreeShippingCents = 5'000;
constexpr std::int64_t kShippingCents = 490;
constexpr std::int64_t kExpressCents = 990;

std::int64_t percent_of(std::int64_t cents, std::uint32_t percent) {
  return (cents * percent + 50) / 100;
}

Second within(Random& random, Second first, Second last) {
  return random.between(static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last));
}
}  // namespace

std::string_view order_status_name(OrderStatus status) {
  return kStatusNames[static_cast<std::size_t>(status)];
}
std::string_view payment_method_name(std::uint8_t method) {
  return kMethodNames[method];
}
std::string_view channel_name(std::uint8_t channel) {
  return kChannelNames[channel];
}

OrderState state_before(const Order& order, Second moment) {
  OrderState out{OrderStatus::kPending, order.ordered_at};
  const auto reached = [&](Second at, OrderStatus status) {
    if (at != 0 && at < moment) {
      out = {status, at};
    }
  };
  reached(order.paid_at, OrderStatus::kPaid);
  reached(order.shipped_at, OrderStatus::kShipped);
  reached(order.delivered_at, OrderStatus::kDelivered);
  reached(order.cancelled_at, OrderStatus::kCancelled);
  reached(order.returned_at, OrderStatus::kReturned);
  return out;
}

std::size_t payments_of(const Order& order, std::array<Payment, kPaymentsMax>& out) {
  std::size_t count = 0;
  const auto add = [&](Payment payment) {
    payment.id = order.id * 10 + count + 1;
    out[count++] = payment;
  };
  std::uint32_t attempt = 1;
  if (order.failed_at != 0) {
    add({.method = order.method, .is_failed = true, .amount_cents = order.total_cents, .created_at = order.failed_at});
    ++attempt;
  }
  if (order.paid_at != 0) {
    // Each part is more than nothing: the least total is 1 EUR and the share 10 to 60 percent.
    const std::int64_t by_gift_card = percent_of(order.total_cents, order.split_percent);
    if (by_gift_card > 0) {
      add({.attempt = attempt, .method = kGiftCard, .amount_cents = by_gift_card, .created_at = order.paid_at});
    }
    add({.attempt = attempt,
         .method = order.method,
         .amount_cents = order.total_cents - by_gift_card,
         .created_at = order.paid_at});
    const Second refunded_at = order.returned_at != 0 ? order.returned_at : order.cancelled_at;
    if (refunded_at != 0) {
      add({.method = order.method, .is_refund = true, .amount_cents = -order.total_cents, .created_at = refunded_at});
    }
  }
  return count;
}

OrderDay::OrderDay(const Shop& shop, Day day)
    : shop_(&shop),
      day_(day),
      first_(shop.timeline.before(day, shop.orders_count)),
      count_(shop.timeline.before(day + 1, shop.orders_count) - first_),
      products_count_(shop.catalog.count_before(day)),
      offers_(offers_on(shop.promotions, day)) {}

void OrderDay::make_life(std::uint64_t index, Order& order) const {
  WEIR_ASSERT(index < count_, "an order of this day");
  order.id = first_ + index + 1;
  Random random(shop_->seed, stream::kLifecycle, order.id);
  const std::uint64_t fraction = ((index << 32) + (random.next() >> 32)) / count_;
  order.ordered_at = start_of(day_) + shop_->timeline.second_of(static_cast<std::uint32_t>(fraction));
  order.customer = shop_->customers.draw_buyer(random, day_);
  order.failed_at = order.paid_at = order.shipped_at = order.delivered_at = order.cancelled_at = order.returned_at = 0;

  const std::uint32_t of100 = random.below(100);
  order.channel = of100 < 55 ? 0 : of100 < 88 ? 1 : of100 < 91 ? 2 : 3;
  const std::uint32_t method = random.below(100);
  order.method = method < 62 ? kCard : method < 90 ? 1 : kBankTransfer;
  order.is_express = random.chance(120);
  order.takes_coupon = random.chance(160);
  order.note = random.chance(30) ? static_cast<std::uint8_t>(random.between(1, 8)) : 0;
  order.split_percent = random.chance(40) ? static_cast<std::uint8_t>(random.between(10, 60)) : 0;

  Second at = order.ordered_at;
  const std::uint32_t fate = random.below(1'000);
  const bool fails_first = random.chance(55);
  if (fate < 30) {  // never paid
    if (random.chance(700)) {
      order.failed_at = at + within(random, 20, 300);
    }
    order.cancelled_at = at + within(random, kHour, 48 * kHour);
    return;
  }
  if (fails_first) {
    order.failed_at = at + within(random, 20, 300);
    at = order.failed_at;
  }
  order.paid_at =
      at + (order.method == kBankTransfer ? within(random, 6 * kHour, 72 * kHour) : within(random, 30, 15 * kMinute));
  if (fate < 65) {  // cancelled in time
    order.cancelled_at = order.paid_at + within(random, 10 * kMinute, 20 * kHour);
    return;
  }
  order.shipped_at = order.paid_at +
                     (order.is_express ? within(random, 2 * kHour, 20 * kHour) : within(random, 5 * kHour, 80 * kHour));
  order.delivered_at = order.shipped_at + (order.is_express ? within(random, 12 * kHour, 30 * kHour)
                                                            : within(random, 24 * kHour, 200 * kHour));
  if (fate < 130) {
    order.returned_at = order.delivered_at + within(random, 48 * kHour, 30 * 24 * kHour);
  } else if (fate < 133) {  // a late one, out of goodwill
    order.returned_at = order.delivered_at + within(random, 60 * 24 * kHour, 300 * 24 * kHour);
  }
}

std::uint32_t OrderDay::draw_product(Random& random, const Order& order) const {
  const auto lines = std::span(order.lines).first(order.lines_count);
  const auto is_new = [&](std::uint32_t product) {
    return product < products_count_ &&
           std::none_of(lines.begin(), lines.end(), [&](const OrderLine& line) { return line.product == product; });
  };
  if (!lines.empty() && random.chance(220)) {  // bought together with the one before
    const std::uint32_t before = lines.back().product;
    const std::uint64_t companion = bits_of(shop_->seed, stream::kCompanion, before * 4ULL + random.below(4));
    const auto product = static_cast<std::uint32_t>(((companion >> 32) * products_count_) >> 32);
    if (is_new(product)) {
      return product;
    }
  }
  std::uint32_t product = 0;
  for (int tries = 0; tries < 6; ++tries) {
    product = shop_->popularity.draw(random);
    if (is_new(product)) {
      return product;
    }
  }
  do {  // ends, as there are more products than lines
    product = product + 1 < products_count_ ? product + 1 : 0;
  } while (!is_new(product));
  return product;
}

void OrderDay::fill_basket(Order& order) const {
  Random random(shop_->seed, stream::kBasket, order.id);
  const std::uint32_t wanted = kLinesCounts[random.below(kLinesCounts.size())];
  order.lines_count = 0;
  order.items_cents = 0;
  while (order.lines_count < wanted) {
    OrderLine line;
    line.product = draw_product(random, order);
    const Price price = shop_->catalog.price_on(line.product, day_);
    line.unit_cents = price.unit_cents;
    const std::uint32_t of100 = random.below(100);
    const bool is_dear = price.unit_cents > kDearCents;
    line.quantity = of100 < 78 || is_dear ? 1 : of100 < 92 ? 2 : of100 < 96 ? 3 : random.between(4, 10);
    const std::int64_t gross = line.unit_cents * line.quantity;
    if (const Promotion* sale = offers_.sale[price.department]; sale != nullptr) {
      line.promotion_id = sale->id;
      line.discount_cents = percent_of(gross, sale->percent);
    }
    line.amount_cents = gross - line.discount_cents;
    order.items_cents += line.amount_cents;
    order.lines[order.lines_count++] = line;
  }

  order.coupon = nullptr;
  order.discount_cents = 0;
  if (order.takes_coupon && !offers_.coupons.empty()) {
    const auto coupons_count = static_cast<std::uint32_t>(offers_.coupons.size());
    const Promotion* coupon = offers_.coupons[random.below(coupons_count)];
    if (order.items_cents >= coupon->amount_cents_min) {
      order.coupon = coupon;
      order.discount_cents = percent_of(order.items_cents, coupon->percent);
    }
  }
  const std::int64_t goods = order.items_cents - order.discount_cents;
  order.shipping_cents = order.is_express ? kExpressCents : goods >= kFreeShippingCents ? 0 : kShippingCents;
  order.total_cents = goods + order.shipping_cents;
}
}  // namespace weir::generate::shop
