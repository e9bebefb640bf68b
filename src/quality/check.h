#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "graph/outcome.h"
#include "quality/relation.h"
#include "quality/threshold.h"

/// Checks: what must hold for the rows of a table, as SQL that asks and a function that reads the answer.
namespace weir::quality {
/// One row of values as text, null as nothing.
using Values = std::vector<std::optional<std::string>>;

/// What a check found.
struct Measurement {
  std::uint64_t rows = 0;      ///< that the check looked at: after `where`, and without nulls where it ignores them
  std::uint64_t failures = 0;  ///< what did not pass; rows for most checks
  std::string finding;         ///< for people; empty: "3 of 1,000 rows"
};

enum class Severity : std::uint8_t { kError, kWarn };

/// When a measurement is good enough.
struct Rules {
  Severity severity = Severity::kError;
  std::optional<double> mostly;  ///< fraction of the rows that must pass, in [0, 1]; then the thresholds do not matter
  Threshold warn_if;
  Threshold error_if;
  std::uint64_t failures_max = 0;  ///< dbt's `limit`: failures are counted up to here; 0: all
};

/// How `measurement` is to be taken: kOk, kWarn or kFailed.
graph::Outcome judge(const Rules& rules, const Measurement& measurement);
/// One line: "1,000 rows", or "3 of 1,000 rows; e.g. order_id=17, status='shiped'".
std::string describe(const Rules& rules, const Measurement& measurement, const std::vector<std::string>& examples);

/// A column that a check names.
struct Column {
  std::string name;  ///< for people
  std::string sql;   ///< the name in quotes, or an expression
  Place place;
  bool is_name = true;  ///< false: an expression, which only SQL can judge
  /// It is compared with numbers, so a column of texts is refused: SQL would read the texts as numbers, and fail late at the
  /// first that is none.
  bool needs_number = false;
};
Column named_column(std::string name, Place place = {});

struct ColumnsOf {
  Relation relation;
  std::vector<Column> columns;
};

/// One check of one table. It asks either `aggregates`, which share a scan of the table with other checks, or `query`.
struct Check {
  std::string type;  ///< its name in the registry: "between"
  std::string name;  ///< by default made from the type and the arguments: "between_amount_0_1000000"
  Place place;       ///< where errors point to
  Relation table;
  std::vector<Column> columns;    ///< of `table`; shown in examples
  std::vector<ColumnsOf> others;  ///< further tables, for a check across tables

  std::vector<std::string> aggregates;  ///< SQL expressions over the rows of `table`
  std::string query;                    ///< a SELECT of one row
  /// Reads the row that the SQL gave. `now` is the run's time.
  std::function<Result<Measurement>(const Values& values, Timestamp now)> measure;
  std::string compared_with;  ///< what `measure` knows beyond the SQL, such as bounds: a part of the code hash

  std::string failing_condition;  ///< true for the rows of `table` that fail, or
  std::string failing_rows;       ///< a SELECT of what fails; both empty: there is nothing to show

  bool takes_mostly = false;     ///< its failures are a part of its rows
  bool takes_where = true;       ///< false: `where` has no meaning
  bool depends_on_time = false;  ///< may end differently on the same data, so it runs every time
  bool alone = false;            ///< its aggregates read more than the table's rows, so they do not share a scan
  Rules rules;

  /// Changes when the check may give another result on the same data.
  std::string code_hash() const;
};

/// What a check is made in.
struct CheckScope {
  Relation table;
  std::string where;  ///< SQL: only rows for which it is true matter; empty: all
  Place place;
};

/// A rule that each row keeps or breaks.
struct RowRule {
  std::string considered;  ///< SQL: the rows that count; empty: all
  std::string broken;      ///< SQL: true for a row that fails; null is no failure
};

/// The check that every row keeps `rule`.
Check row_check(std::string type, const CheckScope& scope, std::vector<Column> columns, const RowRule& rule);

/// Notes what `sql`, a part of the user's that the check runs, reads besides the rows: other tables, the time.
void note_sql(Check& check, std::string_view sql);

/// `a AND b`, each in parentheses; empty ones are left out. TRUE when all are empty.
std::string all_of(const std::vector<std::string>& conditions);
/// `condition`, asked only where `where` is true: what may fail elsewhere, such as a cast, does not. Either may be empty.
std::string guarded(const std::string& where, const std::string& condition);
/// The number of rows for which `condition` is true; of all rows when it is empty.
std::string count_of(const std::string& condition);
/// The whole number in `values[index]`; null is 0. Errors: kInternal.
Result<std::uint64_t> count_in(const Values& values, std::size_t index);
/// "between", {"amount", "0"} -> "between_amount_0": letters, digits and `_`, at most 64 bytes (then with a hash).
std::string check_name(std::string_view type, const std::vector<std::string>& parts);
}  // namespace weir::quality
