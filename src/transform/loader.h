#pragma once

#include <memory>

#include "core/result.h"
#include "transform/project_state.h"

namespace weir::transform {
/// Reads a project: all files, then macros, properties, and every node, and links the nodes by their refs.
/// Errors: as of TransformProject::load.
Result<std::shared_ptr<const ProjectState>> load_project(TransformOptions options);
}  // namespace weir::transform
