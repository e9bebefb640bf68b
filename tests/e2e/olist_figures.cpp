// weir_olist_figures FOLDER: figures of Olist's CSV files as `name<TAB>value` lines, sorted by name.
//
// Computed with plain SQL over the files, in other ways than the models of examples/olist do it: with sub-queries instead of
// joins, in whole cents, and with text instead of dates. olist_figures.sql asks the lake for the same.
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "core/text.h"
#include "figures.h"

namespace {
using weir::Status;

constexpr std::array<std::pair<std::string_view, std::string_view>, 9> kFiles = {{
    {"orders", "olist_orders_dataset.csv"},
    {"order_items", "olist_order_items_dataset.csv"},
    {"order_payments", "olist_order_payments_dataset.csv"},
    {"order_reviews", "olist_order_reviews_dataset.csv"},
    {"customers", "olist_customers_dataset.csv"},
    {"sellers", "olist_sellers_dataset.csv"},
    {"products", "olist_products_dataset.csv"},
    {"geolocation", "olist_geolocation_dataset.csv.gz"},
    {"category_translation", "product_category_name_translation.csv"},
}};

constexpr std::string_view kSold = "SELECT order_id FROM orders WHERE order_status <> 'canceled' AND order_status <> 'unavailable'";

// Each gives rows of a name and a value. {sold} stands for the orders that count as revenue.
constexpr std::array<std::string_view, 22> kFigures = {{
    "SELECT 'persons', count(*) FROM (SELECT customer_unique_id FROM customers GROUP BY 1)",
    "SELECT 'persons with several orders', count(*) FROM (SELECT customer_unique_id FROM customers GROUP BY 1 HAVING count(*) > 1)",
    "SELECT 'orders without items', count(*) FROM orders AS o WHERE NOT EXISTS (SELECT 1 FROM order_items AS i WHERE i.order_id = o.order_id)",
    "SELECT 'status ' || order_status, count(*) FROM orders GROUP BY order_status",
    "SELECT 'orders ' || order_purchase_timestamp[:7], count(*) FROM orders WHERE order_id IN ({sold}) GROUP BY order_purchase_timestamp[:7]",
    "SELECT 'revenue ' || month, printf('%.2f', sum(cents) / 100.0) FROM (SELECT order_purchase_timestamp[:7] AS month, "
    "coalesce((SELECT sum(round(price::DOUBLE * 100)::BIGINT) FROM order_items AS i WHERE i.order_id = o.order_id), 0) AS cents "
    "FROM orders AS o WHERE order_id IN ({sold})) GROUP BY month",
    "SELECT 'revenue', printf('%.2f', sum(round(price::DOUBLE * 100)::BIGINT) / 100.0) FROM order_items WHERE order_id IN ({sold})",
    "SELECT 'freight', printf('%.2f', sum(round(freight_value::DOUBLE * 100)::BIGINT) / 100.0) FROM order_items",
    "SELECT 'paid', printf('%.2f', sum(round(payment_value::DOUBLE * 100)::BIGINT) / 100.0) FROM order_payments",
    "SELECT 'payments ' || payment_type, count(*) || ' ' || printf('%.2f', sum(round(payment_value::DOUBLE * 100)::BIGINT) / 100.0) "
    "FROM order_payments GROUP BY payment_type",
    "SELECT 'most items of an order', max(n) FROM (SELECT count(*) AS n FROM order_items GROUP BY order_id)",
    "SELECT 'delivery days', printf('%.6f', avg((epoch(order_delivered_customer_date::TIMESTAMP) - epoch(order_purchase_timestamp::TIMESTAMP)) "
    "/ 86400)) FROM orders WHERE order_status = 'delivered'",
    "SELECT 'late deliveries', count(*) FROM orders WHERE order_status = 'delivered' AND order_delivered_customer_date[:10] > order_estimated_delivery_date[:10]",
    "SELECT 'delivered without a date', count(*) FROM orders WHERE order_status = 'delivered' AND order_delivered_customer_date IS NULL",
    "SELECT 'review ids of several orders', count(*) FROM (SELECT review_id FROM order_reviews GROUP BY 1 HAVING count(DISTINCT order_id) > 1)",
    "SELECT 'score of all reviews', printf('%.6f', sum(review_score::INTEGER) / count(*)) FROM order_reviews",
    "SELECT 'score of the newest reviews', printf('%.6f', avg(review_score::INTEGER)) FROM order_reviews AS r WHERE review_id = (SELECT review_id "
    "FROM order_reviews AS s WHERE s.order_id = r.order_id ORDER BY review_answer_timestamp DESC, review_id LIMIT 1)",
    "SELECT 'reviews with ' || review_score, count(*) FROM order_reviews GROUP BY review_score",
    "SELECT 'category ' || printf('%02d', row_number() OVER (ORDER BY cents DESC)), name || ' ' || printf('%.2f', cents / 100.0) FROM ("
    "SELECT sum(round(price::DOUBLE * 100)::BIGINT) AS cents, coalesce((SELECT product_category_name_english FROM category_translation AS t WHERE "
    "t.product_category_name = p.product_category_name), p.product_category_name, 'unknown') AS name FROM order_items AS i, products AS p "
    "WHERE i.product_id = p.product_id AND order_id IN ({sold}) GROUP BY name)",
    "SELECT 'state ' || customer_state, count(*) || ' ' || printf('%.2f', sum(cents) / 100.0) FROM (SELECT customer_state, coalesce((SELECT "
    "sum(round(price::DOUBLE * 100)::BIGINT) FROM order_items AS i WHERE i.order_id = o.order_id), 0) AS cents FROM orders AS o, customers AS c "
    "WHERE o.customer_id = c.customer_id AND o.order_id IN ({sold})) GROUP BY customer_state",
    "SELECT 'zip prefixes', count(DISTINCT geolocation_zip_code_prefix) FROM geolocation "
    "WHERE geolocation_lat::DOUBLE BETWEEN -33.8 AND 5.3 AND geolocation_lng::DOUBLE BETWEEN -74 AND -34.7",
    "WITH points AS (SELECT DISTINCT geolocation_zip_code_prefix AS zip, geolocation_lat::DOUBLE AS lat, geolocation_lng::DOUBLE AS lng, "
    "geolocation_city, geolocation_state FROM geolocation WHERE lat BETWEEN -33.8 AND 5.3 AND lng BETWEEN -74 AND -34.7), "
    "ways AS (SELECT radians((SELECT quantile_cont(lat, 0.5) FROM points WHERE zip = seller_zip_code_prefix)) AS lat1, "
    "radians((SELECT quantile_cont(lng, 0.5) FROM points WHERE zip = seller_zip_code_prefix)) AS lng1, "
    "radians((SELECT quantile_cont(lat, 0.5) FROM points WHERE zip = customer_zip_code_prefix)) AS lat2, "
    "radians((SELECT quantile_cont(lng, 0.5) FROM points WHERE zip = customer_zip_code_prefix)) AS lng2 "
    "FROM order_items AS i, sellers AS s, orders AS o, customers AS c "
    "WHERE i.seller_id = s.seller_id AND i.order_id = o.order_id AND o.customer_id = c.customer_id) "
    "SELECT 'way of an item', count(lat1 + lat2) || ' ' || printf('%.3f', avg(6371 * acos(least(1, sin(lat1) * sin(lat2) + cos(lat1) * cos(lat2) * "
    "cos(lng1 - lng2))))) FROM ways WHERE lat1 + lat2 IS NOT NULL",
}};

Status compute(weir::duck::Connection& connection, const std::string& folder, weir::test::Figures& figures) {
  for (const auto& [table, file] : kFiles) {
    const std::string path = weir::sql_string(folder + "/" + std::string(file));
    WEIR_TRY(connection.execute("CREATE TABLE " + std::string(table) + " AS FROM read_csv(" + path + ", all_varchar = true)"));
    WEIR_TRY(figures.ask(connection, "SELECT 'rows " + std::string(table) + "', count(*) FROM " + std::string(table)));
  }
  for (const std::string_view figure : kFigures) {
    WEIR_TRY(figures.ask(connection, weir::replace_all(figure, "{sold}", kSold)));
  }
  return {};
}
}  // namespace

int main(int argc, char** argv) { return weir::test::figures_main(argc, argv, compute); }
