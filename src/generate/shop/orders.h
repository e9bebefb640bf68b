#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "generate/shop/shop_model.h"

namespace weir::generate::shop {
inline constexpr std::size_t kLinesMax = 16;
inline constexpr std::size_t kPaymentsMax = 4;
/// An order changes for the last time within so many days of its placing.
inline constexpr Day kLifeDays = 340;

struct OrderLine {
  std::uint32_t product = 0;  ///< number, not id
  std::uint32_t quantity = 1;
  std::int64_t unit_cents = 0;
  std::int64_t discount_cents = 0;
  std::int64_t amount_cents = 0;   ///< quantity * unit - discount
  std::uint32_t promotion_id = 0;  ///< 0 without a sale
};

/// The whole life of an order as fate has it, also what is still to come when a folder is written. Times are 0 when
/// the thing never happens; they are ordered: ordered < failed < paid < shipped < delivered < returned.
struct Order {
  std::uint64_t id = 0;
  std::uint32_t customer = 0;  ///< number, not id
  Second ordered_at = 0;
  Second failed_at = 0;  ///< a payment that did not go through
  Second paid_at = 0;
  Second shipped_at = 0;
  Second delivered_at = 0;
  Second cancelled_at = 0;
  Second returned_at = 0;
  std::uint8_t channel = 0;
  std::uint8_t method = 0;
  std::uint8_t note = 0;           ///< 0 is none
  std::uint8_t split_percent = 0;  ///< share paid by gift card; 0 is none
  bool is_express = false;
  bool takes_coupon = false;

  // The basket, after fill_basket.
  std::uint32_t lines_count = 0;
  std::array<OrderLine, kLinesMax> lines;
  std::int64_t items_cents = 0;  ///< sum of the lines' amounts
  std::int64_t discount_cents = 0;
  std::int64_t shipping_cents = 0;
  std::int64_t total_cents = 0;  ///< items - discount + shipping
  const Promotion* coupon = nullptr;
};

enum class OrderStatus : std::uint8_t { kPending, kPaid, kShipped, kDelivered, kCancelled, kReturned };
std::string_view order_status_name(OrderStatus status);

struct OrderState {
  OrderStatus status = OrderStatus::kPending;
  Second updated_at = 0;
};
/// What is known of the order before `moment`, which is after it was placed.
OrderState state_before(const Order& order, Second moment);

/// A movement of money. `amount_cents` is negative for a refund.
struct Payment {
  std::uint64_t id = 0;
  std::uint32_t attempt = 1;
  std::uint8_t method = 0;
  bool is_refund = false;
  bool is_failed = false;
  std::int64_t amount_cents = 0;
  Second created_at = 0;
};
std::string_view payment_method_name(std::uint8_t method);
std::string_view channel_name(std::uint8_t channel);
inline constexpr std::uint8_t kCard = 0;

/// Writes all payments of the order's life in time order; returns how many. The basket must be filled.
std::size_t payments_of(const Order& order, std::array<Payment, kPaymentsMax>& out);

/// Makes the orders of one day. Holds what the day's orders share.
class OrderDay {
 public:
  /// `shop` must live as long.
  OrderDay(const Shop& shop, Day day);

  std::uint64_t count() const { return count_; }
  /// The life of the order `index` (0 … count-1) of the day; `order`'s basket is not touched. Ids and times rise
  /// with the index.
  void make_life(std::uint64_t index, Order& order) const;
  /// Adds the basket to an order of this day.
  void fill_basket(Order& order) const;

 private:
  std::uint32_t draw_product(Random& random, const Order& order) const;

  const Shop* shop_;
  Day day_;
  std::uint64_t first_;
  std::uint64_t count_;
  std::uint32_t products_count_;
  Offers offers_;
};
}  // namespace weir::generate::shop
