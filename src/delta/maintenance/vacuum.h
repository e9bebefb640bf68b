#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "delta/table_location.h"

namespace weir::duck {
class Connection;
}

namespace weir::delta {
struct VacuumOptions {
  /// Files that no version younger than this needs are removed. Empty: what the table's property
  /// delta.deletedFileRetentionDuration says, a week by default.
  std::optional<std::chrono::milliseconds> retention;
  /// A retention below the table's is refused: it would take files from readers and from writers that have not
  /// committed yet.
  bool check_retention = true;
  bool dry_run = false;  ///< finds the files and removes nothing
  /// Only files that commits removed are looked at, without listing the table's folder: quick on large tables; what
  /// failed writers left behind stays.
  bool lite = false;
  bool log_commits = true;  ///< VACUUM START and VACUUM END stand in the history, as from Spark
  const Clock* clock = &system_clock();
  RandomSource* random = &system_random();
  bool durable = true;
  duck::Connection* connection = nullptr;
  std::stop_token stop;
};

struct VacuumResult {
  std::vector<std::string> keys;  ///< of the removed files (of a dry run: those that would be), sorted
  std::uint64_t bytes_count = 0;
  std::uint64_t failed_count = 0;  ///< could not be removed; the next run tries again
};

/// Removes files below the data root that the table does not need any more: those that were removed from it, deletion
/// vectors and change files included, and those that never were in it, when they are older than the retention. Names
/// that begin with `_` or `.` are left alone, but for partitions and change files.
/// Errors: kInvalid (retention), kUnsupported (features), kNotFound (`lite` or a retention
/// longer than the table's: commits that it needs were cleaned up), kIo,
/// kCancelled: what was removed by then stays removed, which harms nobody.
Result<VacuumResult> vacuum(storage::ObjectStore& store, const TableLocation& location,
                            const VacuumOptions& options = {});
}  // namespace weir::delta
