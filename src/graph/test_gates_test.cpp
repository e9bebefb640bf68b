#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/graph.h"
#include "graph/test_project.h"

namespace weir::graph {
namespace {
using testing::declared;
using ::testing::ElementsAre;
using testing::ids;
using ::testing::IsEmpty;
using testing::node_info;
using testing::nodes;

/// a -> b -> c and a -> d, all models of shop, with more nodes.
template <class... More>
Graph gated_graph(More... more) {
  Graph graph = Graph::build(nodes(declared("model.shop.a"), declared("model.shop.b", {"model.shop.a"}),
                                   declared("model.shop.c", {"model.shop.b"}),
                                   declared("model.shop.d", {"model.shop.a"}), std::move(more)...))
                    .value();
  graph.add_test_gates();
  return graph;
}

std::vector<std::string> waits_for(const Graph& graph, std::string_view id) {
  return ids(graph, graph.run_parents(graph.find(id).value()));
}

TEST(TestGates, ATestGatesTheChildrenOfItsNode) {
  const Graph graph = gated_graph(declared("test.shop.t", {"model.shop.a"}));
  EXPECT_THAT(waits_for(graph, "model.shop.b"), ElementsAre("model.shop.a", "test.shop.t"));
  EXPECT_THAT(waits_for(graph, "model.shop.d"), ElementsAre("model.shop.a", "test.shop.t"));
  EXPECT_THAT(waits_for(graph, "model.shop.c"), ElementsAre("model.shop.b"));
}

TEST(TestGates, SelectionsDoNotSeeGates) {
  const Graph graph = gated_graph(declared("test.shop.t", {"model.shop.a"}));
  EXPECT_THAT(ids(graph, graph.parents(graph.find("model.shop.b").value())), ElementsAre("model.shop.a"));
}

TEST(TestGates, WithoutGatesTestsAreOnlyChildren) {
  const Graph graph = Graph::build(nodes(declared("model.shop.a"), declared("model.shop.b", {"model.shop.a"}),
                                         declared("test.shop.t", {"model.shop.a"})))
                          .value();
  EXPECT_THAT(waits_for(graph, "model.shop.b"), ElementsAre("model.shop.a"));
}

TEST(TestGates, ATestOfParentAndChildGatesWhatComesAfterTheChild) {
  const Graph graph = gated_graph(declared("test.shop.t", {"model.shop.a", "model.shop.b"}));
  EXPECT_THAT(waits_for(graph, "model.shop.b"), ElementsAre("model.shop.a"));
  EXPECT_THAT(waits_for(graph, "model.shop.c"), ElementsAre("model.shop.b", "test.shop.t"));
  EXPECT_THAT(waits_for(graph, "model.shop.d"), ElementsAre("model.shop.a"));
}

TEST(TestGates, ATestOfIndependentNodesGatesOnlyWhatDependsOnAllOfThem) {
  const Graph graph = gated_graph(declared("test.shop.t", {"model.shop.b", "model.shop.d"}),
                                  declared("model.shop.only_d", {"model.shop.d"}),
                                  declared("model.shop.both", {"model.shop.c", "model.shop.d"}));
  EXPECT_THAT(waits_for(graph, "model.shop.c"), ElementsAre("model.shop.b"));
  EXPECT_THAT(waits_for(graph, "model.shop.only_d"), ElementsAre("model.shop.d"));
  EXPECT_THAT(waits_for(graph, "model.shop.both"), ElementsAre("model.shop.c", "model.shop.d", "test.shop.t"));
}

TEST(TestGates, TestsDoNotGateTests) {
  const Graph graph = gated_graph(declared("test.shop.t", {"model.shop.c"}), declared("test.shop.u", {"model.shop.c"}));
  EXPECT_THAT(waits_for(graph, "test.shop.u"), ElementsAre("model.shop.c"));
}

TEST(TestGates, GatesPassThroughNodesThatDoNotRun) {
  NodeInfo ingest = node_info("ingest.shop.orders");
  ingest.tables_written = {"raw.orders"};
  NodeInfo source = node_info("source.shop.raw.orders");
  source.tables_read = {"raw.orders"};
  NodeInfo check = node_info("check.shop.orders");
  check.tables_read = {"raw.orders"};
  const Graph graph = gated_graph(declared(ingest), declared(source), declared(check),
                                  declared("model.shop.stg_orders", {"source.shop.raw.orders"}));
  EXPECT_THAT(waits_for(graph, "model.shop.stg_orders"), ElementsAre("check.shop.orders", "source.shop.raw.orders"));
  EXPECT_THAT(waits_for(graph, "source.shop.raw.orders"), ElementsAre("ingest.shop.orders"));
}

TEST(TestGates, AUnitTestRunsBeforeItsModel) {
  const Graph graph = gated_graph(declared("unit_test.shop.u", {"model.shop.b"}));
  EXPECT_THAT(waits_for(graph, "unit_test.shop.u"), ElementsAre("model.shop.a"));
  EXPECT_THAT(waits_for(graph, "model.shop.b"), ElementsAre("model.shop.a", "unit_test.shop.u"));
}

TEST(TestGates, ATestOfNothingGatesNothing) {
  const Graph graph = gated_graph(declared("test.shop.t"));
  EXPECT_THAT(waits_for(graph, "model.shop.a"), IsEmpty());
}
}  // namespace
}  // namespace weir::graph
