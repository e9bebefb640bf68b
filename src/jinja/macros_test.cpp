#include <gtest/gtest.h>

#include "jinja/rendering.h"

namespace weir::jinja {
namespace {
TEST(Macros, DefaultsSeeEarlierParameters) {
  EXPECT_EQ(rendered("{% macro m(a, b=a) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(b=3, a=4) }}"),
            "111243");
}

TEST(Macros, MissingArgumentIsUndefined) {
  EXPECT_EQ(rendered("{% macro m(a) %}{{ a is defined }}{% endmacro %}{{ m() }}"), "False");
}

TEST(Macros, CollectTheRestWhenTheyAskForIt) {
  EXPECT_EQ(rendered("{% macro m(a) %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}"), "(2,){'x': 3}");
}

TEST(Macros, RefuseArgumentsTheyDoNotKnow) {
  EXPECT_EQ(rendered("{% macro m(column) %}{% endmacro %}{{ m(colum=1) }}"),
            "error: t.sql:1:40: macro 'm' takes no keyword argument 'colum'; did you mean \"column\"?");
}

TEST(Macros, CallBlockGivesItsBodyAsCaller) {
  EXPECT_EQ(rendered("{% macro each(xs) %}{% for x in xs %}{{ caller(x) }}{% endfor %}{% endmacro %}"
                     "{% call(v) each([1, 2]) %}<{{ v }}>{% endcall %}"),
            "<1><2>");
}

TEST(Macros, SeeLaterChangesOfTheVariablesAroundThem) {
  EXPECT_EQ(rendered("{% macro m() %}{{ x }}{% endmacro %}{% set x = 1 %}{{ m() }}{% set x = 2 %}{{ m() }}"), "12");
}

TEST(Macros, ReturnGivesAValueAndDropsTheText) {
  EXPECT_EQ(
      rendered("{% macro m(x) %}text{% for i in x %}{% if i > 1 %}{{ return([i]) }}{% endif %}{% endfor %}{% endmacro "
               "%}{{ m([1, 2, 3])[0] + 1 }}"),
      "3");
}

TEST(Macros, ReturnFromACallBlockEndsTheMacroThatIsCalled) {
  EXPECT_EQ(
      rendered("{% macro inner() %}a{{ caller() }}b{% endmacro %}{% macro outer() %}{% call inner() %}{% do return(7) "
               "%}{% endcall %}c{% endmacro %}{{ outer() }}"),
      "7c");
}

TEST(Macros, EndlessRecursionIsRefused) {
  const std::string out = rendered("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}");
  EXPECT_TRUE(out.find("macros call each other too deeply") != std::string::npos) << out;
}

TEST(Macros, ErrorsTellTheWayThroughTheMacros) {
  EXPECT_EQ(
      rendered("{% macro a() %}{{ 1 / 0 }}{% endmacro %}\n{% macro b() %}{{ a() }}{% endmacro %}\n{{ b() }}"),
      "error: t.sql:1:21: division by zero\n  in macro 'a', called at t.sql:2:20\n  in macro 'b', called at t.sql:3:5");
}
}  // namespace
}  // namespace weir::jinja
