#pragma once

#include <memory>

#include "graph/node.h"
#include "transform/project_state.h"

namespace weir::transform {
/// A model: a view, a table or an incremental table; an ephemeral one, an analysis or a source only stands in the
/// graph.
std::unique_ptr<graph::Node> make_model_node(std::shared_ptr<const ProjectState> state, const Resource& resource);
std::unique_ptr<graph::Node> make_source_node(const ProjectState& state, const SourceTable& source);
}  // namespace weir::transform
