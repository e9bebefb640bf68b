#include "transform/context_names.h"

#include <fmt/format.h>

#include "core/log.h"
#include "jinja/dict.h"
#include "transform/adapter.h"
#include "transform/datetime.h"
#include "transform/describe.h"
#include "transform/relation.h"
#include "transform/render_context.h"
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
  return jinja::function(std::move(name),
                         [&context, body](Arguments& arguments) { return (context.*body)(arguments); });
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
      return std::optional(
          jinja::function(std::string(name), [](Arguments&) -> Result<Value> { return Value(false); }));
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

using Maker = Value (*)(RenderContext& context);

const TextMap<Maker>& makers() {
  static const TextMap<Maker> table = {
      {"ref", [](RenderContext& context) { return method(context, "ref", &RenderContext::call_ref); }},
      {"source", [](RenderContext& context) { return method(context, "source", &RenderContext::call_source); }},
      {"config", [](RenderContext& context) { return Value(jinja::make_ref<ConfigValue>(context)); }},
      {"var", [](RenderContext& context) { return Value(jinja::make_ref<VariableValue>(context)); }},
      {"env_var", [](RenderContext& context) { return method(context, "env_var", &RenderContext::call_environment); }},
      {"doc", [](RenderContext& context) { return method(context, "doc", &RenderContext::call_doc); }},
      {"load_result",
       [](RenderContext& context) { return method(context, "load_result", &RenderContext::load_result); }},
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

std::optional<Value> context_name(RenderContext& context, std::string_view name) {
  const auto maker = makers().find(name);
  return maker == makers().end() ? std::nullopt : std::optional(maker->second(context));
}

std::vector<std::string> context_names() {
  std::vector<std::string> names;
  for (const auto& [name, maker] : makers()) {
    names.push_back(name);
  }
  return names;
}
}  // namespace weir::transform
