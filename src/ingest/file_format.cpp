#include "ingest/file_format.h"

#include "ingest/sources/csv/csv_format.h"
#include "ingest/sources/json/json_format.h"
#include "ingest/sources/parquet/parquet_format.h"

namespace weir::ingest {
const std::vector<FileFormatEntry>& file_formats() {
  static const std::vector<FileFormatEntry> formats = {
      {"csv", parse_csv_format},
      {"json", parse_json_format},
      {"parquet", parse_parquet_format},
  };
  return formats;
}
}  // namespace weir::ingest
