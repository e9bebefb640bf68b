#include <gtest/gtest.h>

#include <map>

#include "jinja/rendering.h"

namespace weir::jinja {
namespace {
Options with_templates(std::map<std::string, std::string> templates) {
  Options options;
  options.loader = [templates](std::string_view name) -> Result<std::string> {
    const auto found = templates.find(std::string(name));
    if (found == templates.end()) {
      return fail(ErrorCode::kNotFound, "no such template", name);
    }
    return found->second;
  };
  return options;
}

TEST(Templates, IncludeSeesTheVariablesAroundIt) {
  EXPECT_EQ(rendered("{% set x = 1 %}{% for i in [2] %}{% include 'a' %}{% endfor %}", "{}",
                     with_templates({{"a", "{{ x }}{{ i }}"}})),
            "12");
}

TEST(Templates, IncludeWithoutContextSeesNothing) {
  EXPECT_EQ(rendered("{% include 'a' without context %}", R"({"x": 1})", with_templates({{"a", "<{{ x }}>"}})), "<>");
}

TEST(Templates, MissingIncludeCanBeIgnored) {
  EXPECT_EQ(rendered("a{% include 'no' ignore missing %}b", "{}", with_templates({})), "ab");
  EXPECT_EQ(rendered("{% include 'no' %}", "{}", with_templates({})), "error: t.sql:1:4: no: no such template");
}

TEST(Templates, ImportGivesMacrosAndVariables) {
  EXPECT_EQ(rendered("{% import 'm' as m %}{{ m.f(2) }}{{ m.v }}{% from 'm' import f as g %}{{ g(3) }}", "{}",
                     with_templates({{"m", "{% macro f(x) %}<{{ x }}>{% endmacro %}{% set v = 9 %}"}})),
            "<2>9<3>");
}

TEST(Templates, ImportHidesTheContextUnlessAsked) {
  const auto options = with_templates({{"m", "{% macro f() %}{{ x }}{% endmacro %}"}});
  EXPECT_EQ(rendered("{% import 'm' as m %}[{{ m.f() }}]", R"({"x": 1})", options), "[]");
  EXPECT_EQ(rendered("{% import 'm' as m with context %}[{{ m.f() }}]", R"({"x": 1})", options), "[1]");
}

TEST(Templates, ChildReplacesBlocksAndCallsSuper) {
  EXPECT_EQ(rendered("{% extends 'base' %}dropped{% block b %}[{{ super() }}]{% endblock %}", "{}",
                     with_templates({{"base", "<{% block a %}A{% endblock %}{% block b %}B{% endblock %}>"}})),
            "<A[B]>");
}

TEST(Templates, SelfCallsABlockAgain) {
  EXPECT_EQ(rendered("{% block a %}x{% endblock %}{{ self.a() }}"), "xx");
}

TEST(Templates, TemplatesThatIncludeThemselvesAreRefused) {
  const std::string out = rendered("{% include 'a' %}", "{}", with_templates({{"a", "{% include 'a' %}"}}));
  EXPECT_TRUE(out.find("too deeply") != std::string::npos) << out;
}
}  // namespace
}  // namespace weir::jinja
