#include "report/data_table.h"

#include <gtest/gtest.h>

namespace weir::report {
namespace {
QueryResult orders() {
  return {"orders",
          {{{"region", ColumnType::kText}, {"revenue", ColumnType::kDouble}, {"first_day", ColumnType::kDate}},
           {{"north", 1234.5, std::chrono::sys_days(std::chrono::year(2024) / 1 / 31)}, {"<b>", Cell(), Cell()}}}};
}

std::string table_of(const QueryResult& query, std::size_t rows_count_max = kTableRowsDefault) {
  std::vector<ShownColumn> columns;
  for (const Column& column : query.table.columns) {
    columns.push_back(show_column(query, column.name).value());
  }
  return table_html(columns, "Orders", rows_count_max);
}

TEST(DataTable, WritesWhatIsReadAndWhatIsSortedBy) {
  EXPECT_EQ(
      table_of(orders()),
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Orders\"><table class=\"data\">\n"
      "<thead><tr><th scope=\"col\">Region</th><th scope=\"col\" class=\"number\">Revenue</th>"
      "<th scope=\"col\" class=\"date\">First day</th></tr></thead>\n<tbody>\n"
      "<tr><td>north</td><td class=\"number\" data-v=\"1234.5\">1,234.5</td><td class=\"date\">2024-01-31</td></tr>\n"
      "<tr><td>&lt;b&gt;</td><td class=\"number null\">–</td><td class=\"null\">–</td></tr>\n"
      "</tbody></table></div>\n");
}

TEST(DataTable, SaysWhatItLeavesOut) {
  const std::string html = table_of(orders(), 1);
  EXPECT_NE(html.find("<p class=\"note\">The first 1 of 2 rows.</p>"), std::string::npos);
  EXPECT_EQ(html.find("&lt;b&gt;"), std::string::npos);
}

TEST(DataTable, SaysThatThereIsNothing) {
  QueryResult query = orders();
  query.table.rows.clear();
  EXPECT_NE(table_of(query).find("No rows."), std::string::npos);
}

TEST(FindColumn, SuggestsTheNearestName) {
  EXPECT_EQ(find_column(orders(), "revnue").error().text(),
            "the query \"orders\" has no column \"revnue\"; did you mean \"revenue\"?");
  EXPECT_EQ(find_column(orders(), "x").error().text(),
            "the query \"orders\" has no column \"x\"; it has region, revenue, first_day");
}

TEST(TitleOf, ReadsLikeWords) {
  EXPECT_EQ(title_of("order_count"), "Order count");
  EXPECT_EQ(title_of("GMV_2024"), "GMV_2024");
  EXPECT_EQ(title_of("Net revenue"), "Net revenue");
  EXPECT_EQ(title_of("매출"), "매출");
  EXPECT_EQ(title_of(""), "");
}
}  // namespace
}  // namespace weir::report
