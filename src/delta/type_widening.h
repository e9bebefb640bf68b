#pragma once

#include "delta/actions.h"
#include "delta/column_names.h"
#include "delta/schema.h"

/// Columns whose type became wider, while older files keep the narrow one. The schema tells of each change:
///   "metadata":{"delta.typeChanges":[{"toType":"long","fromType":"integer"}]}
/// A change inside of a list or map stands at the column (or field of a struct) around it, with "fieldPath":"element".
namespace weir::delta {
/// True where the table's property delta.enableTypeWidening is true.
bool widens_types(const StringMap& properties);

/// True where the protocol lets readers turn every `from` in a file into `to`: integers into wider ones, into double
/// (not long) and into decimals that hold them, float into double, decimals into those with as many digits on both
/// sides, date into timestamp_ntz. False for equal types.
bool can_widen(const DataType& from, const DataType& to);

/// Adds to the metadata of `schema` which columns are wider than in `before`.
void record_type_changes(Schema& schema, const Schema& before, ColumnMapping mapping);
}  // namespace weir::delta
