#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/json.h"
#include "core/result.h"
#include "functions/declaration.h"

namespace weir::project {
/// What the command line says about a project.
struct ProjectOptions {
  std::filesystem::path folder;               ///< where to look; the nearest folder above with a project is taken
  bool exact_folder = false;                  ///< `folder` itself must be the project
  bool may_be_absent = false;                 ///< `lake` is enough: there may be no project
  std::optional<std::filesystem::path> lake;  ///< instead of the one in weir.yml
  std::string vars_yaml;                      ///< a YAML map that goes before the project's own variables
  std::uint64_t memory_limit_bytes = 0;       ///< for SQL; 0: 70 % of the machine
  unsigned threads_count = 0;                 ///< 0: all processors
  bool full_refresh = false;
  std::stop_token stop;                       ///< ends functions of the project's own that are under way
};

/// weir.yml (or, for a plain dbt project, what dbt_project.yml implies) and where things are.
struct Settings {
  std::filesystem::path folder;
  std::string name;
  std::filesystem::path lake;
  std::filesystem::path state_folder;  ///< .weir: may be deleted at any time
  std::string vars_json;               ///< a JSON object: weir.yml's `vars`, overridden by --vars
  bool is_dbt_project = false;         ///< there is a dbt_project.yml
  std::vector<functions::Declaration> functions;  ///< of its own, for SQL
  std::string python = "python3";                 ///< what runs those in Python
};

/// The nearest folder at or above `start` that holds weir.yml or dbt_project.yml.
std::optional<std::filesystem::path> find_project_folder(const std::filesystem::path& start);

/// Finds and reads the settings. Errors: kNotFound without a project (with the way out), kInvalid with the place.
Result<Settings> read_settings(const ProjectOptions& options);

/// Renders the Jinja in the values of one of the project's YAML files: `var('x')`, `var('x', default)`, `env_var('X')`,
/// `env_var('X', default)`. Errors: kInvalid with the place.
Result<ConfigNode> render_yaml(const ConfigNode& node, const Settings& settings);
}  // namespace weir::project
