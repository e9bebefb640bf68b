#include "quality/dbt_test_name.h"

#include <gtest/gtest.h>

// The ids are those that dbt Core 1.11 gave to tests of public projects.
namespace weir::quality {
namespace {
DbtTestNames names_of(const DbtTestOwner& owner, std::string_view package, std::string_view test, std::string_view arguments,
                      std::string_view name_space = {}, std::string_view custom_name = {}) {
  const ConfigNode node = parse_config(arguments, "x.yml").value();
  return dbt_test_names({.package = std::string(package),
                         .name_space = std::string(name_space),
                         .test = std::string(test),
                         .custom_name = std::string(custom_name),
                         .arguments = node.entries(),
                         .owner = owner});
}
DbtTestOwner node(std::string_view name, std::string_view version = {}) {
  return {.kind = DbtTestOwner::Kind::kNode, .name = std::string(name), .source_name = {}, .version = std::string(version)};
}

TEST(DbtTestName, IsTheTestTheOwnerAndTheColumn) {
  const DbtTestNames names = names_of(node("orders"), "jaffle_shop", "not_null", "column_name: order_id");
  EXPECT_EQ(names.name, "not_null_orders_order_id");
  EXPECT_EQ(names.alias, names.name);
  EXPECT_EQ(names.id, "test.jaffle_shop.not_null_orders_order_id.cf6c17daed");
}

TEST(DbtTestName, IsCutForTheAliasOnly) {
  const DbtTestNames names = names_of(node("orders"), "jaffle_shop", "accepted_values",
                                      "{values: [placed, shipped, completed, return_pending, returned], column_name: status}");
  EXPECT_EQ(names.id,
            "test.jaffle_shop.accepted_values_orders_status__placed__shipped__completed__return_pending__returned.be6b5b5ec3");
  EXPECT_EQ(names.alias, "accepted_values_orders_1ce6ab157c285f7cd2ac656013faf758");
}

TEST(DbtTestName, HasReferencesAsTheyAreWritten) {
  EXPECT_EQ(names_of(node("orders"), "jaffle_shop", "relationships", "{to: \"ref('customers')\", field: customer_id, column_name: customer_id}").id,
            "test.jaffle_shop.relationships_orders_customer_id__customer_id__ref_customers_.c6ec7f58f2");
  EXPECT_EQ(names_of(node("stg_orders"), "sandbox", "relationships",
                     "{to: \"source('inventory', 'skus')\", field: sku_id, column_name: sku_id}").id,
            "test.sandbox.relationships_stg_orders_sku_id__sku_id__source_inventory_skus_.68f111a4fe");
}

TEST(DbtTestName, HasNumbersAndVersions) {
  EXPECT_EQ(names_of(node("customer_revenue_by_day"), "sushi", "greater_than_amount", "{amount: 0, column_name: revenue}").id,
            "test.sushi.greater_than_amount_customer_revenue_by_day_0__revenue.7269a554c5");
  EXPECT_EQ(names_of(node("waiter_revenue_by_day", "1"), "sushi", "not_null", "column_name: waiter_id").id,
            "test.sushi.not_null_waiter_revenue_by_day_v1_waiter_id.88328ab357");
  EXPECT_EQ(names_of(node("waiter_as_customer_by_day"), "sushi", "relationships",
                     "{to: ref('waiter_names'), field: name, column_name: waiter_name}").alias,
            "relationships_waiter_as_custom_63ea1be40d163db7daf7e1eb75dd1176");
}

TEST(DbtTestName, HasTheQuotesOfAQuotedColumn) {
  EXPECT_EQ(names_of(node("seed"), "test", "not_null", "column_name: '\"a\"'").id, "test.test.not_null_seed__a_.6b59640cde");
}

TEST(DbtTestName, SaysWhereATestOfASourceOrAPackageIsFrom) {
  const DbtTestOwner source{.kind = DbtTestOwner::Kind::kSource, .name = "orders", .source_name = "raw", .version = {}};
  EXPECT_EQ(names_of(source, "shop", "not_null", "column_name: id").name, "source_not_null_raw_orders_id");
  EXPECT_EQ(names_of(node("orders"), "shop", "accepted_range", "{min_value: 0, column_name: amount}", "dbt_utils").name,
            "dbt_utils_accepted_range_orders_amount__0");
}

TEST(DbtTestName, IsTheUsersWhenGiven) {
  const DbtTestNames names = names_of(node("orders"), "shop", "unique", "column_name: id", {}, "my_favorite_test");
  EXPECT_EQ(names.name, "my_favorite_test");
  EXPECT_TRUE(names.id.starts_with("test.shop.my_favorite_test."));
}

TEST(DbtTestName, SortsArgumentsByName) {
  EXPECT_EQ(names_of(node("a"), "p", "t", "{z: 1, b: {y: 2, x: 3}, column_name: c}").name, "t_a_2__3__c__1");
}
}  // namespace
}  // namespace weir::quality
