#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"
#include "graph/node.h"
#include "transform/build.h"

namespace weir::transform {
/// Adds the rows of `sql` to a table that is there, by the model's configs:
///   incremental_strategy  append; merge (rows with a known unique_key are replaced); delete+insert (the same, but the
///   query may
///                         give several rows for one key). merge with a unique_key and append without one are the
///                         defaults.
///   on_schema_change      ignore, fail, append_new_columns, sync_all_columns
/// One commit, under `transaction` (see next_transaction). Errors: kInvalid with the model's file, as of
/// lake::write_table.
Result<graph::NodeResult> build_incremental(Build& build, std::string_view sql,
                                            std::pair<std::string, std::int64_t> transaction);
}  // namespace weir::transform
