#include "report/markdown.h"

#include <gtest/gtest.h>

#include <array>

namespace weir::report {
namespace {
std::string html_of(std::string_view markdown) {
  return markdown_html(markdown, {}).value();
}

/// Renders `before` + the value + `after`.
std::string html_around(std::string_view before, std::string value, std::string_view after) {
  Fragments fragments;
  const std::string mark = fragments.add({Fragments::Kind::kText, std::move(value), "value", {}});
  return markdown_html(std::string(before) + mark + std::string(after), fragments).value();
}

TEST(Markdown, ShowsRawHtmlAsText) {
  EXPECT_EQ(html_of("<script>alert(1)</script>"), "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n");
  EXPECT_EQ(html_of("a <b onclick=x>b</b>"), "<p>a &lt;b onclick=x&gt;b&lt;/b&gt;</p>\n");
  EXPECT_EQ(html_of("H<sub>2</sub>O<br/>x <sub class=y>"), "<p>H<sub>2</sub>O<br/>x &lt;sub class=y&gt;</p>\n");
  EXPECT_EQ(html_of("a\n\n<!-- a note -->\n\nb"), "<p>a</p>\n<p>b</p>\n");
}

TEST(Markdown, TakesAddressesOutOfUnsafeLinks) {
  EXPECT_EQ(html_of("[x](javascript:alert(1))"), "<p><a href=\"\">x</a></p>\n");
  EXPECT_EQ(html_around("[x](", "javascript:alert(1)", ")"), "<p><a href=\"\">x</a></p>\n");
  EXPECT_EQ(html_around("[x](https://a.b/?q=", "a b\"<>&", ")"),
            "<p><a href=\"https://a.b/?q=a%20b%22%3C%3E&amp;\">x</a></p>\n");
}

TEST(Markdown, NeverReadsDataAsMarkdown) {
  EXPECT_EQ(html_around("**", "*a* [b](c) <d> `e` | &amp;", "**"),
            "<p><strong>*a* [b](c) &lt;d&gt; `e` | &amp;amp;</strong></p>\n");
  EXPECT_EQ(html_around("`", "a`b", "`"), "<p><code>a`b</code></p>\n");
  EXPECT_EQ(html_around("    ", "<x>", "\n"), "<pre><code>&lt;x&gt;\n</code></pre>\n");
  EXPECT_EQ(html_around("# ", "1\n# 2", ""), "<h1>1\n# 2</h1>\n");
  EXPECT_EQ(html_around("a ", std::string("\0\xFF", 2), ""), "<p>a \uFFFD\uFFFD</p>\n");
}

TEST(Markdown, LetsNoValueOutOfAnyPlace) {
  constexpr std::array<std::array<std::string_view, 2>, 14> kPlaces = {{{"", ""},
                                                                        {"**", "**"},
                                                                        {"`", "`"},
                                                                        {"```\n", "\n```"},
                                                                        {"``` ", "\nx\n```"},
                                                                        {"[x](", ")"},
                                                                        {"[x](https://a.b \"", "\")"},
                                                                        {"[", "](https://a.b)"},
                                                                        {"![x](data:image/png;base64,", ")"},
                                                                        {"<https://a.b/", ">"},
                                                                        {"https://a.b/", ""},
                                                                        {"<div title=\"", "\">\n\n</div>"},
                                                                        {"x <b title=", ">"},
                                                                        {"|a|\n|-|\n|", "|"}}};
  constexpr std::array<std::string_view, 8> kValues = {
      "</script><script>alert(1)</script>", "\"><img src=y onerror=alert(1)>",
      "\n\n<script>alert(1)</script>\n\n",  "javascript:alert(1)",
      ") [y](javascript:alert(1)",          "` <script>alert(1)</script>",
      "|\n\n# <script>alert(1)</script>",   "--> ```\n<script>alert(1)</script>"};
  for (const auto& [before, after] : kPlaces) {
    for (const std::string_view value : kValues) {
      const std::string html = html_around(before, std::string(value), after);
      for (const std::string_view danger :
           {"<script", "<img src=\"y", "<img src=y", "\" onerror", "href=\"javascript", "<h1"}) {
        EXPECT_EQ(html.find(danger), std::string::npos) << before << value << after << "\n" << html;
      }
    }
  }
}

TEST(Markdown, FillsTablesWithData) {
  EXPECT_EQ(html_around("|a|b|\n|-|-:|\n|", "x|y", "|2|\n"),
            "<div class=\"scroll\" tabindex=\"0\">\n<table>\n<thead>\n<tr>\n<th>a</th>\n<th style=\"text-align: "
            "right\">b</th>\n</tr>\n</thead>\n"
            "<tbody>\n<tr>\n<td>x|y</td>\n<td style=\"text-align: right\">2</td>\n</tr>\n</tbody>\n</table>\n</div>\n");
}

TEST(Markdown, PutsFiguresOfOneParagraphIntoOneRow) {
  Fragments fragments;
  const std::string a = fragments.add({Fragments::Kind::kBlock, "<figure>a</figure>\n", "line", {"a.md", 3, 4}});
  const std::string b = fragments.add({Fragments::Kind::kBlock, "<figure>b</figure>\n", "bar", {}});
  const std::string c = fragments.add({Fragments::Kind::kCard, "<div>c</div>\n", "big_value", {"a.md", 5, 4}});
  EXPECT_EQ(markdown_html("x\n\n" + a + "\n\n" + a + "\n" + b + "\n\n" + c, fragments).value(),
            "<p>x</p>\n<figure>a</figure>\n<div class=\"row\">\n<figure>a</figure>\n<figure>b</figure>\n</div>\n"
            "<div class=\"cards\">\n<div>c</div>\n</div>\n");
  EXPECT_EQ(markdown_html("see " + a, fragments).error().text(),
            "a.md:3:4: line(...) stands within a line of text; put it in a paragraph of its own, with an empty line "
            "before and "
            "after it");
  EXPECT_EQ(
      markdown_html(a + " " + c, fragments).error().text(),
      "a.md:5:4: line(...) and big_value(...) stand in one paragraph; put cards and charts in paragraphs of their own");
  EXPECT_FALSE(markdown_html("# " + a, fragments));
  EXPECT_FALSE(markdown_html("    " + a, fragments));
}

TEST(Markdown, LeavesForeignMarksAlone) {
  EXPECT_EQ(html_of("\uE0007\uE001 \uE000x\uE001"), "<p>\uE0007\uE001 \uE000x\uE001</p>\n");
}

TEST(Markdown, RefusesPicturesFromElsewhere) {
  EXPECT_TRUE(markdown_html("![logo](https://a.b/logo.png)", {})
                  .error()
                  .text()
                  .starts_with("the picture \"https://a.b/logo.png\" would have to be fetched"));
  EXPECT_EQ(html_of("![dot](data:image/png;base64,AAAA)"),
            "<p><img src=\"data:image/png;base64,AAAA\" alt=\"dot\" /></p>\n");
}

TEST(FencedBlocks, FindsThemWithTheirLines) {
  const auto blocks = fenced_blocks(
      "a\n\n```sql monthly\nselect 1\n```\n\n* b\n\n  ~~~ sql x\n  select 2\n\n  ~~~\n\n    no fence\n\n```sql "
      "open\nselect 3");
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(blocks[0].info, "sql monthly");
  EXPECT_EQ(blocks[0].content, "select 1\n");
  EXPECT_EQ(blocks[0].line_first, 3);
  EXPECT_EQ(blocks[0].line_last, 5);
  EXPECT_EQ(blocks[1].content, "select 2\n\n");
  EXPECT_EQ(blocks[1].line_first, 9);
  EXPECT_EQ(blocks[1].line_last, 12);
  EXPECT_EQ(blocks[2].line_last, 17);
}
}  // namespace
}  // namespace weir::report
