#include <gtest/gtest.h>

#include "jinja/rendering.h"

namespace weir::jinja {
namespace {
TEST(Expressions, FollowPythonsArithmetic) {
  EXPECT_EQ(rendered("{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** -1 }}"), "3 -4 2 3.5 0.5");
}

TEST(Expressions, PowerBindsToTheLeftAsInJinja2) {
  EXPECT_EQ(rendered("{{ 2**3**2 }}"), "64");
}

TEST(Expressions, IntsGrowBeyond64Bits) {
  EXPECT_EQ(rendered("{{ 9223372036854775807 + 1 }} {{ 2**100 }}"),
            "9223372036854775808 1267650600228229401496703205376");
}

TEST(Expressions, FloatsPrintTheShortestTextThatReadsBack) {
  EXPECT_EQ(rendered("{{ 0.1 + 0.2 }} {{ 1e16 }} {{ 1e-5 }} {{ 100.0 }}"), "0.30000000000000004 1e+16 1e-05 100.0");
}

TEST(Expressions, ComparisonsChain) {
  EXPECT_EQ(rendered("{{ 1 < 2 < 3 }} {{ 3 > 2 < 1 }}"), "True False");
}

TEST(Expressions, AndOrGiveTheirOperands) {
  EXPECT_EQ(rendered("{{ '' or 'x' }} {{ 0 and 1 }} {{ 1 and 'y' }}"), "x 0 y");
}

TEST(Expressions, ContainersPrintAsInPython) {
  EXPECT_EQ(rendered("{{ {'a': [1, 2.0, none], \"it's\": (true,)} }}"), R"({'a': [1, 2.0, None], "it's": (True,)})");
}

TEST(Expressions, SlicesTakeNegativeBoundsAndSteps) {
  EXPECT_EQ(rendered("{{ [1,2,3,4][::-2] }} {{ 'hello'[-3:] }} {{ (1,2,3)[5:] }}"), "[4, 2] llo ()");
}

TEST(Expressions, StringsAreSequencesOfCodePoints) {
  EXPECT_EQ(rendered("{{ s[1] }}{{ s[::-1] }}{{ s|length }}", R"({"s": "안녕é"})"), "녕é녕안3");
}

TEST(Expressions, TildeJoinsTheTextsOfAnything) {
  EXPECT_EQ(rendered("{{ 'a' ~ 1 ~ none ~ [2] }}"), "a1None[2]");
}

TEST(Expressions, AttributeOfADictFallsBackToItsItem) {
  EXPECT_EQ(rendered("{{ d.x }} {{ d['x'] }} {{ d.keys()|list }}", R"({"d": {"x": 1}})"), "1 1 ['x']");
}

TEST(Expressions, DictKeysCompareAsNumbersDo) {
  EXPECT_EQ(rendered("{{ {1: 'a', true: 'b', 1.0: 'c'} }}"), "{1: 'c'}");
}

TEST(Expressions, TextPlusNumberIsRefused) {
  EXPECT_EQ(rendered("{{ 'a' + 1 }}"),
            "error: t.sql:1:8: can only concatenate str (not \"int\") to str; use ~ or |string "
            "to join text with other values");
}

TEST(Expressions, DivisionByZeroIsRefused) {
  EXPECT_EQ(rendered("{{ 1 // 0 }}"), "error: t.sql:1:6: integer division or modulo by zero");
}
}  // namespace
}  // namespace weir::jinja
