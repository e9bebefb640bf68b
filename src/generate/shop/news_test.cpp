// The folders after the first one bring what is new, and fit what was told before.
#include <gtest/gtest.h>

#include <set>
#include <unordered_map>

#include "generate/shop.h"
#include "generate/shop/reader_for_test.h"

namespace weir::generate::shop {
namespace {
using Row = std::map<std::string, std::string, std::less<>>;
using Rows = std::unordered_map<std::string, Row>;

class ShopNews : public ::testing::Test {
 protected:
  static constexpr double kScale = 0.03;
  void write_day(int day) { ASSERT_TRUE(generate_shop({.folder = folder_.path(), .scale = kScale, .day = day})); }
  Rows rows(std::string_view day, std::string_view table, std::string_view key) const {
    Rows out;
    for (Row& row : read_table(folder_.path() / day, table).rows) {
      Row& known = out[row.find(key)->second];
      if (known.empty() || !known.contains("updated_at") || known.at("updated_at") < row.at("updated_at")) {
        known = std::move(row);
      }
    }
    return out;
  }
  TempDir folder_ = *TempDir::create();
};

TEST_F(ShopNews, ChangeSomeAddressesAndBringNewCustomers) {
  write_day(1);
  write_day(2);
  const Rows before = rows("day1", "customers", "customer_id");
  int moved = 0;
  int created = 0;
  for (const auto& [id, row] : rows("day2", "customers", "customer_id")) {
    EXPECT_EQ(row.at("updated_at").substr(0, 10), "2025-01-01");
    const auto known = before.find(id);
    if (known == before.end()) {
      ++created;
      EXPECT_EQ(row.at("created_at"), row.at("updated_at"));
      continue;
    }
    EXPECT_EQ(row.at("email"), known->second.at("email"));
    EXPECT_EQ(row.at("created_at"), known->second.at("created_at"));
    moved += row.at("street") != known->second.at("street") ? 1 : 0;
  }
  EXPECT_GT(moved, 2);
  EXPECT_LT(moved, 40);
  EXPECT_GT(created, 0);
}

TEST_F(ShopNews, MoveOldOrdersOnAndBringNewOnes) {
  write_day(1);
  write_day(2);
  const Rows before = rows("day1", "orders", "order_id");
  int updated = 0;
  int created = 0;
  for (const auto& [id, row] : rows("day2", "orders", "order_id")) {
    EXPECT_EQ(row.at("updated_at").substr(0, 10), "2025-01-01");
    const auto known = before.find(id);
    if (known == before.end()) {
      ++created;
      EXPECT_EQ(row.at("ordered_at").substr(0, 10), "2025-01-01");
      continue;
    }
    ++updated;
    EXPECT_EQ(row.at("total_amount"), known->second.at("total_amount"));
    EXPECT_NE(row.at("status"), known->second.at("status"));
  }
  EXPECT_GT(updated, 10);
  EXPECT_GT(created, 10);
}

TEST_F(ShopNews, NewOrdersHaveTheirLines) {
  write_day(2);
  std::unordered_map<std::string, std::int64_t> sums;
  for (const Row& row : read_table(folder_.path() / "day2", "order_items").rows) {
    sums[row.at("order_id")] += cents(row.at("amount"));
  }
  for (const auto& [id, row] : rows("day2", "orders", "order_id")) {
    if (row.at("ordered_at") >= "2025-01-01") {
      EXPECT_EQ(sums[id], cents(row.at("items_amount")));
      sums.erase(id);
    }
  }
  EXPECT_TRUE(sums.empty());
}

TEST_F(ShopNews, PaymentsGoOnWhereTheyEnded) {
  write_day(1);
  write_day(2);
  write_day(3);
  Rows orders;
  std::unordered_map<std::string, std::int64_t> balance;
  std::set<std::string> ids;
  for (const char* day : {"day1", "day2", "day3"}) {
    for (auto& [id, row] : rows(day, "orders", "order_id")) {
      orders[id] = std::move(row);
    }
    const auto paths = *find_files(folder_.path() / day, "payments/*.jsonl");
    for (const auto& path : paths) {
      for (const std::string& line : lines_of(read_file(path).value())) {
        if (!line.ends_with("\"}")) {
          continue;
        }
        EXPECT_TRUE(ids.insert(json_value(line, "payment_id")).second) << line;
        if (json_value(line, "status") == "succeeded") {
          balance[json_value(line, "order_id")] += cents(json_value(line, "amount"));
        }
      }
    }
  }
  for (const auto& [id, order] : orders) {
    const std::string& status = order.at("status");
    const bool is_owed = status == "paid" || status == "shipped" || status == "delivered";
    EXPECT_EQ(balance[id], is_owed ? cents(order.at("total_amount")) : 0) << id << " " << status;
  }
}

TEST_F(ShopNews, PricesMove) {
  write_day(1);
  write_day(2);
  const Rows before = rows("day1", "products", "product_id");
  for (const auto& [id, row] : rows("day2", "products", "product_id")) {
    const auto known = before.find(id);
    if (known != before.end()) {
      EXPECT_EQ(row.at("name"), known->second.at("name"));
    }
    EXPECT_EQ(row.at("updated_at").substr(0, 10), "2025-01-01");
  }
}
}  // namespace
}  // namespace weir::generate::shop
