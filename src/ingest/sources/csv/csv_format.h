#pragma once

#include <memory>

#include "ingest/file_format.h"

namespace weir::ingest {
/// `type: csv`, with the key `csv`.
Result<std::unique_ptr<FileFormat>> parse_csv_format(ConfigMap& source);
}  // namespace weir::ingest
