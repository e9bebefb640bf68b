#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "report/data_table.h"
#include "report/markdown.h"
#include "report/report_file.h"

/// What a report's expressions can call: {{ line(...) }}, {{ value(...) }}, {{ x | currency('EUR') }}.
/// docs/reference/report.md lists them.
namespace weir::report {
/// Whether `name` is taken by a function, so that no query can be called so.
bool is_report_function(std::string_view name);

/// Parses the Jinja of the body. Errors: kInvalid with the place.
Status check_template(const ReportFile& report);

/// Renders the Jinja of the body to Markdown with marks; charts, tables and values go to `fragments`.
/// Errors: kInvalid with the place of the expression for unknown queries, columns, functions and options.
Result<std::string> render_template(const ReportFile& report, const std::vector<QueryResult>& queries,
                                    Fragments& fragments);
}  // namespace weir::report
