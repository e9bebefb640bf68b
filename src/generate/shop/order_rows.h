#pragma once

#include <cstdint>

#include "generate/shop/orders.h"

namespace weir::generate::shop {
inline constexpr std::string_view kOrdersHeader =
    "order_id,customer_id,ordered_at,status,channel,promotion_code,lines_count,items_amount,discount_amount,"
    "shipping_amount,total_amount,paid_at,shipped_at,delivered_at,note,updated_at\n";
inline constexpr std::string_view kOrderItemsHeader =
    "order_id,line_number,product_id,quantity,unit_price,discount_amount,amount,promotion_id\n";

/// No row below is longer; put_order_lines writes up to kLinesMax of them.
inline constexpr std::size_t kOrderRowBytesMax = 1'024;

/// The CSV row of the order with what was known before `moment`, as the functions of generate/text.h write.
char* put_order(char* out, const Order& order, Second moment);
/// One CSV row per line of the basket.
char* put_order_lines(char* out, const Order& order);
/// A line that does not fit the schema: its amount is "N/A".
char* put_bad_line(char* out, const Order& order);
/// A line of JSON.
char* put_payment(char* out, std::uint64_t order_id, const Payment& payment);
}  // namespace weir::generate::shop
