#pragma once

#include "jinja/value.h"

namespace weir::transform {
struct ProjectState;
struct Resource;

/// `model` and the entries of `graph.nodes`: what dbt's manifest says about a node, as far as templates use it.
jinja::Value describe_resource(const ProjectState& state, const Resource& resource);
}  // namespace weir::transform
