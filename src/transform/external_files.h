#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace weir::transform {
/// What the files outside the lake that a statement reads are like now, a line each: path, size in bytes and time of the last
/// change. Empty when it reads none. Files are found where logs('…') and DuckDB's read_csv, read_json, read_parquet and their
/// kin have a text (or a list of texts) as first argument, with wildcards; addresses and computed paths are left out.
/// `folder`: where the paths of logs() begin; those of DuckDB's functions begin where the program runs.
std::string external_files_text(std::string_view sql, const std::filesystem::path& folder);
}  // namespace weir::transform
