#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "delta/actions.h"
#include "delta/schema.h"

/// Columns by the names that stand in data files, statistics and partition values. They differ from the columns' own
/// names when the table maps columns (property delta.columnMapping.mode).
namespace weir::delta {
enum class ColumnMapping : std::uint8_t {
  kNone,
  kName,  ///< files are read by the physical names
  kId,    ///< files are read by field ids
};
ColumnMapping column_mapping(const Protocol& protocol, const Metadata& metadata);

/// The physical name of a column or field of a struct; its own name without mapping.
std::string physical_name(const Field& field, ColumnMapping mapping);
/// The field id of mode kId, or -1 where the schema has none.
std::int64_t field_id(const Field& field);
}  // namespace weir::delta
