#include <gtest/gtest.h>

#include "jinja/rendering.h"

namespace weir::jinja {
namespace {
TEST(Errors, UnknownTagNamesTheNearest) {
  EXPECT_EQ(rendered("a\n{% iff x %}"), "error: t.sql:2:4: unknown tag 'iff'; did you mean \"if\"?");
}

TEST(Errors, UnknownFilterNamesTheNearest) {
  EXPECT_EQ(rendered("{{ 'a' | uper }}"), "error: t.sql:1:10: there is no filter 'uper'; did you mean \"upper\"?");
}

TEST(Errors, UnknownTest) {
  EXPECT_EQ(rendered("{{ 1 is od }}"), "error: t.sql:1:6: there is no test 'od'; did you mean \"odd\"?");
}

TEST(Errors, BlockWithoutEnd) {
  EXPECT_EQ(
      rendered("{% for x in y %}{% if x %}"),
      "error: t.sql:1:27: unexpected end of template; 'elif' or 'else' or 'endif' was expected, the innermost block "
      "to be closed is 'if'");
}

TEST(Errors, TagsClosedInTheWrongOrder) {
  EXPECT_EQ(
      rendered("{% for x in y %}{% if x %}{% endfor %}"),
      "error: t.sql:1:30: unknown tag 'endfor'; a tag is closed in the wrong order: 'elif' or 'else' or 'endif' was "
      "expected, the innermost block to be closed is 'if'");
}

TEST(Errors, BracketWithoutPartner) {
  EXPECT_EQ(rendered("{{ (1] }}"), "error: t.sql:1:6: unexpected ']', expected ')'");
}

TEST(Errors, TextWithoutEnd) {
  EXPECT_EQ(rendered("x\n  {{ 'a }}"), "error: t.sql:2:6: this text has no closing quote");
}

TEST(Errors, CommentWithoutEnd) {
  EXPECT_EQ(rendered("{# a"), "error: t.sql:1:1: this comment has no end");
}

TEST(Errors, UndefinedNamesWhatIsMissing) {
  EXPECT_EQ(rendered("{{ a.b }}"), "error: t.sql:1:5: 'a' is undefined");
  EXPECT_EQ(rendered("{{ d.b.c }}", R"({"d": {}})"), "error: t.sql:1:7: 'dict object' has no attribute 'b'");
}

TEST(Errors, NestingIsBounded) {
  EXPECT_TRUE(rendered(std::string(5000, '(')).starts_with("(")) << "text stays text";
  const std::string deep = "{{ " + std::string(5000, '(') + "1" + std::string(5000, ')') + " }}";
  EXPECT_TRUE(rendered(deep).ends_with("this expression is nested too deeply"));
}

TEST(Errors, LongExpressionsAreBounded) {
  std::string sum = "{{ 1";
  for (int i = 0; i < 5000; ++i) {
    sum += " + 1";
  }
  EXPECT_TRUE(rendered(sum + " }}").find("too long") != std::string::npos);
}

TEST(Errors, BreakOutsideOfALoop) {
  EXPECT_EQ(rendered("{% break %}"), "error: t.sql:1:4: 'break' outside of a loop");
}
}  // namespace
}  // namespace weir::jinja
