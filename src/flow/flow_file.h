#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "flow/flow.h"

namespace weir::flow {
/// Reads one flow; docs/reference/flows.md describes the file. `file` is what messages call it; its stem is the flow's name
/// unless the file says another. Errors: kInvalid with file:line:column and the nearest key, task or name.
Result<Flow> parse_flow(std::string_view yaml, std::string_view file);

/// Reads all flows/*.yml and *.yaml below the project's folder, sorted by name; empty without that folder.
/// Errors: of the first wrong file; kInvalid for two flows of one name; kIo.
Result<std::vector<Flow>> read_flows(const std::filesystem::path& project_folder);
}  // namespace weir::flow
