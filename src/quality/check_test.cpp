#include "quality/check.h"

#include <gtest/gtest.h>

namespace weir::quality {
namespace {
using graph::Outcome;

TEST(Judge, FailsOnAnyFailureUnlessTold) {
  EXPECT_EQ(judge({}, {.rows = 10, .failures = 0, .finding = {}}), Outcome::kOk);
  EXPECT_EQ(judge({}, {.rows = 10, .failures = 1, .finding = {}}), Outcome::kFailed);
}

TEST(Judge, WarnsAtMostWithSeverityWarn) {
  Rules rules;
  rules.severity = Severity::kWarn;
  rules.error_if = Threshold::parse("> 5").value();
  EXPECT_EQ(judge(rules, {.rows = 10, .failures = 9, .finding = {}}), Outcome::kWarn);
}

// error_if comes first, and what it leaves is up to warn_if.
TEST(Judge, TakesBothThresholds) {
  Rules rules;
  rules.warn_if = Threshold::parse("> 2").value();
  rules.error_if = Threshold::parse("> 5").value();
  EXPECT_EQ(judge(rules, {.rows = 10, .failures = 2, .finding = {}}), Outcome::kOk);
  EXPECT_EQ(judge(rules, {.rows = 10, .failures = 3, .finding = {}}), Outcome::kWarn);
  EXPECT_EQ(judge(rules, {.rows = 10, .failures = 6, .finding = {}}), Outcome::kFailed);
}

TEST(Judge, TakesTheFractionThatMustPass) {
  Rules rules;
  rules.mostly = 0.9;
  EXPECT_EQ(judge(rules, {.rows = 10, .failures = 1, .finding = {}}), Outcome::kOk);
  EXPECT_EQ(judge(rules, {.rows = 10, .failures = 2, .finding = {}}), Outcome::kFailed);
  EXPECT_EQ(judge(rules, {.rows = 0, .failures = 0, .finding = {}}), Outcome::kOk);
  rules.severity = Severity::kWarn;
  EXPECT_EQ(judge(rules, {.rows = 10, .failures = 2, .finding = {}}), Outcome::kWarn);
}

// 0.7 has no exact double; 7 of 10 must still be enough.
TEST(Judge, CountsRowsAndNotRoundingErrors) {
  for (const auto& [mostly, rows, failures] : std::vector<std::tuple<double, std::uint64_t, std::uint64_t>>{{0.7, 10, 3}, {0.99, 100, 1}, {0.1, 10, 9}}) {
    Rules rules;
    rules.mostly = mostly;
    EXPECT_EQ(judge(rules, {.rows = rows, .failures = failures, .finding = {}}), Outcome::kOk) << mostly;
    EXPECT_EQ(judge(rules, {.rows = rows, .failures = failures + 1, .finding = {}}), Outcome::kFailed) << mostly;
  }
}

TEST(Describe, SaysRowsAndTheFirstExample) {
  EXPECT_EQ(describe({}, {.rows = 1, .failures = 0, .finding = {}}, {}), "1 row");
  EXPECT_EQ(describe({}, {.rows = 1000, .failures = 3, .finding = {}}, {"order_id=17", "order_id=18"}), "3 of 1,000 rows; e.g. order_id=17");
}

TEST(Describe, NeverRoundsUpToWhatWasNotReached) {
  Rules rules;
  rules.mostly = 1.0;
  EXPECT_EQ(describe(rules, {.rows = 1'000'000, .failures = 1, .finding = {}}, {}), "1 of 1,000,000 rows (99.99 % pass, 100 % wanted)");
}

TEST(CheckName, KeepsLettersOfAllAlphabets) {
  EXPECT_EQ(check_name("between", {"amount", "0", "1000"}), "between_amount_0_1000");
  EXPECT_EQ(check_name("not_null", {"고객 번호"}), "not_null_고객_번호");
  EXPECT_EQ(check_name("expression", {"amount >= 0"}), "expression_amount_0");
  EXPECT_EQ(check_name("row_count", {"", ""}), "row_count");
}

TEST(CheckName, CutsBetweenCharactersAndStaysDistinct) {
  const std::string a = check_name("not_null", {std::string(70, 'x') + "가나다"});
  const std::string b = check_name("not_null", {std::string(70, 'x') + "가나라"});
  EXPECT_LE(a.size(), 64U);
  EXPECT_NE(a, b);
  std::string hangul;
  for (int i = 0; i < 40; ++i) {
    hangul += "가";
  }
  EXPECT_TRUE(check_name("not_null", {hangul}).starts_with("not_null_가가"));
}

TEST(CodeHash, ChangesWithWhatCouldChangeTheResult) {
  Check check;
  check.aggregates = {"count(*)"};
  const std::string before = check.code_hash();
  check.name = "renamed";
  check.place.line = 7;
  EXPECT_EQ(check.code_hash(), before);
  check.rules.severity = Severity::kWarn;
  EXPECT_NE(check.code_hash(), before);
}

TEST(AllOf, KeepsACommentWithinItsCondition) {
  EXPECT_EQ(all_of({"", "a -- b", "c"}), "(a -- b\n) AND (c\n)");
  EXPECT_EQ(all_of({}), "TRUE");
}

TEST(CountOf, CountsAllRowsWithoutACondition) {
  EXPECT_EQ(count_of(guarded("", "")), "count(*)");
  EXPECT_EQ(count_of(guarded("a -- b", "")), "count_if(a -- b\n)");
  EXPECT_EQ(count_of(guarded("a", "b")), "count_if(CASE WHEN a\n THEN (b\n) END\n)");
}
}  // namespace
}  // namespace weir::quality
