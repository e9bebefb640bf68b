#pragma once

#include <cstdint>
#include <memory>
#include <stop_token>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "delta/snapshot.h"
#include "delta/table_location.h"

namespace weir::duck {
class Connection;
}

namespace weir::delta {
enum class CloneKind : std::uint8_t {
  kShallow,  ///< a log of its own over the source's files: made at once; VACUUM of the source may break it
  kDeep,     ///< with copies of the files
};

struct CloneOptions {
  CloneKind kind = CloneKind::kShallow;
  StringMap properties;  ///< set on the clone besides the source's
  const Clock* clock = &system_clock();
  RandomSource* random = &system_random();
  bool durable = true;
  duck::Connection* connection = nullptr;
  std::stop_token stop;
};

struct CloneResult {
  std::int64_t version = 0;  ///< of the clone
  std::int64_t files_count = 0;
  std::int64_t files_copied = 0;
  std::int64_t bytes_count = 0;  ///< of all files
};

/// Makes a table with the rows, the schema and the properties of `source`, which then go their own ways. A table that
/// stands at `location` gets the source's state as its next version, in one commit; a deep clone copies only files that
/// it does not have yet, so it can be brought up to date again and again.
/// Errors: kUnsupported (features that weir cannot write; a shallow clone over a store that is no local folder),
/// kConflict when somebody else commits to the clone at the same time, kInvalid for a clone of a table onto itself, kIo,
/// kCancelled.
Result<CloneResult> clone_table(const storage::ObjectStore& source_store, std::shared_ptr<const Snapshot> source,
                                storage::ObjectStore& store, const TableLocation& location,
                                const CloneOptions& options = {});
}  // namespace weir::delta
