#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "delta/table_location.h"

namespace weir::duck {
class Connection;
}

namespace weir::delta {
struct RestoreOptions {
  std::optional<std::int64_t> version;  ///< one of both
  std::optional<Timestamp> as_of;
  /// Goes on although VACUUM took files of that version: their rows are lost.
  bool ignore_missing_files = false;
  const Clock* clock = &system_clock();
  RandomSource* random = &system_random();
  bool durable = true;
  duck::Connection* connection = nullptr;
};

struct RestoreResult {
  std::int64_t version = 0;           ///< the new one
  std::int64_t restored_version = 0;  ///< the old one, whose rows, schema and properties the table has again
  std::int64_t files_restored = 0;
  std::int64_t files_removed = 0;
  std::int64_t bytes_restored = 0;
  std::int64_t bytes_removed = 0;
  bool unchanged = false;  ///< the table is in that state already; no commit was made
};

/// Brings a table back to an older version, by a commit that can be undone in the same way. No data is copied.
/// Errors: kNotFound (no such version; files of it are gone: the message names one), kConflict when somebody else
/// commits at the same time, kInvalid for append-only tables, kUnsupported, kIo.
Result<RestoreResult> restore(storage::ObjectStore& store, const TableLocation& location, const RestoreOptions& options);
}  // namespace weir::delta
