#include "graph/selection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "graph/test_project.h"

namespace weir::graph {
namespace {
using testing::declared;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::node_info;
using ::testing::UnorderedElementsAre;

NodeInfo model(const std::string& folder, const std::string& name, std::vector<std::string> inputs = {}) {
  NodeInfo info = node_info("model.shop." + name, std::move(inputs));
  info.path = "models/" + folder + "/" + name + ".sql";
  info.fqn = {"shop", folder, name};
  info.schema = folder == "staging" ? "staging" : "analytics";
  info.materialized = folder == "staging" ? "view" : "table";
  info.tables_written = {info.schema + "." + name};
  return info;
}

/// raw.orders and raw.customers -> staging.stg_* -> analytics.fact_orders -> a report and an exposure;
/// a package "snowplow" on its own.
Graph shop() {
  std::vector<std::unique_ptr<Node>> nodes;
  for (const std::string name : {"orders", "customers"}) {
    NodeInfo ingest = node_info("ingest.shop." + name);
    ingest.path = "ingest/" + name + ".yml";
    ingest.fqn = {"shop", "ingest", "load_" + name};
    ingest.tables_written = {"raw." + name};
    nodes.push_back(declared(ingest));
    NodeInfo source = node_info("source.shop.raw." + name);
    source.path = "models/staging/_sources.yml";
    source.source_name = "raw";
    source.tables_read = {"raw." + name};
    source.tags = {"pii"};
    nodes.push_back(declared(source));
  }
  NodeInfo orders = model("staging", "stg_orders", {"source.shop.raw.orders"});
  orders.tags = {"daily", "finance"};
  orders.properties_path = "models/staging/_models.yml";
  nodes.push_back(declared(orders));
  NodeInfo customers = model("staging", "stg_customers", {"source.shop.raw.customers"});
  customers.tags = {"daily"};
  nodes.push_back(declared(customers));
  NodeInfo fact = model("marts", "fact_orders", {"model.shop.stg_orders", "model.shop.stg_customers"});
  fact.group = "finance";
  fact.access = "public";
  fact.config = {{"meta.contains_pii", {"true"}}, {"unique_key", {"order_id", "line"}}, {"severity", {"ERROR"}}};
  nodes.push_back(declared(fact));
  nodes.push_back(declared(model("marts", "dim_customers", {"model.shop.stg_customers"})));
  NodeInfo snowplow = node_info("model.snowplow.page_views");
  snowplow.fqn = {"snowplow", "base", "page_views"};
  snowplow.path = "models/base/page_views.sql";
  nodes.push_back(declared(snowplow));
  NodeInfo exposure = node_info("exposure.shop.weekly_kpis", {"model.shop.fact_orders"});
  nodes.push_back(declared(exposure));
  NodeInfo report = node_info("report.shop.sales");
  report.path = "reports/sales.md";
  report.tables_read = {"analytics.fact_orders"};
  nodes.push_back(declared(report));
  return Graph::build(std::move(nodes)).value();
}

/// The names of what is selected, sources as raw.orders, ingests as load_orders.
std::vector<std::string> names(const Selection& selection, const Graph& graph) {
  std::vector<std::string> out;
  for (const NodeIndex node : selection.nodes) {
    const NodeInfo& info = graph.info(node);
    out.push_back(info.kind == NodeKind::kSource   ? "source " + info.name
                  : info.kind == NodeKind::kIngest ? "ingest " + info.name
                                                   : info.name);
  }
  return out;
}

std::vector<std::string> selected(std::vector<std::string> select, std::vector<std::string> exclude = {}) {
  const Graph graph = shop();
  const auto selection = weir::graph::select(graph, {.select = std::move(select), .exclude = std::move(exclude)});
  EXPECT_TRUE(selection) << selection.error().text();
  EXPECT_THAT(selection->warnings, IsEmpty());
  return names(*selection, graph);
}

std::vector<std::string> warnings(std::vector<std::string> select, std::vector<std::string> exclude = {}) {
  return weir::graph::select(shop(), {.select = std::move(select), .exclude = std::move(exclude)}).value().warnings;
}

std::string error(std::string select) {
  const auto selection = weir::graph::select(shop(), {.select = {std::move(select)}});
  return selection ? "selected" : selection.error().text();
}

TEST(Selection, WithoutSelectorsIsEverything) {
  EXPECT_EQ(selected({}).size(), shop().size());
}

TEST(Selection, FindsByName) {
  EXPECT_THAT(selected({"fact_orders"}), ElementsAre("fact_orders"));
  EXPECT_THAT(selected({"shop.marts.fact_orders"}), ElementsAre("fact_orders"));
  EXPECT_THAT(selected({"marts.fact_orders"}), ElementsAre("fact_orders"));
  EXPECT_THAT(selected({"model.shop.fact_orders"}), ElementsAre("fact_orders"));
}

TEST(Selection, FindsFoldersAndPackagesByDottedName) {
  EXPECT_THAT(selected({"marts"}), ElementsAre("dim_customers", "fact_orders"));
  EXPECT_THAT(selected({"snowplow"}), ElementsAre("page_views"));
  EXPECT_THAT(selected({"snowplow.*"}), ElementsAre("page_views"));
  EXPECT_THAT(selected({"snowplow.base.*"}), ElementsAre("page_views"));
  EXPECT_THAT(selected({"base"}), ElementsAre("page_views"));
  EXPECT_THAT(selected({"*.marts.*"}), ElementsAre("dim_customers", "fact_orders"));
}

TEST(Selection, FindsByPath) {
  EXPECT_THAT(selected({"models/marts"}), ElementsAre("dim_customers", "fact_orders"));
  EXPECT_THAT(selected({"path:models/marts/"}), ElementsAre("dim_customers", "fact_orders"));
  EXPECT_THAT(selected({"./models/marts/fact_orders.sql"}), ElementsAre("fact_orders"));
  EXPECT_THAT(selected({"models/*/fact_*.sql"}), ElementsAre("fact_orders"));
  EXPECT_THAT(selected({"models/staging/_models.yml"}), ElementsAre("stg_orders"));
  EXPECT_EQ(selected({"path:."}).size(), shop().size());
}

TEST(Selection, FindsByFile) {
  EXPECT_THAT(selected({"fact_orders.sql"}), ElementsAre("fact_orders"));
  EXPECT_THAT(selected({"file:fact_orders.sql"}), ElementsAre("fact_orders"));
  EXPECT_THAT(selected({"file:fact_orders"}), ElementsAre("fact_orders"));
  EXPECT_THAT(selected({"sales.md"}), ElementsAre("sales"));
}

TEST(Selection, FindsByTable) {
  EXPECT_THAT(selected({"raw.orders"}), ElementsAre("ingest orders", "source orders"));
  EXPECT_THAT(selected({"RAW.*"}),
              UnorderedElementsAre("ingest orders", "source orders", "ingest customers", "source customers"));
  EXPECT_THAT(selected({"table:staging"}), UnorderedElementsAre("stg_orders", "stg_customers"));
  EXPECT_THAT(selected({"table:analytics.fact_orders"}), ElementsAre("fact_orders"));
}

TEST(Selection, ATableNameIsTriedWhenNoDottedNameFits) {
  // staging is a folder, analytics only a schema.
  EXPECT_THAT(selected({"staging"}), UnorderedElementsAre("stg_orders", "stg_customers"));
  EXPECT_THAT(selected({"analytics"}), UnorderedElementsAre("fact_orders", "dim_customers"));
  EXPECT_THAT(selected({"fact_*"}), ElementsAre("fact_orders"));
}

TEST(Selection, PlusAddsWhatComesBeforeAndAfter) {
  EXPECT_THAT(selected({"+stg_orders"}), ElementsAre("ingest orders", "source orders", "stg_orders"));
  EXPECT_THAT(selected({"stg_orders+"}), UnorderedElementsAre("stg_orders", "fact_orders", "weekly_kpis", "sales"));
  EXPECT_THAT(selected({"1+stg_orders"}), ElementsAre("source orders", "stg_orders"));
  EXPECT_THAT(selected({"stg_orders+1"}), ElementsAre("stg_orders", "fact_orders"));
  EXPECT_THAT(selected({"1+stg_orders+1"}), ElementsAre("source orders", "stg_orders", "fact_orders"));
  EXPECT_THAT(selected({"0+stg_orders+0"}), ElementsAre("stg_orders"));
  EXPECT_THAT(selected({"staging+"}), UnorderedElementsAre("stg_orders", "stg_customers", "fact_orders",
                                                           "dim_customers", "weekly_kpis", "sales"));
}

TEST(Selection, AtAddsTheParentsOfTheChildren) {
  EXPECT_THAT(selected({"@stg_orders"}),
              UnorderedElementsAre("ingest orders", "source orders", "ingest customers", "source customers",
                                   "stg_orders", "stg_customers", "fact_orders", "weekly_kpis", "sales"));
}

TEST(Selection, WordsAddAndCommasIntersect) {
  EXPECT_THAT(selected({"stg_orders fact_orders"}), ElementsAre("stg_orders", "fact_orders"));
  EXPECT_THAT(selected({"stg_orders", "fact_orders"}), ElementsAre("stg_orders", "fact_orders"));
  EXPECT_THAT(selected({"staging,tag:finance"}), ElementsAre("stg_orders"));
  EXPECT_THAT(selected({"+fact_orders,+dim_customers"}),
              UnorderedElementsAre("ingest customers", "source customers", "stg_customers"));
  EXPECT_THAT(selected({"stg_orders+,stg_customers+"}), UnorderedElementsAre("fact_orders", "weekly_kpis", "sales"));
}

TEST(Selection, ExcludeTakesAway) {
  EXPECT_THAT(selected({"+stg_orders"}, {"ingest:*"}), ElementsAre("source orders", "stg_orders"));
  EXPECT_THAT(selected({"staging+"}, {"marts fact_orders+"}), UnorderedElementsAre("stg_orders", "stg_customers"));
  EXPECT_EQ(selected({}, {"source:*"}).size(), shop().size() - 2);
}

TEST(Selection, SourcesAreFoundByTheirMethod) {
  EXPECT_THAT(selected({"source:raw.orders"}), ElementsAre("source orders"));
  EXPECT_THAT(selected({"source:shop.raw.orders"}), ElementsAre("source orders"));
  EXPECT_THAT(selected({"source:raw"}), UnorderedElementsAre("source orders", "source customers"));
  EXPECT_THAT(selected({"source:r*.c*"}), ElementsAre("source customers"));
  EXPECT_THAT(selected({"source:raw.orders+1"}), ElementsAre("source orders", "stg_orders"));
  EXPECT_THAT(error("source:a.b.c.d"), HasSubstr("too many dots"));
}

TEST(Selection, FindsByTagGroupAccessAndPackage) {
  EXPECT_THAT(selected({"tag:daily"}), UnorderedElementsAre("stg_orders", "stg_customers"));
  EXPECT_THAT(selected({"tag:fin*"}), ElementsAre("stg_orders"));
  EXPECT_THAT(selected({"tag:pii"}), UnorderedElementsAre("source orders", "source customers"));
  EXPECT_THAT(selected({"group:finance"}), ElementsAre("fact_orders"));
  EXPECT_THAT(selected({"access:public"}), ElementsAre("fact_orders"));
  EXPECT_THAT(selected({"package:snow*"}), ElementsAre("page_views"));
}

TEST(Selection, PackageThisIsTheProject) {
  const Graph graph = shop();
  const Selection selection =
      weir::graph::select(graph, {.select = {"package:this"}, .root_package = "snowplow"}).value();
  EXPECT_THAT(names(selection, graph), ElementsAre("page_views"));
}

TEST(Selection, FindsByConfig) {
  EXPECT_THAT(selected({"config.materialized:view"}), UnorderedElementsAre("stg_orders", "stg_customers"));
  EXPECT_THAT(selected({"config.schema:analytics"}), UnorderedElementsAre("fact_orders", "dim_customers"));
  EXPECT_THAT(selected({"config.meta.contains_pii:True"}), ElementsAre("fact_orders"));
  EXPECT_THAT(selected({"config.unique_key:line"}), ElementsAre("fact_orders"));
  EXPECT_THAT(selected({"config.severity:error"}), ElementsAre("fact_orders"));
  EXPECT_THAT(error("config:table"), HasSubstr("config: needs a key"));
}

TEST(Selection, FindsByKind) {
  EXPECT_THAT(selected({"resource_type:exposure"}), ElementsAre("weekly_kpis"));
  EXPECT_THAT(selected({"kind:ingest"}), UnorderedElementsAre("ingest orders", "ingest customers"));
  EXPECT_THAT(selected({"exposure:weekly_kpis"}), ElementsAre("weekly_kpis"));
  EXPECT_THAT(selected({"+exposure:*,resource_type:source"}),
              UnorderedElementsAre("source orders", "source customers"));
  EXPECT_THAT(selected({"1+report:sales"}), ElementsAre("fact_orders", "sales"));
  EXPECT_THAT(error("resource_type:modle"), HasSubstr("did you mean \"model\"?"));
}

TEST(Selection, KindsAreALastFilter) {
  const Graph graph = shop();
  const Selection selection =
      weir::graph::select(graph, {.select = {"+stg_orders"}, .kinds = {NodeKind::kModel}}).value();
  EXPECT_THAT(names(selection, graph), ElementsAre("stg_orders"));
}

TEST(Selection, WarnsOfWhatMatchesNothing) {
  EXPECT_THAT(warnings({"fact_order"}), ElementsAre("\"fact_order\" matches nothing; did you mean \"fact_orders\"?"));
  EXPECT_THAT(warnings({"raw.order+"}), ElementsAre("\"raw.order+\" matches nothing; did you mean \"raw.orders\"?"));
  EXPECT_THAT(warnings({"tag:dialy"}), ElementsAre("\"tag:dialy\" matches nothing; did you mean \"daily\"?"));
  EXPECT_THAT(warnings({"path:nowhere/at/all"}), ElementsAre("\"path:nowhere/at/all\" matches nothing"));
  EXPECT_THAT(warnings({"marts"}, {"stg_order"}),
              ElementsAre("\"stg_order\" matches nothing; did you mean \"stg_orders\"?"));
}

TEST(Selection, WarnsOfAnEmptyIntersectionOnce) {
  EXPECT_THAT(warnings({"marts,tag:daily"}),
              ElementsAre("\"marts,tag:daily\" selects nothing: no node is in all of its parts"));
  EXPECT_EQ(warnings({"marts,tag:dialy"}).size(), 1U);
}

TEST(Selection, RefusesAnUnknownMethod) {
  EXPECT_THAT(error("tags:daily"), HasSubstr("unknown selection method \"tags:\"; it is one of fqn, path"));
  EXPECT_THAT(error("tags:daily"), HasSubstr("; did you mean \"tag\"?"));
}

TEST(Selection, OthersAddMethods) {
  const Graph graph = shop();
  const SelectionMethod state{.name = "state",
                              .match = [](const MethodCall& call, NodeSet& matched) -> Status {
                                if (call.value != "modified") {
                                  return fail(ErrorCode::kInvalid, "state: knows only modified");
                                }
                                matched.insert(call.graph.find("model.shop.fact_orders").value());
                                return {};
                              },
                              .values = {}};
  EXPECT_THAT(names(weir::graph::select(graph, {.select = {"state:modified+"}, .methods = {state}}).value(), graph),
              UnorderedElementsAre("fact_orders", "weekly_kpis", "sales"));
  EXPECT_FALSE(weir::graph::select(graph, {.select = {"state:old"}, .methods = {state}}));
}

TEST(Selection, KnowsModelVersions) {
  std::vector<std::unique_ptr<Node>> nodes;
  for (const std::string version : {"9", "10", "11"}) {
    NodeInfo info = node_info("model.shop.dim.v" + version);
    info.name = "dim";
    info.version = version;
    info.latest_version = "10";
    nodes.push_back(declared(info));
  }
  nodes.push_back(declared("model.shop.plain"));
  const Graph graph = Graph::build(std::move(nodes)).value();
  const auto find = [&](std::string selector) {
    return testing::ids(graph, weir::graph::select(graph, {.select = {std::move(selector)}}).value().nodes);
  };
  EXPECT_THAT(find("version:latest"), ElementsAre("model.shop.dim.v10"));
  EXPECT_THAT(find("version:prerelease"), ElementsAre("model.shop.dim.v11"));
  EXPECT_THAT(find("version:old"), ElementsAre("model.shop.dim.v9"));
  EXPECT_THAT(find("version:none"), ElementsAre("model.shop.plain"));
  EXPECT_EQ(find("dim").size(), 3U);
  EXPECT_THAT(find("dim.v10"), ElementsAre("model.shop.dim.v10"));
  EXPECT_THAT(find("dim_v10"), ElementsAre("model.shop.dim.v10"));
}
}  // namespace
}  // namespace weir::graph
