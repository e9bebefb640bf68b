#include "flow/flow_file.h"

#include <gtest/gtest.h>

namespace weir::flow {
namespace {
constexpr std::string_view kDaily = R"(description: loads orders
timezone: Asia/Seoul
schedule: {cron: "0 9 * * mon", at: interval_end, catchup: all, start: 2024-01-01}
parallel: 4
pools: {warehouse: 2}
params: {country: kr}
retries: {max: 2, delay: 10s}
tasks:
  extract:
    shell: echo {{ ds }}
    timeout: 5m
  load:
    ingest: [orders]
    needs: extract
    pool: warehouse
  tell:
    python: tell.py
    arguments: ["{{ ds }}"]
    needs: [extract, load]
    trigger_rule: all_done
    retries: 0
)";

std::string error_of(std::string_view yaml) {
  const auto flow = parse_flow(yaml, "flows/daily.yml");
  return flow ? "no error" : flow.error().text();
}

TEST(FlowFile, ReadsTasksAndWhatTheyNeed) {
  const Flow flow = parse_flow(kDaily, "flows/daily.yml").value();
  EXPECT_EQ(flow.name, "daily");
  ASSERT_EQ(flow.tasks.size(), 3U);
  EXPECT_EQ(flow.tasks[1].kind, TaskKind::kIngest);
  EXPECT_EQ(flow.tasks[2].needs, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(flow.tasks[2].rule, TriggerRule::kAllDone);
}

TEST(FlowFile, DefaultsMayBeOverridden) {
  const Flow flow = parse_flow(kDaily, "flows/daily.yml").value();
  EXPECT_EQ(flow.tasks[0].retry.count, 2);
  EXPECT_EQ(flow.tasks[0].retry.delay, std::chrono::seconds(10));
  EXPECT_EQ(flow.tasks[2].retry.count, 0);
}

TEST(FlowFile, DatesAreInTheFlowsZone) {
  const Flow flow = parse_flow(kDaily, "flows/daily.yml").value();
  EXPECT_EQ(flow.schedule->options().begin, Instant(std::chrono::sys_days(std::chrono::year(2023) / 12 / 31) + std::chrono::hours(15)));
}

TEST(FlowFile, MistakesHaveTheirPlaceAndAWayOut) {
  EXPECT_EQ(error_of("tasks:\n  a:\n    shel: x\n"), "flows/daily.yml:3:5: task has no key \"shel\"; did you mean \"shell\"?");
  EXPECT_EQ(error_of("tasks:\n  extract: {shell: x}\n  b: {shell: x, needs: extrct}\n"),
            "flows/daily.yml:3:24: task \"b\" needs \"extrct\", which is not there; did you mean \"extract\"?");
  EXPECT_EQ(error_of("tasks:\n  a: {shell: x, trigger_rule: all_sucess}\n"),
            "flows/daily.yml:2:31: there is no trigger rule \"all_sucess\"; did you mean \"all_success\"?");
  EXPECT_EQ(error_of("schedule: 0 25 * * *\ntasks:\n  a: {shell: x}\n"),
            "flows/daily.yml:1:11: cron expression \"0 25 * * *\": hour \"25\": must be from 0 to 23");
  EXPECT_EQ(error_of("tasks:\n  a: {shell: x, sql: y}\n"), "flows/daily.yml:2:17: task \"a\" has both shell and sql; a task does one thing");
  EXPECT_EQ(error_of("tasks:\n  a: {shell: x, needs: b}\n  b: {shell: x, needs: a}\n"), "flows/daily.yml:2:3: tasks need each other in a circle: a -> b -> a");
}

TEST(FlowFile, AFlowNeedsTasks) { EXPECT_EQ(error_of("tasks: {}\n"), "flows/daily.yml:1:8: a flow has one task or more"); }
}  // namespace
}  // namespace weir::flow
