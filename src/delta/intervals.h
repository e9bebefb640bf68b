#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "delta/snapshot.h"

/// Durations as table properties have them: "interval 1 week", "168 hours". All are milliseconds here.
namespace weir::delta {
/// `otherwise` for what is not there or cannot be read.
std::int64_t interval_millis(const std::optional<std::string>& text, std::int64_t otherwise);
/// How long removed files are kept for readers of older versions: delta.deletedFileRetentionDuration, a week by default.
std::int64_t deleted_file_retention(const Snapshot& snapshot);
}  // namespace weir::delta
