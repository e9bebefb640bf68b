#include "generate/shop/order_rows.h"

#include <algorithm>

#include "generate/text.h"

namespace weir::generate::shop {
namespace {
// With their quotes, as every row would have to quote them again.
constexpr std::array<std::string_view, 9> kNotes{"",
                                                 "Please ring twice",
                                                 "\"Leave with the neighbour, ground floor\"",
                                                 "\"Gift wrap, please\"",
                                                 "\"Say \"\"happy birthday\"\"\"",
                                                 "문 앞에 놓아 주세요",
                                                 "Bitte nicht klingeln – Baby schläft",
                                                 "\"Code 4711, then B\"",
                                                 "no plastic"};

char* put_moment_or_null(char* out, Second at, Second moment) {
  return at != 0 && at < moment ? put_moment(out, at) : out;
}

char* put_line_start(char* out, const Order& order, std::uint32_t line_number, const OrderLine& line) {
  out = put_number(out, order.id);
  out = put(out, ',');
  out = put_number(out, line_number);
  out = put(out, ',');
  out = put_number(out, line.product + 1);
  out = put(out, ',');
  out = put_number(out, line.quantity);
  out = put(out, ',');
  out = put_money(out, line.unit_cents);
  out = put(out, ',');
  out = put_money(out, line.discount_cents);
  return put(out, ',');
}
}  // namespace

char* put_order(char* out, const Order& order, Second moment) {
  const OrderState state = state_before(order, moment);
  out = put_number(out, order.id);
  out = put(out, ',');
  out = put_number(out, order.customer + 1);
  out = put(out, ',');
  out = put_moment(out, order.ordered_at);
  out = put(out, ',');
  out = put(out, order_status_name(state.status));
  out = put(out, ',');
  out = put(out, channel_name(order.channel));
  out = put(out, ',');
  if (order.coupon != nullptr) {
    out = put(out, order.coupon->code);
  }
  out = put(out, ',');
  out = put_number(out, order.lines_count);
  for (const std::int64_t cents : {order.items_cents, order.discount_cents, order.shipping_cents, order.total_cents}) {
    out = put(out, ',');
    out = put_money(out, cents);
  }
  for (const Second at : {order.paid_at, order.shipped_at, order.delivered_at}) {
    out = put(out, ',');
    out = put_moment_or_null(out, at, moment);
  }
  out = put(out, ',');
  out = put(out, kNotes[order.note]);
  out = put(out, ',');
  out = put_moment(out, state.updated_at);
  return put(out, '\n');
}

char* put_order_lines(char* out, const Order& order) {
  for (std::uint32_t i = 0; i < order.lines_count; ++i) {
    const OrderLine& line = order.lines[i];
    out = put_line_start(out, order, i + 1, line);
    out = put_money(out, line.amount_cents);
    out = put(out, ',');
    if (line.promotion_id != 0) {
      out = put_number(out, line.promotion_id);
    }
    out = put(out, '\n');
  }
  return out;
}

char* put_bad_line(char* out, const Order& order) {
  out = put_line_start(out, order, order.lines_count + 1, order.lines[0]);
  return put(out, "N/A,\n");
}

char* put_payment(char* out, std::uint64_t order_id, const Payment& payment) {
  constexpr std::array<std::string_view, 3> kBrands{"visa", "mastercard", "amex"};
  constexpr std::array<std::string_view, 4> kReasons{"insufficient_funds", "expired_card", "declined", "timeout"};
  const std::uint64_t bits = mix(order_id);  // an order is paid with the same card each time
  out = put(out, R"({"payment_id":)");
  out = put_number(out, payment.id);
  out = put(out, R"(,"order_id":)");
  out = put_number(out, order_id);
  out = put(out, payment.is_refund ? R"(,"kind":"refund","attempt":)" : R"(,"kind":"payment","attempt":)");
  out = put_number(out, payment.attempt);
  out = put(out, R"(,"method":")");
  out = put(out, payment_method_name(payment.method));
  out = put(out, R"(","amount":)");
  out = put_money(out, payment.amount_cents);
  if (payment.is_failed) {
    out = put(out, R"(,"status":"failed","error":")");
    out = put(out, kReasons[payment.id / 10 % kReasons.size()]);
    out = put(out, '"');
  } else {
    out = put(out, R"(,"status":"succeeded")");
  }
  if (payment.method == kCard) {
    out = put(out, R"(,"card":{"brand":")");
    out = put(out, kBrands[bits % 16 < 9 ? 0 : bits % 16 < 15 ? 1 : 2]);
    out = put(out, R"(","last4":")");
    out = put_padded(out, bits >> 40, 4);
    out = put(out, R"("})");
  } else {
    out = put(out, R"(,"card":null)");
  }
  out = put(out, R"(,"created_at":")");
  out = put_moment(out, payment.created_at, 'T');
  return put(out, "Z\"}\n");
}
}  // namespace weir::generate::shop
