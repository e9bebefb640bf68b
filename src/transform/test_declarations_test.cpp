#include <gmock/gmock.h>

#include "transform/test_project.h"

namespace weir::transform {
namespace {
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using testing::TestProject;

/// What the module hands to those who run tests.
class TestDeclarationsTest : public ::testing::Test {
 protected:
  TestDeclarationsTest() {
    project_.model("orders", "select 1 as id, -5 as amount");
    project_.model("customers", "{{ config(schema='staging') }} select 1 as id");
  }
  static ConfigNode text(const std::string& value) {
    return ConfigNode::scalar(value, false, {"models/schema.yml", 7, 9});
  }
  TestProject project_;
};

TEST_F(TestDeclarationsTest, SingularTestsAreCompiled) {
  project_.file("tests/money/positive.sql",
                "{{ config(severity='warn') }}select * from {{ ref('orders') }} where amount < 0");
  const auto project = project_.loaded();
  ASSERT_THAT(project.singular_tests(), SizeIs(1));
  const SingularTest& test = project.singular_tests()[0];
  EXPECT_EQ(test.node_id, "test.shop.positive");
  EXPECT_THAT(test.fqn, ElementsAre("shop", "money", "positive"));
  EXPECT_THAT(test.inputs, ElementsAre("model.shop.orders"));
  EXPECT_EQ(test.config.find("severity")->text(), "warn");
  EXPECT_EQ(project.compile("test.shop.positive").value().sql,
            "select * from \"analytics\".\"orders\" where amount < 0");
}

TEST_F(TestDeclarationsTest, RelationsAreResolved) {
  const auto project = project_.loaded();
  const auto resolved = project.resolve("ref('customers')", {});
  ASSERT_TRUE(resolved);
  EXPECT_EQ(resolved->node_id, "model.shop.customers");
  EXPECT_EQ(resolved->table.text(), "staging.customers");
  EXPECT_EQ(error_of(project.resolve("{{ ref('costumers') }}", {"a.yml", 3, 4})),
            "a.yml:3:4: unknown model \"costumers\"; did you mean \"customers\"?");
  EXPECT_EQ(error_of(project.resolve("customers", {"a.yml", 3, 4})),
            "a.yml:3:4: \"customers\" must be ref('a_model') or source('a_source', 'a_table')");
}

TEST_F(TestDeclarationsTest, AnEphemeralModelIsReadInParentheses) {
  project_.model("e", "{{ config(materialized='ephemeral') }}select 1 as id");
  const auto project = project_.loaded();
  EXPECT_EQ(TestProject::one_line(project.from_item("model.shop.e").value()), "( select 1 as id )");
  EXPECT_EQ(project.from_item("model.shop.orders").value(), "\"analytics\".\"orders\"");
  EXPECT_THAT(error_of(project.table_of("model.shop.e")), HasSubstr("has no table"));
}

TEST_F(TestDeclarationsTest, ValuesAreRendered) {
  project_.file("dbt_project.yml", "name: shop\nvars: {limit: 5}\ndata_tests: {+severity: warn}\n");
  const auto project = project_.loaded();
  EXPECT_EQ(project.render(text("{{ var('limit') }}")).value().as_integer("limit").value(), 5);
  EXPECT_EQ(project.render("at most {{ var('limit') }}", {}).value(), "at most 5");
  EXPECT_EQ(project.test_defaults({"shop", "x"}).find("severity")->text(), "warn");
}

TEST_F(TestDeclarationsTest, GenericTestsOfTheProject) {
  project_.file("tests/generic/at_least.sql",
                "{% test at_least(model, column_name, limit, other=none) %}{{ config(severity='warn') }}"
                "select * from {{ model }} where {{ column_name }} < {{ limit }}"
                "{% if other %} and id in (select id from {{ other }}){% endif %}{% endtest %}");
  const auto project = project_.loaded();
  EXPECT_TRUE(project.has_generic_test("at_least"));
  EXPECT_FALSE(project.has_generic_test("not_null"));
  const auto test = project.generic_test(
      {.name = "at_least",
       .node_id = "model.shop.orders",
       .arguments = {{"column_name", text("amount")}, {"limit", text("0")}, {"other", text("ref('customers')")}},
       .where = "id = 1"});
  ASSERT_TRUE(test) << error_of(test);
  EXPECT_THAT(test->inputs, ElementsAre("model.shop.customers"));
  EXPECT_EQ(test->config.find("severity")->text(), "warn");
  EXPECT_EQ(test->sql().value(),
            "select * from (SELECT * FROM \"analytics\".\"orders\" AS weir_all WHERE id = 1) AS weir_model where "
            "amount < 0 and id in "
            "(select id from \"staging\".\"customers\")");
}

TEST_F(TestDeclarationsTest, AGenericTestThatMissesAnArgument) {
  project_.file("macros/at_least.sql", "{% test at_least(model, limit) %}select {{ limit.x.y }}{% endtest %}");
  const auto project = project_.loaded();
  EXPECT_THAT(error_of(project.generic_test({.name = "at_least", .node_id = "model.shop.orders"})),
              HasSubstr("macros/at_least.sql:1"));
}
}  // namespace
}  // namespace weir::transform
