#include "graph/freshness.h"

#include <gtest/gtest.h>

namespace weir::graph {
namespace {
const NodeState kBefore{.code_hash = "c1", .inputs = {{"raw.orders", "3"}}, .outcome = Outcome::kOk};

std::string reason(const NodeState& now, const std::optional<NodeState>& last = kBefore) {
  const Freshness freshness = compare_states(last, now);
  EXPECT_EQ(freshness.fresh, freshness.reason.empty());
  return freshness.reason;
}

NodeState ended(Outcome outcome) {
  NodeState state = kBefore;
  state.outcome = outcome;
  return state;
}

TEST(Freshness, FreshWhenNothingMoved) {
  EXPECT_EQ(reason(kBefore), "");
}
TEST(Freshness, NamesWhatMoved) {
  EXPECT_EQ(reason(kBefore, std::nullopt), "never run");
  EXPECT_EQ(reason({.code_hash = "c2", .inputs = kBefore.inputs}), "code changed");
  EXPECT_EQ(reason({.code_hash = "c1", .inputs = {{"raw.orders", "4"}}}), "input raw.orders moved from version 3 to 4");
  EXPECT_EQ(reason({.code_hash = "c1", .inputs = {{"raw.items", "1"}, {"raw.orders", "3"}}}), "input raw.items is new");
  EXPECT_EQ(reason({.code_hash = "c1", .inputs = {}}), "input raw.orders is no longer read");
}
TEST(Freshness, VersionsAreNumbersForPeople) {
  const NodeState before{.code_hash = "c1", .inputs = {{"raw.orders", "3:aa"}}};
  EXPECT_EQ(reason({.code_hash = "c1", .inputs = {{"raw.orders", "4:bb"}}}, before), "input raw.orders moved from version 3 to 4");
  EXPECT_EQ(reason({.code_hash = "c1", .inputs = {{"raw.orders", "3:bb"}}}, before), "input raw.orders was made anew");
}
TEST(Freshness, AWarningIsNotRepeated) {
  const Freshness freshness = compare_states(ended(Outcome::kWarn), kBefore);
  EXPECT_TRUE(freshness.fresh);
  EXPECT_EQ(freshness.reason, "warned last time");
}
TEST(Freshness, AFailureIs) {
  EXPECT_EQ(reason(kBefore, ended(Outcome::kFailed)), "failed last time");
  EXPECT_EQ(reason(kBefore, ended(Outcome::kError)), "failed last time");
}
TEST(Freshness, OutcomesHaveNamesThatReadBack) {
  for (int i = 0; i <= static_cast<int>(Outcome::kLost); ++i) {
    const auto outcome = static_cast<Outcome>(i);
    EXPECT_EQ(outcome_from_name(outcome_name(outcome)), outcome);
  }
  EXPECT_EQ(outcome_from_name("great"), std::nullopt);
}
}  // namespace
}  // namespace weir::graph
