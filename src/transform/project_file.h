#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "jinja/value.h"
#include "transform/node_config.h"

/// dbt_project.yml.
namespace weir::transform {
/// Renders the Jinja in one scalar of a YAML file: "{{ env_var('X') | as_number }}" gives a number.
using ScalarRender = std::function<Result<jinja::Value>(const ConfigNode& scalar)>;

/// The value of `node` with its scalars rendered; hooks stay as they are: they are rendered when they run.
Result<jinja::Value> render_yaml(const ConfigNode& node, const ScalarRender& render);

struct ProjectFile {
  std::string name;
  std::string version;
  std::string profile;
  std::vector<std::string> model_paths = {"models"};  ///< folders, from the project's
  std::vector<std::string> seed_paths = {"seeds"};
  std::vector<std::string> snapshot_paths = {"snapshots"};
  std::vector<std::string> test_paths = {"tests"};
  std::vector<std::string> analysis_paths = {"analyses"};
  std::vector<std::string> macro_paths = {"macros"};
  std::string target_path = "target";
  ConfigTree models;
  ConfigTree seeds;
  ConfigTree snapshots;
  ConfigTree sources;
  ConfigTree tests;
  std::map<std::string, std::vector<std::string>> dispatch;  ///< macro namespace -> search order
};

inline constexpr std::string_view kProjectFileName = "dbt_project.yml";

/// The YAML of the project's file. Errors: kNotFound without the file, kInvalid with the place.
Result<ConfigNode> read_project_yaml(const std::filesystem::path& folder);

/// The name of the project, which variables and configs are looked up by. Errors: kInvalid unless it is a plain name.
Result<std::string> project_name(const ConfigNode& yaml);

/// Reads the rest. Unknown keys, and keys of dbt that weir does not act on yet, are said in `warnings`.
/// Errors: kInvalid with the place.
Result<ProjectFile> parse_project_file(const ConfigNode& yaml, const ScalarRender& render,
                                       std::vector<std::string>& warnings);
}  // namespace weir::transform
