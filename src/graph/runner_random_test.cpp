#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <set>

#include "core/random.h"
#include "graph/runner.h"
#include "graph/test_project.h"

// Random graphs, many threads: whatever the order in which threads come, a run keeps its promises.
namespace weir::graph {
namespace {
/// What happened to one node, in the order of a clock that all nodes share.
struct Life {
  std::atomic<int> runs = 0;
  std::atomic<int> started = 0;
  std::atomic<int> ended = 0;
};

class WitnessNode : public Node {
 public:
  WitnessNode(NodeInfo info, Outcome outcome, std::atomic<int>& ticks, Life& life)
      : Node(std::move(info)), outcome_(outcome), ticks_(ticks), life_(life) {}
  Result<Freshness> freshness(FreshnessContext&) override {
    life_.started = ++ticks_;
    life_.ended = ++ticks_;
    return Freshness{.fresh = outcome_ == Outcome::kFresh, .reason = {}};
  }
  Result<NodeResult> run(RunContext&) override {
    ++life_.runs;
    life_.ended = ++ticks_;
    return outcome_ == Outcome::kError ? Result<NodeResult>(fail(ErrorCode::kIo, "no"))
                                       : NodeResult{.outcome = outcome_};
  }

 private:
  Outcome outcome_;
  std::atomic<int>& ticks_;
  Life& life_;
};

Outcome random_outcome(RandomSource& random) {
  const std::uint64_t dice = random.below(20);
  return dice == 0 ? Outcome::kError : dice == 1 ? Outcome::kFailed : dice < 6 ? Outcome::kFresh : Outcome::kOk;
}

NodeInfo random_info(RandomSource& random, std::size_t number, const std::vector<NodeInfo>& earlier) {
  const bool test = random.below(4) == 0;
  NodeInfo info = testing::node_info((test ? "test.shop.n" : "model.shop.n") + std::to_string(number));
  const std::uint64_t inputs_count = random.below(4);
  for (std::uint64_t i = 0; i < inputs_count && !earlier.empty(); ++i) {
    const NodeInfo& input = earlier[random.below(earlier.size())];
    if (!is_test(input.kind)) {
      info.inputs.push_back(input.id);
    }
  }
  if (!test && random.below(8) == 0) {
    info.materialized = "ephemeral";
  }
  return info;
}

struct World {
  std::optional<Graph> graph;
  std::atomic<int> ticks = 0;
  std::vector<Life> lives;       // by node
  std::vector<Outcome> planned;  // by node
  std::vector<NodeIndex> selected;
};

void make_world(World& world, RandomSource& random) {
  const std::size_t count = 1 + random.below(150);
  std::vector<NodeInfo> infos;
  for (std::size_t i = 0; i < count; ++i) {
    infos.push_back(random_info(random, i, infos));
  }
  std::vector<Life> lives(count);
  world.lives = std::move(lives);
  std::vector<std::unique_ptr<Node>> nodes;
  std::map<std::string, std::pair<Outcome, std::size_t>> plan;
  for (std::size_t i = 0; i < count; ++i) {
    plan[infos[i].id] = {random_outcome(random), i};
    nodes.push_back(std::make_unique<WitnessNode>(infos[i], plan[infos[i].id].first, world.ticks, world.lives[i]));
  }
  world.graph = Graph::build(std::move(nodes)).value();
  world.graph->add_test_gates();
  for (NodeIndex i = 0; i < count; ++i) {
    world.planned.push_back(plan[world.graph->info(i).id].first);
    if (random.below(5) != 0) {
      world.selected.push_back(i);
    }
  }
}

std::size_t life_of(const World& world, NodeIndex node) {
  return std::stoul(world.graph->info(node).name.substr(1));
}

/// All nodes that must have ended before `node`.
std::vector<NodeIndex> all_before(const Graph& graph, NodeIndex node) {
  NodeSet seen(graph.size());
  std::vector<NodeIndex> open = {node};
  while (!open.empty()) {
    const NodeIndex at = open.back();
    open.pop_back();
    for (const NodeIndex parent : graph.run_parents(at)) {
      if (!seen.contains(parent)) {
        seen.insert(parent);
        open.push_back(parent);
      }
    }
  }
  return seen.members();
}

void check_run(World& world, const RunSummary& summary) {
  std::map<NodeIndex, const NodeRun*> rows;
  for (const NodeRun& row : summary.nodes) {
    EXPECT_TRUE(rows.emplace(row.node, &row).second) << "a node has one row";
  }
  for (const NodeIndex node : world.selected) {
    if (!world.graph->info(node).runs()) {
      continue;
    }
    const Life& life = world.lives[life_of(world, node)];
    ASSERT_TRUE(rows.contains(node));
    const Outcome outcome = rows[node]->outcome;
    bool blocked = false;
    for (const NodeIndex before : all_before(*world.graph, node)) {
      const auto row = rows.find(before);
      if (row == rows.end()) {
        continue;
      }
      blocked = blocked || blocks(row->second->outcome);
      if (outcome != Outcome::kSkipped && row->second->outcome != Outcome::kSkipped) {
        EXPECT_LT(world.lives[life_of(world, before)].ended, life.started) << "what comes before has ended";
      }
    }
    EXPECT_EQ(outcome, blocked ? Outcome::kSkipped : world.planned[node]);
    EXPECT_EQ(life.runs, blocked || outcome == Outcome::kFresh ? 0 : 1);
  }
}

TEST(RunnerRandom, KeepsOrderRunsOnceAndSkipsExactlyWhatIsBlocked) {
  const char* given = std::getenv("WEIR_TEST_SEED");
  const std::uint64_t first_seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
  const std::uint64_t seeds_count = given != nullptr ? 1 : 60;
  const auto progress = Progress::create(Progress::Style::kQuiet);
  for (std::uint64_t seed = first_seed; seed < first_seed + seeds_count && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("WEIR_TEST_SEED=" + std::to_string(seed));
    SeededRandom random(seed);
    World world;
    make_world(world, random);
    check_run(world, run(*world.graph, world.selected, {.threads_count = 1 + random.below(6)}, *progress));
  }
}
}  // namespace
}  // namespace weir::graph
