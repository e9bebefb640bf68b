#include "transform/transform.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "transform/build.h"
#include "transform/compiler.h"
#include "transform/loader.h"
#include "transform/model_node.h"
#include "transform/node_parser.h"
#include "transform/project_state.h"
#include "transform/relation.h"
#include "transform/render_context.h"
#include "transform/seed_node.h"
#include "transform/snapshot_node.h"
#include "transform/values.h"

namespace weir::transform {
using graph::NodeKind;
using jinja::Value;

namespace {
Result<const Resource*> find_resource(const ProjectState& state, std::string_view node_id) {
  if (const auto found = state.by_id.find(node_id); found != state.by_id.end()) {
    return found->second;
  }
  std::vector<std::string> ids;
  for (const auto& [id, resource] : state.by_id) {
    ids.push_back(id);
  }
  return fail(ErrorCode::kNotFound, fmt::format("there is no node \"{}\"{}", node_id, did_you_mean(node_id, ids)));
}

// Everything is resolved, and the nodes are noted.
class NotedRelations final : public RelationSource {
 public:
  explicit NotedRelations(const ProjectState& state) : state_(state) {}
  Result<Value> ref(const RefCall& call) override {
    WEIR_TRY_ASSIGN(const Resource* found, state_.find(call));
    last_ = {found->id, found->table};
    note(found->id);
    return Relation::make(found->table.schema, found->table.name);
  }
  Result<Value> source(const SourceCall& call) override {
    WEIR_TRY_ASSIGN(const SourceTable* found, state_.find(call));
    last_ = {found->node_id, state_.table_of(*found)};
    note(found->node_id);
    return Relation::make(found->schema, found->identifier);
  }
  const std::optional<ResolvedRelation>& last() const { return last_; }
  const std::vector<std::string>& ids() const { return ids_; }

 private:
  void note(const std::string& id) {
    if (std::ranges::find(ids_, id) == ids_.end()) {
      ids_.push_back(id);
    }
  }
  const ProjectState& state_;
  std::optional<ResolvedRelation> last_;
  std::vector<std::string> ids_;
};

bool is_call(std::string_view text, std::string_view name) {
  return text.starts_with(name) && trim(text.substr(name.size())).starts_with("(") && text.ends_with(")");
}

bool is_relation_call(std::string_view text) {
  return is_call(text, "ref") || is_call(text, "source");
}

std::string without_braces(std::string_view text) {
  text = trim(text);
  if (text.starts_with("{{") && text.ends_with("}}")) {
    text = trim(text.substr(2, text.size() - 4));
  }
  return std::string(text);
}

std::unexpected<Error> placed(Error error, const ProjectState& state, const Place& place) {
  error = suggest_names(std::move(error), state);
  error.place = place;
  return std::unexpected(std::move(error));
}

/// A model under test of which not all rows count, or that is ephemeral: prints as what stands behind FROM.
class TestedModel final : public jinja::HostObject {
 public:
  TestedModel(Value relation, std::string sql) : relation_(std::move(relation)), sql_(std::move(sql)) {}
  std::string_view type_name() const override { return "Relation"; }
  Result<std::string> text() override { return sql_; }
  Result<std::optional<Value>> attribute(std::string_view name) override { return relation_.host().attribute(name); }

 private:
  Value relation_;
  std::string sql_;
};

/// A generic test applied to a node. Rendered once when the project is loaded, for what it reads, and again when it
/// runs.
class GenericTestRender {
 public:
  GenericTestRender(std::shared_ptr<const ProjectState> state, const Macro& macro, GenericTestCall call)
      : state_(std::move(state)), macro_(macro), call_(std::move(call)) {}

  // `lake` is null while the project is loaded.
  Result<std::string> render(LakeAccess* lake, NotedRelations& relations, NodeConfig& config,
                             const std::string& model_sql, const lake::TableName& table) const {
    RenderContext context(*state_, {.config_calls = &config, .relations = &relations, .lake = lake});
    std::vector<std::pair<std::string, Value>> arguments;
    const Value relation = Relation::make(table.schema, table.name);
    arguments.emplace_back("model", model_sql == table_sql(table)
                                        ? relation
                                        : Value(jinja::make_ref<TestedModel>(relation, model_sql)));
    for (const auto& [name, node] : call_.arguments) {
      WEIR_TRY_ASSIGN(Value value, argument(context, node));
      arguments.emplace_back(name, std::move(value));
    }
    auto rendered = state_->environment.call(macro_.callable, context, {}, std::move(arguments));
    if (!rendered) {
      Error error = suggest_names(std::move(rendered).error(), *state_);
      if (!error.place) {
        error.place = call_.place;
      }
      return std::unexpected(std::move(error));
    }
    return text_of(*rendered);
  }

  const GenericTestCall& call() const { return call_; }

 private:
  // Texts are templates; one that is a ref() or source() alone is that relation.
  Result<Value> argument(RenderContext& context, const ConfigNode& node) const {
    if (!node.is_scalar()) {
      return render_yaml(node, [&](const ConfigNode& scalar) { return argument(context, scalar); });
    }
    const std::string expression = without_braces(node.text());
    const bool relation = is_relation_call(expression);
    if (!relation && !node.text().contains("{{") && !node.text().contains("{%")) {
      return value_of(node);
    }
    const std::string text = relation ? "{{ " + expression + " }}" : node.text();
    auto parsed = state_->environment.parse(text, node.place().file);
    if (!parsed) {
      return placed(std::move(parsed).error(), *state_, node.place());
    }
    auto value = parsed->render_native(context);
    return value ? std::move(value) : placed(std::move(value).error(), *state_, node.place());
  }

  std::shared_ptr<const ProjectState> state_;
  const Macro& macro_;
  GenericTestCall call_;
};
}  // namespace

Result<TransformProject> TransformProject::load(TransformOptions options) {
  WEIR_TRY_ASSIGN(std::shared_ptr<const ProjectState> state, load_project(std::move(options)));
  return TransformProject(std::move(state));
}

const std::string& TransformProject::name() const {
  return state_->file.name;
}
const Properties& TransformProject::properties() const {
  return state_->properties;
}
const std::vector<SingularTest>& TransformProject::singular_tests() const {
  return state_->singular_tests;
}
std::vector<std::string> TransformProject::warnings() const {
  return state_->warnings.all();
}

std::vector<std::unique_ptr<graph::Node>> TransformProject::make_nodes() const {
  std::vector<std::unique_ptr<graph::Node>> nodes;
  for (const Resource& resource : state_->resources) {
    switch (resource.kind) {
      case NodeKind::kModel:
      case NodeKind::kAnalysis:
        nodes.push_back(make_model_node(state_, resource));
        break;
      case NodeKind::kSeed:
        nodes.push_back(make_seed_node(state_, resource));
        break;
      case NodeKind::kSnapshot:
        nodes.push_back(make_snapshot_node(state_, resource));
        break;
      default:
        break;  // tests are made by whoever runs them
    }
  }
  for (const SourceTable& source : state_->properties.sources) {
    if (!source.node_id.empty()) {
      nodes.push_back(make_source_node(*state_, source));
    }
  }
  return nodes;
}

Result<CompiledSql> TransformProject::compile(std::string_view node_id) const {
  WEIR_TRY_ASSIGN(const Resource* resource, find_resource(*state_, node_id));
  if (!resource->source) {
    return fail(ErrorCode::kInvalid, "a seed has no SQL", node_id);
  }
  LakeAccess lake(state_->options.lake);
  CompileMode mode{.full_refresh = resource->config.flag("full_refresh").value_or(state_->options.full_refresh)};
  if (resource->materialized() == "incremental" && !mode.full_refresh) {
    WEIR_TRY_ASSIGN(const auto kind, lake.find(resource->table));
    mode.incremental = kind == lake::EntryKind::kTable;
  }
  WEIR_TRY_ASSIGN(std::string sql, compile_resource(*state_, *resource, lake, mode));
  WEIR_TRY(write_compiled(*state_, *resource, sql));
  return CompiledSql{std::move(sql), compiled_path(*state_, *resource)};
}

Result<std::string> TransformProject::from_item(std::string_view node_id) const {
  if (const auto resource = state_->by_id.find(node_id);
      resource != state_->by_id.end() && resource->second->is_ephemeral()) {
    LakeAccess lake(state_->options.lake);
    WEIR_TRY_ASSIGN(const std::string sql, compile_resource(*state_, *resource->second, lake));
    return "(\n" + statement_of(sql) + ")";
  }
  WEIR_TRY_ASSIGN(const lake::TableName table, table_of(node_id));
  return table_sql(table);
}

Result<lake::TableName> TransformProject::table_of(std::string_view node_id) const {
  if (const auto source = state_->sources_by_id.find(node_id); source != state_->sources_by_id.end()) {
    return state_->table_of(*source->second);
  }
  WEIR_TRY_ASSIGN(const Resource* resource, find_resource(*state_, node_id));
  const bool has_table =
      resource->kind == NodeKind::kModel || resource->kind == NodeKind::kSeed || resource->kind == NodeKind::kSnapshot;
  if (!has_table || resource->is_ephemeral()) {
    return fail(ErrorCode::kNotFound, fmt::format("{} has no table", node_id));
  }
  return resource->table;
}

Result<ResolvedRelation> TransformProject::resolve(std::string_view expression, const Place& place) const {
  const std::string call = without_braces(expression);
  if (!is_relation_call(call)) {
    return fail_at(place,
                   fmt::format("\"{}\" must be ref('a_model') or source('a_source', 'a_table')", excerpt(expression)));
  }
  auto parsed = state_->environment.parse("{{ " + call + " }}", place.file);
  if (!parsed) {
    return placed(std::move(parsed).error(), *state_, place);
  }
  NotedRelations relations(*state_);
  RenderContext context(*state_, {.relations = &relations});
  if (auto rendered = parsed->render(context); !rendered) {
    return placed(std::move(rendered).error(), *state_, place);
  }
  if (!relations.last()) {
    return fail_at(place, fmt::format("\"{}\" is no relation", excerpt(expression)));
  }
  return *relations.last();
}

Result<std::string> TransformProject::render(std::string_view text, const Place& place) const {
  WEIR_TRY_ASSIGN(const Value value, render_scalar(*state_, ConfigNode::scalar(std::string(text), true, place)));
  return text_of(value);
}

Result<ConfigNode> TransformProject::render(const ConfigNode& value) const {
  if (value.is_sequence()) {
    std::vector<ConfigNode> items;
    for (const ConfigNode& item : value.items()) {
      WEIR_TRY_ASSIGN(items.emplace_back(), render(item));
    }
    return ConfigNode::sequence(std::move(items), value.place());
  }
  if (value.is_map()) {
    std::vector<ConfigNode::Entry> entries;
    for (const ConfigNode::Entry& entry : value.entries()) {
      WEIR_TRY_ASSIGN(ConfigNode rendered, render(entry.value));
      entries.push_back({entry.key, entry.key_place, std::move(rendered)});
    }
    return ConfigNode::map(std::move(entries), value.place());
  }
  if (!value.is_scalar() || (!value.text().contains("{{") && !value.text().contains("{%"))) {
    return value;
  }
  WEIR_TRY_ASSIGN(const Value rendered, render_scalar(*state_, value));
  return config_of(rendered, value.place());
}

bool TransformProject::has_generic_test(std::string_view name) const {
  return state_->macros.find(state_->file.name, "test_" + std::string(name)) != nullptr;
}

Result<GenericTest> TransformProject::generic_test(const GenericTestCall& call) const {
  const Macro* macro = state_->macros.find(state_->file.name, "test_" + call.name);
  if (macro == nullptr) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no generic test \"{}\"", call.name));
  }
  lake::TableName table;
  if (auto found = table_of(call.node_id)) {
    table = *found;
  }
  const auto render = std::make_shared<GenericTestRender>(state_, *macro, call);
  NotedRelations relations(*state_);
  NodeConfig config;
  WEIR_TRY(render->render(nullptr, relations, config, table_sql(table), table));
  const auto sql = [project = *this, render, table]() -> Result<std::string> {
    WEIR_TRY_ASSIGN(std::string model, project.from_item(render->call().node_id));
    if (!render->call().where.empty()) {
      model = fmt::format("(SELECT * FROM {} AS weir_all WHERE {}) AS weir_model", model, render->call().where);
    } else if (model.starts_with("(")) {
      model += " AS weir_model";
    }
    LakeAccess lake(project.state_->options.lake);
    NotedRelations again(*project.state_);
    NodeConfig ignored;
    return render->render(&lake, again, ignored, model, table);
  };
  std::vector<std::string> inputs = relations.ids();
  std::erase(inputs, call.node_id);
  return GenericTest{std::move(inputs), config_of(Value::dict(config.values()), macro->place), sql};
}

ConfigNode TransformProject::test_defaults(const std::vector<std::string>& fqn) const {
  NodeConfig config;
  state_->file.tests.apply_to(config, fqn);
  return config_of(Value::dict(config.values()), {std::string(kProjectFileName), 0, 0});
}
}  // namespace weir::transform
