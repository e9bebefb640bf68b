#include <gtest/gtest.h>

#include "jinja/renderer.h"
#include "jinja/rendering.h"

namespace weir::jinja {
namespace {
/// A relation as dbt has it: prints as a name and has parts.
class Relation final : public HostObject {
 public:
  std::string_view type_name() const override { return "Relation"; }
  Result<std::string> text() override { return std::string("\"db\".\"orders\""); }
  Result<std::optional<Value>> attribute(std::string_view name) override {
    if (name == "schema") {
      return std::optional(Value("db"));
    }
    return name == "broken" ? Result<std::optional<Value>>(fail(ErrorCode::kIo, "no connection")) : std::nullopt;
  }
};

/// Gives `ref` and counts what is asked for.
class Project final : public Context {
 public:
  Result<std::optional<Value>> lookup(std::string_view name) override {
    asked.emplace_back(name);
    if (name == "ref") {
      return std::optional(function("ref", [this](Arguments& arguments) -> Result<Value> {
        WEIR_TRY_ASSIGN(const auto values, arguments.bind("ref", {"name", "version"}, 1));
        refs.push_back(std::string(values[0].string()));
        return Value(make_ref<Relation>());
      }));
    }
    if (name == "config") {
      return std::optional(function("config", [this](Arguments& arguments) -> Result<Value> {
        for (const Keyword& keyword : arguments.keywords()) {
          configs.emplace_back(keyword.name.string());
        }
        return Value("");
      }));
    }
    return std::nullopt;
  }
  std::vector<std::string> asked;
  std::vector<std::string> refs;
  std::vector<std::string> configs;
};

Result<std::string> render_with(Context& context, std::string_view text) {
  WEIR_TRY_ASSIGN(const Template parsed, Environment().parse(text, "m.sql"));
  return parsed.render(context);
}

TEST(Host, FunctionsRecordTheirCalls) {
  Project project;
  const auto sql =
      render_with(project, "{{ config(materialized='table', tags=['a']) }}select * from {{ ref('orders') }}");
  ASSERT_TRUE(sql) << sql.error().text();
  EXPECT_EQ(*sql, "select * from \"db\".\"orders\"");
  EXPECT_EQ(project.refs, std::vector<std::string>{"orders"});
  EXPECT_EQ(project.configs, (std::vector<std::string>{"materialized", "tags"}));
}

TEST(Host, NamesAreAskedForOnceAndOnlyWhenReached) {
  Project project;
  ASSERT_TRUE(render_with(project, "{% if false %}{{ never }}{% endif %}{{ x }}{{ x }}{% set y = 1 %}{{ y }}"));
  EXPECT_EQ(project.asked, std::vector<std::string>{"x"});
}

TEST(Host, AttributesOfObjects) {
  Project project;
  EXPECT_EQ(render_with(project, "{{ ref('a').schema }}{{ ref('a').nope is defined }}").value_or("?"), "dbFalse");
}

TEST(Host, ErrorsOfTheHostGetThePlace) {
  Project project;
  const auto out = render_with(project, "\n{{ ref('a').broken }}");
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().code, ErrorCode::kIo);
  EXPECT_EQ(out.error().text(), "m.sql:2:12: no connection");
}

TEST(Host, ArgumentsAreBoundByName) {
  Project project;
  EXPECT_EQ(render_with(project, "{{ ref(nam='a') }}").error().text(),
            "m.sql:1:7: ref() got an unexpected keyword argument 'nam'; did you mean \"name\"?");
  EXPECT_EQ(render_with(project, "{{ ref() }}").error().text(), "m.sql:1:7: ref() missing a required argument: 'name'");
}

TEST(Host, ObjectsCallValuesBack) {
  MapContext context;
  context.set("twice", function("twice", [](Arguments& arguments) -> Result<Value> {
                Value one(1);
                WEIR_TRY_ASSIGN(const Value first,
                                arguments.renderer().call(arguments.positional()[0], std::span(&one, 1)));
                return Value::tuple({first, first});
              }));
  EXPECT_EQ(render_with(context, "{% macro m(x) %}<{{ x }}>{% endmacro %}{{ twice(m) }}").value_or("?"),
            "('<1>', '<1>')");
}

TEST(Host, UnderscoresAreOutOfReach) {
  EXPECT_TRUE(rendered("{{ ''.__class__.__mro__ }}").find("is unsafe") != std::string::npos);
  EXPECT_EQ(rendered("{{ [].__class__ is defined }}"), "False");
}

TEST(Host, FiltersAndTestsOfTheHost) {
  Environment environment;
  environment.set_filter("wrap", function("wrap", [](Arguments& arguments) -> Result<Value> {
                           WEIR_TRY_ASSIGN(const auto values, arguments.bind("wrap", {"value", "sign"}, 1));
                           WEIR_TRY_ASSIGN(const std::string text, values[0].text());
                           const std::string sign(values[1].is_missing() ? "'" : values[1].string());
                           return Value(sign + text + sign);
                         }));
  environment.set_test("small", function("small", [](Arguments& arguments) -> Result<Value> {
                         return Value(arguments.positional()[0].as_integer().value_or(9) < 5);
                       }));
  MapContext context;
  const auto parsed =
      environment.parse("{{ 1|wrap }}{{ 2|wrap(sign='*') }}{{ 3 is small }}{{ [1, 9]|select('small')|list }}", "t");
  ASSERT_TRUE(parsed) << parsed.error().text();
  EXPECT_EQ(parsed->render(context).value_or("?"), "'1'*2*True[1]");
}
}  // namespace
}  // namespace weir::jinja
