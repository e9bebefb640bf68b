#include <gtest/gtest.h>

#include "jinja/rendering.h"

namespace weir::jinja {
namespace {
Options with(bool trim_blocks, bool lstrip_blocks, bool keep_trailing_newline = false) {
  Options options;
  options.syntax.trim_blocks = trim_blocks;
  options.syntax.lstrip_blocks = lstrip_blocks;
  options.syntax.keep_trailing_newline = keep_trailing_newline;
  return options;
}

TEST(Whitespace, StaysAsItIs) {
  EXPECT_EQ(rendered("  {% if true %}\n a\n{% endif %}\n"), "  \n a\n");
}

TEST(Whitespace, OneNewlineAtTheEndIsDropped) {
  EXPECT_EQ(rendered("a\n\n"), "a\n");
}

TEST(Whitespace, TheLastNewlineCanBeKept) {
  EXPECT_EQ(rendered("a\n", "{}", with(false, false, true)), "a\n");
}

TEST(Whitespace, MinusTakesAllOfIt) {
  EXPECT_EQ(rendered("a \n {%- if true -%} \n b {{- 1 -}} \n c{% endif %}"), "ab1c");
}

TEST(Whitespace, TrimBlocksDropsTheNewlineAfterABlock) {
  EXPECT_EQ(rendered("{% if true %}\na\n{% endif %}\nb", "{}", with(true, false)), "a\nb");
}

TEST(Whitespace, LstripBlocksDropsBlanksInFrontOfABlock) {
  EXPECT_EQ(rendered("  {% if true %}\n  {{ 1 }}\n  {% endif %}", "{}", with(true, true)), "  1\n");
}

TEST(Whitespace, PlusKeepsWhatAnOptionWouldTake) {
  EXPECT_EQ(rendered("  {%+ if true +%}\na{% endif %}", "{}", with(true, true)), "  \na");
}

TEST(Whitespace, LineEndsBecomeNewlines) {
  EXPECT_EQ(rendered("a\r\nb\rc"), "a\nb\nc");
}

TEST(Whitespace, RawKeepsTags) {
  EXPECT_EQ(rendered("{% raw %}{{ x }}{% endraw %}"), "{{ x }}");
}

TEST(Whitespace, CommentsLeaveNothing) {
  EXPECT_EQ(rendered("a{# {{ x }} #}b {#- c -#} d"), "abd");
}
}  // namespace
}  // namespace weir::jinja
