#include "graph/selection_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::graph {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Criterion parse(std::string_view text) {
  auto criterion = parse_criterion(text);
  EXPECT_TRUE(criterion) << criterion.error().text();
  return criterion.value_or(Criterion{});
}

std::string error(std::string_view text) {
  const auto criterion = parse_criterion(text);
  return criterion ? "parsed" : criterion.error().text();
}

TEST(SelectionSpec, ABareWordHasNoMethod) {
  const Criterion criterion = parse("fact_orders");
  EXPECT_EQ(criterion.method, "");
  EXPECT_EQ(criterion.value, "fact_orders");
  EXPECT_FALSE(criterion.children_parents || criterion.parents_depth || criterion.children_depth);
}

TEST(SelectionSpec, ReadsMethodAndArguments) {
  const Criterion criterion = parse("config.meta.contains_pii:true");
  EXPECT_EQ(criterion.method, "config");
  EXPECT_THAT(criterion.arguments, ElementsAre("meta", "contains_pii"));
  EXPECT_EQ(criterion.value, "true");
}

TEST(SelectionSpec, ReadsPlusWithAndWithoutSteps) {
  EXPECT_EQ(parse("+a").parents_depth, UINT32_MAX);
  EXPECT_EQ(parse("a+").children_depth, UINT32_MAX);
  const Criterion both = parse("3+a+4");
  EXPECT_EQ(both.parents_depth, 3U);
  EXPECT_EQ(both.children_depth, 4U);
  EXPECT_EQ(both.value, "a");
  EXPECT_EQ(parse("0+a").parents_depth, 0U);
}

TEST(SelectionSpec, ReadsAt) {
  EXPECT_TRUE(parse("@a").children_parents);
  EXPECT_EQ(parse("@source:snowplow").method, "source");
}

TEST(SelectionSpec, KeepsWhatOnlyLooksLikeGrammar) {
  EXPECT_EQ(parse("2024_orders").value, "2024_orders");
  EXPECT_EQ(parse("orders2").value, "orders2");
  EXPECT_EQ(parse("a+b").value, "a+b");
  EXPECT_EQ(parse("tag:team:data").value, "team:data");
  EXPECT_EQ(parse("tag:a@b").value, "a@b");
  EXPECT_EQ(parse("models/a b").value, "models/a b");
}

TEST(SelectionSpec, SaysWhereTheSyntaxIsWrong) {
  EXPECT_EQ(error("+"), "\"+\", character 1: a name is missing");
  EXPECT_EQ(error("tag:"), "\"tag:\", character 1: the value after \":\" is missing");
  EXPECT_THAT(error(":daily"), HasSubstr("\":daily\", character 1: the method before \":\" is missing"));
  EXPECT_THAT(error("@a+"), HasSubstr("\"@a+\", character 3: \"@\" in front and \"+\" behind do not go together"));
  EXPECT_THAT(error("99999999999+a"), HasSubstr("character 1: that number of steps is too large"));
}

TEST(SelectionSpec, WordsAreAUnionAndCommasAnIntersection) {
  const SelectionSpec spec = parse_selection(std::vector<std::string>{"a b,c", "  d "}, {}).value();
  const SelectionSpec& included = spec.parts[0];
  EXPECT_EQ(included.operation, SelectionSpec::Operation::kUnion);
  ASSERT_EQ(included.parts.size(), 3U);
  EXPECT_EQ(included.parts[1].operation, SelectionSpec::Operation::kIntersection);
  EXPECT_EQ(included.parts[1].parts.size(), 2U);
  EXPECT_EQ(included.parts[2].text, "d");
}

TEST(SelectionSpec, NoSelectMeansEverything) {
  const SelectionSpec spec = parse_selection({}, std::vector<std::string>{"a"}).value();
  EXPECT_EQ(spec.parts[0].operation, SelectionSpec::Operation::kEverything);
  EXPECT_EQ(spec.parts[1].parts.size(), 1U);
}

TEST(SelectionSpec, NamesTheOptionAndThePlaceOfAnEmptyPart) {
  const auto spec = parse_selection({}, std::vector<std::string>{"x a,,b"});
  ASSERT_FALSE(spec);
  EXPECT_THAT(spec.error().text(),
              HasSubstr("--exclude: \"x a,,b\", character 5: a selector is missing beside the comma"));
  EXPECT_FALSE(parse_selection(std::vector<std::string>{"a,"}, {}));
  EXPECT_FALSE(parse_selection(std::vector<std::string>{",a"}, {}));
}

TEST(SelectionSpec, ReadsIndirectSelection) {
  EXPECT_EQ(indirect_selection_from_name("buildable").value(), IndirectSelection::kBuildable);
  EXPECT_THAT(indirect_selection_from_name("egaer").error().text(), HasSubstr("did you mean \"eager\"?"));
}
}  // namespace
}  // namespace weir::graph
