#include <gtest/gtest.h>

#include "jinja/rendering.h"

namespace weir::jinja {
namespace {
constexpr std::string_view kFile = R"(-- macros of the shop
{% macro cents(column, scale=2) -%}
  ({{ column }} / 100)::numeric(16, {{ scale }})
{%- endmacro %}
{% set ignored = 1 / 0 %}
{% test positive(model, column_name) %}select * from {{ model }} where {{ column_name }} < 0{% endtest %}
{% materialization view, adapter='postgres', supported_languages=['sql', 'python'] %}{{ return(1) }}{% endmaterialization %}
{% docs orders %}
# Orders {{ 1 }}
{% enddocs %}
{% snapshot orders_snapshot %}{{ config(strategy='check') }}select 1{% endsnapshot %}
)";

Library library() {
  auto parsed = Environment().parse_library(kFile, "macros/shop.sql");
  EXPECT_TRUE(parsed) << parsed.error().text();
  return *parsed;
}

TEST(Library, ListsItsBlocksWithoutRunningThem) {
  const Library shop = library();
  std::vector<std::pair<BlockKind, std::string>> found;
  for (const Block& block : shop.blocks()) {
    found.emplace_back(block.kind, block.name);
  }
  EXPECT_EQ(found, (std::vector<std::pair<BlockKind, std::string>>{{BlockKind::kMacro, "cents"},
                                                                   {BlockKind::kTest, "positive"},
                                                                   {BlockKind::kMaterialization, "view"},
                                                                   {BlockKind::kDocs, "orders"},
                                                                   {BlockKind::kSnapshot, "orders_snapshot"}}));
}

TEST(Library, KnowsParametersSettingsAndPlaces) {
  const Library shop = library();
  const Block& cents = *shop.find(BlockKind::kMacro, "cents");
  ASSERT_EQ(cents.parameters.size(), 2);
  EXPECT_FALSE(cents.parameters[0].has_default);
  EXPECT_TRUE(cents.parameters[1].has_default);
  EXPECT_EQ(cents.place.text(), "macros/shop.sql:2:1");
  const Block& view = *shop.find(BlockKind::kMaterialization, "view");
  ASSERT_EQ(view.settings.size(), 2);
  EXPECT_EQ(view.settings[0].first, "adapter");
  EXPECT_EQ(view.settings[1].second.repr().value_or("?"), "['sql', 'python']");
}

TEST(Library, KeepsTheTextOfABlock) {
  const Library shop = library();
  EXPECT_EQ(shop.find(BlockKind::kDocs, "orders")->body, "\n# Orders {{ 1 }}\n");
  EXPECT_TRUE(shop.find(BlockKind::kTest, "positive")->text.starts_with("{% test positive("));
  EXPECT_TRUE(shop.find(BlockKind::kTest, "positive")->text.ends_with("{% endtest %}"));
}

TEST(Library, CallsAMacroByName) {
  const Library shop = library();
  MapContext context;
  const auto sql = Environment().call(shop.callable(*shop.find(BlockKind::kMacro, "cents")), context, {Value("amount")},
                                      {{"scale", Value(4)}});
  ASSERT_TRUE(sql) << sql.error().text();
  EXPECT_EQ(sql->string(), "(amount / 100)::numeric(16, 4)");
}

TEST(Library, MacrosFindEachOtherThroughTheContext) {
  const auto parsed = Environment().parse_library(
      "{% macro a() %}[{{ b() }}]{% endmacro %}{% macro b() %}{{ who }}{% endmacro %}", "m.sql");
  ASSERT_TRUE(parsed);
  MapContext context;
  context.set("who", Value("model"));
  for (const Block& block : parsed->blocks()) {
    context.set(block.name, parsed->callable(block));
  }
  const auto model = Environment().parse("{{ a() }}", "model.sql");
  EXPECT_EQ(model->render(context).value_or("?"), "[model]");
}

TEST(Library, MaterializationsReturnValues) {
  const Library shop = library();
  MapContext context;
  const auto value = Environment().call(shop.callable(*shop.find(BlockKind::kMaterialization, "view")), context);
  ASSERT_TRUE(value) << value.error().text();
  EXPECT_EQ(value->as_integer(), 1);
}

TEST(Library, MacrosOutliveTheirLibrary) {
  Value macro;
  {
    const auto parsed = Environment().parse_library("{% macro m(x) %}{{ x|upper }}{% endmacro %}", "m.sql");
    macro = parsed->callable(parsed->blocks()[0]);
  }
  MapContext context;
  const auto text = Environment().call(macro, context, {Value("a")});
  ASSERT_TRUE(text);
  EXPECT_EQ(text->string(), "A");
}

TEST(Library, MacrosOfARenderEndWithIt) {
  Value escaped;
  MapContext context;
  context.set("keep", function("keep", [&](Arguments& arguments) -> Result<Value> {
                escaped = arguments.positional()[0];
                return Value();
              }));
  const Environment environment;
  ASSERT_TRUE(
      environment.parse("{% set x = 1 %}{% macro m() %}{{ x }}{% endmacro %}{% do keep(m) %}", "t")->render(context));
  const auto text = environment.call(escaped, context);
  ASSERT_TRUE(text);
  EXPECT_EQ(text->string(), "");
  escaped = Value();
}

TEST(Library, TemplatesCallTheirOwnMacros) {
  const auto parsed = Environment().parse("{% set k = 2 %}{% macro m(x) %}{{ x * k }}{% endmacro %}", "t");
  MapContext context;
  EXPECT_EQ(parsed->call_macro(context, "m", {Value(21)})->string(), "42");
  EXPECT_EQ(parsed->call_macro(context, "nope").error().code, ErrorCode::kNotFound);
}
}  // namespace
}  // namespace weir::jinja
