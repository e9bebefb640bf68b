#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "duck/type.h"
#include "ingest/file_format.h"
#include "ingest/reject_log.h"
#include "lake/table_name.h"

/// One source of an ingest/*.yml file; docs/reference/ingest.md describes every key.
namespace weir::ingest {
enum class LoadMode : std::uint8_t { kAppend, kReplace, kMerge };
enum class OnBadFile : std::uint8_t { kFail, kSkip };

struct SourceConfig {
  std::string name;
  Place place;
  std::string description;
  std::vector<std::string> tags;
  std::string type;  ///< "csv"
  std::shared_ptr<const FileFormat> format;
  std::vector<std::string> files;  ///< patterns
  lake::TableName table;
  lake::TableName rejects_table;
  LoadMode mode = LoadMode::kAppend;
  std::vector<std::string> keys;
  std::string order_by;                                        ///< a column; empty: the order of files and lines
  std::vector<std::pair<std::string, std::string>> partition;  ///< column, and the SQL that makes it (empty: it is in the files)
  std::string compression;  ///< of a new table's files, as Delta's property has it: "zstd"
  std::vector<duck::Column> declared;
  RenamedColumns renamed;
  RejectLimit reject_limit;
  OnBadFile on_bad_file = OnBadFile::kFail;
  std::string text;  ///< all that the source says, for the code hash
};

/// Reads one source; its Jinja is rendered. Errors: kInvalid with the place.
Result<SourceConfig> parse_source(const ConfigNode& node);
}  // namespace weir::ingest
