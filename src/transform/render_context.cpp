#include "transform/render_context.h"

#include <fmt/format.h>

#include "core/log.h"
#include "core/text.h"
#include "jinja/dict.h"
#include "jinja/renderer.h"
#include "transform/adapter.h"
#include "transform/context_functions.h"
#include "transform/datetime.h"
#include "transform/query_result.h"
#include "transform/relation.h"
#include "transform/values.h"

namespace weir::transform {
using jinja::Arguments;
using jinja::Dict;
using jinja::Value;

namespace {
/// The version of dbt whose behaviour weir follows: packages look at it.
constexpr std::string_view kDbtVersion = "1.11.0";

using Method = Result<Value> (RenderContext::*)(Arguments&);

Value method(RenderContext& context, std::string name, Method body) {
  return jinja::function(std::move(name), [&context, body](Arguments& arguments) { return (context.*body)(arguments); });
}

/// `config`: called, and asked with get and require.
class ConfigValue final : public jinja::HostObject {
 public:
  explicit ConfigValue(RenderContext& context) : context_(context) {}
  std::string_view type_name() const override { return "Config"; }
  bool is_callable() const override { return true; }
  Result<Value> call(Arguments& arguments) override { return context_.call_config(arguments); }
  Result<std::string> text() override { return std::string(); }
  Result<std::optional<Value>> attribute(std::string_view name) override {
    RenderContext& context = context_;
    if (name == "get" || name == "meta_get") {
      const bool meta = name == "meta_get";
      return std::optional(jinja::function(std::string(name), [&context, meta](Arguments& arguments) -> Result<Value> {
        WEIR_TRY_ASSIGN(const auto values, arguments.bind("get", {"name", "default", "validator"}, 1));
        const Value* found = find(context, text_of(values[0]), meta);
        return found != nullptr ? deep_copy(*found) : values[1].is_missing() ? Value() : values[1];
      }));
    }
    if (name == "require" || name == "meta_require") {
      const bool meta = name == "meta_require";
      return std::optional(jinja::function(std::string(name), [&context, meta](Arguments& arguments) -> Result<Value> {
        WEIR_TRY_ASSIGN(const auto values, arguments.bind("require", {"name", "validator"}, 1));
        const std::string key = text_of(values[0]);
        if (const Value* found = find(context, key, meta)) {
          return deep_copy(*found);
        }
        return fail(ErrorCode::kInvalid, fmt::format("the config \"{}\" is required here and not set", key));
      }));
    }
    if (name == "set") {
      return std::optional(jinja::function("set", [&context](Arguments& arguments) -> Result<Value> {
        WEIR_TRY_ASSIGN(const auto values, arguments.bind("set", {"name", "value"}, 2));
        if (context.input().config_calls != nullptr) {
          context.input().config_calls->set(text_of(values[0]), values[1]);
        }
        return Value("");
      }));
    }
    if (name == "persist_relation_docs" || name == "persist_column_docs") {
      return std::optional(jinja::function(std::string(name), [](Arguments&) -> Result<Value> { return Value(false); }));
    }
    return std::nullopt;
  }

 private:
  // What config() said so far in this file, else what the node has.
  static const Value* find(RenderContext& context, const std::string& key, bool meta) {
    for (const NodeConfig* config : {static_cast<const NodeConfig*>(context.input().config_calls),
                                     context.input().node == nullptr ? nullptr : &context.input().node->config}) {
      if (config == nullptr) {
        continue;
      }
      const Value* found = config->find(meta ? "meta" : key);
      if (meta) {
        found = found == nullptr || !found->is_dict() ? nullptr : found->dictionary().find(key);
      }
      if (found != nullptr) {
        return found;
      }
    }
    return nullptr;
  }
  RenderContext& context_;
};

/// `var`: called, and asked with has_var.
class VariableValue final : public jinja::HostObject {
 public:
  explicit VariableValue(RenderContext& context) : context_(context) {}
  std::string_view type_name() const override { return "Var"; }
  bool is_callable() const override { return true; }
  Result<Value> call(Arguments& arguments) override { return context_.call_variable(arguments); }
  Result<std::optional<Value>> attribute(std::string_view name) override {
    if (name != "has_var") {
      return std::nullopt;
    }
    RenderContext& context = context_;
    return std::optional(jinja::function("has_var", [&context](Arguments& arguments) -> Result<Value> {
      WEIR_TRY_ASSIGN(const auto values, arguments.bind("has_var", {"var_name"}, 1));
      return Value(context.state().variable(text_of(values[0])) != nullptr);
    }));
  }

 private:
  RenderContext& context_;
};

/// A package's macros: `dbt.date_trunc(...)`, `my_project.cents(...)`.
class PackageValue final : public jinja::HostObject {
 public:
  PackageValue(const MacroTable& macros, std::string package) : macros_(macros), package_(std::move(package)) {}
  std::string_view type_name() const override { return "Package"; }
  Result<std::optional<Value>> attribute(std::string_view name) override {
    const Macro* macro = macros_.find(package_, name);
    return macro == nullptr ? std::nullopt : std::optional(macro->callable);
  }

 private:
  const MacroTable& macros_;
  std::string package_;
};

/// `context`: the names of the render as a dict would have them.
class NamesValue final : public jinja::HostObject {
 public:
  explicit NamesValue(RenderContext& context) : context_(context) {}
  std::string_view type_name() const override { return "Context"; }
  bool is_mapping() const override { return true; }
  Result<std::optional<Value>> item(const Value& key) override {
    return key.is_string() ? context_.lookup(key.string()) : Result<std::optional<Value>>(std::nullopt);
  }
  Result<std::optional<Value>> attribute(std::string_view name) override {
    if (name != "get") {
      return context_.lookup(name);
    }
    RenderContext& context = context_;
    return std::optional(jinja::function("get", [&context](Arguments& arguments) -> Result<Value> {
      WEIR_TRY_ASSIGN(const auto values, arguments.bind("get", {"key", "default"}, 1));
      WEIR_TRY_ASSIGN(auto found, context.lookup(text_of(values[0])));
      return found ? *std::move(found) : values[1].is_missing() ? Value() : values[1];
    }));
  }
  Result<std::optional<bool>> contains(const Value& key) override {
    WEIR_TRY_ASSIGN(const auto found, item(key));
    return std::optional(found.has_value());
  }

 private:
  RenderContext& context_;
};

Result<Value> say(Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("log", {"msg", "info"}, 1));
  WEIR_TRY_ASSIGN(const std::string text, values[0].text());
  if (!values[1].is_missing() && values[1].truth()) {
    log_info(text);
  } else {
    log_debug(text);
  }
  return Value("");
}

Value flags_value(const RenderInput& input) {
  const auto flags = jinja::make_ref<Dict>();
  flags->set("FULL_REFRESH", Value(input.full_refresh));
  flags->set("STORE_FAILURES", Value(false));
  flags->set("EMPTY", Value(false));
  flags->set("WHICH", Value(input.lake == nullptr ? "parse" : "build"));
  return Value::dict(flags);
}

Value graph_value(const ProjectState& state, bool executes) {
  const auto nodes = jinja::make_ref<Dict>();
  const auto sources = jinja::make_ref<Dict>();
  if (executes) {
    for (const Resource& resource : state.resources) {
      nodes->set(resource.id, describe_resource(state, resource));
    }
    for (const SourceTable& table : state.properties.sources) {
      const auto source = jinja::make_ref<Dict>();
      source->set("unique_id", table.node_id);
      source->set("resource_type", "source");
      source->set("source_name", table.source_name);
      source->set("name", table.name);
      source->set("schema", table.schema);
      source->set("identifier", table.identifier);
      source->set("database", kLakeDatabase);
      sources->set(table.node_id, Value::dict(source));
    }
  }
  const auto graph = jinja::make_ref<Dict>();
  graph->set("nodes", Value::dict(nodes));
  graph->set("sources", Value::dict(sources));
  for (const char* name : {"exposures", "metrics", "groups"}) {
    graph->set(name, Value::dict());
  }
  return Value::dict(graph);
}

Value builtins_value(RenderContext& context) {
  const auto builtins = jinja::make_ref<Dict>();
  builtins->set("ref", method(context, "ref", &RenderContext::call_ref));
  builtins->set("source", method(context, "source", &RenderContext::call_source));
  builtins->set("config", Value(jinja::make_ref<ConfigValue>(context)));
  builtins->set("var", Value(jinja::make_ref<VariableValue>(context)));
  return Value::dict(builtins);
}

std::vector<Value> text_values(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

using Maker = Value (*)(RenderContext& context);

const TextMap<Maker>& makers() {
  static const TextMap<Maker> table = {
      {"ref", [](RenderContext& context) { return method(context, "ref", &RenderContext::call_ref); }},
      {"source", [](RenderContext& context) { return method(context, "source", &RenderContext::call_source); }},
      {"config", [](RenderContext& context) { return Value(jinja::make_ref<ConfigValue>(context)); }},
      {"var", [](RenderContext& context) { return Value(jinja::make_ref<VariableValue>(context)); }},
      {"env_var", [](RenderContext& context) { return method(context, "env_var", &RenderContext::call_environment); }},
      {"doc", [](RenderContext& context) { return method(context, "doc", &RenderContext::call_doc); }},
      {"load_result", [](RenderContext& context) { return method(context, "load_result", &RenderContext::load_result); }},
      {"statement", [](RenderContext& context) { return method(context, "statement", &RenderContext::statement); }},
      {"run_query",
       [](RenderContext& context) {
         return jinja::function("run_query", [&context](Arguments& arguments) -> Result<Value> {
           WEIR_TRY_ASSIGN(const auto values, arguments.bind("run_query", {"sql"}, 1));
           WEIR_TRY_ASSIGN(const std::string sql, values[0].text());
           return context.run_query(sql);
         });
       }},
      {"is_incremental",
       [](RenderContext& context) {
         const bool answer = context.executes() && context.input().incremental;
         return jinja::function("is_incremental", [answer](Arguments&) -> Result<Value> { return Value(answer); });
       }},
      {"should_full_refresh",
       [](RenderContext& context) {
         const bool answer = context.input().full_refresh;
         return jinja::function("should_full_refresh", [answer](Arguments&) -> Result<Value> { return Value(answer); });
       }},
      {"load_relation",
       [](RenderContext& context) {
         return *adapter_value(context).as<jinja::HostObject>()->attribute("load_cached_relation").value();
       }},
      {"log", [](RenderContext&) { return jinja::function("log", say); }},
      {"print", [](RenderContext&) { return jinja::function("print", say); }},
      {"target", [](RenderContext& context) { return context.state().target; }},
      {"execute", [](RenderContext& context) { return Value(context.executes()); }},
      {"invocation_id", [](RenderContext& context) { return Value(context.state().invocation_id); }},
      {"run_started_at", [](RenderContext& context) { return datetime_value(context.state().run_started); }},
      {"dbt_version", [](RenderContext&) { return Value(kDbtVersion); }},
      {"project_name", [](RenderContext& context) { return Value(context.state().file.name); }},
      {"database", [](RenderContext&) { return Value(kLakeDatabase); }},
      {"thread_id", [](RenderContext&) { return Value("main"); }},
      {"selected_resources", [](RenderContext&) { return Value::list(); }},
      {"dbt_metadata_envs", [](RenderContext&) { return Value::dict(); }},
      {"flags", [](RenderContext& context) { return flags_value(context.input()); }},
      {"adapter", [](RenderContext& context) { return adapter_value(context); }},
      {"exceptions", [](RenderContext& context) { return exceptions_value(context); }},
      {"api", [](RenderContext&) { return api_value(); }},
      {"builtins", builtins_value},
      {"graph", [](RenderContext& context) { return graph_value(context.state(), context.executes()); }},
      {"context", [](RenderContext& context) { return Value(jinja::make_ref<NamesValue>(context)); }},
      {"modules",
       [](RenderContext& context) {
         const auto modules = jinja::make_ref<Dict>();
         modules->set("datetime", datetime_module(*context.state().options.clock));
         return Value::dict(modules);
       }},
  };
  return table;
}
}  // namespace

const Macro* RenderContext::find_macro(std::string_view name) const {
  const Macro* own = state_.macros.find(state_.file.name, name);
  return own != nullptr ? own : state_.macros.find(kBuiltinPackage, name);
}

std::optional<Value> RenderContext::own_name(std::string_view name) {
  if (const auto maker = makers().find(name); maker != makers().end()) {
    return maker->second(*this);
  }
  if (auto function = plain_function(name)) {
    return function;
  }
  if (const Resource* node = input_.node) {
    if (name == "this") {
      return Relation::make(node->table.schema, node->table.name);
    }
    if (name == "model") {
      return describe_resource(state_, *node);
    }
    if (name == "schema") {
      return Value(node->table.schema);
    }
  }
  if (state_.macros.has_package(name)) {
    return Value(jinja::make_ref<PackageValue>(state_.macros, std::string(name)));
  }
  return std::nullopt;
}

Result<std::optional<Value>> RenderContext::lookup(std::string_view name) {
  if (const Macro* macro = state_.macros.find(state_.file.name, name)) {
    return std::optional(macro->callable);
  }
  if (auto own = own_name(name)) {
    return own;
  }
  if (const Macro* macro = state_.macros.find(kBuiltinPackage, name)) {
    return std::optional(macro->callable);
  }
  return std::nullopt;
}

Result<Value> RenderContext::dispatch(const std::string& name, const std::string& package) const {
  std::vector<std::string> packages;
  if (const auto order = state_.file.dispatch.find(package); order != state_.file.dispatch.end()) {
    packages = order->second;
  } else if (package.empty()) {
    packages = {state_.file.name, std::string(kBuiltinPackage)};
  } else {
    packages = {state_.file.name, package};
  }
  std::vector<std::string> looked_for;
  for (const std::string& in : packages) {
    for (const std::string_view prefix : {"weir__", "duckdb__", "default__"}) {
      const std::string wanted = std::string(prefix) + name;
      if (const Macro* macro = state_.macros.find(in, wanted)) {
        return macro->callable;
      }
      looked_for.push_back(in + "." + wanted);
    }
  }
  return fail(ErrorCode::kInvalid, fmt::format("there is no macro \"{}\" for this database; looked for {}", name, join(looked_for, ", ")));
}

Result<Value> RenderContext::run_query(const std::string& sql) {
  if (!executes()) {
    return no_result();
  }
  WEIR_TRY_ASSIGN(lake::Session * session, input_.lake->session());
  auto result = session->query(sql);
  if (!result) {
    Error error = std::move(result).error();
    error.place.reset();  // of the query's text; the template's place is added by the renderer
    error.message = fmt::format("a query of the template failed: {}", error.message);
    return std::unexpected(std::move(error));
  }
  return query_result(std::move(*result));
}

Result<Value> RenderContext::statement(Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("statement", {"name", "fetch_result", "auto_begin", "language", "caller"}, 0));
  if (values[4].is_missing()) {
    return fail(ErrorCode::kInvalid, "statement needs its SQL: {% call statement('name') %} ... {% endcall %}");
  }
  if (!executes()) {
    return Value("");
  }
  WEIR_TRY_ASSIGN(const Value printed, arguments.renderer().call(values[4], {}));
  WEIR_TRY_ASSIGN(const std::string sql, printed.text());
  WEIR_TRY_ASSIGN(Value table, run_query(sql));
  const auto result = jinja::make_ref<Dict>();
  const auto data = table.as<jinja::HostObject>()->attribute("rows");
  result->set("response", "OK");
  result->set("data", data && *data ? **data : Value::list());
  result->set("table", std::move(table));
  results_.emplace_back(values[0].is_missing() ? "" : text_of(values[0]), Value::dict(result));
  return Value("");
}

Result<Value> RenderContext::load_result(Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("load_result", {"name"}, 1));
  if (!executes()) {
    return no_result();
  }
  const std::string name = text_of(values[0]);
  for (auto result = results_.rbegin(); result != results_.rend(); ++result) {
    if (result->first == name) {
      return result->second;
    }
  }
  return Value();
}

Result<Value> RenderContext::call_ref(Arguments& arguments) {
  RefCall call;
  const auto positional = arguments.positional();
  if (positional.empty() || positional.size() > 2) {
    return fail(ErrorCode::kInvalid, fmt::format("ref() takes a model's name, or a package and a name; {} were given", positional.size()));
  }
  call.name = text_of(positional.back());
  if (positional.size() == 2) {
    call.package = text_of(positional[0]);
  }
  for (const jinja::Keyword& keyword : arguments.keywords()) {
    const std::string_view name = keyword.name.string();
    if (name != "v" && name != "version") {
      return fail(ErrorCode::kInvalid, fmt::format("ref() has no argument \"{}\"; it takes v or version", name));
    }
    call.version = text_of(keyword.value);
  }
  if (input_.relations == nullptr) {
    return fail(ErrorCode::kInvalid, "ref() cannot be used here");
  }
  return input_.relations->ref(call);
}

Result<Value> RenderContext::call_source(Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("source", {"source_name", "table_name"}, 2));
  if (input_.relations == nullptr) {
    return fail(ErrorCode::kInvalid, "source() cannot be used here");
  }
  return input_.relations->source({text_of(values[0]), text_of(values[1])});
}

Result<Value> RenderContext::call_config(Arguments& arguments) {
  if (input_.config_calls == nullptr) {
    return Value("");
  }
  for (const Value& layer : arguments.positional()) {
    if (!layer.is_dict()) {
      return fail(ErrorCode::kInvalid, "config() takes names with values: config(materialized='table')");
    }
    input_.config_calls->apply(layer);
  }
  for (const jinja::Keyword& keyword : arguments.keywords()) {
    input_.config_calls->set(keyword.name.string(), deep_copy(keyword.value));
  }
  return Value("");
}

Result<Value> RenderContext::call_variable(Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("var", {"name", "default"}, 1));
  const std::string name = text_of(values[0]);
  if (const Value* found = state_.variable(name)) {
    return deep_copy(*found);
  }
  if (!values[1].is_missing()) {
    return values[1];
  }
  const std::string nearest = did_you_mean(name, state_.variable_names());
  return fail(ErrorCode::kInvalid, fmt::format("the variable \"{}\" is not set{}{} set it under vars: in dbt_project.yml or with --vars",
                                               name, nearest, nearest.empty() ? ";" : ""));
}

Result<Value> RenderContext::call_environment(Arguments& arguments) {
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("env_var", {"var", "default"}, 1));
  const std::string name = text_of(values[0]);
  if (auto found = state_.environment_variable(name)) {
    return Value(*found);
  }
  if (!values[1].is_missing()) {
    return values[1];
  }
  return fail(ErrorCode::kInvalid, fmt::format("the environment variable \"{}\" is not set and has no default", name));
}

Result<Value> RenderContext::call_doc(Arguments& arguments) {
  const auto positional = arguments.positional();
  if (positional.empty() || positional.size() > 2) {
    return fail(ErrorCode::kInvalid, "doc() takes the name of a docs block");
  }
  const std::string name = text_of(positional.back());
  if (const auto found = state_.docs.find(name); found != state_.docs.end()) {
    return Value(found->second);
  }
  std::vector<std::string> names;
  for (const auto& [known, text] : state_.docs) {
    names.push_back(known);
  }
  return fail(ErrorCode::kInvalid, fmt::format("there is no docs block \"{}\"{}", name, did_you_mean(name, names)));
}

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

Error suggest_names(Error error, const ProjectState& state) {
  constexpr std::string_view kUndefined = "' is undefined";
  const std::size_t end = error.message.find(kUndefined);
  const std::size_t begin = end == std::string::npos || end == 0 ? std::string::npos : error.message.rfind('\'', end - 1);
  if (begin == std::string::npos) {
    return error;
  }
  const std::string name = error.message.substr(begin + 1, end - begin - 1);
  std::vector<std::string> names = state.macros.names();
  for (const auto& [known, maker] : makers()) {
    names.push_back(known);
  }
  error.message.insert(end + kUndefined.size(), did_you_mean(name, names));
  return error;
}

Error explain(Error error, const ProjectState& state, const Resource& resource) {
  error = suggest_names(std::move(error), state);
  if (resource.is_from_yaml) {
    error.place = resource.place;
    return error;
  }
  if (!error.place || error.place->file != resource.path || error.place->line < static_cast<int>(resource.first_line)) {
    return error;
  }
  const std::vector<std::string> lines = split(resource.raw_sql, '\n');
  const auto row = static_cast<std::size_t>(error.place->line) - resource.first_line;
  auto at = static_cast<std::size_t>(std::max(error.place->column, 1)) - 1;
  if (row >= lines.size() || at >= lines[row].size() || lines[row][at] != '(') {
    return error;
  }
  const auto is_name = [](char c) { return c == '_' || c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  while (at > 0 && is_name(lines[row][at - 1])) {
    --at;
  }
  error.place->column = static_cast<int>(at) + 1;
  return error;
}
}  // namespace weir::transform
