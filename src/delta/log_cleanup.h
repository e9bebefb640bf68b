#pragma once

#include <cstddef>

#include "core/clock.h"
#include "core/result.h"
#include "delta/snapshot.h"

namespace weir::delta {
/// Removes commits, checkpoints and checksums that no version within delta.logRetentionDuration (30 days by default)
/// needs, oldest first, and returns how many. Whole days (UTC) are kept. All versions since then, and the newest one
/// however old it is, stay readable: what is older than the newest complete checkpoint before them goes. Nothing is
/// removed where delta.enableExpiredLogCleanup is false or the table has the feature checkpointProtection.
/// `snapshot` is one of the table's newest versions, for its properties. Safe beside readers, writers and itself.
/// Errors: kIo, kCorrupt for a log with gaps.
Result<std::size_t> remove_expired_log(storage::ObjectStore& store, const Snapshot& snapshot, const Clock& clock);
}  // namespace weir::delta
