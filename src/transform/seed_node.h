#pragma once

#include <memory>

#include "graph/node.h"
#include "transform/project_state.h"

namespace weir::transform {
/// A seed: a CSV file of the project as a table.
std::unique_ptr<graph::Node> make_seed_node(std::shared_ptr<const ProjectState> state, const Resource& resource);
}  // namespace weir::transform
