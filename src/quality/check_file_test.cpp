#include "quality/check_file.h"

#include <gtest/gtest.h>

#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
std::string error_of(std::string_view yaml) {
  TestLake lake;
  return error_text(lake.load(yaml));
}

TEST(CheckFile, MakesANodeOfEachCheck) {
  TestLake lake;
  const auto nodes = lake.load(
      "suite: orders\ntable: staging.orders\ntags: [daily]\nchecks:\n"
      "- not_null: order_id\n- between: {column: amount, min: 0}\n  severity: warn\n  tags: money\n  description: no refunds\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  ASSERT_EQ(nodes->size(), 2U);
  const graph::NodeInfo& info = (*nodes)[1]->info();
  EXPECT_EQ(info.id, "check.shop.orders.between_amount_0");
  EXPECT_EQ(info.kind, graph::NodeKind::kCheck);
  EXPECT_EQ(info.fqn, (std::vector<std::string>{"shop", "orders", "between_amount_0"}));
  EXPECT_EQ(info.place.text(), "checks/orders.yml:6:3");
  EXPECT_EQ(info.tables_read, (std::vector<std::string>{"staging.orders"}));
  EXPECT_EQ(info.tags, (std::vector<std::string>{"daily", "money"}));
  EXPECT_EQ(info.config.at("severity"), (std::vector<std::string>{"warn"}));
  EXPECT_EQ(info.description, "no refunds");
  EXPECT_EQ(info.test_name, "between");
}

TEST(CheckFile, IsCalledAfterItsFileWithoutASuite) {
  TestLake lake;
  const auto nodes = load_checks(parse_config("table: raw.a\nchecks: [not_empty]", "x").value(),
                                 {.project = "shop", .path = "checks/money/payments.yml"}, lake.checker());
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_EQ((*nodes)[0]->info().fqn, (std::vector<std::string>{"shop", "money", "payments", "not_empty"}));
}

TEST(CheckFile, LetsAllChecksShareSuiteOptions) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM (VALUES (1, 'draft', 0), (2, 'paid', 0), (3, 'paid', 5)) t(order_id, status, amount)");
  const auto nodes = lake.load(
      "table: staging.orders\nseverity: warn\nwhere: status = 'paid'\nchecks:\n- between: {column: amount, min: 1}\n"
      "- between: {column: amount, min: 2}\n  where: order_id > 2\n  severity: error\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_EQ(outcome(lake.run(*(*nodes)[0])), "warn: 1 of 2 rows; e.g. order_id=2, amount=0");
  EXPECT_EQ(outcome(lake.run(*(*nodes)[1])), "ok: 1 row");
}

TEST(CheckFile, AsksNothingOfRowsOutsideOfWhere) {
  TestLake lake;
  lake.write("staging.orders", "SELECT * FROM (VALUES ('7', true), ('seven', false)) t(amount, is_number)");
  EXPECT_EQ(outcome(lake.check("expression: CAST(amount AS INTEGER) > 0\n  where: is_number")), "ok: 1 row");
  EXPECT_EQ(outcome(lake.check("expression: CAST(amount AS INTEGER) > 9\n  where: is_number")),
            "failed: 1 of 1 rows; e.g. amount='7', is_number=true");
}

TEST(CheckFile, LeavesOutWhatIsNotEnabled) {
  TestLake lake;
  const auto nodes = lake.load("table: staging.orders\nchecks:\n- not_null: order_id\n  enabled: false\n- not_empty\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_EQ(nodes->size(), 1U);
}

TEST(CheckFile, TakesAName) {
  TestLake lake;
  const auto nodes = lake.load("table: staging.orders\nchecks:\n- expression: a > b\n  name: sane\n- not_null: [a, b]\n  name: known\n");
  ASSERT_TRUE(nodes) << error_text(nodes);
  EXPECT_EQ((*nodes)[0]->info().name, "sane");
  EXPECT_EQ((*nodes)[1]->info().name, "known_a");
  EXPECT_EQ((*nodes)[2]->info().name, "known_b");
}

TEST(CheckFile, PassesWhenMostRowsDo) {
  TestLake lake;
  lake.write("staging.orders", "SELECT i AS order_id, CASE WHEN i < 99 THEN i END AS amount FROM range(100) t(i)");
  EXPECT_EQ(outcome(lake.check("not_null: amount\n  mostly: 0.99")), "ok: 1 of 100 rows (99 % pass, 99 % wanted)");
  EXPECT_EQ(outcome(lake.check("not_null: amount\n  mostly: 0.995")),
            "failed: 1 of 100 rows (99 % pass, 99.5 % wanted); e.g. order_id=99, amount=NULL");
}

TEST(CheckFile, CountsFailuresAgainstThresholds) {
  TestLake lake;
  lake.write("staging.orders", "SELECT i AS order_id, NULL::INTEGER AS amount FROM range(7) t(i)");
  EXPECT_EQ(lake.check("not_null: amount\n  warn_if: '>5'\n  error_if: '>10'")->outcome, graph::Outcome::kWarn);
  EXPECT_EQ(lake.check("not_null: amount\n  warn_if: '>8'\n  error_if: '>10'")->outcome, graph::Outcome::kOk);
}

TEST(CheckFile, SuggestsWhatWasMeant) {
  EXPECT_EQ(error_of("tabel: staging.orders\nchecks: []\n"), "checks/orders.yml:1:1: the check file has no key \"tabel\"; did you mean \"table\"?");
  EXPECT_EQ(error_of("checks: []\n"), "checks/orders.yml:1:1: the check file needs the key \"table\"");
  EXPECT_EQ(error_of("table: staging.orders\ncheck: []\nchecks: []\n"),
            "checks/orders.yml:2:1: the check file has no key \"check\"; did you mean \"checks\"?");
  EXPECT_EQ(error_of("table: staging.orders\nchecks:\n- notnull: order_id\n"),
            "checks/orders.yml:3:3: there is no check or option \"notnull\"; did you mean \"not_null\"?");
  EXPECT_EQ(error_of("table: staging.orders\nchecks:\n- not_null: order_id\n  severty: warn\n"),
            "checks/orders.yml:4:3: there is no check or option \"severty\"; did you mean \"severity\"?");
  EXPECT_EQ(error_of("table: staging.orders\nchecks:\n- not_null: order_id\n  severity: warning\n"),
            "checks/orders.yml:4:13: severity must be one of error, warn, not \"warning\"");
  EXPECT_EQ(error_of("table: staging.orders\nchecks:\n- emty\n"), "checks/orders.yml:3:3: there is no check or option \"emty\"");
}

TEST(CheckFile, WantsOneCheckForEachEntry) {
  EXPECT_EQ(error_of("table: staging.orders\nchecks:\n- severity: warn\n"),
            "checks/orders.yml:3:3: the entry names no check, such as \"not_null: order_id\"");
  EXPECT_EQ(error_of("table: staging.orders\nchecks:\n- not_null: a\n  unique: a\n"),
            "checks/orders.yml:4:3: one entry, one check: \"unique\" stands beside \"not_null\"; begin it with a dash of its own");
  EXPECT_EQ(error_of("table: staging.orders\nchecks:\n- [not_null]\n"),
            "checks/orders.yml:3:3: each entry of checks names a check, such as \"not_null: order_id\"");
  EXPECT_EQ(error_of("table: staging.orders\nchecks: {not_null: a}\n"),
            "checks/orders.yml:2:9: checks must be a list: each check begins with a dash");
}

TEST(CheckFile, RefusesTwoChecksOfOneName) {
  EXPECT_EQ(error_of("suite: s\ntable: staging.orders\nchecks:\n- not_empty\n- not_empty\n  \n"),
            "checks/orders.yml:5:3: the suite s has the check not_empty already, at checks/orders.yml:4:3; give one of them a name");
}

TEST(CheckFile, RefusesOptionsThatDoNotFit) {
  const std::string start = "table: staging.orders\nchecks:\n- not_null: a\n";
  EXPECT_EQ(error_of(start + "  mostly: 95\n"), "checks/orders.yml:4:11: mostly is a fraction from 0 to 1, not 95");
  EXPECT_EQ(error_of(start + "  mostly: 0.9\n  error_if: '>3'\n"),
            "checks/orders.yml:4:11: mostly cannot be combined with warn_if or error_if: both say how many may fail");
  EXPECT_TRUE(error_of(start + "  error_if: 3\n").starts_with("checks/orders.yml:4:13: error_if: \"3\" is not a condition"));
  EXPECT_EQ(error_of(start + "  name: a b\n"), "checks/orders.yml:4:9: name \"a b\" may have only letters, digits, _ and -");
}

TEST(CheckFile, WantsATableWithItsSchema) {
  EXPECT_TRUE(error_of("table: orders\nchecks: []\n").starts_with("checks/orders.yml:1:8: table: "));
}

TEST(CheckFile, PointsToAColumnThatIsNotThere) {
  TestLake lake;
  lake.write("staging.orders", "SELECT 1 AS order_id");
  EXPECT_EQ(error_text(lake.check("not_null: order_idd")),
            "checks/orders.yml:4:13: not_null_order_idd: staging.orders has no column \"order_idd\"; did you mean \"order_id\"?");
}

TEST(CheckFile, SaysWhenTheTableIsNotThere) {
  TestLake lake;
  lake.write("staging.order", "SELECT 1 AS order_id");
  const auto result = lake.check("not_empty");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().place->text(), "checks/orders.yml:4:3");
  EXPECT_NE(result.error().message.find("staging.order"), std::string::npos) << result.error().text();
}
}  // namespace
}  // namespace weir::quality::testing
