#include "report/lake_query.h"

#include "lake/test_lake.h"
#include "report/page.h"

namespace weir::report {
namespace {
class LakeReport : public lake::TestLake {
 protected:
  Result<std::string> render(const std::string& text) {
    WEIR_TRY_ASSIGN(const ReportFile report, parse_report("reports/sales.md", text));
    WEIR_TRY_ASSIGN(const auto session, lake_->session());
    LakeQueryRunner runner(*session, {});
    return render_report(report, runner, {.query_rows_max = 3});
  }
  std::string error_of(const std::string& text) { return render(text).error().text(); }
};

TEST_F(LakeReport, ShowsEveryTypeOfTheEngine) {
  const std::string page = render(
                               "```sql all\nselect true as b, 42::utinyint as i, 1e20::double as d, 12.50::decimal(9, "
                               "2) as m, 170141183460469231731::hugeint as h,\n"
                               "  'x' as t, date '2024-01-31' as day, timestamp '2024-01-31 06:00:00' as at, null as "
                               "nothing, [1, 2] as list, 'infinity'::date as never\n"
                               "```\n{{ table(all, formats={'m': 'eur'}) }}")
                               .value();
  for (const char* shown :
       {">true<", ">42<", ">100,000,000,000,000,000,000<", ">€12.50<", ">170,141,183,460,469,231,731<", ">x<",
        ">2024-01-31<", ">2024-01-31 06:00<", ">–<", ">[1, 2]<", ">after 9999<"}) {
    EXPECT_NE(page.find(shown), std::string::npos) << shown;
  }
}

TEST_F(LakeReport, PointsAtTheLineOfFailingSql) {
  EXPECT_TRUE(error_of("# x\n\n- y\n  ```sql a\n  select 1 as x,\n    oops\n  from (select 2 as z)\n  ```\n")
                  .starts_with("reports/sales.md:6:5: query \"a\": "))
      << error_of("# x\n\n- y\n  ```sql a\n  select 1 as x,\n    oops\n  from (select 2 as z)\n  ```\n");
}

TEST_F(LakeReport, StopsReadingWhatIsTooLargeForAPage) {
  EXPECT_TRUE(error_of("```sql a\nselect * from range(1_000_000_000)\n```\n")
                  .starts_with("reports/sales.md:2:1: the query \"a\" gives more than 3 rows"));
}
}  // namespace
}  // namespace weir::report
