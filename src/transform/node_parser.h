#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "transform/project_state.h"
#include "transform/render_context.h"

namespace weir::transform {
/// The ref() and source() calls of a render, each once. While a project is parsed, nobody knows yet what they lead to.
class CapturedRelations final : public RelationSource {
 public:
  Result<jinja::Value> ref(const RefCall& call) override;
  Result<jinja::Value> source(const SourceCall& call) override;
  const std::vector<RefCall>& refs() const { return refs_; }
  const std::vector<SourceCall>& sources() const { return sources_; }

 private:
  std::vector<RefCall> refs_;
  std::vector<SourceCall> sources_;
};

/// Renders a node for its config(), ref() and source() calls, and settles where it lives. `resource` comes with
/// everything else: its `config` has the layers of dbt_project.yml and schema.yml. May run for several nodes at once.
/// Errors: kInvalid with the place.
Status parse_resource(const ProjectState& state, Resource& resource);

/// The schema and the name of a node's table, by its configs and the project's generate_schema_name and
/// generate_alias_name.
Result<lake::TableName> table_of_resource(const ProjectState& state, const Resource& resource);

/// Finds what the node reads. Errors: kInvalid with the place of the call, and "did you mean".
Status link_resource(const ProjectState& state, Resource& resource);

/// Renders a scalar of a YAML file: `ref` and `source` are unknown there.
Result<jinja::Value> render_scalar(const ProjectState& state, const ConfigNode& scalar);
}  // namespace weir::transform
