#include "quality/dbt_tests.h"

#include <gtest/gtest.h>

#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
class DbtTests : public ::testing::Test {
 protected:
  DbtTests() {
    target.owner.name = "orders";
    target.relation = table_relation({"staging", "orders"}, "model.shop.orders");
    target.package = "shop";
    target.path = "models/staging/schema.yml";
    context.resolve = [](const std::string& expression, const Place& place) -> Result<Relation> {
      if (expression != "ref('customers')") {
        return fail_at(place, "unknown node " + expression);
      }
      return table_relation({"staging", "customers"}, "model.shop.customers");
    };
  }

  void SetUp() override {
    lake.write("staging.orders",
               "SELECT * FROM (VALUES (1, 1, 'placed', 10), (2, 2, 'shiped', 20), (2, 7, 'shiped', NULL), (4, NULL, 'lost', 40)) "
               "t(order_id, customer_id, status, amount)");
    lake.write("staging.customers", "SELECT * FROM (VALUES (1), (2)) t(id)");
  }

  Result<std::vector<std::unique_ptr<graph::Node>>> load(std::string_view yaml, std::string_view column = "order_id") {
    WEIR_TRY_ASSIGN(const ConfigNode tests, parse_config(yaml, "models/staging/schema.yml"));
    const DbtTestColumn below{.name = std::string(column), .quoted = false, .tags = {}};
    return load_dbt_tests(tests.items(), target, column.empty() ? nullptr : &below, context, lake.checker());
  }

  /// Runs the only test of the list below `column`.
  Result<graph::NodeResult> run(std::string_view yaml, std::string_view column = "order_id") {
    WEIR_TRY_ASSIGN(const auto nodes, load(yaml, column));
    return lake.run(*nodes.at(0));
  }

  TestLake lake;
  DbtTestTarget target;
  DbtTestContext context;
};

TEST_F(DbtTests, AreNodesAsDbtHasThem) {
  const auto nodes = load("[not_null, {relationships: {to: ref('customers'), field: id, config: {severity: warn, tags: [x]}}}]", "customer_id");
  ASSERT_TRUE(nodes) << error_text(nodes);
  ASSERT_EQ(nodes->size(), 2U);
  const graph::NodeInfo& info = (*nodes)[1]->info();
  EXPECT_EQ((*nodes)[0]->info().id, "test.shop.not_null_orders_customer_id.c5f02694af");
  EXPECT_EQ(info.kind, graph::NodeKind::kTest);
  EXPECT_EQ(info.fqn, (std::vector<std::string>{"shop", "staging", "relationships_orders_customer_id__id__ref_customers_"}));
  EXPECT_EQ(info.inputs, (std::vector<std::string>{"model.shop.orders", "model.shop.customers"}));
  EXPECT_EQ(info.tags, (std::vector<std::string>{"x"}));
  EXPECT_EQ(info.test_type, "generic");
  EXPECT_EQ(info.test_name, "relationships");
}

TEST_F(DbtTests, CountFailuresAsDbtDoes) {
  EXPECT_EQ(run("[not_null]", "customer_id")->failures, 1U);
  EXPECT_EQ(run("[unique]")->failures, 1U);                                          // values, not rows
  EXPECT_EQ(run("[accepted_values: {values: [placed]}]", "status")->failures, 2U);  // values, not rows
  EXPECT_EQ(run("[relationships: {to: ref('customers'), field: id}]", "customer_id")->failures, 1U);
}

TEST_F(DbtTests, SayWhatFails) {
  EXPECT_EQ(outcome(run("[unique]")), "failed: 1 value is there more than once, in 2 of 4 rows; e.g. order_id=2, rows=2");
  EXPECT_EQ(outcome(run("[accepted_values: {values: [placed]}]", "status")),
            "failed: 2 values are not accepted, in 3 of 4 rows; e.g. order_id=2, status='shiped'");
}

TEST_F(DbtTests, TakeArgumentsBelowArguments) {
  EXPECT_EQ(run("[accepted_values: {arguments: {values: [placed, shiped, lost]}}]", "status")->outcome, graph::Outcome::kOk);
}

TEST_F(DbtTests, CompareUnquotedValuesAsSql) {
  EXPECT_EQ(run("[accepted_values: {values: [10, 20, 40], quote: false}]", "amount")->outcome, graph::Outcome::kOk);
  EXPECT_EQ(run("[accepted_values: {values: [10, 20, 40]}]", "amount")->outcome, graph::Outcome::kOk);
}

TEST_F(DbtTests, TakeOldAndNewPlacesOfConfig) {
  EXPECT_EQ(run("[not_null: {severity: warn}]", "customer_id")->outcome, graph::Outcome::kWarn);
  EXPECT_EQ(run("[not_null: {config: {where: order_id < 4}}]", "customer_id")->outcome, graph::Outcome::kOk);
  EXPECT_EQ(run("[{test_name: not_null, name: mine, config: {error_if: '>5', warn_if: '>5'}}]", "customer_id")->outcome, graph::Outcome::kOk);
  EXPECT_EQ(load("[not_null: {enabled: false}]")->size(), 0U);
}

TEST_F(DbtTests, LimitAndRecountFailures) {
  EXPECT_EQ(run("[accepted_values: {values: [placed], config: {limit: 1}}]", "status")->failures, 1U);
  EXPECT_EQ(run("[accepted_values: {values: [placed], config: {fail_calc: sum(n_records)}}]", "status")->failures, 3U);
  EXPECT_EQ(run("[unique: {config: {fail_calc: max(n_records)}}]")->failures, 2U);
  EXPECT_EQ(run("[relationships: {to: ref('customers'), field: id, fail_calc: min(from_field)}]", "customer_id")->failures, 7U);
}

TEST_F(DbtTests, KnowTheSimpleTestsOfDbtUtils) {
  EXPECT_EQ(run("[dbt_utils.accepted_range: {min_value: 10, inclusive: false}]", "amount")->failures, 1U);
  EXPECT_EQ(run("[dbt_utils.expression_is_true: {expression: '< 30'}]", "amount")->failures, 1U);
  EXPECT_EQ(run("[dbt_utils.expression_is_true: {expression: amount < 30}]", "")->failures, 1U);
  EXPECT_EQ(run("[dbt_utils.unique_combination_of_columns: {combination_of_columns: [order_id, status]}]", "")->failures, 1U);
}

TEST_F(DbtTests, TakeAnExpressionForAColumn) {
  EXPECT_EQ(outcome(run("[not_null: {column_name: order_id + amount}]", "")), "failed: 1 of 4 rows; e.g. order_id=2, order_id + amount=NULL");
}

TEST_F(DbtTests, AskTheProjectForItsOwnTests) {
  std::string where;
  context.compile = [&](const GenericTest& test) -> Result<std::optional<CompiledTest>> {
    if (test.test != "is_even") {
      return std::nullopt;
    }
    where = test.where;
    return CompiledTest{.sql = [] { return Result<std::string>("select * from staging.orders where order_id % 2 = 1"); },
                        .inputs = {"model.shop.orders", "model.shop.other"},
                        .tables_read = {}};
  };
  const auto nodes = load("[is_even: {config: {where: order_id < 4}}, not_null]");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_EQ(where, "order_id < 4");
  EXPECT_EQ((*nodes)[0]->info().inputs, (std::vector<std::string>{"model.shop.orders", "model.shop.other"}));
  EXPECT_EQ(outcome(lake.run(*(*nodes)[0])), "failed: 1 row; e.g. order_id=1, customer_id=1, status='placed', amount=10");
  EXPECT_EQ(lake.run(*(*nodes)[1])->outcome, graph::Outcome::kOk);
}

TEST_F(DbtTests, RenderArgumentsAndConfig) {
  context.render = [](const ConfigNode& node) {
    return render_scalars(node, [](const std::string& text, const Place&) -> Result<std::string> { return text == "{{ low }}" ? "10" : text; });
  };
  const auto nodes = load("[dbt_utils.accepted_range: {min_value: '{{ low }}'}]", "amount");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_EQ((*nodes)[0]->info().name, "dbt_utils_accepted_range_orders_amount___low_");
  EXPECT_EQ(lake.run(*(*nodes)[0])->outcome, graph::Outcome::kOk);
}

TEST_F(DbtTests, TakeDefaultsOfTheProject) {
  std::vector<std::string> asked;
  context.defaults = [&](const std::vector<std::string>& fqn) -> Result<ConfigNode> {
    asked = fqn;
    return parse_config("severity: warn", "dbt_project.yml");
  };
  EXPECT_EQ(run("[not_null]", "customer_id")->outcome, graph::Outcome::kWarn);
  EXPECT_EQ(asked, (std::vector<std::string>{"shop", "staging", "not_null_orders_customer_id"}));
}

TEST_F(DbtTests, LookAtAnEphemeralModelThroughItsSelect) {
  target.relation = select_relation("orders", "SELECT * FROM staging.orders WHERE order_id > 2 -- new", "model.shop.orders");
  EXPECT_EQ(run("[not_null]", "customer_id")->rows, 1U);
}

TEST_F(DbtTests, PointToWhatIsWrong) {
  EXPECT_EQ(error_text(load("[uniqe]")), "models/staging/schema.yml:1:2: there is no test \"uniqe\"; did you mean \"unique\"?");
  EXPECT_EQ(error_text(load("[accepted_values: {valeus: [a]}]")),
            "models/staging/schema.yml:1:20: accepted_values has no key \"valeus\"; did you mean \"values\"?");
  EXPECT_EQ(error_text(load("[not_null: {colum: a}]")), "models/staging/schema.yml:1:13: not_null has no key \"colum\"");
  EXPECT_EQ(error_text(load("[not_null]", "")), "models/staging/schema.yml:1:2: not_null needs a column: put it below one, or give it column_name");
  EXPECT_EQ(error_text(load("[{not_null: {}, unique: {}}]")),
            "models/staging/schema.yml:1:2: a test is a name, or a name with its arguments below: one key, and everything else indented under it");
  EXPECT_EQ(error_text(load("[relationships: {to: ref('nobody'), field: id}]")), "models/staging/schema.yml:1:22: unknown node ref('nobody')");
}

TEST_F(DbtTests, RunSingularTests) {
  SingularTest test{.name = "assert_positive",
                    .package = "shop",
                    .path = "tests/money/assert_positive.sql",
                    .description = {},
                    .config = {parse_config("{severity: warn, limit: 2}", "tests/x.sql").value()},
                    .tags = {"money"},
                    .compiled = {.sql = [] { return Result<std::string>("select * from staging.orders where amount > 5;\n"); },
                                 .inputs = {"model.shop.orders"},
                                 .tables_read = {}}};
  const auto node = make_singular_test(test, lake.checker());
  ASSERT_TRUE(node) << error_text(node);
  EXPECT_EQ((*node)->info().id, "test.shop.assert_positive");
  EXPECT_EQ((*node)->info().fqn, (std::vector<std::string>{"shop", "money", "assert_positive"}));
  const auto result = lake.run(**node);
  EXPECT_EQ(result->outcome, graph::Outcome::kWarn);
  EXPECT_EQ(result->failures, 2U);
}

TEST_F(DbtTests, HandOnErrorsOfCompiling) {
  SingularTest test{};
  test.name = "broken";
  test.package = "shop";
  test.path = "tests/broken.sql";
  test.compiled.sql = []() -> Result<std::string> { return fail_at(Place{"tests/broken.sql", 3, 4}, "unknown source"); };
  const auto node = make_singular_test(test, lake.checker());
  ASSERT_TRUE(node) << error_text(node);
  EXPECT_EQ(error_text(lake.run(**node)), "tests/broken.sql:3:4: unknown source");
}
}  // namespace
}  // namespace weir::quality::testing
