#include "ingest/file_format.h"

#include <fmt/format.h>

#include "core/text.h"
#include "ingest/sources/csv/csv_format.h"
#include "ingest/sources/json/json_format.h"
#include "ingest/sources/logs/logs_format.h"
#include "ingest/sources/parquet/parquet_format.h"

namespace weir::ingest {
std::string renamed(std::string_view name, const RenamedColumns& columns) {
  for (const auto& [old_name, new_name] : columns) {
    if (equals_ignoring_case(old_name, name)) {
      return new_name;
    }
  }
  return std::string(name);
}

Status check_given_names(const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if (equals_ignoring_case(names[i], names[j])) {
        return fail(ErrorCode::kInvalid, fmt::format("two of its columns would be {} after rename", names[i]));
      }
    }
  }
  return {};
}

void add_place_columns(std::vector<duck::Column>& columns, bool with_order) {
  columns.push_back({"_weir_source", {.id = duck::TypeId::kVarchar}});
  if (with_order) {
    columns.push_back({"_weir_order", {.id = duck::TypeId::kBigInt}});
  }
}

const std::vector<FileFormatEntry>& file_formats() {
  static const std::vector<FileFormatEntry> formats = {
      {"csv", parse_csv_format},
      {"json", parse_json_format},
      {"logs", parse_logs_format},
      {"parquet", parse_parquet_format},
  };
  return formats;
}
}  // namespace weir::ingest
