#include "quality/check_node.h"

#include <gtest/gtest.h>

#include "core/progress.h"
#include "graph/graph.h"
#include "graph/runner.h"
#include "quality/test_lake.h"

namespace weir::quality::testing {
namespace {
class CheckNodes : public ::testing::Test {
 protected:
  void SetUp() override { lake.write("staging.orders", "SELECT * FROM (VALUES (1, 5), (2, NULL)) t(order_id, amount)"); }

  std::unique_ptr<graph::Node> node(const std::string& entry) {
    auto nodes = lake.load("table: staging.orders\nchecks:\n- " + entry + "\n");
    EXPECT_TRUE(nodes) << error_text(nodes);
    return std::move(nodes->at(0));
  }
  static graph::NodeState state_of(const graph::NodeResult& result) {
    return {.code_hash = result.code_hash, .inputs = result.inputs, .outcome = result.outcome};
  }

  TestLake lake;
};

TEST_F(CheckNodes, AreFreshUntilTheTableMoves) {
  const auto check = node("not_null: order_id");
  EXPECT_EQ(lake.freshness(*check, std::nullopt)->reason, "never run");
  const graph::NodeState last = state_of(*lake.run(*check));
  EXPECT_TRUE(lake.freshness(*check, last)->fresh) << lake.freshness(*check, last)->reason;
  lake.write("staging.orders", "SELECT 3 AS order_id");
  EXPECT_TRUE(lake.freshness(*check, last)->reason.starts_with("input staging.orders moved from version"));
}

TEST_F(CheckNodes, LookThroughViews) {
  lake.write("raw.orders", "SELECT 1 AS order_id");
  lake.write_view("staging.orders", "SELECT * FROM raw.orders");
  const auto check = node("not_null: order_id");
  const graph::NodeState last = state_of(*lake.run(*check));
  EXPECT_TRUE(lake.freshness(*check, last)->fresh);
  lake.write("raw.orders", "SELECT NULL::INTEGER AS order_id");
  EXPECT_TRUE(lake.freshness(*check, last)->reason.starts_with("input raw.orders moved from version"));
}

TEST_F(CheckNodes, RunAgainWhenTheyChangedOrFailed) {
  const graph::NodeState last = state_of(*lake.run(*node("not_null: order_id")));
  EXPECT_EQ(lake.freshness(*node("not_null: order_id\n  where: order_id > 1"), last)->reason, "code changed");
  EXPECT_EQ(lake.freshness(*node("row_count: {min: 1}"), state_of(*lake.run(*node("row_count: {min: 2}"))))->reason, "code changed");
  const auto failing = node("not_null: amount");
  EXPECT_EQ(lake.freshness(*failing, state_of(*lake.run(*failing)))->reason, "failed last time");
  const auto warning = node("not_null: amount\n  severity: warn");
  EXPECT_TRUE(lake.freshness(*warning, state_of(*lake.run(*warning)))->fresh);
}

TEST_F(CheckNodes, RunEveryTimeWhenTheyAskForTheTime) {
  const auto check = node("expression: order_id < 5 or now() > '2020-01-01'");
  EXPECT_EQ(lake.freshness(*check, state_of(*lake.run(*check)))->reason, "depends on the time");
}

/// A node that is there to be stopped.
class Report final : public graph::Node {
 public:
  using Node::Node;
  Result<graph::NodeResult> run(graph::RunContext&) override { return graph::NodeResult{}; }
};

graph::Outcome outcome_of_report(const std::string& severity) {
  TestLake lake;
  lake.write("staging.orders", "SELECT NULL::INTEGER AS order_id");
  auto nodes = lake.load("table: staging.orders\nchecks:\n- not_null: order_id\n  severity: " + severity + "\n").value();
  graph::NodeInfo model{.id = "model.shop.orders", .name = "orders", .tables_written = {"staging.orders"}};
  graph::NodeInfo report{.id = "report.shop.sales", .kind = graph::NodeKind::kReport, .name = "sales", .tables_read = {"staging.orders"}};
  nodes.push_back(std::make_unique<Report>(std::move(model)));
  nodes.push_back(std::make_unique<Report>(std::move(report)));
  graph::Graph graph = graph::Graph::build(std::move(nodes)).value();
  graph.add_test_gates();
  std::vector<graph::NodeIndex> all;
  for (graph::NodeIndex index = 0; index < graph.size(); ++index) {
    all.push_back(index);
  }
  const auto progress = Progress::create(Progress::Style::kQuiet);
  const graph::RunSummary summary = graph::run(graph, all, {.threads_count = 1, .clock = &lake.clock()}, *progress);
  for (const graph::NodeRun& run : summary.nodes) {
    if (graph.info(run.node).name == "sales") {
      return run.outcome;
    }
  }
  return graph::Outcome::kLost;
}

TEST(FailingCheck, StopsWhatIsDownstream) {
  EXPECT_EQ(outcome_of_report("error"), graph::Outcome::kSkipped);
}

TEST(FailingCheck, StopsNothingWhenItOnlyWarns) {
  EXPECT_EQ(outcome_of_report("warn"), graph::Outcome::kOk);
}
}  // namespace
}  // namespace weir::quality::testing
