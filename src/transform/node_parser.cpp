#include "transform/node_parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "jinja/dict.h"
#include "transform/describe.h"
#include "transform/relation.h"
#include "transform/values.h"

namespace weir::transform {
using graph::NodeKind;
using jinja::Dict;
using jinja::Value;

namespace {
bool has_tags(std::string_view text) {
  return text.contains("{{") || text.contains("{%") || text.contains("{#");
}

// Finds a call again to say where it is: the first of them fails.
class CheckedRelations final : public RelationSource {
 public:
  explicit CheckedRelations(const ProjectState& state) : state_(state) {}
  Result<Value> ref(const RefCall& call) override {
    WEIR_TRY_ASSIGN(const Resource* found, state_.find(call));
    return Relation::make(found->table.schema, found->table.name);
  }
  Result<Value> source(const SourceCall& call) override {
    WEIR_TRY_ASSIGN(const SourceTable* found, state_.find(call));
    return Relation::make(found->schema, found->identifier);
  }

 private:
  const ProjectState& state_;
};

Error placed(const ProjectState& state, const Resource& resource, Error error) {
  CheckedRelations relations(state);
  NodeConfig ignored;
  RenderContext context(state, {.node = &resource, .config_calls = &ignored, .relations = &relations});
  auto again = resource.source->render(context);
  if (!again && again.error().place) {
    return explain(std::move(again).error(), state, resource);
  }
  error.place = resource.place;
  return error;
}

// Where a key of config() stands in the text, for warnings.
Place place_of_key(const Resource& resource, const std::string& key) {
  for (std::size_t at = resource.raw_sql.find(key); at != std::string::npos; at = resource.raw_sql.find(key, at + 1)) {
    const std::size_t next = resource.raw_sql.find_first_not_of(' ', at + key.size());
    if (next == std::string::npos ||
        (resource.raw_sql[next] != '=' && resource.raw_sql[next] != '\'' && resource.raw_sql[next] != '"')) {
      continue;
    }
    const auto line =
        std::count(resource.raw_sql.begin(), resource.raw_sql.begin() + static_cast<std::ptrdiff_t>(at), '\n');
    const std::size_t line_begin = at == 0 ? std::string::npos : resource.raw_sql.rfind('\n', at - 1);
    const std::size_t column = line_begin == std::string::npos ? at + 1 : at - line_begin;
    return {resource.path, static_cast<int>(line) + static_cast<int>(resource.first_line), static_cast<int>(column)};
  }
  return resource.place;
}

void warn_about_configs(const ProjectState& state, const Resource& resource, const NodeConfig& calls) {
  for (const Dict::Entry& entry : calls.values()->entries()) {
    const std::string key = entry.key.is_missing() ? std::string() : text_of(entry.key);
    if (const auto problem = key.empty() ? std::nullopt : unknown_config(key)) {
      state.warnings.add(fmt::format("{}: {}", place_of_key(resource, key).text(), *problem));
    }
  }
  for (const std::string_view hook : {"pre_hook", "post_hook"}) {
    if (const Value* found = resource.config.find(hook); found != nullptr && !texts_of(*found).empty()) {
      state.warnings.add(fmt::format("{}: hooks are not run yet: {}", resource.path, hook));
    }
  }
  const Value* contract = resource.config.find("contract");
  const Value* enforced =
      contract != nullptr && contract->is_dict() ? contract->dictionary().find("enforced") : nullptr;
  if (enforced != nullptr && enforced->truth()) {
    state.warnings.add(fmt::format("{}: contracts are not enforced yet", resource.path));
  }
}

Status check_materialization(const ProjectState& state, const Resource& resource) {
  static const std::vector<std::string> known = {"view", "table", "incremental", "ephemeral"};
  const std::string materialized = resource.materialized();
  if (resource.kind != NodeKind::kModel || std::ranges::find(known, materialized) != known.end()) {
    return {};
  }
  if (materialized == "materialized_view" || state.materializations.contains(materialized)) {
    return {};  // the node says so when it is run
  }
  return fail_at(resource.place,
                 fmt::format("unknown materialization \"{}\"{}", materialized, did_you_mean(materialized, known)));
}

// A macro of the project that gives a name; nothing when it has none.
Result<std::optional<std::string>> call_name_macro(const ProjectState& state, const Resource& resource,
                                                   std::string_view macro_name, const Value& custom) {
  const Macro* macro = state.macros.find(state.file.name, macro_name);
  if (macro == nullptr) {
    return std::nullopt;
  }
  RenderContext context(state, {.node = &resource});
  auto value = state.environment.call(macro->callable, context, {custom, describe_resource(state, resource)});
  if (!value) {
    return std::unexpected(suggest_names(std::move(value).error(), state));
  }
  return std::string(trim(text_of(*value)));
}
}  // namespace

Result<Value> CapturedRelations::ref(const RefCall& call) {
  if (std::ranges::find(refs_, call) == refs_.end()) {
    refs_.push_back(call);
  }
  return Relation::make("", call.name);
}

Result<Value> CapturedRelations::source(const SourceCall& call) {
  if (std::ranges::find(sources_, call) == sources_.end()) {
    sources_.push_back(call);
  }
  return Relation::make(call.source, call.table);
}

Result<Value> render_scalar(const ProjectState& state, const ConfigNode& scalar) {
  if (!has_tags(scalar.text())) {
    return value_of(scalar);
  }
  WEIR_TRY_ASSIGN(const jinja::Template parsed, state.environment.parse(scalar.text(), scalar.place().file));
  RenderContext context(state, {});
  auto value = parsed.render_native(context);
  if (!value) {
    Error error = suggest_names(std::move(value).error(), state);
    error.place = scalar.place();
    return std::unexpected(std::move(error));
  }
  return value;
}

Result<lake::TableName> table_of_resource(const ProjectState& state, const Resource& resource) {
  const Value* custom_schema = resource.config.find("schema");
  // The older way of snapshots: the schema as it is, whatever generate_schema_name makes of others.
  const Value* target_schema = resource.kind == NodeKind::kSnapshot ? resource.config.find("target_schema") : nullptr;
  lake::TableName table;
  if (target_schema != nullptr && custom_schema == nullptr) {
    table.schema = text_of(*target_schema);
  } else {
    const Value custom = custom_schema == nullptr ? Value() : *custom_schema;
    WEIR_TRY_ASSIGN(const auto generated, call_name_macro(state, resource, "generate_schema_name", custom));
    table.schema = generated                  ? *generated
                   : custom_schema == nullptr ? state.options.default_schema
                                              : std::string(trim(text_of(*custom_schema)));
  }
  const Value* alias = resource.config.find("alias");
  WEIR_TRY_ASSIGN(const auto generated,
                  call_name_macro(state, resource, "generate_alias_name", alias == nullptr ? Value() : *alias));
  if (generated) {
    table.name = *generated;
  } else if (alias != nullptr && !text_of(*alias).empty()) {
    table.name = trim(text_of(*alias));
  } else {
    table.name =
        resource.version.empty() ? resource.name : resource.name + "_v" + replace_all(resource.version, ".", "_");
  }
  if (const auto checked = lake::TableName::parse(table.text()); !checked) {
    return fail_at(resource.place,
                   fmt::format("\"{}\" cannot be the name of a table: {}", table.text(), checked.error().message));
  }
  return table;
}

Status parse_resource(const ProjectState& state, Resource& resource) {
  resource.table = {state.options.default_schema, resource.name};
  NodeConfig calls;
  if (resource.source) {
    CapturedRelations relations;
    RenderContext context(state, {.node = &resource, .config_calls = &calls, .relations = &relations});
    auto rendered = resource.source->render(context);
    if (!rendered) {
      return std::unexpected(explain(std::move(rendered).error(), state, resource));
    }
    resource.refs = relations.refs();
    resource.sources = relations.sources();
    resource.config.apply(Value::dict(calls.values()));
  }
  if (!resource.config.flag("enabled").value_or(true)) {
    return {};
  }
  warn_about_configs(state, resource, calls);
  WEIR_TRY(check_materialization(state, resource));
  WEIR_TRY_ASSIGN(resource.table, table_of_resource(state, resource));
  return {};
}

Status link_resource(const ProjectState& state, Resource& resource) {
  const auto add = [&](const std::string& id) {
    if (std::ranges::find(resource.inputs, id) == resource.inputs.end()) {
      resource.inputs.push_back(id);
    }
  };
  for (const RefCall& call : resource.refs) {
    auto found = state.find(call);
    if (!found) {
      return std::unexpected(placed(state, resource, std::move(found).error()));
    }
    add((*found)->id);
  }
  for (const SourceCall& call : resource.sources) {
    auto found = state.find(call);
    if (!found) {
      return std::unexpected(placed(state, resource, std::move(found).error()));
    }
    add((*found)->node_id);
  }
  return {};
}
}  // namespace weir::transform
