#pragma once

#include <memory>

#include "ingest/file_format.h"

namespace weir::ingest {
/// `type: logs`: log files of all formats that weir knows; with the key `log_format`.
Result<std::unique_ptr<FileFormat>> parse_logs_format(ConfigMap& source);
}  // namespace weir::ingest
