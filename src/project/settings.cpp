#include "project/settings.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/text.h"
#include "jinja/environment.h"
#include "transform/values.h"

namespace weir::project {
namespace {
namespace fs = std::filesystem;
using jinja::Arguments;
using jinja::Value;

constexpr const char* kProjectFile = "weir.yml";
constexpr const char* kDbtFile = "dbt_project.yml";

bool is_project(const fs::path& folder) {
  std::error_code error;
  return fs::is_regular_file(folder / kProjectFile, error) || fs::is_regular_file(folder / kDbtFile, error);
}

// The functions that YAML values may call.
jinja::MapContext make_context(const Json& vars) {
  jinja::MapContext context;
  context.set("var", jinja::function("var", [&vars](Arguments& arguments) -> Result<Value> {
                WEIR_TRY_ASSIGN(const auto bound, arguments.bind("var", {"name", "default"}, 1));
                WEIR_TRY_ASSIGN(const std::string name, bound[0].text());
                const auto found = vars.find(name);
                if (found != vars.end()) {
                  return transform::value_of(*found);
                }
                if (!bound[1].is_missing()) {
                  return bound[1];
                }
                std::vector<std::string> known;
                for (const auto& [key, value] : vars.items()) {
                  known.push_back(key);
                }
                return fail(ErrorCode::kInvalid, fmt::format("there is no variable \"{}\"{} Set it under vars: in weir.yml or with --vars '{{{}: …}}'",
                                                             name, known.empty() ? "." : did_you_mean(name, known), name));
              }));
  context.set("env_var", jinja::function("env_var", [](Arguments& arguments) -> Result<Value> {
                WEIR_TRY_ASSIGN(const auto bound, arguments.bind("env_var", {"name", "default"}, 1));
                WEIR_TRY_ASSIGN(const std::string name, bound[0].text());
                if (const char* value = std::getenv(name.c_str())) {
                  return Value(value);
                }
                if (!bound[1].is_missing()) {
                  return bound[1];
                }
                return fail(ErrorCode::kInvalid, fmt::format("the environment variable {} is not set", name));
              }));
  return context;
}

Result<Json> parse_vars(std::string_view yaml, std::string_view file) {
  WEIR_TRY_ASSIGN(const ConfigNode node, parse_config(yaml, file));
  if (!node.is_map() && !node.is_null()) {
    return fail_at(node.place(), "variables are a map: {start: 2024-01-01}");
  }
  return node.is_null() ? Json::object() : node.to_json();
}

// Reads weir.yml into `settings`; values may use env_var and each other's variables.
Status read_project_file(Settings& settings, Json& vars) {
  WEIR_TRY_ASSIGN(const std::string text, read_file(settings.folder / kProjectFile));
  WEIR_TRY_ASSIGN(const ConfigNode raw, parse_config(text, kProjectFile));
  if (const ConfigNode* own = raw.find("vars"); own != nullptr && own->is_map()) {
    vars = own->to_json();
  }
  settings.vars_json = vars.dump();
  WEIR_TRY_ASSIGN(const ConfigNode node, render_yaml(raw, settings));
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(node, kProjectFile));
  WEIR_TRY_ASSIGN(settings.name, map.text_or("name", settings.folder.filename().string()));
  WEIR_TRY_ASSIGN(const std::string lake, map.text_or("lake", "./lake"));
  if (lake.contains("://")) {
    return fail_at(node.find("lake")->place(), fmt::format("\"{}\": a lake is a folder of this machine; object stores are not supported yet", lake),
                   ErrorCode::kUnsupported);
  }
  settings.lake = (settings.folder / lake).lexically_normal();
  WEIR_TRY_ASSIGN(settings.python, map.text_or("python", settings.python));
  if (const ConfigNode* functions = map.find("functions")) {
    WEIR_TRY_ASSIGN(settings.functions, functions::parse_functions(*functions));
  }
  map.find("vars");
  return map.finish();
}

Status read_dbt_name(Settings& settings) {
  WEIR_TRY_ASSIGN(const std::string text, read_file(settings.folder / kDbtFile));
  WEIR_TRY_ASSIGN(const ConfigNode node, parse_config(text, kDbtFile));
  const ConfigNode* name = node.find("name");
  if (name == nullptr || !name->is_scalar()) {
    return fail_at({kDbtFile, 1, 1}, "dbt_project.yml needs the key \"name\"");
  }
  settings.name = name->text();
  return {};
}
}  // namespace

std::optional<fs::path> find_project_folder(const fs::path& start) {
  std::error_code error;
  for (fs::path folder = fs::weakly_canonical(fs::absolute(start), error);; folder = folder.parent_path()) {
    if (is_project(folder)) {
      return folder;
    }
    if (!folder.has_relative_path()) {
      return std::nullopt;
    }
  }
}

Result<Settings> read_settings(const ProjectOptions& options) {
  const fs::path start = options.folder.empty() ? fs::path(".") : options.folder;
  std::error_code error;
  if (!fs::is_directory(start, error)) {
    return fail(ErrorCode::kNotFound, "there is no such folder", start.string());
  }
  const std::optional<fs::path> found = options.exact_folder ? (is_project(start) ? std::optional(fs::canonical(start)) : std::nullopt)
                                                             : find_project_folder(start);
  if (!found && (options.exact_folder || !options.may_be_absent || !options.lake)) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no project here: neither {} nor {}; make one with `weir init FOLDER`, or name it with --project{}",
                            kProjectFile, kDbtFile, options.may_be_absent ? "; a folder of tables is named with --lake" : ""),
                start.string());
  }
  Settings settings;
  settings.folder = found ? *found : fs::canonical(start);
  settings.state_folder = found ? settings.folder / ".weir" : fs::temp_directory_path(error) / fmt::format("weir-{}", getpid());
  settings.lake = settings.folder / "lake";
  settings.is_dbt_project = fs::is_regular_file(settings.folder / kDbtFile, error);
  Json vars = Json::object();
  if (fs::is_regular_file(settings.folder / kProjectFile, error)) {
    WEIR_TRY(read_project_file(settings, vars));
  } else if (settings.is_dbt_project) {
    WEIR_TRY(read_dbt_name(settings));
  }
  if (!options.vars_yaml.empty()) {
    WEIR_TRY_ASSIGN(const Json given, parse_vars(options.vars_yaml, "--vars"));
    vars.update(given);
  }
  settings.vars_json = vars.dump();
  if (options.lake) {
    settings.lake = fs::absolute(*options.lake).lexically_normal();
  }
  return settings;
}

Result<ConfigNode> render_yaml(const ConfigNode& node, const Settings& settings) {
  static const jinja::Environment environment;
  WEIR_TRY_ASSIGN(const Json vars, parse_json(settings.vars_json, "vars"));
  jinja::MapContext context = make_context(vars);
  return render_scalars(node, [&](const std::string& text, const Place& place) -> Result<std::string> {
    if (!text.contains("{{") && !text.contains("{%")) {
      return text;
    }
    const auto located = [&](Error error) {
      Place at = place;
      if (error.place && error.place->line > 1) {
        at.line += error.place->line - 1;
        at.column = 0;
      }
      error.place = at;
      return std::unexpected(std::move(error));
    };
    auto parsed = environment.parse(text, place.file);
    if (!parsed) {
      return located(std::move(parsed).error());
    }
    auto rendered = parsed->render(context);
    return rendered ? std::move(rendered) : located(std::move(rendered).error());
  });
}
}  // namespace weir::project
