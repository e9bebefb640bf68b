#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "graph/node_info.h"
#include "jinja/dict.h"
#include "jinja/value.h"

namespace weir::transform {
/// The configuration of one node: layers of dbt_project.yml, schema.yml and config(), from the weakest to the
/// strongest. Not for several threads while it changes.
class NodeConfig {
 public:
  NodeConfig();
  /// Keys without the `+` and with `_` for `-` in hooks. As dbt merges: tags and hooks are appended, meta, docs,
  /// contract, quoting, column_types and grants are merged by key, everything else is replaced. What is not a dict is
  /// left out.
  void apply(const jinja::Value& layer);
  void set(std::string_view key, const jinja::Value& value);

  /// Nothing where absent or None.
  const jinja::Value* find(std::string_view key) const;
  bool has(std::string_view key) const { return find(key) != nullptr; }
  std::string text(std::string_view key, std::string_view otherwise = {}) const;
  /// A list's items, or one value alone.
  std::vector<std::string> texts(std::string_view key) const;
  std::optional<bool> flag(std::string_view key) const;
  /// All values under their names.
  const jinja::Ref<jinja::Dict>& values() const { return values_; }
  NodeConfig copy() const;

  /// As graph::NodeInfo::config wants it: nested keys joined by dots.
  std::map<std::string, std::vector<std::string>> flat() const;

 private:
  jinja::Ref<jinja::Dict> values_;
};

/// The name of a config as NodeConfig keeps it: "+pre-hook" -> "pre_hook".
std::string config_name(std::string_view key);

/// Says what is wrong with a config's key, or nothing: 'unknown config "materialised"; did you mean "materialized"?'.
std::optional<std::string> unknown_config(std::string_view key);

/// The configs of one kind of node in dbt_project.yml: a tree of folders with configs at every level.
///   models: {+tags: daily, shop: {staging: {+schema: staging, +materialized: view}}}
class ConfigTree {
 public:
  ConfigTree() = default;
  explicit ConfigTree(jinja::Value root) : root_(std::move(root)) {}
  /// Lays the configs of the levels that `fqn` passes over `config`, from the root inwards.
  void apply_to(NodeConfig& config, std::span<const std::string> fqn) const;

 private:
  jinja::Value root_;
};
}  // namespace weir::transform
