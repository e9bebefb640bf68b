#include "lake/sql_tokens.h"

#include <gtest/gtest.h>

namespace weir::lake {
namespace {
std::vector<std::string> texts(std::string_view sql) {
  std::vector<std::string> out;
  for (const SqlToken& token : sql_tokens(sql)) {
    out.emplace_back(token.text);
  }
  return out;
}

TEST(SqlTokensTest, SplitsNamesTextsNumbersAndSymbols) {
  EXPECT_EQ(texts("select a.b::int, 'it''s' || \"x \"\"y\" from t1 where c>=1.5e-3"),
            (std::vector<std::string>{"select", "a", ".", "b", "::", "int", ",", "'it''s'", "||", "\"x \"\"y\"", "from", "t1", "where", "c", ">=",
                                      "1.5e-3"}));
}

TEST(SqlTokensTest, CommentsAreNoTokens) {
  EXPECT_EQ(texts("a -- b\n/* c /* nested */ d */ e"), (std::vector<std::string>{"a", "e"}));
  EXPECT_EQ(texts("'-- no comment' /* open"), (std::vector<std::string>{"'-- no comment'"}));
}

TEST(SqlTokensTest, DollarQuotesAndParameters) {
  EXPECT_EQ(texts("$$ a ' b $$ $tag$ $$ $tag$ $1"), (std::vector<std::string>{"$$ a ' b $$", "$tag$ $$ $tag$", "$", "1"}));
}

TEST(SqlTokensTest, ValuesAreUnquoted) {
  EXPECT_EQ(sql_tokens("\"a\"\"b\"")[0].value(), "a\"b");
  EXPECT_EQ(sql_tokens("`/path/x`")[0].value(), "/path/x");
  EXPECT_EQ(sql_tokens("'it''s'")[0].value(), "it's");
}

TEST(SqlTokensTest, WhatIsNotClosedReachesToTheEnd) {
  EXPECT_EQ(texts("'open"), (std::vector<std::string>{"'open"}));
  EXPECT_EQ(texts("\"open"), (std::vector<std::string>{"\"open"}));
}

TEST(SqlTokensTest, LayoutAndCommentsDoNotChangeTheNormalForm) {
  EXPECT_EQ(normalized_sql("select  a,b -- why\nfrom\tt"), normalized_sql("select a , b\n\nfrom t /* x */"));
  EXPECT_NE(normalized_sql("select 'a  b'"), normalized_sql("select 'a b'"));
  EXPECT_NE(normalized_sql("select a"), normalized_sql("select A"));
}
}  // namespace
}  // namespace weir::lake
