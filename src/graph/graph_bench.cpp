#include "graph/graph.h"

#include <benchmark/benchmark.h>

#include "core/files.h"
#include "core/random.h"
#include "graph/run_records.h"
#include "graph/runner.h"
#include "graph/selection.h"
#include "graph/test_project.h"

namespace weir::graph {
namespace {
class QuickNode : public Node {
 public:
  QuickNode(NodeInfo info, bool fresh) : Node(std::move(info)), fresh_(fresh) {}
  Result<Freshness> freshness(FreshnessContext& context) override {
    if (fresh_ && is_test(info().kind)) {
      return compare_states(context.last_state ? context.last_state() : std::nullopt, state());
    }
    return Freshness{.fresh = fresh_, .reason = fresh_ ? "" : "code changed"};
  }
  Result<NodeResult> run(RunContext&) override {
    return NodeResult{.rows = 1, .code_hash = state().code_hash, .inputs = state().inputs};
  }

 private:
  NodeState state() const { return {.code_hash = "1f3a9c2b1f3a9c2b", .inputs = {{"analytics.fact_orders", "17"}}}; }
  bool fresh_;
};

/// As a large project has it: layers of models that read up to three of the layer before, and as many tests as models.
std::vector<std::unique_ptr<Node>> project(std::size_t nodes_count, bool fresh = false) {
  SeededRandom random(7);
  std::vector<std::unique_ptr<Node>> nodes;
  std::vector<std::string> models;
  constexpr std::size_t kLayer = 500;
  while (nodes.size() + 1 < nodes_count) {
    const std::size_t number = models.size();
    NodeInfo model = testing::node_info("model.shop.model_" + std::to_string(number));
    const std::size_t layer_start = number / kLayer * kLayer;
    for (std::uint64_t i = 0; i < 3 && layer_start > 0; ++i) {
      model.inputs.push_back(models[layer_start - kLayer + random.below(kLayer)]);
    }
    model.fqn = {"shop", "layer_" + std::to_string(number / kLayer), "folder_" + std::to_string(number % 10),
                 model.name};
    model.path = "models/" + model.fqn[1] + "/" + model.fqn[2] + "/" + model.name + ".sql";
    model.tags = {number % 2 == 0 ? "daily" : "hourly"};
    model.tables_written = {"analytics." + model.name};
    models.push_back(model.id);
    NodeInfo test = testing::node_info("test.shop.test_" + std::to_string(number), {model.id});
    if (number % 10 == 0 && number > 0) {
      test.inputs.push_back(models[random.below(number)]);
    }
    nodes.push_back(std::make_unique<QuickNode>(std::move(model), fresh));
    nodes.push_back(std::make_unique<QuickNode>(std::move(test), fresh));
  }
  return nodes;
}

std::vector<NodeIndex> everything(const Graph& graph) {
  return select(graph).value().nodes;
}

void build_and_select(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    auto nodes = project(static_cast<std::size_t>(state.range(0)));
    state.ResumeTiming();
    Graph graph = Graph::build(std::move(nodes)).value();
    graph.add_test_gates();
    benchmark::DoNotOptimize(select(graph, {.select = {"tag:daily,layer_1+"}, .exclude = {"+model_1234"}}));
    state.PauseTiming();
    {
      const Graph gone = std::move(graph);
    }
    state.ResumeTiming();
  }
}

void select_only(benchmark::State& state, const char* selector) {
  const Graph graph = Graph::build(project(10'000)).value();
  for (auto _ : state) {
    benchmark::DoNotOptimize(select(graph, {.select = {selector}}));
  }
}

void run_trivial_nodes(benchmark::State& state) {
  Graph graph = Graph::build(project(10'000)).value();
  graph.add_test_gates();
  const auto selected = everything(graph);
  const auto progress = Progress::create(Progress::Style::kQuiet);
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        run(graph, selected, {.threads_count = static_cast<std::size_t>(state.range(0))}, *progress));
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(selected.size()));
}

void run_recorded_nodes(benchmark::State& state) {
  Graph graph = Graph::build(project(10'000)).value();
  graph.add_test_gates();
  const auto selected = everything(graph);
  const auto progress = Progress::create(Progress::Style::kQuiet);
  const TempDir folder = TempDir::create().value();
  for (auto _ : state) {
    RunRecords records(folder.path() / "state.db");
    const RunSummary summary = run(graph, selected, {.threads_count = 2}, *progress, &records);
    if (!summary.warnings.empty()) {
      state.SkipWithError(summary.warnings[0].c_str());
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(selected.size()));
}

/// 1,000 models and their tests, all fresh; with opening the records and recording the run.
void run_with_nothing_to_do(benchmark::State& state) {
  const TempDir folder = TempDir::create().value();
  const auto progress = Progress::create(Progress::Style::kQuiet);
  {
    const Graph graph = Graph::build(project(2'000)).value();
    RunRecords records(folder.path() / "state.db");
    benchmark::DoNotOptimize(run(graph, everything(graph), {}, *progress, &records));
  }
  const Graph graph = Graph::build(project(2'000, true)).value();
  const auto selected = everything(graph);
  for (auto _ : state) {
    RunRecords records(folder.path() / "state.db");
    const RunSummary summary = run(graph, selected, {}, *progress, &records);
    if (summary.counts.fresh_count != selected.size()) {
      state.SkipWithError("not all is fresh");
    }
  }
}

BENCHMARK(build_and_select)->Arg(1'000)->Arg(10'000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(select_only, tag, "tag:daily")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(select_only, ancestors, "+model_4321")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(select_only, wildcard, "*.folder_3.*")->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(select_only, nothing, "model_nowhere")->Unit(benchmark::kMillisecond);
BENCHMARK(run_trivial_nodes)->Arg(1)->Arg(2)->Arg(4)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(run_recorded_nodes)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(run_with_nothing_to_do)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();
}  // namespace
}  // namespace weir::graph
