#include "delta/json_text.h"

#include <gtest/gtest.h>

namespace weir::delta {
namespace {
std::string unescaped(std::string_view quoted) {
  std::string out;
  unescape_json_string(quoted, out);
  return out;
}

TEST(JsonText, EscapesWhatJsonDemands) {
  std::string out;
  append_json_string(out, std::string("a\"b\\c\n\t\x01 é", 11));
  EXPECT_EQ(out, "\"a\\\"b\\\\c\\n\\t\\u0001 é\"");
}

TEST(JsonText, UnescapesEverySpelling) {
  EXPECT_EQ(unescaped(R"("a\"b\\c\/\n\t\r\b\f")"), "a\"b\\c/\n\t\r\b\f");
  EXPECT_EQ(unescaped(R"("\u0041\u00e9\ud83d\ude00")"), "Aé😀");
  EXPECT_EQ(unescaped(R"("plain" , 1)"), "plain");
}

TEST(JsonText, StopsAtMalformedEscapes) {
  EXPECT_EQ(unescaped("\"ab\\"), "ab");
  EXPECT_EQ(unescaped(R"("ab\u12")"), "ab");
  EXPECT_EQ(unescaped(""), "");
}
}  // namespace
}  // namespace weir::delta
