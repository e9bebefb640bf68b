#include <gtest/gtest.h>

#include "jinja/rendering.h"

namespace weir::jinja {
namespace {
std::string native(std::string_view text, NativeMode mode = NativeMode::kExpression) {
  MapContext context;
  context.set("items", Value::list({Value(1), Value("a")}));
  const auto parsed = Environment().parse(text, "t.yml");
  const auto value = parsed ? parsed->render_native(context, mode) : Result<Value>(std::unexpected(parsed.error()));
  return value ? value->repr().value_or("?") : "error: " + value.error().text();
}

TEST(Native, OneExpressionGivesItsValue) {
  EXPECT_EQ(native("{{ items }}"), "[1, 'a']");
  EXPECT_EQ(native("{{ 1 + 1 }}"), "2");
  EXPECT_EQ(native("{{ none }}"), "None");
  EXPECT_EQ(native("{{ '1' }}"), "'1'");
}

TEST(Native, EverythingElseIsText) {
  EXPECT_EQ(native("{{ 1 }}{{ 2 }}"), "'12'");
  EXPECT_EQ(native("1"), "'1'");
  EXPECT_EQ(native(""), "''");
  EXPECT_EQ(native("a {{ 1 }}"), "'a 1'");
}

TEST(Native, LiteralModeReadsPythonsLiterals) {
  EXPECT_EQ(native("[{{ 1 }}, 'x']", NativeMode::kLiteral), "[1, 'x']");
  EXPECT_EQ(native("1", NativeMode::kLiteral), "1");
  EXPECT_EQ(native("a: b", NativeMode::kLiteral), "'a: b'");
}

TEST(Native, IteratorsBecomeLists) {
  EXPECT_EQ(native("{{ items|map('string') }}"), "['1', 'a']");
}

TEST(Native, DbtsFiltersChooseTheKind) {
  EXPECT_EQ(native("{{ '[1, 2]'|as_native }}"), "[1, 2]");
  EXPECT_EQ(native("{{ 'True'|as_bool }}"), "True");
  EXPECT_EQ(native("{{ '1.5'|as_number }}"), "1.5");
  EXPECT_EQ(native("{{ 1|as_text }}"), "'1'");
  EXPECT_EQ(native("{{ 'x'|as_bool }}"), "error: t.yml:1:8: could not convert 'x' into a bool");
}
}  // namespace
}  // namespace weir::jinja
