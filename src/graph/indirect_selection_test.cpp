#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/selection.h"
#include "graph/test_project.h"

// Which tests come along with selected nodes; the situations are those of dbt's page on test selection.
namespace weir::graph {
namespace {
using testing::declared;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::node_info;
using ::testing::UnorderedElementsAre;

std::unique_ptr<Node> test(const std::string& name, std::vector<std::string> inputs, std::string generic_name = "") {
  NodeInfo info = node_info("test.shop." + name, std::move(inputs));
  info.test_type = generic_name.empty() ? "singular" : "generic";
  info.test_name = std::move(generic_name);
  return declared(info);
}

/// source s -> model a -> model b -> model c, and model other; tests on each and across.
Graph tested_graph() {
  NodeInfo source = node_info("source.shop.raw.s");
  source.source_name = "raw";
  NodeInfo unit = node_info("unit_test.shop.b_unit", {"model.shop.b"});
  unit.test_type = "unit";
  return Graph::build(testing::nodes(declared(source), declared("model.shop.a", {"source.shop.raw.s"}),
                                     declared("model.shop.b", {"model.shop.a"}),
                                     declared("model.shop.c", {"model.shop.b"}), declared("model.shop.other"),
                                     test("on_a", {"model.shop.a"}, "not_null"),
                                     test("on_b", {"model.shop.b"}, "unique"),
                                     test("a_and_b", {"model.shop.a", "model.shop.b"}, "relationships"),
                                     test("b_and_s", {"model.shop.b", "source.shop.raw.s"}),
                                     test("b_and_other", {"model.shop.b", "model.shop.other"}),
                                     test("on_s", {"source.shop.raw.s"}), declared(unit)))
      .value();
}

std::vector<std::string> selected(IndirectSelection indirect, std::vector<std::string> select,
                                  std::vector<std::string> exclude = {}) {
  const Graph graph = tested_graph();
  const auto selection =
      weir::graph::select(graph, {.select = std::move(select), .exclude = std::move(exclude), .indirect = indirect});
  std::vector<std::string> names;
  for (const NodeIndex node : selection.value().nodes) {
    names.push_back(graph.info(node).name);
  }
  return names;
}

std::vector<std::string> eager(std::vector<std::string> select, std::vector<std::string> exclude = {}) {
  return selected(IndirectSelection::kEager, std::move(select), std::move(exclude));
}

TEST(IndirectSelection, EagerTakesEveryTestThatLooksAtASelectedNode) {
  EXPECT_THAT(eager({"b"}), UnorderedElementsAre("b", "on_b", "a_and_b", "b_and_s", "b_and_other", "b_unit"));
}

TEST(IndirectSelection, CautiousTakesTestsThatLookAtSelectedNodesOnly) {
  EXPECT_THAT(selected(IndirectSelection::kCautious, {"b"}), UnorderedElementsAre("b", "on_b", "b_unit"));
}

TEST(IndirectSelection, BuildableTakesTestsOfSelectedNodesTheirAncestorsAndSources) {
  EXPECT_THAT(selected(IndirectSelection::kBuildable, {"b"}),
              UnorderedElementsAre("b", "on_b", "a_and_b", "b_and_s", "b_unit"));
}

TEST(IndirectSelection, EmptyTakesNone) {
  EXPECT_THAT(selected(IndirectSelection::kEmpty, {"b"}), ElementsAre("b"));
}

TEST(IndirectSelection, CautiousPutsTheSelectorsOfAUnionTogether) {
  EXPECT_THAT(selected(IndirectSelection::kCautious, {"b other"}),
              UnorderedElementsAre("b", "other", "on_b", "b_and_other", "b_unit"));
}

TEST(IndirectSelection, WhatIsNamedIsSelectedInEveryMode) {
  for (const auto indirect : {IndirectSelection::kEager, IndirectSelection::kCautious, IndirectSelection::kBuildable,
                              IndirectSelection::kEmpty}) {
    EXPECT_THAT(selected(indirect, {"b_and_other"}), ElementsAre("b_and_other"));
  }
}

TEST(IndirectSelection, IntersectionsReachTestsThroughTheirModels) {
  EXPECT_THAT(eager({"b,test_type:singular"}), UnorderedElementsAre("b_and_s", "b_and_other"));
  EXPECT_THAT(eager({"b,test_name:unique"}), ElementsAre("on_b"));
}

TEST(IndirectSelection, ExcludingAModelExcludesItsTests) {
  EXPECT_THAT(eager({"a b"}, {"b"}), UnorderedElementsAre("a", "on_a"));
  EXPECT_THAT(eager({"test_type:data"}, {"source:*"}), UnorderedElementsAre("on_a", "on_b", "a_and_b", "b_and_other"));
}

TEST(IndirectSelection, CautiousExcludesOnlyTestsOfExcludedNodesAlone) {
  EXPECT_THAT(selected(IndirectSelection::kCautious, {"a b"}, {"b"}), UnorderedElementsAre("a", "on_a", "a_and_b"));
}

TEST(IndirectSelection, GraphOperatorsReachTestsDirectly) {
  EXPECT_THAT(selected(IndirectSelection::kEmpty, {"a+1"}), UnorderedElementsAre("a", "b", "on_a", "a_and_b"));
  EXPECT_THAT(eager({"source:raw"}), UnorderedElementsAre("s", "on_s", "b_and_s"));
}

TEST(IndirectSelection, SelectsByTypeOfTest) {
  EXPECT_THAT(eager({"test_type:unit"}), ElementsAre("b_unit"));
  EXPECT_THAT(eager({"test_type:generic"}), UnorderedElementsAre("on_a", "on_b", "a_and_b"));
  EXPECT_THAT(eager({"test_type:schema"}), eager({"test_type:generic"}));
  EXPECT_THAT(eager({"test_type:singular"}), UnorderedElementsAre("b_and_s", "b_and_other", "on_s"));
  EXPECT_THAT(eager({"test_name:b_unit"}), ElementsAre("b_unit"));
  EXPECT_THAT(eager({"unit_test:*"}), ElementsAre("b_unit"));
  EXPECT_FALSE(weir::graph::select(tested_graph(), {.select = {"test_type:genric"}}));
}
}  // namespace
}  // namespace weir::graph
