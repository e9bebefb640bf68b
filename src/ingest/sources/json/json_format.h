#pragma once

#include <memory>

#include "ingest/file_format.h"

namespace weir::ingest {
/// `type: json`: lines, one array, or values one behind another; with the key `records`.
Result<std::unique_ptr<FileFormat>> parse_json_format(ConfigMap& source);
}  // namespace weir::ingest
