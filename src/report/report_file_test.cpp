#include "report/report_file.h"

#include <gtest/gtest.h>

namespace weir::report {
namespace {
ReportFile parse(std::string_view text) {
  return parse_report("reports/big-sales.md", text).value();
}
std::string error_of(std::string_view text) {
  return parse_report("reports/sales.md", text).error().text();
}

TEST(ReportFile, HasFrontMatterQueriesAndABodyWithTheLinesOfTheFile) {
  const ReportFile report = parse(
      "---\r\ntitle: Sales\r\ndescription: All of it.\r\ntags: [a, b]\r\nlanguage: ko\r\n---\r\n# One\r\n```sql "
      "monthly\r\nselect 1\r\n\r\n"
      "  as x\r\n```\r\nTwo {{ monthly[0].x }}\r\n");
  EXPECT_EQ(report.name, "big-sales");
  EXPECT_EQ(report.title, "Sales");
  EXPECT_EQ(report.description, "All of it.");
  EXPECT_EQ(report.language, "ko");
  EXPECT_EQ(report.tags, (std::vector<std::string>{"a", "b"}));
  ASSERT_EQ(report.queries.size(), 1U);
  EXPECT_EQ(report.queries[0].name, "monthly");
  EXPECT_EQ(report.queries[0].sql, "select 1\n\n  as x\n");
  EXPECT_EQ(report.queries[0].place, (Place{"reports/big-sales.md", 9, 1}));
  EXPECT_EQ(report.body, "\n\n\n\n\n\n# One\n\n\n\n\n\nTwo {{ monthly[0].x }}\n");
}

TEST(ReportFile, TakesItsTitleFromTheFirstHeadingOrTheFile) {
  const ReportFile report = parse("\n# Orders of the week\n\ntext");
  EXPECT_EQ(report.title, "Orders of the week");
  EXPECT_EQ(report.body, "\n\n\ntext");
  EXPECT_EQ(parse("## Orders").title, "Big sales");
  EXPECT_EQ(parse("# Orders of {{ day }}").title, "Big sales");
}

TEST(ReportFile, FindsQueriesInListsAndLeavesOtherBlocks) {
  const ReportFile report =
      parse("* x\n\n  ```sql a\n  select 1\n  ```\n\n```sql\nselect 2\n```\n\n```python x\n```\n");
  ASSERT_EQ(report.queries.size(), 1U);
  EXPECT_EQ(report.queries[0].sql, "select 1\n");
  EXPECT_EQ(report.queries[0].place, (Place{"reports/big-sales.md", 4, 3}));
  EXPECT_NE(report.body.find("```sql\nselect 2"), std::string::npos);
}

TEST(ReportFile, RefusesBrokenFrontMatter) {
  EXPECT_EQ(error_of("---\ntitle: x\n"),
            "reports/sales.md:1:1: the front matter is not closed; it ends with a line of three dashes: ---");
  const std::string unknown = error_of("---\ntitle: x\ndescripton: y\n---\n");
  EXPECT_TRUE(unknown.starts_with("reports/sales.md:3:1: ")) << unknown;
  EXPECT_NE(unknown.find("did you mean \"description\"?"), std::string::npos) << unknown;
}

TEST(ReportFile, RefusesQueriesWithoutAUsableName) {
  EXPECT_EQ(error_of("\n```sql two words\nselect 1\n```\n"),
            "reports/sales.md:2:1: \"two words\" cannot be the name of a query; it is one word of letters, digits and "
            "_: ```sql monthly");
  EXPECT_EQ(error_of("```sql line\nselect 1\n```\n"),
            "reports/sales.md:1:1: a query cannot be called \"line\": that is a function of reports");
  EXPECT_EQ(error_of("```sql a\nselect 1\n```\n```sql a\nselect 2\n```\n"),
            "reports/sales.md:4:1: there is a query \"a\" already, in line 1");
}

TEST(ReportFile, RefusesQueriesThatAreEmptyOrNotClosed) {
  EXPECT_EQ(error_of("x\n\n```sql a\n\n```\n"), "reports/sales.md:3:1: the query \"a\" is empty");
  EXPECT_EQ(error_of("x\n\n```sql a\nselect 1\n"),
            "reports/sales.md:3:1: the query \"a\" is not closed; it ends with a line of ```");
}

TEST(ReportFile, RefusesJinjaThatCannotBeParsed) {
  const std::string error = error_of("x\n```sql a\nselect 1\n```\n\n{{ line(a, x= }}\n");
  EXPECT_TRUE(error.starts_with("reports/sales.md:6:")) << error;
}
}  // namespace
}  // namespace weir::report
