#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "graph/node.h"
#include "lake/lake.h"

namespace weir::report {
struct ReportOptions {
  std::filesystem::path folder;         ///< the project's
  std::filesystem::path output_folder;  ///< where the pages go: target/reports
  std::string project;
  std::shared_ptr<lake::Lake> lake;
};

/// Turns every reports/*.md (also in folders below) into a node "report.<project>.<name>" that renders it to
/// <output_folder>/<name>.html. A page is fresh when its text and the versions of the tables that its queries read are those
/// that the page itself was made from. Errors: kInvalid with the place.
Result<std::vector<std::unique_ptr<graph::Node>>> load_reports(const ReportOptions& options);
}  // namespace weir::report
