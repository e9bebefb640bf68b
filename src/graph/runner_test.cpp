#include "graph/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <latch>
#include <mutex>
#include <stdexcept>

#include "graph/test_project.h"

namespace weir::graph {
namespace {
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::node_info;
using ::testing::UnorderedElementsAre;

using Work = std::function<Result<NodeResult>(RunContext&)>;
using Fresh = std::function<Result<Freshness>(FreshnessContext&)>;

class FakeNode : public Node {
 public:
  FakeNode(NodeInfo info, Work run, Fresh fresh)
      : Node(std::move(info)), run_(std::move(run)), fresh_(std::move(fresh)) {}
  Result<Freshness> freshness(FreshnessContext& context) override {
    return fresh_ ? fresh_(context) : Node::freshness(context);
  }
  Result<NodeResult> run(RunContext& context) override { return run_ ? run_(context) : NodeResult{}; }

 private:
  Work run_;
  Fresh fresh_;
};

Result<NodeResult> fails(RunContext&) {
  return NodeResult{.outcome = Outcome::kFailed, .message = "3 rows are null"};
}
Result<NodeResult> warns(RunContext&) {
  return NodeResult{.outcome = Outcome::kWarn};
}
Result<NodeResult> breaks(RunContext&) {
  return fail(ErrorCode::kIo, "disk full");
}
Result<Freshness> is_fresh(FreshnessContext&) {
  return Freshness{.fresh = true, .reason = {}};
}

class RunnerTest : public ::testing::Test {
 protected:
  /// "model.shop.a" after the nodes `inputs`.
  void add(std::string id, std::vector<std::string> inputs = {}, const Work& run = {}, Fresh fresh = {}) {
    auto counted = [this, id, run](RunContext& context) -> Result<NodeResult> {
      {
        const std::scoped_lock lock(mutex_);
        order_.push_back(id.substr(id.rfind('.') + 1));
      }
      return run ? run(context) : NodeResult{};
    };
    nodes_.push_back(
        std::make_unique<FakeNode>(node_info(std::move(id), std::move(inputs)), counted, std::move(fresh)));
  }
  void build() {
    graph_ = Graph::build(std::move(nodes_)).value();
    graph_->add_test_gates();
  }
  RunSummary run_some(const std::vector<std::string>& ids) {
    if (!graph_) {
      build();
    }
    std::vector<NodeIndex> selected;
    for (NodeIndex i = 0; i < graph_->size(); ++i) {
      if (ids.empty() || std::ranges::find(ids, graph_->info(i).id) != ids.end()) {
        selected.push_back(i);
      }
    }
    return run(*graph_, selected, options_, *progress_);
  }
  RunSummary run_all() { return run_some({}); }
  /// "a ok, b skipped", in the graph's order.
  std::string outcomes(const RunSummary& summary) {
    std::string out;
    for (const NodeRun& node : summary.nodes) {
      out += (out.empty() ? "" : ", ") + graph_->info(node.node).name + " " + std::string(outcome_name(node.outcome));
    }
    return out;
  }
  const NodeRun& row(const RunSummary& summary, std::string_view id) {
    return *std::ranges::find(summary.nodes, graph_->find(id).value(), &NodeRun::node);
  }

  std::vector<std::unique_ptr<Node>> nodes_;
  std::optional<Graph> graph_;
  std::mutex mutex_;
  std::vector<std::string> order_;
  RunOptions options_{.threads_count = 1};
  std::unique_ptr<Progress> progress_ = Progress::create(Progress::Style::kQuiet);
};

TEST_F(RunnerTest, RunsEachNodeAfterWhatItReads) {
  add("model.shop.a", {"model.shop.b"});
  add("model.shop.b", {"model.shop.c"});
  add("model.shop.c");
  EXPECT_EQ(outcomes(run_all()), "c ok, b ok, a ok");
  EXPECT_THAT(order_, ElementsAre("c", "b", "a"));
}

TEST_F(RunnerTest, OneThreadTakesTheLongestWayFirstThenNames) {
  add("model.shop.a");
  add("model.shop.b");
  add("model.shop.x");
  add("model.shop.y", {"model.shop.x"});
  run_all();
  EXPECT_THAT(order_, ElementsAre("x", "a", "b", "y"));
}

TEST_F(RunnerTest, NothingSelectedIsFine) {
  const RunSummary summary = run(Graph::build({}).value(), {}, options_, *progress_);
  EXPECT_EQ(summary.outcome(), Outcome::kOk);
  EXPECT_EQ(summary.nodes_count(), 0U);
}

TEST_F(RunnerTest, AFailureSkipsWhatComesAfterAndTheRestGoesOn) {
  add("model.shop.a", {}, breaks);
  add("model.shop.b", {"model.shop.a"});
  add("model.shop.c", {"model.shop.b"});
  add("model.shop.other");
  const RunSummary summary = run_all();
  EXPECT_EQ(outcomes(summary), "a error, b skipped, c skipped, other ok");
  EXPECT_EQ(row(summary, "model.shop.c").blocked_by, graph_->find("model.shop.a"));
  EXPECT_EQ(row(summary, "model.shop.a").error->text(), "disk full");
  EXPECT_EQ(summary.outcome(), Outcome::kError);
  EXPECT_EQ(summary.counts, (RunCounts{.run_count = 1, .failed_count = 1, .skipped_count = 2}));
}

TEST_F(RunnerTest, AFailedTestBlocksTheChildrenOfItsModel) {
  add("model.shop.a");
  add("model.shop.b", {"model.shop.a"});
  add("test.shop.t", {"model.shop.a"}, fails);
  const RunSummary summary = run_all();
  EXPECT_EQ(outcomes(summary), "a ok, b skipped, t failed");
  EXPECT_EQ(row(summary, "model.shop.b").result.message, "test.shop.t did not pass");
  EXPECT_EQ(summary.outcome(), Outcome::kFailed);
}

TEST_F(RunnerTest, AWarningBlocksNothing) {
  add("model.shop.a");
  add("model.shop.b", {"model.shop.a"});
  add("test.shop.t", {"model.shop.a"}, warns);
  const RunSummary summary = run_all();
  EXPECT_EQ(outcomes(summary), "a ok, b ok, t warn");
  EXPECT_EQ(summary.outcome(), Outcome::kWarn);
  EXPECT_EQ(summary.counts, (RunCounts{.run_count = 3, .warned_count = 1}));
}

TEST_F(RunnerTest, AFailedUnitTestSkipsItsModel) {
  add("model.shop.a");
  add("unit_test.shop.u", {"model.shop.a"}, fails);
  EXPECT_EQ(outcomes(run_all()), "a skipped, u failed");
}

TEST_F(RunnerTest, OrderAndFailureGoThroughNodesThatAreNotSelected) {
  add("model.shop.z");
  add("model.shop.m", {"model.shop.z"});
  add("model.shop.a", {"model.shop.m"});
  run_some({"model.shop.a", "model.shop.z"});
  EXPECT_THAT(order_, ElementsAre("z", "a"));
  graph_.reset();
  nodes_.clear();
  add("model.shop.z", {}, breaks);
  add("model.shop.m", {"model.shop.z"});
  add("model.shop.a", {"model.shop.m"});
  EXPECT_EQ(outcomes(run_some({"model.shop.a", "model.shop.z"})), "z error, a skipped");
}

TEST_F(RunnerTest, SourcesAndExposuresDoNotRun) {
  add("source.shop.raw.orders");
  add("model.shop.a", {"source.shop.raw.orders"});
  add("exposure.shop.e", {"model.shop.a"});
  EXPECT_EQ(outcomes(run_all()), "a ok");
}

TEST_F(RunnerTest, FreshNodesAreNotRun) {
  add("model.shop.a", {}, {}, is_fresh);
  add("model.shop.b", {"model.shop.a"}, {}, [](FreshnessContext& context) -> Result<Freshness> {
    EXPECT_EQ(context.parent_that_ran, "");
    return Freshness{.fresh = false, .reason = "code changed"};
  });
  const RunSummary summary = run_all();
  EXPECT_EQ(outcomes(summary), "a fresh, b ok");
  EXPECT_EQ(row(summary, "model.shop.b").reason, "code changed");
  EXPECT_EQ(summary.counts, (RunCounts{.run_count = 1, .fresh_count = 1}));
}

TEST_F(RunnerTest, FreshnessKnowsTheParentThatRan) {
  add("model.shop.a");
  add("exposure.shop.between", {"model.shop.a"});
  std::string seen;
  add("model.shop.b", {"exposure.shop.between"}, {}, [&](FreshnessContext& context) -> Result<Freshness> {
    seen = context.parent_that_ran;
    return Freshness{.fresh = true, .reason = {}};
  });
  run_all();
  EXPECT_EQ(seen, "model.shop.a");
}

TEST_F(RunnerTest, FreshnessIsAskedAfterTheParentsEnded) {
  bool parent_ended = false;
  add("model.shop.a", {}, [&](RunContext&) -> Result<NodeResult> {
    parent_ended = true;
    return NodeResult{};
  });
  add("model.shop.b", {"model.shop.a"}, {}, [&](FreshnessContext&) -> Result<Freshness> {
    EXPECT_TRUE(parent_ended);
    return Freshness{.fresh = true, .reason = {}};
  });
  EXPECT_EQ(outcomes(run_all()), "a ok, b fresh");
}

TEST_F(RunnerTest, ForceAndFullRefreshRunFreshNodes) {
  add(
      "model.shop.a", {},
      [this](RunContext& context) -> Result<NodeResult> {
        EXPECT_EQ(context.run.full_refresh, options_.full_refresh);
        return NodeResult{};
      },
      is_fresh);
  options_.force = true;
  EXPECT_EQ(row(run_all(), "model.shop.a").reason, "forced");
  options_.full_refresh = true;
  EXPECT_EQ(row(run_all(), "model.shop.a").reason, "full refresh");
}

TEST_F(RunnerTest, AnErrorInFreshnessIsTheNodesError) {
  add("model.shop.a", {}, {}, [](FreshnessContext&) -> Result<Freshness> { return fail(ErrorCode::kIo, "no lake"); });
  add("model.shop.b", {"model.shop.a"});
  EXPECT_EQ(outcomes(run_all()), "a error, b skipped");
}

TEST_F(RunnerTest, WhatANodeThrowsIsItsError) {
  add("model.shop.a", {}, [](RunContext&) -> Result<NodeResult> { throw std::runtime_error("oops"); });
  add("model.shop.b", {}, {}, [](FreshnessContext&) -> Result<Freshness> { throw 7; });
  const RunSummary summary = run_all();
  EXPECT_THAT(row(summary, "model.shop.a").error->text(), HasSubstr("oops"));
  EXPECT_EQ(outcomes(summary), "a error, b error");
}

TEST_F(RunnerTest, ANodeCannotCallItselfFresh) {
  add("model.shop.a", {}, [](RunContext&) -> Result<NodeResult> { return NodeResult{.outcome = Outcome::kFresh}; });
  EXPECT_EQ(outcomes(run_all()), "a error");
}

TEST_F(RunnerTest, FailFastStartsNoMoreNodes) {
  add("model.shop.a", {}, fails);
  add("model.shop.b");
  add("model.shop.c");
  options_.fail_fast = true;
  const RunSummary summary = run_all();
  EXPECT_EQ(outcomes(summary), "a failed, b skipped, c skipped");
  EXPECT_EQ(row(summary, "model.shop.c").blocked_by, graph_->find("model.shop.a"));
}

TEST_F(RunnerTest, FailFastStopsRunningNodes) {
  std::latch running(1);
  add("model.shop.a", {}, [&](RunContext& context) -> Result<NodeResult> {
    running.wait();
    return breaks(context);
  });
  add("model.shop.b", {}, [&](RunContext& context) -> Result<NodeResult> {
    std::latch stopped(1);
    const std::stop_callback on_stop(context.stop, [&] { stopped.count_down(); });
    running.count_down();
    stopped.wait();
    return fail(ErrorCode::kCancelled, "stopped");
  });
  options_.fail_fast = true;
  options_.threads_count = 2;
  EXPECT_EQ(outcomes(run_all()), "a error, b cancelled");
}

TEST_F(RunnerTest, AStopCancelsWhatRunsAndWhatWaits) {
  std::stop_source user;
  add("model.shop.a", {}, [&](RunContext& context) -> Result<NodeResult> {
    user.request_stop();
    EXPECT_TRUE(context.stop.stop_requested());
    return fail(ErrorCode::kCancelled, "stopped");
  });
  add("model.shop.b", {"model.shop.a"});
  add("model.shop.c");
  options_.stop = user.get_token();
  const RunSummary summary = run_all();
  EXPECT_EQ(outcomes(summary), "a cancelled, b cancelled, c cancelled");
  EXPECT_EQ(summary.outcome(), Outcome::kCancelled);
}

TEST_F(RunnerTest, WhatEndsInSpiteOfAStopIsDone) {
  std::stop_source user;
  add("model.shop.a", {}, [&](RunContext&) -> Result<NodeResult> {
    user.request_stop();
    return NodeResult{};
  });
  options_.stop = user.get_token();
  EXPECT_EQ(outcomes(run_all()), "a ok");
}

TEST_F(RunnerTest, IndependentNodesRunAtOnce) {
  // Each waits for the other, so one after the other would never end.
  std::latch both(2);
  const auto meet = [&](RunContext&) -> Result<NodeResult> {
    both.arrive_and_wait();
    return NodeResult{};
  };
  add("model.shop.a", {}, meet);
  add("model.shop.b", {}, meet);
  options_.threads_count = 2;
  EXPECT_EQ(outcomes(run_all()), "a ok, b ok");
}

TEST_F(RunnerTest, AWaitingThreadWakesWhenTheLastParentEnds) {
  // Two children become ready at once; each waits for the other.
  std::latch both(2);
  const auto meet = [&](RunContext&) -> Result<NodeResult> {
    both.arrive_and_wait();
    return NodeResult{};
  };
  add("model.shop.a");
  add("model.shop.b", {"model.shop.a"}, meet);
  add("model.shop.c", {"model.shop.a"}, meet);
  options_.threads_count = 3;
  EXPECT_EQ(outcomes(run_all()), "a ok, b ok, c ok");
}

/// Writes down what it is told.
class ListProgress : public Progress {
 public:
  void expect_steps(std::uint64_t count) override { lines.push_back("expect " + std::to_string(count)); }
  void drop_steps(std::uint64_t count) override { lines.push_back("drop " + std::to_string(count)); }
  void start(std::string_view step) override { lines.push_back("start " + std::string(step)); }
  void update(std::string_view step, double, std::string_view detail) override {
    lines.push_back("update " + std::string(step) + " " + std::string(detail));
  }
  void finish(std::string_view step, Outcome, double, std::string_view detail) override {
    lines.push_back("finish " + std::string(step) + " " + std::string(detail));
  }
  void say(std::string_view) override {}
  std::vector<std::string> lines;
};

TEST_F(RunnerTest, ShowsProgress) {
  add("model.shop.a", {}, {}, is_fresh);
  add("model.shop.b", {}, [](RunContext& context) -> Result<NodeResult> {
    context.update(0.5, "half");
    return NodeResult{.rows = 1200};
  });
  add("test.shop.t", {"model.shop.b"}, fails);
  add("model.shop.z", {"model.shop.b"});
  build();
  ListProgress progress;
  run(*graph_, std::vector<NodeIndex>{0, 1, 2, 3}, options_, progress);
  EXPECT_THAT(progress.lines,
              ElementsAre("expect 4", "start model.shop.b", "update model.shop.b half",
                          "finish model.shop.b 1,200 rows", "start test.shop.t", "finish test.shop.t 3 rows are null",
                          "drop 1", "finish model.shop.z test.shop.t did not pass"));
}
}  // namespace
}  // namespace weir::graph
