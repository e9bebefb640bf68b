#include <gtest/gtest.h>

#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
class Relationships : public ::testing::Test {
 protected:
  void SetUp() override {
    lake.write("staging.customers", "SELECT * FROM (VALUES (1, 'KR'), (2, 'SE'), (NULL, 'NO')) t(id, country)");
    lake.write("staging.orders", "SELECT * FROM (VALUES (1, 1, 'KR'), (2, 7, 'KR'), (3, 7, 'SE'), (4, NULL, 'SE')) t(order_id, customer_id, country)");
  }
  TestLake lake;
};

TEST_F(Relationships, ShowsValuesThatAreNotThere) {
  const auto result = lake.check("relationships: {column: customer_id, to: staging.customers, field: id}");
  EXPECT_EQ(outcome(result), "failed: 2 of 3 rows; e.g. customer_id=7, rows=2");
  EXPECT_EQ(result->failures, 2U);
}

TEST_F(Relationships, PassesWhereAllAreThereOrNull) {
  EXPECT_EQ(outcome(lake.check("relationships: {column: customer_id, to: staging.customers, field: id}\n  where: order_id in (1, 4)")),
            "ok: 1 row");
}

TEST_F(Relationships, LooksForTheSameNameWithoutAField) {
  EXPECT_EQ(outcome(lake.check("relationships: {column: country, to: staging.customers}")), "ok: 4 rows");
}

TEST_F(Relationships, ComparesSeveralColumnsTogether) {
  EXPECT_EQ(outcome(lake.check("relationships: {column: [customer_id, country], to: staging.customers, field: [id, country]}")),
            "failed: 2 of 3 rows; e.g. customer_id=7, country='KR', rows=1");
}

TEST_F(Relationships, ReadsBothTables) {
  const auto nodes = lake.load("table: staging.orders\nchecks:\n- relationships: {column: customer_id, to: staging.customers, field: id}\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_EQ((*nodes)[0]->info().tables_read, (std::vector<std::string>{"staging.orders", "staging.customers"}));
  const auto result = lake.run(*(*nodes)[0]);
  ASSERT_TRUE(result) << error_text(result);
  EXPECT_TRUE(result->inputs.contains("staging.orders"));
  EXPECT_TRUE(result->inputs.contains("staging.customers"));
}

TEST_F(Relationships, NamesTheTableWhoseColumnIsMissing) {
  EXPECT_EQ(error_text(lake.check("relationships: {column: customer_id, to: staging.customers, field: idd}")),
            "checks/orders.yml:4:70: relationships_customer_id_staging_customers: staging.customers has no column \"idd\"; did you mean \"id\"?");
}

TEST_F(Relationships, WantsAsManyFieldsAsColumns) {
  EXPECT_EQ(error_text(lake.check("relationships: {column: [a, b], to: staging.customers, field: id}")),
            "checks/orders.yml:4:18: relationships: 2 columns on one side and 1 on the other");
}

TEST_F(Relationships, WantsATableWithASchema) {
  const auto result = lake.check("relationships: {column: customer_id, to: customers, field: id}");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().place->text(), "checks/orders.yml:4:44");
}
}  // namespace
}  // namespace weir::quality::testing
