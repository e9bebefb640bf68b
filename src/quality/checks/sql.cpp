#include "quality/checks/sql.h"

#include <fmt/format.h>

#include "core/text.h"
#include "quality/sql_traits.h"

namespace weir::quality {
Check sql_check(const CheckScope& scope, const std::string& select_sql) {
  const std::string rows = as_subquery(select_sql);
  Check check;
  check.type = "sql";
  check.name = check_name("sql", {rows});
  check.place = scope.place;
  check.table = scope.table;
  check.query = fmt::format("SELECT count(*) FROM ({}\n)", rows);
  check.failing_rows = fmt::format("SELECT * FROM ({}\n)", rows);
  note_sql(check, rows);
  check.takes_where = false;
  check.measure = [](const Values& values, Timestamp) -> Result<Measurement> {
    Measurement out;
    WEIR_TRY_ASSIGN(out.failures, count_in(values, 0));
    out.rows = out.failures;
    out.finding = fmt::format("{} row{}", out.failures == 0 ? "no" : human_count(out.failures), out.failures == 1 ? "" : "s");
    return out;
  };
  return check;
}

Result<std::vector<Check>> read_sql(const ConfigNode& arguments, const CheckScope& scope) {
  if (!arguments.is_scalar() || as_subquery(arguments.text()).empty()) {
    return fail_at(arguments.place(), "sql needs a query whose rows are failures: \"sql: select * from staging.orders where …\"");
  }
  return std::vector<Check>{sql_check(scope, arguments.text())};
}
}  // namespace weir::quality
