#include "graph/graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/test_project.h"

namespace weir::graph {
namespace {
using testing::declared;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::ids;
using ::testing::IsEmpty;
using testing::node_info;
using testing::nodes;

std::vector<std::string> parents(const Graph& graph, std::string_view id) {
  return ids(graph, graph.parents(graph.find(id).value()));
}

std::string message(std::vector<std::unique_ptr<Node>> all) {
  const auto graph = Graph::build(std::move(all));
  return graph ? "built" : graph.error().text();
}

TEST(Graph, NumbersEachNodeAfterWhatItReads) {
  const Graph graph = Graph::build(nodes(declared("model.shop.a", {"model.shop.z"}), declared("model.shop.z"),
                                         declared("model.shop.b")))
                          .value();
  EXPECT_EQ(graph.size(), 3U);
  EXPECT_THAT(ids(graph, std::vector<NodeIndex>{0, 1, 2}), ElementsAre("model.shop.b", "model.shop.z", "model.shop.a"));
}

TEST(Graph, KnowsParentsAndChildren) {
  const Graph graph =
      Graph::build(nodes(declared("model.shop.a"), declared("model.shop.b", {"model.shop.a", "model.shop.a"}))).value();
  EXPECT_THAT(parents(graph, "model.shop.b"), ElementsAre("model.shop.a"));
  EXPECT_THAT(ids(graph, graph.children(graph.find("model.shop.a").value())), ElementsAre("model.shop.b"));
  EXPECT_EQ(graph.find("model.shop.c"), std::nullopt);
}

TEST(Graph, AnEmptyProjectIsAGraph) {
  EXPECT_EQ(Graph::build({}).value().size(), 0U);
}

TEST(Graph, TablesReadLeadToTheirWriter) {
  NodeInfo ingest = node_info("ingest.shop.orders");
  ingest.tables_written = {"raw.orders"};
  NodeInfo source = node_info("source.shop.raw.orders");
  source.tables_read = {"RAW.Orders"};
  NodeInfo report = node_info("report.shop.sales");
  report.tables_read = {"raw.orders", "elsewhere.countries"};
  const Graph graph = Graph::build(nodes(declared(ingest), declared(source), declared(report))).value();
  EXPECT_THAT(parents(graph, "source.shop.raw.orders"), ElementsAre("ingest.shop.orders"));
  EXPECT_THAT(parents(graph, "report.shop.sales"), ElementsAre("ingest.shop.orders"));
}

TEST(Graph, TablesOfOthersLeadToTheSourceThatStandsForThem) {
  NodeInfo source = node_info("source.shop.raw.orders");
  source.tables_read = {"raw.orders"};
  NodeInfo check = node_info("check.shop.orders");
  check.tables_read = {"raw.orders"};
  const Graph graph = Graph::build(nodes(declared(source), declared(check))).value();
  EXPECT_THAT(parents(graph, "check.shop.orders"), ElementsAre("source.shop.raw.orders"));
}

TEST(Graph, AModelMayReadItsOwnTableThroughASource) {
  NodeInfo source = node_info("source.shop.analytics.totals");
  source.tables_read = {"analytics.totals"};
  NodeInfo model = node_info("model.shop.totals", {"source.shop.analytics.totals"});
  model.tables_written = {"analytics.totals"};
  const Graph graph = Graph::build(nodes(declared(source), declared(model))).value();
  EXPECT_THAT(parents(graph, "source.shop.analytics.totals"), IsEmpty());
}

TEST(Graph, ANodeMayReadTheTableThatItAddsTo) {
  NodeInfo stream = node_info("stream.shop.totals");
  stream.tables_read = {"raw.totals"};
  stream.tables_written = {"raw.totals"};
  const Graph graph = Graph::build(nodes(declared(stream))).value();
  EXPECT_THAT(parents(graph, "stream.shop.totals"), IsEmpty());
}

TEST(Graph, RefusesTwoNodesWithOneId) {
  NodeInfo second = node_info("model.shop.a");
  second.place = {.file = "models/other/a.sql", .line = 1, .column = 1};
  EXPECT_EQ(message(nodes(declared("model.shop.a"), declared(second))),
            "models/other/a.sql:1:1: \"model.shop.a\" is defined twice; the other one is in models/a.sql");
}

TEST(Graph, RefusesTwoModelsOfOneTable) {
  NodeInfo first = node_info("model.shop.a");
  first.tables_written = {"analytics.sales"};
  NodeInfo second = node_info("model.shop.b");
  second.tables_written = {"analytics.SALES"};
  EXPECT_EQ(
      message(nodes(declared(first), declared(second))),
      "models/b.sql: model.shop.b and model.shop.a (models/a.sql) both write the table analytics.SALES; rename one "
      "of them");
}

TEST(Graph, IngestsMayFillOneTableTogether) {
  NodeInfo first = node_info("ingest.shop.a");
  first.tables_written = {"raw.events"};
  NodeInfo second = node_info("stream.shop.b");
  second.tables_written = {"raw.events"};
  NodeInfo model = node_info("model.shop.c");
  model.tables_read = {"raw.events"};
  const Graph graph = Graph::build(nodes(declared(first), declared(second), declared(model))).value();
  EXPECT_THAT(parents(graph, "model.shop.c"), ElementsAre("ingest.shop.a", "stream.shop.b"));
}

TEST(Graph, SuggestsTheInputThatWasMeant) {
  EXPECT_EQ(message(nodes(declared("model.shop.orders"), declared("model.shop.b", {"model.shop.order"}))),
            "models/b.sql: model.shop.b reads \"model.shop.order\", which does not exist; did you mean "
            "\"model.shop.orders\"?");
}

TEST(Graph, ShowsACycleWithItsFiles) {
  EXPECT_EQ(message(nodes(declared("model.shop.a", {"model.shop.c", "model.shop.free"}),
                          declared("model.shop.b", {"model.shop.a"}), declared("model.shop.c", {"model.shop.b"}),
                          declared("model.shop.after", {"model.shop.c"}), declared("model.shop.free"))),
            "models/a.sql: nodes read from each other in a circle: model.shop.a (models/a.sql) -> model.shop.b "
            "(models/b.sql) -> model.shop.c (models/c.sql) -> model.shop.a");
}

TEST(Graph, ShowsANodeThatReadsItself) {
  EXPECT_THAT(message(nodes(declared("model.shop.a", {"model.shop.a"}))),
              HasSubstr("model.shop.a (models/a.sql) -> model.shop.a"));
}

TEST(Graph, ReachesByDepth) {
  const Graph graph = Graph::build(nodes(declared("model.shop.a"), declared("model.shop.b", {"model.shop.a"}),
                                         declared("model.shop.c", {"model.shop.b"})))
                          .value();
  NodeSet from(graph.size());
  from.insert(graph.find("model.shop.a").value());
  EXPECT_THAT(ids(graph, graph.descendants(from).members()), ElementsAre("model.shop.b", "model.shop.c"));
  EXPECT_THAT(ids(graph, graph.descendants(from, 1).members()), ElementsAre("model.shop.b"));
  EXPECT_THAT(ids(graph, graph.descendants(from, 0).members()), IsEmpty());
  EXPECT_THAT(ids(graph, graph.ancestors(from).members()), IsEmpty());
}
}  // namespace
}  // namespace weir::graph
