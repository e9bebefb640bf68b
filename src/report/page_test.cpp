#include "report/page.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/files.h"

namespace weir::report {
namespace {
/// Gives the table that a query is called after in its SQL: "monthly\n".
class Tables final : public QueryRunner {
 public:
  Result<Table> run(const std::string& sql, const Place& place, std::size_t) override {
    places.push_back(place);
    if (failure) {
      return std::unexpected(*failure);
    }
    return tables.at(sql.substr(0, sql.find('\n')));
  }
  std::map<std::string, Table> tables;
  std::vector<Place> places;
  std::optional<Error> failure;
};

Cell month(unsigned number) {
  return std::chrono::sys_days(std::chrono::year(2024) / std::chrono::month(number) / 1);
}

Tables shop() {
  Tables runner;
  runner.tables["monthly"] = {
      {{"month", ColumnType::kDate}, {"revenue", ColumnType::kDouble}, {"region", ColumnType::kText}},
      {{month(1), 1000.5, "*north*"}, {month(2), 2500.0, "</script>"}}};
  runner.tables["empty"] = {{{"revenue", ColumnType::kDouble}}, {}};
  return runner;
}

constexpr std::string_view kQueries = "```sql monthly\nmonthly\n```\n```sql empty\nempty\n```\n";

Result<std::string> page_of(std::string_view body, const RenderOptions& options = {}) {
  Tables runner = shop();
  WEIR_TRY_ASSIGN(const ReportFile report, parse_report("reports/sales.md", std::string(kQueries) + std::string(body)));
  return render_report(report, runner, options);
}

/// What stands between <main> and </main>.
std::string content_of(std::string_view body) {
  const std::string page = page_of(body).value();
  const std::size_t begin = page.find("<main>\n") + 7;
  return page.substr(begin, page.rfind("</main>") - begin);
}

std::string error_of(std::string_view body) {
  return page_of(body).error().text();
}

TEST(Report, PutsValuesIntoText) {
  EXPECT_EQ(content_of("{{ value(monthly, 'revenue') }}, {{ monthly[-1].revenue | currency('EUR', 0) }}, {{ "
                       "monthly[0].month | date('%B') }}, "
                       "{{ monthly[0].region }}, {{ monthly | length }}"),
            "<p>1000.5, €2,500, January, *north*, 2</p>\n");
  EXPECT_EQ(content_of("{{ value(monthly, 'revenue', row=1, format='usd') }} {{ 0.5 | percent }} {{ 1234567 | short }} "
                       "{{ 3 | number(1) }}"),
            "<p>$2,500.00 50.0% 1.2M 3.0</p>\n");
  EXPECT_EQ(
      content_of("{{ value(empty, 'revenue') }} {{ value(empty, 'revenue', format='eur') }} {{ none }} {{ true }}"),
      "<p>– – – true</p>\n");
}

TEST(Report, WritesLoopsAndConditions) {
  EXPECT_EQ(content_of("{% for row in monthly %}\n- **{{ row.region }}**\n{% endfor %}\n{% if empty %}x{% endif %}\n"),
            "<ul>\n<li><strong>*north*</strong></li>\n<li><strong>&lt;/script&gt;</strong></li>\n</ul>\n");
}

TEST(Report, ReadsTheTextOfMacrosAsMarkdown) {
  EXPECT_EQ(content_of("{% macro show(row) %}*{{ row.region }}*{% endmacro %}\n{{ show(monthly[0]) }}"),
            "<p><em>*north*</em></p>\n");
}

TEST(Report, DrawsAChartBesideAnother) {
  const std::string content =
      content_of("{{ bar(monthly, x='month', y='revenue', title='A') }}\n{{ line(monthly, 'month', ['revenue']) }}");
  EXPECT_TRUE(content.starts_with("<div class=\"row\">\n<figure class=\"chart\">\n<figcaption>A</figcaption>"))
      << content;
  EXPECT_NE(content.find("<figcaption>Revenue by month</figcaption>"), std::string::npos);
}

TEST(Report, DrawsTablesAndCards) {
  EXPECT_EQ(
      content_of(
          "{{ table(monthly, columns=['revenue'], formats={'revenue': 'eur'}, titles={'revenue': 'GMV'}, limit=1) }}"),
      "<figure class=\"table\">\n<figcaption>Monthly</figcaption>\n"
      "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Monthly\"><table class=\"data\">\n"
      "<thead><tr><th scope=\"col\" class=\"number\">GMV</th></tr></thead>\n<tbody>\n"
      "<tr><td class=\"number\" data-v=\"1000.5\">€1,000.50</td></tr>\n</tbody></table></div>\n"
      "<p class=\"note\">The first 1 of 2 rows.</p>\n</figure>\n");
  EXPECT_EQ(content_of("{{ big_value(monthly, value='revenue') }}"),
            "<div class=\"cards\">\n<div class=\"card\">\n<p class=\"card-title\">Revenue</p>\n<p "
            "class=\"card-value\" style=\"--width: 7\">1,000.5</p>\n</div>\n</div>\n");
}

TEST(Report, NamesThePlaceOfAWrongCall) {
  EXPECT_EQ(error_of("\n{{ line(monthyl, x='month', y='revenue') }}"),
            "reports/sales.md:8:8: unknown query \"monthyl\"; did you mean \"monthly\"?");
  EXPECT_EQ(error_of("\n\n{{ line(monthly, x='month', y='revenu') }}"),
            "reports/sales.md:9:8: the query \"monthly\" has no column \"revenu\"; did you mean \"revenue\"?");
  EXPECT_EQ(error_of("x {{ bar(monthly, x='month', y='revenue', tittle='x') }}"),
            "reports/sales.md:7:9: bar has no option \"tittle\"; did you mean \"title\"?");
  EXPECT_EQ(error_of("{{ bar(monthly, x=month, y='revenue') }}"),
            "reports/sales.md:7:7: x of bar takes text, not the unknown name month; names of columns stand in quotes: "
            "'month'");
  EXPECT_EQ(error_of("{{ bar('monthly') }}"),
            "reports/sales.md:7:7: bar begins with the name of a query, without quotes: bar(monthly, ...)");
  EXPECT_EQ(error_of("{{ line(monthly, x='month') }}"),
            "reports/sales.md:7:8: line needs y, the name of a column, or a list of them: line(monthly, x='column', "
            "y='column')");
}

TEST(Report, NamesThePlaceOfAWrongValue) {
  EXPECT_EQ(error_of("{{ monthly[0].revenu }}"),
            "reports/sales.md:7:14: the query \"monthly\" has no column \"revenu\"; did you mean \"revenue\"?");
  EXPECT_EQ(error_of("{{ monthly[2].revenue }}"),
            "reports/sales.md:7:11: the query \"monthly\" has no row 2; it has 2, from 0 to 1");
  EXPECT_EQ(error_of("{{ monthly.revenue }}"),
            "reports/sales.md:7:11: \"revenue\" is a column of each row of monthly; say which: monthly[0].revenue");
  EXPECT_EQ(error_of("{{ monthly }}"),
            "reports/sales.md:7:4: \"monthly\" is a whole query; show it with {{ table(monthly) }}, or one value with "
            "{{ monthly[0].column }}");
  EXPECT_EQ(error_of("{{ monthyl[0].revenue }}"),
            "reports/sales.md:7:11: unknown name \"monthyl\"; did you mean \"monthly\"?");
  EXPECT_EQ(error_of("{{ 1 | currency('XXX') }}"), "reports/sales.md:7:8: unknown format \"xxx\"");
}

TEST(Report, NamesThePlaceOfAChartWithinText) {
  EXPECT_TRUE(error_of("\nsee {{ line(monthly, x='month', y='revenue') }}")
                  .starts_with("reports/sales.md:8:12: line(...) stands within a line of text"));
}

TEST(Report, NamesThePlaceOfFailingSql) {
  Tables runner = shop();
  const ReportFile report =
      parse_report("reports/sales.md", "x\n\n* y\n  ```sql monthly\n  select\n    oops\n  ```\n").value();
  runner.failure = Error{ErrorCode::kInvalid, "no such column", "", Place{"", 2, 3}};
  EXPECT_EQ(render_report(report, runner, {}).error().text(),
            "reports/sales.md:6:5: query \"monthly\": no such column");
  runner.failure = Error{ErrorCode::kIo, "disk", "raw.orders", std::nullopt};
  EXPECT_EQ(render_report(report, runner, {}).error().text(), "reports/sales.md:5:3: raw.orders: disk");
  EXPECT_EQ(runner.places.front(), (Place{"reports/sales.md", 5, 3}));
}

TEST(Report, RefusesMoreRowsThanAPageHolds) {
  EXPECT_EQ(page_of("x", {.query_rows_max = 1}).error().text(),
            "reports/sales.md:2:1: the query \"monthly\" gives more than 1 rows, too many for a page; group them in "
            "the SQL (by month, by region) or "
            "add a limit");
}

TEST(Report, IsTheSameForTheSameData) {
  EXPECT_EQ(page_of("{{ table(monthly) }}", {.state = "s"}).value(),
            page_of("{{ table(monthly) }}", {.state = "s"}).value());
}

TEST(Report, SaysWhenItWasGenerated) {
  const Timestamp time = std::chrono::sys_days(std::chrono::year(2024) / 1 / 31) + std::chrono::hours(6);
  EXPECT_NE(page_of("x", {.generated_at = time})
                ->find("Generated <time datetime=\"2024-01-31T06:00:00Z\">2024-01-31 06:00 UTC</time>"),
            std::string::npos);
  EXPECT_EQ(page_of("x")->find("Generated"), std::string::npos);
}

TEST(Report, IsOneFileOfBoundedSizeThatAsksForNothing) {
  const std::string page = page_of("x").value();
  EXPECT_LT(page.size(), 1'200'000U);
  const std::string head = page.substr(0, page.find("<style>"));
  EXPECT_EQ(head.find("http:"), std::string::npos);
  EXPECT_EQ(head.find("https:"), std::string::npos);
  EXPECT_NE(head.find("default-src 'none'"), std::string::npos);
}

TEST(Report, EscapesItsTitle) {
  Tables runner;
  const ReportFile report =
      parse_report("a.md", "---\ntitle: <script>\ndescription: '\"><b>'\nlanguage: '\"'\n---\n").value();
  const std::string page = render_report(report, runner, {}).value();
  EXPECT_NE(page.find("<title>&lt;script&gt;</title>"), std::string::npos);
  EXPECT_NE(page.find("<p class=\"lead\">&quot;&gt;&lt;b&gt;</p>"), std::string::npos);
  EXPECT_NE(page.find("<html lang=\"&quot;\">"), std::string::npos);
}

TEST(PageState, ComesBackAsItWentIn) {
  const std::string state = R"({"file": "<&>'\"&amp;", "tables": {"a": 5}})";
  EXPECT_EQ(page_state(page_of("x", {.state = state}).value()), state);
  const TempDir folder = TempDir::create().value();
  ASSERT_TRUE(write_file(folder.path() / "a.html", page_of("x", {.state = state}).value()));
  EXPECT_EQ(read_page_state(folder.path() / "a.html").value(), state);
}

TEST(PageState, HasALimit) {
  const std::string largest(kPageStateBytesMax, '"');
  EXPECT_EQ(page_state(page_of("x", {.state = largest}).value()), largest);
  EXPECT_FALSE(page_of("x", {.state = largest + "x"}));
}

TEST(PageState, IsNothingWithoutAPage) {
  EXPECT_EQ(page_state("<html></html>"), std::nullopt);
  EXPECT_EQ(page_state("<meta name=\"weir-state\" content=\"torn"), std::nullopt);
  EXPECT_EQ(read_page_state("no/such/file.html").value(), std::nullopt);
}
}  // namespace
}  // namespace weir::report
