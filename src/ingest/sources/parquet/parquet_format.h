#pragma once

#include <memory>

#include "ingest/file_format.h"

namespace weir::ingest {
/// `type: parquet`. Columns are matched by name; a type that differs from the table's is cast where the value stays the same, and
/// the row is rejected where it does not.
Result<std::unique_ptr<FileFormat>> parse_parquet_format(ConfigMap& source);
}  // namespace weir::ingest
