#include "transform/describe.h"

#include <algorithm>

#include "jinja/dict.h"
#include "transform/project_state.h"
#include "transform/relation.h"
#include "transform/values.h"

namespace weir::transform {
using jinja::Dict;
using jinja::Value;

namespace {
std::vector<Value> text_values(const std::vector<std::string>& texts) {
  return {texts.begin(), texts.end()};
}
}  // namespace

Value describe_resource(const ProjectState& state, const Resource& resource) {
  const auto node = jinja::make_ref<Dict>();
  node->set("unique_id", resource.id);
  node->set("name", resource.name);
  node->set("resource_type", graph::kind_name(resource.kind));
  node->set("package_name", resource.package);
  node->set("path", resource.path.substr(std::min(resource.path.find('/') + 1, resource.path.size())));
  node->set("original_file_path", resource.path);
  node->set("alias", resource.table.name);
  node->set("identifier", resource.table.name);
  node->set("schema", resource.table.schema);
  node->set("database", kLakeDatabase);
  node->set("fqn", Value::list(text_values(resource.fqn)));
  node->set("tags", Value::list(text_values(resource.config.texts("tags"))));
  node->set("config", deep_copy(Value::dict(resource.config.values())));
  const Value* meta = resource.config.find("meta");
  node->set("meta", meta == nullptr ? Value::dict() : deep_copy(*meta));
  node->set("description", resource.description);
  node->set("raw_code", resource.raw_sql);
  node->set("raw_sql", resource.raw_sql);
  node->set("language", "sql");
  if (!resource.version.empty()) {
    node->set("version", resource.version);
    node->set("latest_version", resource.latest_version);
  }
  const auto depends_on = jinja::make_ref<Dict>();
  depends_on->set("nodes", Value::list(text_values(resource.inputs)));
  depends_on->set("macros", Value::list());
  node->set("depends_on", Value::dict(depends_on));
  const auto columns = jinja::make_ref<Dict>();
  if (resource.properties < state.properties.nodes.size()) {
    for (const ColumnProperties& column : state.properties.nodes[resource.properties].columns) {
      const auto dict = jinja::make_ref<Dict>();
      dict->set("name", column.name);
      dict->set("description", column.description);
      dict->set("data_type", column.data_type.empty() ? Value() : Value(column.data_type));
      dict->set("tags", Value::list(text_values(column.tags)));
      dict->set("meta", column.meta.is_map() ? value_of(column.meta) : Value::dict());
      columns->set(column.name, Value::dict(dict));
    }
  }
  node->set("columns", Value::dict(columns));
  return Value::dict(node);
}
}  // namespace weir::transform
