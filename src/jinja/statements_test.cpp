#include <gtest/gtest.h>

#include "jinja/rendering.h"

namespace weir::jinja {
namespace {
TEST(Statements, IfTakesTheFirstTrueBranch) {
  EXPECT_EQ(rendered("{% if n > 5 %}big{% elif n > 3 %}mid{% else %}small{% endif %}", R"({"n": 4})"), "mid");
}

TEST(Statements, LoopKnowsWhereItIs) {
  EXPECT_EQ(rendered("{% for x in 'abc' %}{{ loop.index }}{{ x }}{{ '' if loop.last else ',' }}{% endfor %}"),
            "1a,2b,3c");
}

TEST(Statements, LoopTestCountsOnlyWhatPasses) {
  EXPECT_EQ(rendered("{% for x in range(6) if x is odd %}{{ loop.index }}/{{ loop.length }}:{{ x }} {% endfor %}"),
            "1/3:1 2/3:3 3/3:5 ");
}

TEST(Statements, ElseOfALoopIsForNoTurns) {
  EXPECT_EQ(rendered("{% for x in [] %}a{% else %}none{% endfor %}"), "none");
}

TEST(Statements, BreakAndContinueEndTurns) {
  EXPECT_EQ(
      rendered("{% for x in range(9) %}{% if x == 1 %}{% continue %}{% endif %}{% if x == 4 %}{% break %}{% endif "
               "%}{{ x }}{% endfor %}"),
      "023");
}

TEST(Statements, RecursiveLoopsKeepTheirOwnVariables) {
  EXPECT_EQ(rendered("{% for n in t recursive %}{{ n.v }}({{ loop(n.c) }}){{ n.v }}{{ loop.depth }}{% endfor %}",
                     R"({"t": [{"v": 1, "c": [{"v": 2, "c": []}]}]})"),
            "1(2()22)11");
}

TEST(Statements, SetInALoopDoesNotReachOutside) {
  EXPECT_EQ(rendered("{% set a = 1 %}{% for i in [2] %}{% set a = i %}{{ a }}{% endfor %}{{ a }}"), "21");
}

TEST(Statements, NamespaceCarriesAValueOutOfALoop) {
  EXPECT_EQ(
      rendered("{% set ns = namespace(n=0) %}{% for i in [1, 2] %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}"),
      "3");
}

TEST(Statements, SetInOneBranchLeavesTheContextsValueInTheOther) {
  EXPECT_EQ(rendered("{% if no %}{% set x = 1 %}{% endif %}{{ x }}", R"({"x": 5, "no": false})"), "5");
}

TEST(Statements, SetBlockTakesFilters) {
  EXPECT_EQ(rendered("{% set x | upper %}a{{ 1 }}{% endset %}{{ x }}"), "A1");
}

TEST(Statements, UnpackingCountsItsTargets) {
  EXPECT_EQ(rendered("{% for a, b in [(1, 2, 3)] %}{% endfor %}"),
            "error: t.sql:1:8: too many values to unpack (expected 2, got 3)");
}

TEST(Statements, WithHidesItsNamesAfterwards) {
  EXPECT_EQ(rendered("{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}"), "12");
}

TEST(Statements, FilterBlockFiltersItsText) {
  EXPECT_EQ(rendered("{% filter upper %}a{{ 'b' }}{% endfilter %}"), "AB");
}

TEST(Statements, LineStatementsAndComments) {
  Options options;
  options.syntax.line_statement_prefix = "#";
  options.syntax.line_comment_prefix = "##";
  EXPECT_EQ(rendered("# for x in [1, 2]\n{{ x }} ## shown\n# endfor\n", "{}", options), "1\n2\n");
}
}  // namespace
}  // namespace weir::jinja
