#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "ingest/file_format.h"
#include "ingest/sources/csv/csv_layout.h"

namespace weir::ingest {
/// A CSV file that can be read.
struct CsvFile {
  std::size_t file = 0;  ///< position in the load's files
  CsvLayout layout;
};

/// Makes the rows of CSV files readable. `files` are those of the load; both must outlive what is returned, as `options` must.
/// Each record of the files becomes a row or a reject, and each only once.
Result<FileRows> csv_rows(const std::vector<InputFile>& files, const std::vector<CsvFile>& csv_files, const CsvOptions& options,
                          const ReadRequest& request);
}  // namespace weir::ingest
