#include "flow/trigger_rule.h"

#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>

#include "core/random.h"
#include "flow/flow_run.h"
#include "flow/shared_cases_test.h"

namespace weir::flow {
namespace {
class TriggerCases : public SharedCases {
 protected:
  TriggerCases() : SharedCases("trigger_rules/cases.json") {}
};

std::string verdict_name(Verdict verdict) {
  static constexpr std::array<const char*, 5> kNames = {"run", "wait", "skipped", "upstream_failed", "removed"};
  return kNames.at(static_cast<std::size_t>(verdict));
}

UpstreamCounts counts_of(const Json& row) {
  UpstreamCounts counts;
  for (const auto& [state, count] : row.items()) {
    counts.of(parse_task_state(state).value_or(TaskState::kNone)) += count.get<std::uint32_t>();
  }
  return counts;
}

UpstreamCounts counts_of_list(const Json& states) {
  UpstreamCounts counts;
  for (const Json& state : states) {
    ++counts.of(parse_task_state(state.get<std::string>()).value_or(TaskState::kNone));
  }
  return counts;
}

TEST_F(TriggerCases, Rows) {
  for (const char* part : {"rows", "mapped"}) {
    for (const Json& row : cases().at(part)) {
      const TriggerRule rule = parse_trigger_rule(row.at("rule").get<std::string>()).value();
      EXPECT_EQ(verdict_name(evaluate(rule, counts_of(row.at("upstream")), row.value("map_index", -1))), row.at("expect").get<std::string>()) << row.dump();
    }
  }
}

TEST_F(TriggerCases, Teardowns) {
  for (const Json& row : cases().at("teardown")) {
    EXPECT_EQ(verdict_name(evaluate_teardown(counts_of_list(row.at("work")), counts_of_list(row.at("setups")))), row.at("expect").get<std::string>())
        << row.dump();
  }
}

TEST_F(TriggerCases, Aliases) {
  for (const Json& row : cases().at("aliases")) {
    EXPECT_EQ(parse_trigger_rule(row.at("alias").get<std::string>()).value(), parse_trigger_rule(row.at("same_as").get<std::string>()).value());
  }
}

Flow flow_of(const Json& tasks) {
  Flow flow;
  for (const Json& from : tasks) {
    Task task;
    task.name = from.at("id").get<std::string>();
    for (const Json& upstream : from.at("upstream")) {
      task.needs.push_back(flow.find(upstream.get<std::string>()).value());
    }
    task.rule = parse_trigger_rule(from.value("trigger_rule", "all_success")).value();
    task.setup = from.value("setup", false);
    task.teardown = from.value("teardown", false);
    task.skips_all = from.value("ignore_downstream_trigger_rules", true);
    flow.tasks.push_back(std::move(task));
  }
  return flow;
}

AttemptResult result_of(const Json& task, const Flow& flow) {
  const std::string action = task.value("action", "success");
  AttemptResult result;
  if (action == "fail") {
    result.outcome = AttemptResult::Outcome::kFailed;
  } else if (action == "skip") {
    result.outcome = AttemptResult::Outcome::kSkipped;
  } else if (action == "branch") {
    result.follow.emplace();
    for (const Json& name : task.at("follow")) {
      result.follow->push_back(flow.find(name.get<std::string>()).value());
    }
  } else if (action == "short_circuit") {
    result.condition = task.value("condition", true);
  }
  return result;
}

TEST_F(TriggerCases, WholeFlowsInAnyOrder) {
  for (const Json& row : cases().at("scenarios")) {
    const Flow flow = flow_of(row.at("tasks"));
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
      SeededRandom random(seed);
      FlowRun run(flow, random);
      std::vector<Attempt> running = run.start({});
      while (!running.empty()) {
        std::swap(running[random.below(running.size())], running.back());
        const Attempt attempt = running.back();
        running.pop_back();
        ASSERT_TRUE(run.finish(attempt, result_of(row.at("tasks")[attempt.task], flow), {}));
        const std::vector<Attempt> more = run.start({});
        running.insert(running.end(), more.begin(), more.end());
      }
      ASSERT_TRUE(run.is_done()) << row.dump();
      for (const auto& [name, state] : row.at("expect").at("states").items()) {
        EXPECT_EQ(task_state_name(run.task_state(flow.find(name).value())), state.get<std::string>()) << name << " of " << row.dump() << " seed " << seed;
      }
      EXPECT_EQ(run_state_name(run.state()), row.at("expect").at("run_state").get<std::string>()) << row.dump();
    }
  }
}

TEST(TriggerRule, SuggestsTheNearestName) {
  EXPECT_EQ(parse_trigger_rule("all_sucess").error().message, "there is no trigger rule \"all_sucess\"; did you mean \"all_success\"?");
}
}  // namespace
}  // namespace weir::flow
