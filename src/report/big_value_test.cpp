#include "report/big_value.h"

#include <gtest/gtest.h>

namespace weir::report {
namespace {
QueryResult kpi(double revenue, double last) {
  return {"kpi",
          {{{"revenue", ColumnType::kDouble}, {"last_month", ColumnType::kDouble}, {"city", ColumnType::kText}},
           {{revenue, last, "Seoul"}}}};
}

std::string change_of(double revenue, double last, BigValueRequest request) {
  request.value = "revenue";
  request.compare = "last_month";
  const std::string html = big_value_html(kpi(revenue, last), request).value();
  const std::size_t begin = html.find("<p class=\"card-change\">");
  return begin == std::string::npos ? "" : html.substr(begin + 23, html.find("</p>", begin) - begin - 23);
}

TEST(BigValue, ShowsTheNumberUnderItsTitle) {
  EXPECT_EQ(
      big_value_html(kpi(1250000, 1),
                     {.value = "revenue", .title = "Revenue & more", .format = Format::parse("eur:short").value()}),
      "<div class=\"card\">\n<p class=\"card-title\">Revenue &amp; more</p>\n<p "
      "class=\"card-value\" style=\"--width: 5\">€1.3M</p>\n</div>\n");
}

TEST(BigValue, ShowsTheChange) {
  EXPECT_EQ(change_of(112.4, 100, {.compare_title = "vs. last month"}),
            "<span class=\"good\"><span aria-hidden=\"true\">▲</span> +12.4%</span> vs. last month");
  EXPECT_EQ(change_of(50, 100, {}), "<span class=\"bad\"><span aria-hidden=\"true\">▼</span> -50.0%</span> vs. 100");
  EXPECT_EQ(change_of(50, 100, {.good = BigValueRequest::Good::kDown}),
            "<span class=\"good\"><span aria-hidden=\"true\">▼</span> -50.0%</span> vs. 100");
  EXPECT_EQ(change_of(50, 100, {.good = BigValueRequest::Good::kNeither}),
            "<span><span aria-hidden=\"true\">▼</span> -50.0%</span> vs. 100");
  EXPECT_EQ(change_of(100, 100, {}), "no change vs. 100");
}

TEST(BigValue, ComparesPercentagesInPoints) {
  EXPECT_EQ(change_of(0.041, 0.045, {.format = Format::parse("percent").value(), .good = BigValueRequest::Good::kDown}),
            "<span class=\"good\"><span aria-hidden=\"true\">▼</span> -0.4 pp</span> vs. 4.5%");
}

TEST(BigValue, HasNoChangeFromNothing) {
  EXPECT_EQ(change_of(5, 0, {}), "");
  QueryResult query = kpi(1, 1);
  query.table.rows.clear();
  EXPECT_EQ(big_value_html(query, {.value = "revenue", .compare = "last_month"}),
            "<div class=\"card\">\n<p class=\"card-title\">Revenue</p>\n<p class=\"card-value\" style=\"--width: 1\">–</p>\n</div>\n");
}

TEST(BigValue, RefusesToCompareText) {
  EXPECT_EQ(big_value_html(kpi(1, 1), {.value = "revenue", .compare = "city"}).error().text(),
            "\"revenue\" and \"city\" of the query \"kpi\" must hold numbers to be compared");
}
}  // namespace
}  // namespace weir::report
