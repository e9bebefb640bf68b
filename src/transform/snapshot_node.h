#pragma once

#include <memory>

#include "graph/node.h"
#include "transform/project_state.h"

namespace weir::transform {
/// A snapshot: the history of a query's rows, see snapshot_sql.h.
std::unique_ptr<graph::Node> make_snapshot_node(std::shared_ptr<const ProjectState> state, const Resource& resource);
}  // namespace weir::transform
