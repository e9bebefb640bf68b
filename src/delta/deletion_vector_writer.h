#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/random.h"
#include "core/result.h"
#include "delta/actions.h"
#include "delta/table_location.h"

namespace weir::delta {
/// Makes the deletion vectors of one commit. Vectors of up to 192 bytes (some dozen rows) go into the log itself, all
/// others together into one file below the data root, deletion_vector_<uuid>.bin. One thread.
class DeletionVectorWriter {
 public:
  explicit DeletionVectorWriter(RandomSource& random = system_random()) : random_(&random) {}
  /// `rows` ascend and are not empty. Errors: kUnsupported for more than 2 GiB of vectors in one commit.
  Result<DeletionVector> add(const std::vector<std::int64_t>& rows);
  /// Writes the file, if there is one: before the commit that names it. To be called once, at the end. Errors: kIo.
  Status write(storage::ObjectStore& store, const TableLocation& location, bool durable);
  /// Removes the file of a commit that did not come about.
  void discard(storage::ObjectStore& store, const TableLocation& location) const;

 private:
  RandomSource* random_;
  std::string name_;  // the file's UUID in Z85, empty without a file
  std::string bytes_;
};

/// The file's statistics as they must stand beside a deletion vector: `numRecords` counts all rows, deleted ones too,
/// and minima and maxima are bounds only (`tightBounds` false). `rows_count` is used where there are no statistics.
std::string loose_stats(const std::optional<std::string>& stats, std::int64_t rows_count);
}  // namespace weir::delta
