#include "transform/external_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/files.h"
#include "core/text.h"
#include "lake/sql_tokens.h"

namespace weir::transform {
namespace fs = std::filesystem;
namespace {
constexpr std::array<std::string_view, 14> kReaders = {
    "logs",      "read_csv",        "read_csv_auto", "sniff_csv",    "read_json",         "read_json_auto",    "read_ndjson",
    "read_text", "read_ndjson_auto", "read_blob",     "read_parquet", "read_json_objects", "read_json_objects_auto", "parquet_scan"};

void append_files(std::string_view pattern, const fs::path& folder, std::string& out) {
  if (pattern.contains("://")) {
    return;
  }
  const auto files = find_files(folder, pattern);
  if (!files) {
    return;  // the statement itself will tell
  }
  for (const fs::path& file : *files) {
    std::error_code error;
    const auto size = fs::file_size(file, error);
    const auto changed = fs::last_write_time(file, error);
    if (!error) {
      out += fmt::format("{} {} {}\n", relative_text(file, folder), size, changed.time_since_epoch().count());
    }
  }
}
}  // namespace

std::string external_files_text(std::string_view sql, const fs::path& folder) {
  const std::vector<lake::SqlToken> tokens = lake::sql_tokens(sql);
  std::string out;
  for (std::size_t i = 0; i + 2 < tokens.size(); ++i) {
    if (!tokens[i].is_name() || !tokens[i + 1].is_symbol("(")) {
      continue;
    }
    const std::string name = to_lower(tokens[i].value());
    if (std::ranges::find(kReaders, name) == kReaders.end()) {
      continue;
    }
    const fs::path base = name == "logs" ? folder : fs::current_path();
    std::size_t at = i + 2;
    const bool is_list = tokens[at].is_symbol("[");
    at += is_list ? 1 : 0;
    for (; at < tokens.size() && tokens[at].kind == lake::SqlTokenKind::kString; at += 2) {
      append_files(tokens[at].value(), base, out);
      if (!is_list || at + 1 == tokens.size() || !tokens[at + 1].is_symbol(",")) {
        break;
      }
    }
  }
  return out;
}
}  // namespace weir::transform
