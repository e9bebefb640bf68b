#include "transform/project_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/files.h"
#include "core/text.h"
#include "transform/values.h"

namespace weir::transform {
using jinja::Dict;
using jinja::Value;

namespace {
// Known and harmless: they are about other databases, other commands, or what weir does anyway.
constexpr auto kIgnored = std::to_array<std::string_view>({"asset-paths",     "clean-targets", "config-version",
                                                           "dbt-cloud",       "docs-paths",    "flags",
                                                           "function-paths",  "log-path",      "packages-install-path",
                                                           "query-comment",   "quoting",       "require-dbt-version",
                                                           "restrict-access", "exposures",     "metrics",
                                                           "semantic-models", "saved-queries", "unit_tests",
                                                           "functions",       "anchors"});
constexpr auto kNotYet = std::to_array<std::string_view>({"on-run-start", "on-run-end"});
constexpr auto kRead = std::to_array<std::string_view>(
    {"name",           "version",    "profile",        "model-paths", "source-paths", "seed-paths", "data-paths",
     "snapshot-paths", "test-paths", "analysis-paths", "macro-paths", "target-path",  "vars",       "models",
     "seeds",          "snapshots",  "sources",        "tests",       "data_tests",   "dispatch"});

bool holds(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool is_hook(std::string_view key) {
  const std::string name = config_name(key);
  return name == "pre_hook" || name == "post_hook";
}

void check_keys(const ConfigNode& yaml, std::vector<std::string>& warnings) {
  std::vector<std::string> known(kRead.begin(), kRead.end());
  known.insert(known.end(), kIgnored.begin(), kIgnored.end());
  known.insert(known.end(), kNotYet.begin(), kNotYet.end());
  for (const ConfigNode::Entry& entry : yaml.entries()) {
    if (holds(kNotYet, entry.key) && !entry.value.is_null()) {
      warnings.push_back(fmt::format("{}: \"{}\" is not run yet", entry.key_place.text(), entry.key));
    } else if (!holds(known, entry.key)) {
      warnings.push_back(
          fmt::format("{}: unknown key \"{}\"{}", entry.key_place.text(), entry.key, did_you_mean(entry.key, known)));
    }
  }
}

// Once for each key of the tree, not for each node that it applies to.
void check_configs(const ConfigNode& level, std::vector<std::string>& warnings) {
  for (const ConfigNode::Entry& entry : level.entries()) {
    if (entry.key.starts_with('+') || !entry.value.is_map()) {
      if (const auto problem = unknown_config(entry.key)) {
        warnings.push_back(fmt::format("{}: {}", entry.key_place.text(), *problem));
      }
    } else {
      check_configs(entry.value, warnings);
    }
  }
}

class Reader {
 public:
  Reader(const ConfigNode& yaml, const ScalarRender& render, std::vector<std::string>& warnings)
      : yaml_(yaml), render_(render), warnings_(warnings) {}

  Result<std::string> text(std::string_view key, std::string otherwise) {
    const ConfigNode* node = yaml_.find(key);
    if (node == nullptr || node->is_null()) {
      return otherwise;
    }
    if (!node->is_scalar()) {
      return fail_at(node->place(), fmt::format("\"{}\" must be a text", key));
    }
    WEIR_TRY_ASSIGN(const Value value, render_(*node));
    return text_of(value);
  }

  Status paths(std::string_view key, std::vector<std::string>& out) {
    const ConfigNode* node = yaml_.find(key);
    if (node == nullptr || node->is_null()) {
      return {};
    }
    WEIR_TRY_ASSIGN(const Value value, render_yaml(*node, render_));
    if (value.is_dict()) {
      return fail_at(node->place(), fmt::format("\"{}\" must be a list of folders", key));
    }
    out = texts_of(value);
    for (std::string& path : out) {
      while (path.size() > 1 && path.ends_with('/')) {
        path.pop_back();
      }
      if (path.starts_with("./")) {
        path.erase(0, 2);
      }
    }
    return {};
  }

  Result<ConfigTree> tree(std::string_view key) {
    const ConfigNode* node = yaml_.find(key);
    if (node == nullptr || node->is_null()) {
      return ConfigTree();
    }
    if (!node->is_map()) {
      return fail_at(node->place(), fmt::format("\"{}\" must be a map of folders and configs", key));
    }
    check_configs(*node, warnings_);
    WEIR_TRY_ASSIGN(Value root, render_yaml(*node, render_));
    return ConfigTree(std::move(root));
  }

  Status dispatch(std::map<std::string, std::vector<std::string>>& out) {
    const ConfigNode* node = yaml_.find("dispatch");
    if (node == nullptr) {
      return {};
    }
    for (const ConfigNode& item : node->items()) {
      const ConfigNode* space = item.find("macro_namespace");
      const ConfigNode* order = item.find("search_order");
      if (space == nullptr || order == nullptr) {
        return fail_at(item.place(), "an item of \"dispatch\" has the keys macro_namespace and search_order");
      }
      out[space->text()] = texts_of(value_of(*order));
    }
    return {};
  }

 private:
  const ConfigNode& yaml_;
  const ScalarRender& render_;
  std::vector<std::string>& warnings_;
};
}  // namespace

Result<Value> render_yaml(const ConfigNode& node, const ScalarRender& render) {
  if (node.is_sequence()) {
    std::vector<Value> items;
    for (const ConfigNode& item : node.items()) {
      WEIR_TRY_ASSIGN(Value value, render_yaml(item, render));
      items.push_back(std::move(value));
    }
    return Value::list(std::move(items));
  }
  if (node.is_map()) {
    const auto dict = jinja::make_ref<Dict>();
    for (const ConfigNode::Entry& entry : node.entries()) {
      if (is_hook(entry.key)) {
        dict->set(entry.key, value_of(entry.value));
        continue;
      }
      WEIR_TRY_ASSIGN(Value value, render_yaml(entry.value, render));
      dict->set(entry.key, std::move(value));
    }
    return Value::dict(dict);
  }
  return node.is_scalar() ? render(node) : value_of(node);
}

Result<ConfigNode> read_project_yaml(const std::filesystem::path& folder) {
  auto text = read_file(folder / kProjectFileName);
  if (!text) {
    if (text.error().code == ErrorCode::kNotFound) {
      return fail(ErrorCode::kNotFound, "no dbt_project.yml here; it makes a folder a dbt project", folder.string());
    }
    return std::unexpected(std::move(text).error());
  }
  WEIR_TRY_ASSIGN(ConfigNode yaml, parse_config(*text, kProjectFileName));
  if (!yaml.is_map()) {
    return fail_at({std::string(kProjectFileName), 1, 1}, "must be a map with the key \"name\"");
  }
  return yaml;
}

Result<std::string> project_name(const ConfigNode& yaml) {
  const ConfigNode* node = yaml.find("name");
  if (node == nullptr || !node->is_scalar()) {
    return fail_at({std::string(kProjectFileName), 1, 1}, "the key \"name\" is missing");
  }
  const std::string& name = node->text();
  const bool plain = !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::ranges::all_of(name, [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  if (!plain) {
    return fail_at(node->place(),
                   fmt::format("the project's name \"{}\" must be letters, digits and underscores", excerpt(name, 40)));
  }
  return name;
}

Result<ProjectFile> parse_project_file(const ConfigNode& yaml, const ScalarRender& render,
                                       std::vector<std::string>& warnings) {
  check_keys(yaml, warnings);
  ProjectFile file;
  Reader reader(yaml, render, warnings);
  WEIR_TRY_ASSIGN(file.name, project_name(yaml));
  WEIR_TRY_ASSIGN(file.version, reader.text("version", ""));
  WEIR_TRY_ASSIGN(file.profile, reader.text("profile", ""));
  WEIR_TRY_ASSIGN(file.target_path, reader.text("target-path", "target"));
  WEIR_TRY(reader.paths("source-paths", file.model_paths));
  WEIR_TRY(reader.paths("model-paths", file.model_paths));
  WEIR_TRY(reader.paths("data-paths", file.seed_paths));
  WEIR_TRY(reader.paths("seed-paths", file.seed_paths));
  WEIR_TRY(reader.paths("snapshot-paths", file.snapshot_paths));
  WEIR_TRY(reader.paths("test-paths", file.test_paths));
  WEIR_TRY(reader.paths("analysis-paths", file.analysis_paths));
  WEIR_TRY(reader.paths("macro-paths", file.macro_paths));
  WEIR_TRY_ASSIGN(file.models, reader.tree("models"));
  WEIR_TRY_ASSIGN(file.seeds, reader.tree("seeds"));
  WEIR_TRY_ASSIGN(file.snapshots, reader.tree("snapshots"));
  WEIR_TRY_ASSIGN(file.sources, reader.tree("sources"));
  WEIR_TRY_ASSIGN(file.tests, reader.tree(yaml.find("data_tests") != nullptr ? "data_tests" : "tests"));
  WEIR_TRY(reader.dispatch(file.dispatch));
  return file;
}
}  // namespace weir::transform
