#pragma once

#include <map>
#include <optional>
#include <string>

#include "core/clock.h"
#include "core/result.h"
#include "delta/schema.h"
#include "lake/statements/statement.h"

namespace weir::lake {
/// Columns and constraints between parentheses, as CREATE TABLE and ALTER TABLE have them.
struct ColumnList {
  delta::Schema schema;
  std::map<std::string, SqlPiece> checks;  ///< by name
};
/// Reads `a INTEGER NOT NULL COMMENT 'x', …, CONSTRAINT c CHECK (a > 0)` up to the closing parenthesis, or one column where
/// `single`. Types are DuckDB's; Spark's words are understood too: TIMESTAMP_NTZ, ARRAY<INT>, MAP<STRING, INT>,
/// STRUCT<a: INT>, LONG, BYTE. Errors: kInvalid with the place, kUnsupported for generated columns.
Result<ColumnList> read_columns(StatementRun& run);
Result<delta::Field> read_column(StatementRun& run);
/// Reads a type as it stands in a column. Errors: kInvalid with the place.
Result<delta::DataType> read_column_type(StatementRun& run);
/// `('key' = 'value', key.part = 5)`.
Result<delta::StringMap> read_properties(SqlCursor& cursor);
/// `(a, b)`.
Result<std::vector<std::string>> read_names(SqlCursor& cursor, std::string_view what);
/// `VERSION AS OF n` or `TIMESTAMP AS OF 'time'` (UTC); false when neither stands there.
Result<bool> read_version(SqlCursor& cursor, std::optional<std::int64_t>& version, std::optional<Timestamp>& as_of);
}  // namespace weir::lake
