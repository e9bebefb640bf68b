#include "graph/wildcard.h"

#include <gtest/gtest.h>

#include <string>

namespace weir::graph {
namespace {
TEST(Wildcard, MatchesTheWholeText) {
  EXPECT_TRUE(wildcard_match("orders", "orders"));
  EXPECT_FALSE(wildcard_match("orders", "stg_orders"));
  EXPECT_FALSE(wildcard_match("order", "orders"));
  EXPECT_TRUE(wildcard_match("", ""));
}

TEST(Wildcard, StarIsAnyRunEvenAcrossDotsAndSlashes) {
  EXPECT_TRUE(wildcard_match("*", ""));
  EXPECT_TRUE(wildcard_match("*.marts.*", "shop.marts.fct.orders"));
  EXPECT_TRUE(wildcard_match("models/*", "models/staging/a.sql"));
  EXPECT_TRUE(wildcard_match("*ab*ab", "abxabyab"));
  EXPECT_FALSE(wildcard_match("*ab", "abc"));
}

TEST(Wildcard, QuestionMarkIsOneByte) {
  EXPECT_TRUE(wildcard_match("v?", "v2"));
  EXPECT_FALSE(wildcard_match("v?", "v"));
  EXPECT_FALSE(wildcard_match("v?", "v10"));
}

TEST(Wildcard, BracketsAreClasses) {
  EXPECT_TRUE(wildcard_match("[abc]x", "bx"));
  EXPECT_TRUE(wildcard_match("v[0-9]", "v7"));
  EXPECT_FALSE(wildcard_match("v[0-9]", "vx"));
  EXPECT_TRUE(wildcard_match("[!a]", "b"));
  EXPECT_FALSE(wildcard_match("[!a]", "a"));
  EXPECT_TRUE(wildcard_match("[]]", "]"));
  EXPECT_TRUE(wildcard_match("[a-]", "-"));
}

TEST(Wildcard, ABracketThatIsNotClosedIsItself) {
  EXPECT_TRUE(wildcard_match("[ab", "[ab"));
  EXPECT_TRUE(wildcard_match("x[", "x["));
  EXPECT_FALSE(wildcard_match("[ab", "a"));
}

TEST(Wildcard, ManyStarsStayFast) {
  const std::string pattern = "a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b";
  EXPECT_FALSE(wildcard_match(pattern, std::string(5000, 'a')));
}
}  // namespace
}  // namespace weir::graph
