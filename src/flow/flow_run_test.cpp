#include "flow/flow_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace weir::flow {
namespace {
using std::chrono::milliseconds;
using Outcome = AttemptResult::Outcome;

Task task(std::string name, std::vector<std::size_t> needs = {}) {
  Task made;
  made.name = std::move(name);
  made.needs = std::move(needs);
  return made;
}

Timestamp at(int seconds) { return Timestamp(std::chrono::seconds(seconds)); }

TEST(FlowRun, HeavierTasksGoFirst) {
  Flow flow{.parallel = 1, .tasks = {task("alone"), task("first"), task("second", {1})}};
  SeededRandom random(1);
  FlowRun run(flow, random);
  EXPECT_EQ(run.start({}), (std::vector<Attempt>{{.task = 1}}));  // its weight counts what comes after it
}

TEST(FlowRun, APoolBoundsWhatRunsAtOnce) {
  Flow flow{.pools = {{"small", 1}}, .tasks = {task("a"), task("b"), task("c")}};
  flow.tasks[0].pool = flow.tasks[1].pool = "small";
  SeededRandom random(1);
  FlowRun run(flow, random);
  EXPECT_EQ(run.start({}), (std::vector<Attempt>{{.task = 0}, {.task = 2}}));
  run.finish({.task = 0}, {}, {});
  EXPECT_EQ(run.start({}), (std::vector<Attempt>{{.task = 1}}));
}

TEST(FlowRun, ATaskLargerThanItsPoolIsRefused) {
  Flow flow{.pools = {{"small", 1}}, .tasks = {task("a")}};
  flow.tasks[0].pool = "small";
  flow.tasks[0].pool_slots = 2;
  EXPECT_EQ(check_flow(flow).error().message, "task \"a\" needs 2 slots of pool \"small\", which has 1: it could never run");
}

TEST(FlowRun, ACircleIsRefused) {
  Flow flow{.tasks = {task("a", {1}), task("b", {0})}};
  EXPECT_EQ(check_flow(flow).error().message, "tasks need each other in a circle: a -> b -> a");
}

TEST(FlowRun, RetriesAfterItsDelay) {
  Flow flow{.tasks = {task("a")}};
  flow.tasks[0].retry = {.count = 1, .delay = milliseconds(5000)};
  SeededRandom random(1);
  FlowRun run(flow, random);
  run.start(at(0));
  run.finish({.task = 0}, {.outcome = Outcome::kFailed}, at(1));
  EXPECT_EQ(run.next_timer(), at(6));
  EXPECT_TRUE(run.start(at(5)).empty());
  EXPECT_EQ(run.start(at(6)), (std::vector<Attempt>{{.task = 0, .number = 2}}));
  run.finish({.task = 0, .number = 2}, {.outcome = Outcome::kFailed}, at(7));
  EXPECT_EQ(run.state(), RunState::kFailed);
}

TEST(FlowRun, ExponentialDelaysStayWithinTheirBounds) {
  Flow flow{.tasks = {task("a")}};
  flow.tasks[0].retry = {.count = 5, .delay = milliseconds(1000), .exponential = true, .delay_max = milliseconds(10'000)};
  SeededRandom random(1);
  FlowRun run(flow, random);
  for (int attempt = 1; attempt <= 5; ++attempt) {
    run.start(at(100'000));
    run.finish({.task = 0, .number = attempt}, {.outcome = Outcome::kFailed}, at(0));
    const auto delay = std::chrono::duration_cast<milliseconds>(*run.next_timer() - at(0));
    const milliseconds low(1000 << (attempt - 1));
    EXPECT_GE(delay, std::min(low, milliseconds(10'000)));
    EXPECT_LE(delay, std::min(2 * low, milliseconds(10'000)));
  }
}

TEST(FlowRun, AStaleAttemptChangesNothing) {
  Flow flow{.tasks = {task("a")}};
  SeededRandom random(1);
  FlowRun run(flow, random);
  run.start({});
  EXPECT_FALSE(run.finish({.task = 0, .number = 2}, {}, {}));
  EXPECT_TRUE(run.finish({.task = 0}, {}, {}));
  EXPECT_FALSE(run.finish({.task = 0}, {}, {}));
}

TEST(FlowRun, ACancelledRunStartsNothingMore) {
  Flow flow{.tasks = {task("a"), task("b", {0})}};
  flow.tasks[0].retry.count = 3;
  SeededRandom random(1);
  FlowRun run(flow, random);
  run.start({});
  run.cancel();
  run.finish({.task = 0}, {.outcome = Outcome::kFailed}, {});
  EXPECT_TRUE(run.start(at(1'000'000)).empty());
  EXPECT_EQ(run.state(), RunState::kFailed);
}

TEST(FlowRun, WorkWaitsForSetupsFarAbove) {
  Flow flow{.tasks = {task("setup"), task("middle", {0}), task("work", {1})}};
  flow.tasks[0].setup = true;
  flow.tasks[1].rule = flow.tasks[2].rule = TriggerRule::kAlways;
  SeededRandom random(1);
  FlowRun run(flow, random);
  EXPECT_EQ(run.start({}).size(), 2U);
  run.finish({.task = 1}, {}, {});
  EXPECT_TRUE(run.start({}).empty());
  run.finish({.task = 0}, {.outcome = Outcome::kFailed}, {});
  EXPECT_EQ(run.task_state(2), TaskState::kUpstreamFailed);
}

// Random flows. What an attempt does depends only on the task, the attempt and the seed.
Flow random_flow(SeededRandom& random) {
  Flow flow{.pools = {{"small", 2}}, .parallel = static_cast<std::uint32_t>(1 + random.below(5))};
  const std::size_t count = 1 + random.below(15);
  for (std::size_t i = 0; i < count; ++i) {
    Task made = task("t" + std::to_string(i));
    for (std::size_t needed = 0; needed < i; ++needed) {
      if (random.below(4) == 0) {
        made.needs.push_back(needed);
      }
    }
    made.rule = random.below(2) == 0 ? TriggerRule::kAllSuccess : static_cast<TriggerRule>(random.below(12));
    made.retry = {.count = static_cast<int>(random.below(3)), .delay = milliseconds(random.below(5000)), .exponential = random.below(2) == 0};
    made.priority = static_cast<std::int64_t>(random.below(5));
    made.pool = random.below(3) == 0 ? "small" : "default";
    made.setup = random.below(10) == 0;
    made.teardown = !made.setup && !made.needs.empty() && random.below(10) == 0;
    flow.tasks.push_back(std::move(made));
  }
  return flow;
}

struct Outcomes {
  std::vector<TaskState> states;
  std::vector<Attempt> order;  ///< of starting
};

/// Runs to the end; `restarts` makes a new FlowRun of what was saved before every step.
Outcomes run_to_end(const Flow& flow, std::uint64_t seed, bool restarts) {
  SeededRandom delays(seed);
  SeededRandom order(seed + 1);
  Outcomes out;
  auto run = std::make_unique<FlowRun>(flow, delays);
  Timestamp now = at(0);
  std::vector<Attempt> running;
  std::set<std::pair<std::size_t, int>> seen;
  while (!run->is_done()) {
    if (restarts) {
      std::vector<FlowRun::Saved> saved;
      for (std::size_t i = 0; i < flow.tasks.size(); ++i) {
        saved.push_back(run->saved(i));
      }
      run = std::make_unique<FlowRun>(flow, delays, saved);
    }
    for (const Attempt& attempt : run->start(now)) {
      EXPECT_TRUE(seen.emplace(attempt.task, attempt.number).second) << "an attempt ran twice";
      running.push_back(attempt);
      out.order.push_back(attempt);
    }
    std::uint32_t small = 0;
    for (const Attempt& attempt : running) {
      small += flow.tasks[attempt.task].pool == "small" ? flow.tasks[attempt.task].pool_slots : 0;
    }
    EXPECT_LE(small, 2U);
    EXPECT_LE(running.size(), flow.parallel);
    if (running.empty()) {
      const auto timer = run->next_timer();
      if (!timer) {
        ADD_FAILURE() << "nothing runs and nothing will";
        break;
      }
      now = std::max(now, *timer);
      continue;
    }
    std::swap(running[order.below(running.size())], running.back());
    const Attempt attempt = running.back();
    running.pop_back();
    SeededRandom chance(seed * 1'000'003 + attempt.task * 31 + static_cast<std::uint64_t>(attempt.number));
    AttemptResult result{.outcome = static_cast<Outcome>(chance.below(10) < 7 ? 0 : 1 + chance.below(2))};
    if (result.outcome == Outcome::kSuccess && chance.below(8) == 0) {
      result.condition = false;
    }
    now += milliseconds(chance.below(3000));
    EXPECT_TRUE(run->finish(attempt, result, now));
  }
  for (std::size_t i = 0; i < flow.tasks.size(); ++i) {
    EXPECT_TRUE(is_final(run->task_state(i)));
    EXPECT_LE(run->saved(i).attempt, flow.tasks[i].retry.count + 1);
    out.states.push_back(run->task_state(i));
  }
  return out;
}

TEST(FlowRun, RandomFlowsKeepTheirLimitsAndARestartChangesNothing) {
  for (std::uint64_t seed = 0; seed < 3000; ++seed) {
    SeededRandom random(seed);
    const Flow flow = random_flow(random);
    ASSERT_TRUE(check_flow(flow));
    const Outcomes straight = run_to_end(flow, seed, false);
    const Outcomes restarted = run_to_end(flow, seed, true);
    ASSERT_EQ(straight.states, restarted.states) << "seed " << seed;
    ASSERT_EQ(straight.order, restarted.order) << "seed " << seed;
    ASSERT_FALSE(HasFailure()) << "seed " << seed;
  }
}
}  // namespace
}  // namespace weir::flow
