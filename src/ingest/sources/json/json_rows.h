#pragma once

#include <string>
#include <vector>

#include "ingest/file_format.h"
#include "ingest/sources/json/json_blocks.h"

namespace weir::ingest {
/// A JSON file that can be read.
struct JsonFile {
  std::size_t file = 0;  ///< position in the load's files
  JsonForm form = JsonForm::kLines;
};

struct JsonRowsOptions {
  const std::vector<InputFile>& files;      ///< of the load
  const std::vector<JsonFile>& json_files;
  std::string records;                      ///< the path to the array of records; may be empty
  bool plain_values = false;                ///< no record is an object: they go into the column "value"
};

/// The column of records that are no objects.
inline constexpr std::string_view kValueColumn = "value";
/// The column of a key that is empty.
inline constexpr std::string_view kUnnamedColumn = "unnamed";

/// Makes the records of JSON files readable; each becomes a row or a reject, and each only once. What `options` refers to must
/// outlive what is returned.
Result<FileRows> json_rows(const JsonRowsOptions& options, const ReadRequest& request);
}  // namespace weir::ingest
