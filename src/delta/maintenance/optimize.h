#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/random.h"
#include "core/result.h"
#include "delta/maintenance/clustering.h"
#include "delta/scan.h"
#include "delta/table_location.h"

namespace weir::delta {
struct OptimizeOptions {
  /// Only files that may hold such rows; meant for partitions.
  std::vector<Condition> conditions;
  std::string predicate;  ///< the same as SQL, for the history
  /// Orders the rows by several columns, so that filters on any of them skip files. Without columns small files are
  /// only packed together.
  Clustering clustering;
  /// For tables with liquid clustering, which are ordered by their own columns (see liquid.h): orders all rows anew, not
  /// only those that came since the last time.
  bool full = false;
  /// REORG … APPLY (PURGE): writes every file with deleted rows anew, and only those.
  bool purge = false;
  /// Empty: the table's property delta.targetFileSize, 256 MiB by default.
  std::optional<std::uint64_t> file_bytes_target;
  /// About so much is read for one commit: what is done stays when the rest is interrupted.
  std::uint64_t commit_bytes_target = std::uint64_t{16} << 30U;
  const Clock* clock = &system_clock();
  RandomSource* random = &system_random();
  bool durable = true;
  std::stop_token stop;
};

struct OptimizeResult {
  std::int64_t version = 0;  ///< the newest one, also when nothing was to be done
  std::int64_t commits_count = 0;
  std::int64_t files_added = 0;
  std::int64_t files_removed = 0;
  std::int64_t bytes_added = 0;
  std::int64_t bytes_removed = 0;
  std::int64_t deletion_vectors_removed = 0;
  std::int64_t files_considered = 0;
  std::int64_t partitions_optimized = 0;
};

/// Writes the rows of some files into better files; the table's rows stay what they are (`dataChange` is false), so
/// writers that append do not conflict. A file that somebody else removes in between makes this look again.
///
/// Packing: files below the target are put together in the order of their age, and files of which over 5 % are deleted
/// are written anew. Clustering: all chosen files of a partition are sorted along the curve (DuckDB sorts out of core);
/// partitions of which all files came out of one such run by the same columns are left alone. A partition's sorted rows
/// are cut into files only in tables without partitions.
///
/// Liquid: files that are not ordered by the table's columns yet are sorted together. Earlier runs that are not much
/// larger than what is new are sorted in with it, so a table has few runs and each row is written few times.
/// Errors: kInvalid (clustering), kConflict after many lost races, kUnsupported, kCorrupt, kIo, kCancelled.
Result<OptimizeResult> optimize(duck::Connection& connection, storage::ObjectStore& store,
                                const TableLocation& location, const OptimizeOptions& options = {});
}  // namespace weir::delta
