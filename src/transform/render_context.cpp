#include "transform/render_context.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "jinja/dict.h"
#include "jinja/renderer.h"
#include "transform/context_functions.h"
#include "transform/context_names.h"
#include "transform/describe.h"
#include "transform/query_result.h"
#include "transform/relation.h"
#include "transform/values.h"

namespace weir::transform {
using jinja::Arguments;
using jinja::Dict;
using jinja::Value;

namespace {
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
}  // namespace

const Macro* RenderContext::find_macro(std::string_view name) const {
  const Macro* own = state_.macros.find(state_.file.name, name);
  return own != nullptr ? own : state_.macros.find(kBuiltinPackage, name);
}

std::optional<Value> RenderContext::own_name(std::string_view name) {
  if (auto value = context_name(*this, name)) {
    return value;
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
  return fail(ErrorCode::kInvalid,
              fmt::format("there is no macro \"{}\" for this database; looked for {}", name, join(looked_for, ", ")));
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
  WEIR_TRY_ASSIGN(const auto values,
                  arguments.bind("statement", {"name", "fetch_result", "auto_begin", "language", "caller"}, 0));
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
    return fail(ErrorCode::kInvalid,
                fmt::format("ref() takes a model's name, or a package and a name; {} were given", positional.size()));
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
  return fail(ErrorCode::kInvalid,
              fmt::format("the variable \"{}\" is not set{}{} set it under vars: in dbt_project.yml or with --vars",
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

Error suggest_names(Error error, const ProjectState& state) {
  constexpr std::string_view kUndefined = "' is undefined";
  const std::size_t end = error.message.find(kUndefined);
  const std::size_t begin =
      end == std::string::npos || end == 0 ? std::string::npos : error.message.rfind('\'', end - 1);
  if (begin == std::string::npos) {
    return error;
  }
  const std::string name = error.message.substr(begin + 1, end - begin - 1);
  std::vector<std::string> names = state.macros.names();
  std::ranges::copy(context_names(), std::back_inserter(names));
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
  const auto is_name = [](char c) {
    return c == '_' || c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  while (at > 0 && is_name(lines[row][at - 1])) {
    --at;
  }
  error.place->column = static_cast<int>(at) + 1;
  return error;
}
}  // namespace weir::transform
