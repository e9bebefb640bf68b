// Reads a small shop back and checks that it hangs together.
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <set>
#include <unordered_map>

#include "generate/shop.h"
#include "generate/shop/reader_for_test.h"

namespace weir::generate::shop {
namespace {
using Row = std::map<std::string, std::string, std::less<>>;

struct Loaded {
  TempDir folder = *TempDir::create();
  GenerateSummary summary;
  CsvTable customers, products, categories, orders, items, referrals;
  std::unordered_map<std::string, Row> order_of;  // by id, the row with the newest updated_at
  std::vector<std::string> payments;              // whole lines
  std::uint64_t broken_payments_count = 0;

  Loaded() {
    summary = *generate_shop({.folder = folder.path(), .scale = 0.01});
    const auto day = folder.path() / "day1";
    customers = read_table(day, "customers");
    products = read_table(day, "products");
    categories = read_table(day, "categories");
    orders = read_table(day, "orders");
    items = read_table(day, "order_items");
    referrals = read_table(day, "referrals");
    for (const Row& row : orders.rows) {
      Row& known = order_of[row.at("order_id")];
      if (known.empty() || known.at("updated_at") < row.at("updated_at")) {
        known = row;
      }
    }
    const auto paths = *find_files(day, "payments/*.jsonl");
    for (const auto& path : paths) {
      for (std::string& line : lines_of(read_file(path).value())) {
        if (line.ends_with("\"}")) {
          payments.push_back(std::move(line));
        } else {
          ++broken_payments_count;
        }
      }
    }
  }
};

class ShopConsistency : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { loaded_.emplace(); }
  static void TearDownTestSuite() { loaded_.reset(); }
  static const Loaded& shop() { return *loaded_; }

  static std::set<std::string> values(const CsvTable& table, std::string_view column) {
    std::set<std::string> out;
    for (const Row& row : table.rows) {
      out.insert(row.find(column)->second);
    }
    return out;
  }
  static std::uint64_t planted(std::string_view name) {
    for (const NamedCount& count : shop().summary.counts) {
      if (count.name == name) {
        return count.count;
      }
    }
    ADD_FAILURE() << "nothing is planted under the name " << name;
    return 0;
  }
  static std::int64_t amount_of(std::string_view table_name) {
    for (const GeneratedTable& table : shop().summary.tables) {
      if (table.name == table_name) {
        return table.amount_cents;
      }
    }
    return -1;
  }

  static std::optional<Loaded> loaded_;
};
std::optional<Loaded> ShopConsistency::loaded_;

TEST_F(ShopConsistency, OrdersAddUp) {
  struct Sum {
    std::int64_t cents = 0;
    int lines = 0;
  };
  std::unordered_map<std::string, Sum> sums;
  for (const Row& row : shop().items.rows) {
    if (row.at("amount") == "N/A") {
      continue;
    }
    const std::int64_t amount = cents(row.at("amount"));
    EXPECT_EQ(amount, std::stoll(row.at("quantity")) * cents(row.at("unit_price")) - cents(row.at("discount_amount")));
    sums[row.at("order_id")].cents += amount;
    ++sums[row.at("order_id")].lines;
  }
  EXPECT_EQ(sums.size(), shop().order_of.size());
  std::int64_t total = 0;
  for (const auto& [id, order] : shop().order_of) {
    EXPECT_EQ(cents(order.at("items_amount")), sums[id].cents);
    EXPECT_EQ(order.at("lines_count"), std::to_string(sums[id].lines));
    EXPECT_EQ(cents(order.at("total_amount")), cents(order.at("items_amount")) - cents(order.at("discount_amount")) +
                                                   cents(order.at("shipping_amount")));
    total += cents(order.at("total_amount"));
  }
  EXPECT_EQ(total, amount_of("orders"));
}

TEST_F(ShopConsistency, PaidOrdersArePaidInFull) {
  std::unordered_map<std::string, std::int64_t> paid;
  std::unordered_map<std::string, std::int64_t> refunded;
  for (const std::string& line : shop().payments) {
    if (json_value(line, "status") == "succeeded") {
      auto& sums = json_value(line, "kind") == "refund" ? refunded : paid;
      sums[json_value(line, "order_id")] += cents(json_value(line, "amount"));
    }
  }
  for (const auto& [id, order] : shop().order_of) {
    const bool is_paid = !order.at("paid_at").empty();
    EXPECT_EQ(paid[id], is_paid ? cents(order.at("total_amount")) : 0) << id;
    const bool is_undone = order.at("status") == "returned" || order.at("status") == "cancelled";
    EXPECT_EQ(refunded[id], is_paid && is_undone ? -cents(order.at("total_amount")) : 0) << id;
  }
}

TEST_F(ShopConsistency, KeysAreUnique) {
  EXPECT_EQ(values(shop().customers, "customer_id").size(), shop().customers.rows.size());
  EXPECT_EQ(values(shop().products, "product_id").size(), shop().products.rows.size());
  EXPECT_EQ(values(shop().categories, "category_id").size(), shop().categories.rows.size());
  EXPECT_EQ(values(shop().referrals, "referred_id").size(), shop().referrals.rows.size());
  std::set<std::string> lines;
  for (const Row& row : shop().items.rows) {
    EXPECT_TRUE(lines.insert(row.at("order_id") + "/" + row.at("line_number")).second);
  }
  std::set<std::string> payment_ids;
  for (const std::string& line : shop().payments) {
    EXPECT_TRUE(payment_ids.insert(json_value(line, "payment_id")).second);
  }
}

TEST_F(ShopConsistency, ReferencesHold) {
  const auto customers = values(shop().customers, "customer_id");
  const auto products = values(shop().products, "product_id");
  const auto categories = values(shop().categories, "category_id");
  for (const Row& row : shop().orders.rows) {
    EXPECT_TRUE(customers.contains(row.at("customer_id")));
  }
  for (const Row& row : shop().items.rows) {
    EXPECT_TRUE(shop().order_of.contains(row.at("order_id")));
    EXPECT_TRUE(products.contains(row.at("product_id")));
  }
  for (const Row& row : shop().products.rows) {
    EXPECT_TRUE(categories.contains(row.at("category_id")));
  }
  for (const Row& row : shop().referrals.rows) {
    EXPECT_TRUE(customers.contains(row.at("referred_id")));
    EXPECT_LT(std::stoi(row.at("referrer_id")), std::stoi(row.at("referred_id")));
  }
}

TEST_F(ShopConsistency, NobodyBuysBeforeSigningUp) {
  std::unordered_map<std::string, std::string> created_at;
  for (const Row& row : shop().customers.rows) {
    created_at[row.at("customer_id")] = row.at("created_at");
  }
  std::unordered_map<std::string, std::string> on_sale_since;
  for (const Row& row : shop().products.rows) {
    on_sale_since[row.at("product_id")] = row.at("created_at");
  }
  for (const auto& [id, order] : shop().order_of) {
    EXPECT_LT(created_at.at(order.at("customer_id")), order.at("ordered_at"));
  }
  for (const Row& row : shop().items.rows) {
    EXPECT_LT(on_sale_since.at(row.at("product_id")), shop().order_of.at(row.at("order_id")).at("ordered_at"));
  }
}

TEST_F(ShopConsistency, StatusFollowsTheTimes) {
  for (const auto& [id, order] : shop().order_of) {
    const std::string& status = order.at("status");
    std::string last = order.at("ordered_at");
    for (const char* column : {"paid_at", "shipped_at", "delivered_at"}) {
      if (!order.at(column).empty()) {
        EXPECT_LT(last, order.at(column)) << id;
        last = order.at(column);
      }
    }
    EXPECT_LE(last, order.at("updated_at"));
    EXPECT_LT(order.at("updated_at"), "2025-01-01");
    EXPECT_EQ(!order.at("delivered_at").empty(), status == "delivered" || status == "returned") << id;
    if (status == "pending") {
      EXPECT_TRUE(order.at("paid_at").empty());
    }
  }
}

TEST_F(ShopConsistency, CategoriesFormATreeOfFourLevels) {
  std::map<std::string, int> level_of;
  for (const Row& row : shop().categories.rows) {
    const int parent_level = row.at("parent_id").empty() ? 0 : level_of.at(row.at("parent_id"));
    level_of[row.at("category_id")] = parent_level + 1;
    EXPECT_EQ(row.at("level"), std::to_string(parent_level + 1));
  }
  std::set<int> levels;
  for (const auto& [id, level] : level_of) {
    levels.insert(level);
  }
  EXPECT_EQ(levels, (std::set{1, 2, 3, 4}));
}

TEST_F(ShopConsistency, ReferralsFormDeepTrees) {
  std::unordered_map<std::string, int> depth;
  int deepest = 0;
  for (const Row& row : shop().referrals.rows) {  // a referrer comes before those it referred
    const auto referrer = depth.find(row.at("referrer_id"));
    const int own = referrer == depth.end() ? 1 : referrer->second + 1;
    depth[row.at("referred_id")] = own;
    deepest = std::max(deepest, own);
  }
  EXPECT_GE(deepest, 5);
}

TEST_F(ShopConsistency, OddRowsAreAsManyAsTold) {
  const auto bad_amounts = std::count_if(shop().items.rows.begin(), shop().items.rows.end(),
                                         [](const Row& row) { return row.at("amount") == "N/A"; });
  EXPECT_EQ(static_cast<std::uint64_t>(bad_amounts), planted("order_items_with_bad_amount"));
  EXPECT_EQ(shop().orders.short_rows_count, planted("orders_cut_short"));
  EXPECT_EQ(shop().orders.rows.size() - shop().order_of.size(), planted("orders_delivered_twice"));
  EXPECT_EQ(shop().broken_payments_count, planted("payments_with_broken_json"));
  const auto orphans = std::count_if(shop().payments.begin(), shop().payments.end(), [](const std::string& line) {
    return !shop().order_of.contains(json_value(line, "order_id"));
  });
  EXPECT_EQ(static_cast<std::uint64_t>(orphans), planted("payments_without_order"));
  for (const NamedCount& count : shop().summary.counts) {
    EXPECT_GT(count.count, 0U) << count.name;
  }
}

TEST_F(ShopConsistency, OddCustomersAreAsManyAsTold) {
  std::uint64_t untidy = 0;
  std::uint64_t with_newline = 0;
  for (const Row& row : shop().customers.rows) {
    untidy += row.at("email").ends_with(' ') ? 1U : 0U;
    with_newline += row.at("first_name").find('\n') != std::string::npos ? 1U : 0U;
  }
  EXPECT_EQ(untidy, planted("customers_untidy_email"));
  EXPECT_EQ(with_newline, planted("customers_name_with_newline"));
}
}  // namespace
}  // namespace weir::generate::shop
