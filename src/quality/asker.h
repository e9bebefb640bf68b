#pragma once

#include <map>
#include <stop_token>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "lake/lake.h"
#include "lake/session.h"
#include "quality/check.h"

namespace weir::quality {
/// What the lake answered to a check, before it is judged for good.
struct Answer {
  Values values;
  lake::InputVersions inputs;         ///< versions of all that was read
  std::vector<std::string> examples;  ///< the first of what fails, one per line: "order_id=17, status='shiped'"
};

struct AskerOptions {
  std::vector<std::string> key_columns;  ///< of the checks' table: examples begin with them; empty: with its first column
  Timestamp now;
  std::stop_token stop;
};

/// Asks checks in one session, so that all see the same versions. Errors are those of the session; kInvalid for a column that
/// is not there has its place.
class Asker {
 public:
  Asker(lake::Session& session, AskerOptions options) : session_(session), options_(std::move(options)) {}

  /// Errors: kInvalid for a column that the table does not have ("did you mean"), or that has texts where numbers are needed.
  Status require_columns(const Check& check);
  /// Asks one check with a query of its own.
  Result<Answer> ask(const Check& check);
  /// One query for the aggregates of all `checks`, which are of one table; the answers stand in their order.
  Result<std::vector<Values>> ask_together(const std::vector<const Check*>& checks);
  /// Adds examples where the check does not pass.
  Result<Answer> complete(const Check& check, Values values);

 private:
  Status require_columns_of(const Relation& relation, const std::vector<Column>& wanted);
  Result<std::vector<duck::Column>> columns_of(const Relation& relation);
  Result<Values> first_row(const std::string& sql);
  Result<std::string> failing_rows_sql(const Check& check);
  Result<std::vector<std::string>> shown_columns(const Check& check);

  lake::Session& session_;
  AskerOptions options_;
  std::map<std::string, std::vector<duck::Column>> columns_;  // by the relation's SQL
};

/// Asks one check in a session of its own.
Result<Answer> ask_alone(lake::Lake& lake, const Check& check, const AskerOptions& options);

/// `error` with the place of `check`, unless it has a better one, and its name: the SQL that failed is not the user's.
Error at_check(Error error, const Check& check);
}  // namespace weir::quality
