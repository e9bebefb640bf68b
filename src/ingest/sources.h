#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "graph/node.h"
#include "lake/lake.h"

namespace weir::ingest {
struct SourceOptions {
  std::filesystem::path folder;  ///< the project's; patterns are relative to it
  std::string project;
  std::shared_ptr<lake::Lake> lake;
};

/// Turns one ingest/*.yml, a source or a list under `sources:`, into nodes "ingest.<project>.<source>" that load what is new.
/// `path` is the file's from the project's folder. Its Jinja is rendered.
/// Errors: kInvalid with the place.
Result<std::vector<std::unique_ptr<graph::Node>>> load_sources(const ConfigNode& file, const std::string& path, const SourceOptions& options);
}  // namespace weir::ingest
