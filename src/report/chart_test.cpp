#include "report/chart.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace weir::report {
namespace {
Cell month(unsigned number) {
  return std::chrono::sys_days(std::chrono::year(2024) / std::chrono::month(number) / 1);
}

QueryResult monthly() {
  return {"monthly",
          {{{"month", ColumnType::kDate},
            {"region", ColumnType::kText},
            {"revenue", ColumnType::kDouble},
            {"orders", ColumnType::kInteger}},
           {{month(2), "south", 20.5, std::int64_t{2}},
            {month(1), "south", 10.0, std::int64_t{1}},
            {month(1), "north", 30.0, std::int64_t{3}}}}};
}

QueryResult by_month() {
  QueryResult query = monthly();
  query.table.rows.pop_back();
  return query;
}

Json spec_of(const QueryResult& query, const ChartRequest& request) {
  return chart_spec(make_chart(query, request).value());
}
std::string error_of(const QueryResult& query, const ChartRequest& request) {
  return make_chart(query, request).error().text();
}

TEST(Chart, SortsALineByDate) {
  EXPECT_EQ(spec_of(by_month(),
                    {.kind = ChartKind::kLine, .x = "month", .y = {"revenue"}, .format = Format::parse("eur").value()}),
            Json::parse(R"({"kind": "line",
      "x": {"title": "Month", "kind": "date", "format": "month", "values": ["2024-01-01", "2024-02-01"]},
      "y": [{"title": "Revenue", "kind": "number", "format": "eur", "values": [10.0, 20.5]}],
      "stack": false, "horizontal": false, "zero": true})"));
}

TEST(Chart, KeepsTheOrderOfBars) {
  const Json spec = spec_of(by_month(), {.kind = ChartKind::kBar, .x = "month", .y = {"revenue"}});
  EXPECT_EQ(spec["x"]["values"], (Json{"2024-02-01", "2024-01-01"}));
}

TEST(Chart, SplitsAColumnIntoSeries) {
  const Json spec = spec_of(monthly(), {.kind = ChartKind::kArea, .x = "month", .y = {"revenue"}, .series = "region"});
  EXPECT_EQ(spec["x"]["values"], (Json{"2024-01-01", "2024-02-01"}));
  EXPECT_EQ(spec["y"][0]["title"], "south");
  EXPECT_EQ(spec["y"][0]["values"], (Json{10.0, 20.5}));
  EXPECT_EQ(spec["y"][1]["title"], "north");
  EXPECT_EQ(spec["y"][1]["values"], (Json{30.0, nullptr}));
  EXPECT_EQ(spec["stack"], true);
}

TEST(Chart, DrawsSeveralColumns) {
  const auto chart =
      make_chart(by_month(), {.kind = ChartKind::kBar, .x = "month", .y = {"revenue", "orders"}, .stack = true});
  ASSERT_TRUE(chart);
  EXPECT_EQ(chart->title, "Revenue and orders by month");
  EXPECT_TRUE(chart->stack);
}

TEST(Chart, TakesTitlesAsGiven) {
  const auto chart = make_chart(monthly(), {.kind = ChartKind::kLine,
                                            .x = "month",
                                            .y = {"revenue"},
                                            .series = "region",
                                            .titles = {{"revenue", "GMV"}, {"region", "Sales area"}}});
  EXPECT_EQ(chart->title, "GMV by month and sales area");
}

TEST(Chart, PutsMarksOfAScatterPlotSideBySide) {
  const Json spec = spec_of(
      monthly(), {.kind = ChartKind::kScatter, .x = "orders", .y = {"revenue"}, .series = "region", .label = "region"});
  EXPECT_EQ(spec["x"]["values"], (Json{2, 1, 3}));
  EXPECT_EQ(spec["series"]["values"], (Json{"south", "south", "north"}));
  EXPECT_EQ(spec["label"], spec["series"]);
  EXPECT_EQ(spec["zero"], false);
}

TEST(Chart, NamesTheWrongColumn) {
  EXPECT_EQ(error_of(monthly(), {.x = "month", .y = {"revenu"}}),
            "the query \"monthly\" has no column \"revenu\"; did you mean \"revenue\"?");
  EXPECT_EQ(error_of(monthly(), {.x = "month", .y = {"region"}}),
            "the column \"region\" of the query \"monthly\" holds no numbers, so line cannot draw it");
}

TEST(Chart, RefusesTwoRowsForOnePlace) {
  EXPECT_EQ(error_of(monthly(), {.x = "month", .y = {"revenue"}}),
            "the query \"monthly\" has several rows for month = Jan 2024; group it by the columns that are drawn, or "
            "split them with series='column'");
  QueryResult query = monthly();
  query.table.rows[2][1] = "south";
  EXPECT_TRUE(error_of(query, {.x = "month", .y = {"revenue"}, .series = "region"})
                  .starts_with("the query \"monthly\" has several rows for month = Jan 2024 and region = south"));
  EXPECT_FALSE(make_chart(query, {.kind = ChartKind::kHeatmap, .x = "month", .y = {"region"}, .value = "revenue"}));
}

TEST(Chart, RefusesMoreSeriesThanCanBeToldApart) {
  QueryResult query = monthly();
  query.table.rows.clear();
  for (int at = 0; at < 30; ++at) {
    query.table.rows.push_back({month(1), "region " + std::to_string(at), 1.0, std::int64_t{1}});
  }
  EXPECT_TRUE(error_of(query, {.x = "month", .y = {"revenue"}, .series = "region"})
                  .starts_with("the column \"region\" of the query \"monthly\" has 30 different values"));
}

TEST(Chart, IsDescribedForThoseWhoDoNotSeeIt) {
  EXPECT_EQ(
      describe_chart(
          make_chart(by_month(), {.x = "month", .y = {"revenue"}, .format = Format::parse("eur").value()}).value()),
      "Line chart: Revenue by month. Month: 2 values from Jan 2024 to Feb 2024. Revenue from €10.00 to €20.50.");
  EXPECT_EQ(describe_chart(
                make_chart(monthly(), {.kind = ChartKind::kHeatmap, .x = "month", .y = {"region"}, .value = "revenue"})
                    .value()),
            "Heat map: Revenue by region and month. Revenue from 10.0 to 30.0. Highest at north, Jan 2024.");
}

TEST(ChartHtml, CannotBeBrokenOutOf) {
  QueryResult query = by_month();
  query.table.columns[2].name = "</script><script>alert(1)</script>";
  query.table.rows[0][1] = "\"><img src=x onerror=alert(1)>";
  const auto chart = make_chart(
      query, {.kind = ChartKind::kBar, .x = "region", .y = {"</script><script>alert(1)</script>"}, .title = "<i>\"'"});
  const std::string html = chart_html(*chart);
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_EQ(html.find("<i>"), std::string::npos);
  EXPECT_EQ(html.find("<script>"), std::string::npos);
  EXPECT_EQ(html.find("</script>"), html.rfind("</script>"));
}

TEST(ChartHtml, SaysThatThereIsNothing) {
  QueryResult query = monthly();
  query.table.rows.clear();
  EXPECT_EQ(chart_html(make_chart(query, {.x = "month", .y = {"revenue"}}).value()),
            "<figure class=\"chart\">\n<figcaption>Revenue by month</figcaption>\n<p class=\"note\">No "
            "rows.</p>\n</figure>\n");
}
}  // namespace
}  // namespace weir::report
