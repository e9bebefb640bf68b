#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "delta/actions.h"
#include "delta/column_names.h"
#include "delta/schema.h"

/// Statistics of a data file as they stand in its add action, for skipping files:
///   {"numRecords":3,"minValues":{"id":1,"address":{"city":"Bonn"}},"maxValues":{…},"nullCount":{"id":0,"address":{"city":1}}}
/// Numbers and decimals are JSON numbers, dates "2024-01-31", timestamps "2024-01-31T06:00:00.123Z" (cut to
/// milliseconds, maxima raised), timestamp_ntz the same without Z. Texts are cut at 32 characters, maxima raised.
/// Booleans, binary values, lists and maps have no minimum and maximum.
namespace weir::delta {
/// What the writer of a Parquet file counted for one column or one field inside structs; values as DuckDB prints them.
struct LeafStats {
  std::optional<std::string> min;
  std::optional<std::string> max;
  std::optional<std::int64_t> null_count;
  bool has_nan = false;
};
/// By the physical names on the way to the leaf.
using LeafStatsMap = std::map<std::vector<std::string>, LeafStats>;

/// Which columns get statistics: the first 32 leaves in the order of the schema, or what the table's properties
/// delta.dataSkippingNumIndexedCols and delta.dataSkippingStatsColumns say. Gives physical paths.
std::vector<std::vector<std::string>> stats_columns(const Schema& schema,
                                                    const std::vector<std::string>& partition_columns,
                                                    const StringMap& properties, ColumnMapping mapping);

/// The JSON for a file of `rows_count` rows with the statistics of `columns`, as far as they are known and storable.
std::string stats_json(std::int64_t rows_count, const Schema& schema, ColumnMapping mapping,
                       const std::vector<std::vector<std::string>>& columns, const LeafStatsMap& leaves);

/// True for types that have a minimum and a maximum.
bool has_bounds(const DataType& type);
/// The bounds of one leaf as JSON values; nothing where the value cannot be stored.
std::optional<std::string> min_json(const DataType& type, std::string_view text);
std::optional<std::string> max_json(const DataType& type, std::string_view text);

/// Splits DuckDB's `"a"."b ""quoted"""` into its names. Nothing for other texts.
std::optional<std::vector<std::string>> parse_column_path(std::string_view text);
}  // namespace weir::delta
