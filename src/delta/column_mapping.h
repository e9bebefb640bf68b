#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/random.h"
#include "core/result.h"
#include "delta/actions.h"
#include "delta/column_names.h"
#include "delta/schema.h"

/// Columns that keep their physical name and id for life, while their own names change or go:
///   {"name":"price","type":"double","nullable":true,
///    "metadata":{"delta.columnMapping.id":4,"delta.columnMapping.physicalName":"col-7f1e…"}}
/// Fields of structs have them too; elements of lists and maps do not. The property delta.columnMapping.maxColumnId is
/// the highest id ever given.
namespace weir::delta {
/// The mode that a table's properties ask for. Errors: kInvalid for an unknown one.
Result<ColumnMapping> mapping_mode(const StringMap& properties);
/// Errors: kInvalid for a change that no existing table can make: only none to name.
Status check_mapping_change(const StringMap& before, const StringMap& after);

enum class NewNames : std::uint8_t {
  kRandom,  ///< "col-<uuid>"
  kOwn,     ///< the column's name, which the files have already
};
/// Gives ids and physical names to the columns and fields that have none, and sets maxColumnId.
void map_columns(Schema& schema, StringMap& properties, NewNames names, RandomSource& random);
/// Columns of `schema` without a mapping take that of the column of this name in `before`.
void keep_mapping(Schema& schema, const Schema& before);
/// The columns of `names` by what they are called in `schema`: the one that has the same physical name.
std::vector<std::string> renamed_columns(const std::vector<std::string>& names, const Schema& before,
                                         const Schema& schema);

/// A column, or a field inside structs, by the names on the way to it.
using ColumnPath = std::vector<std::string>;
/// `schema` with another name for one column. Errors: kNotFound with "did you mean", kExists, kInvalid for what lists
/// and maps hold.
Result<Schema> with_renamed(Schema schema, const ColumnPath& path, const std::string& name);
/// `schema` without a column. Errors: kNotFound with "did you mean", kInvalid for the last one of a table or struct.
Result<Schema> without_column(Schema schema, const ColumnPath& path);

/// `schema` with another type for a column, also for what lists and maps hold: "element", "key", "value".
/// Errors: kNotFound with "did you mean".
Result<Schema> with_type(Schema schema, const ColumnPath& path, const DataType& type);

/// An SQL expression for a value of `type` with the physical names of the fields inside.
std::string to_physical_sql(const std::string& expression, const DataType& type, ColumnMapping mapping);
using FieldName = std::function<std::string(const Field& field)>;
using InnerSql = std::function<std::string(const std::string& expression, const DataType& type, int depth)>;
/// An SQL expression that makes a struct, list or map anew from `expression`: fields are read by their names of `from` and get
/// those of `to`, and `inside` makes what they, the elements, keys and values hold. `depth`: 0, or what `inside` was given.
std::string rebuild_sql(const std::string& expression, const DataType& type, const FieldName& from, const FieldName& to,
                        const InnerSql& inside, int depth);
/// DuckDB's FIELD_IDS for the columns except those of `left_out`: `{"col-a": 1, "col-s": {__duckdb_field_id: 2, …}}`.
std::string field_ids_sql(const Schema& schema, const std::vector<std::string>& left_out, ColumnMapping mapping);

/// What is wrong with the mapping of a table that maps its columns: missing or doubled ids and physical names.
std::vector<std::string> mapping_problems(const Schema& schema, const StringMap& properties);
}  // namespace weir::delta
