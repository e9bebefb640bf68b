#include "transform/project_state.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "core/random.h"
#include "core/text.h"
#include "transform/relation.h"
#include "transform/values.h"

namespace weir::transform {
using jinja::Dict;
using jinja::Value;

void Warnings::add(std::string line) {
  const std::scoped_lock lock(mutex_);
  if (std::ranges::find(lines_, line) == lines_.end()) {
    lines_.push_back(std::move(line));
  }
}

std::vector<std::string> Warnings::all() const {
  const std::scoped_lock lock(mutex_);
  return lines_;
}

ProjectState::ProjectState(TransformOptions options_of)
    : options(std::move(options_of)), run_started(options.clock->now()), invocation_id(options.invocation_id) {
  if (invocation_id.empty()) {
    invocation_id = uuid_v4();
  }
  const auto dict = jinja::make_ref<Dict>();
  dict->set("name", options.target_name);
  dict->set("target_name", options.target_name);
  dict->set("type", "weir");
  dict->set("schema", options.default_schema);
  dict->set("database", kLakeDatabase);
  dict->set("dbname", kLakeDatabase);
  dict->set("threads", static_cast<std::int64_t>(options.threads_count == 0 ? 1 : options.threads_count));
  target = Value::dict(dict);
  strong_variables = options.variables.is_map() ? value_of(options.variables) : Value::dict();
}

const Value* ProjectState::variable(std::string_view name) const {
  if (const Value* found = strong_variables.dictionary().find(name)) {
    return found;
  }
  if (!variables.is_dict()) {
    return nullptr;
  }
  if (const Value* own = variables.dictionary().find(file.name); own != nullptr && own->is_dict()) {
    if (const Value* found = own->dictionary().find(name)) {
      return found;
    }
  }
  return variables.dictionary().find(name);
}

std::vector<std::string> ProjectState::variable_names() const {
  std::vector<std::string> names;
  const auto add = [&](const Value& dict) {
    for (const Dict::Entry& entry : dict.dictionary().entries()) {
      if (!entry.key.is_missing()) {
        names.push_back(text_of(entry.key));
      }
    }
  };
  add(strong_variables);
  if (variables.is_dict()) {
    add(variables);
    if (const Value* own = variables.dictionary().find(file.name); own != nullptr && own->is_dict()) {
      add(*own);
    }
  }
  return names;
}

std::optional<std::string> ProjectState::environment_variable(const std::string& name) const {
  if (options.environment) {
    return options.environment(name);
  }
  const char* value = std::getenv(name.c_str());
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Result<const Resource*> ProjectState::find(const RefCall& call) const {
  if (!call.package.empty() && call.package != file.name) {
    return fail(ErrorCode::kInvalid, fmt::format("{}: there is no package \"{}\"{}", call.text(), call.package,
                                                 did_you_mean(call.package, std::vector<std::string>{file.name})));
  }
  if (call.version.empty()) {
    if (const auto found = by_name.find(call.name); found != by_name.end()) {
      return found->second;
    }
  } else if (const auto found = by_id.find(fmt::format("model.{}.{}.v{}", file.name, call.name, call.version));
             found != by_id.end()) {
    return found->second;
  }
  if (const auto found = disabled.find(call.name); found != disabled.end()) {
    return fail(ErrorCode::kInvalid, fmt::format("\"{}\" is disabled in {}", call.name, found->second));
  }
  std::vector<std::string> names;
  for (const auto& [name, resource] : by_name) {
    names.push_back(name);
    if (!call.version.empty() && name == call.name) {
      return fail(ErrorCode::kInvalid, fmt::format("model \"{}\" has no version {}", call.name, call.version));
    }
  }
  return fail(ErrorCode::kInvalid, fmt::format("unknown model \"{}\"{}", call.name, did_you_mean(call.name, names)));
}

Result<const SourceTable*> ProjectState::find(const SourceCall& call) const {
  const std::string wanted = call.source + "." + call.table;
  if (const auto found = sources.find(wanted); found != sources.end()) {
    return found->second;
  }
  if (const auto found = disabled.find(wanted); found != disabled.end()) {
    return fail(ErrorCode::kInvalid, fmt::format("source \"{}\" is disabled in {}", wanted, found->second));
  }
  std::vector<std::string> names;
  for (const auto& [name, source] : sources) {
    names.push_back(name);
  }
  return fail(ErrorCode::kInvalid, fmt::format("unknown source \"{}\"{}", wanted, did_you_mean(wanted, names)));
}
}  // namespace weir::transform
