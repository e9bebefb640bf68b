#pragma once

#include <string_view>

#include "core/clock.h"
#include "core/result.h"
#include "delta/snapshot.h"

namespace weir::delta {
/// Writes the checkpoint of the snapshot's version, then `_last_checkpoint`: a classic one, or with the property
/// delta.checkpointPolicy = v2 one with a name of its own (`<version>.checkpoint.<uuid>.parquet`) and all files inside. Removed files older than
/// delta.deletedFileRetentionDuration (a week by default) are left out. Parquet is written by DuckDB; `connection` may
/// be nullptr, then a private one is opened. Writing the same checkpoint twice does no harm. Errors: kIo.
Status write_checkpoint(storage::ObjectStore& store, const Snapshot& snapshot, duck::Connection* connection,
                        const Clock& clock);
}  // namespace weir::delta
