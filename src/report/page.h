#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/result.h"
#include "report/query.h"
#include "report/report_file.h"

/// A report as one HTML file: script, style and data inside, no request to anywhere, readable on a phone, in the dark
/// and on paper.
namespace weir::report {
struct RenderOptions {
  /// What the page was made from, in the caller's words (hash of the file, versions of the tables); kept in the page so
  /// that `read_page_state` tells whether it is stale. At most kPageStateBytesMax.
  std::string state;
  /// Printed at the foot of the page, to the minute. Without it the same data give the same bytes.
  std::optional<Timestamp> generated_at;
  std::size_t query_rows_max = kQueryRowsMax;
};

inline constexpr std::size_t kPageStateBytesMax = 128 * 1024;

/// Runs the queries of `report` in their order and renders the page.
/// Errors: kInvalid with a place in the report's file for unknown queries, columns and options, for a result with too
/// many rows, and for what the Jinja or Markdown demands; what `runner` fails with, at the place of the SQL.
Result<std::string> render_report(const ReportFile& report, QueryRunner& runner, const RenderOptions& options);

/// The state within a page, or nothing when it has none.
std::optional<std::string> page_state(std::string_view html);
/// The state of the page in a file, or nothing when the file is not there or is no page of ours. Reads only its
/// beginning. Errors: kIo.
Result<std::optional<std::string>> read_page_state(const std::filesystem::path& file);
}  // namespace weir::report
