#pragma once

#include <filesystem>
#include <stop_token>
#include <string>

#include "core/result.h"
#include "lake/session.h"
#include "logs/analysis.h"

/// Where the results of `weir logs analyze` go besides the terminal.
namespace weir::cli {
/// Writes each result as a table of the lake, SCHEMA.endpoints and so on, which replaces the table of before.
/// Errors: as of lake::write_table.
Status save_to_lake(const logs::AnalysisResult& result, const std::string& schema, lake::Session& session, const std::stop_token& stop);

/// Writes one page with charts and tables that needs no other file. Errors: kIo.
Status write_page(const logs::AnalysisResult& result, const std::filesystem::path& file);
}  // namespace weir::cli
