#include "transform/node_config.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "transform/values.h"

namespace weir::transform {
using jinja::Dict;
using jinja::Value;

namespace {
constexpr std::array<std::string_view, 3> kAppended = {"tags", "pre_hook", "post_hook"};
constexpr std::array<std::string_view, 7> kMerged = {"meta",         "docs",   "contract", "quoting",
                                                     "column_types", "grants", "packages"};

// What dbt and its adapters know. Those that weir does nothing with are here too: a project that has them is not wrong.
constexpr auto kKnown = std::to_array<std::string_view>({"access",
                                                         "alias",
                                                         "auto_liquid_cluster",
                                                         "auto_refresh",
                                                         "backup",
                                                         "batch_size",
                                                         "begin",
                                                         "bind",
                                                         "buckets",
                                                         "check_cols",
                                                         "cluster_by",
                                                         "clustered_by",
                                                         "column_types",
                                                         "concurrent_batches",
                                                         "contract",
                                                         "copy_grants",
                                                         "database",
                                                         "dataset",
                                                         "dbt_valid_to_current",
                                                         "delimiter",
                                                         "description",
                                                         "dist",
                                                         "docs",
                                                         "enabled",
                                                         "engine",
                                                         "error_if",
                                                         "event_time",
                                                         "external_location",
                                                         "fail_calc",
                                                         "file_format",
                                                         "format",
                                                         "freshness",
                                                         "full_refresh",
                                                         "grants",
                                                         "group",
                                                         "hard_deletes",
                                                         "hours_to_expiration",
                                                         "incremental_predicates",
                                                         "incremental_strategy",
                                                         "indexes",
                                                         "invalidate_hard_deletes",
                                                         "kms_key_name",
                                                         "labels",
                                                         "limit",
                                                         "liquid_clustered_by",
                                                         "loaded_at_field",
                                                         "loaded_at_query",
                                                         "location",
                                                         "location_root",
                                                         "lookback",
                                                         "materialized",
                                                         "merge_exclude_columns",
                                                         "merge_update_columns",
                                                         "meta",
                                                         "name",
                                                         "node_color",
                                                         "on_configuration_change",
                                                         "on_schema_change",
                                                         "options",
                                                         "order_by",
                                                         "overwrite_columns",
                                                         "packages",
                                                         "partition_by",
                                                         "partition_expiration_days",
                                                         "partitioned_by",
                                                         "partitions",
                                                         "persist_docs",
                                                         "post_hook",
                                                         "pre_hook",
                                                         "predicates",
                                                         "primary_key",
                                                         "project",
                                                         "properties",
                                                         "query_tag",
                                                         "quote_columns",
                                                         "quoting",
                                                         "require_partition_filter",
                                                         "schema",
                                                         "secure",
                                                         "severity",
                                                         "show",
                                                         "skip_matched_step",
                                                         "skip_not_matched_step",
                                                         "snapshot_meta_column_names",
                                                         "snowflake_warehouse",
                                                         "sort",
                                                         "sort_type",
                                                         "sorted_by",
                                                         "sql_header",
                                                         "static_analysis",
                                                         "store_failures",
                                                         "store_failures_as",
                                                         "strategy",
                                                         "table_format",
                                                         "table_type",
                                                         "tags",
                                                         "target_database",
                                                         "target_lag",
                                                         "target_schema",
                                                         "tblproperties",
                                                         "transient",
                                                         "unique_key",
                                                         "unique_tmp_table_suffix",
                                                         "unlogged",
                                                         "updated_at",
                                                         "warn_if",
                                                         "where",
                                                         "time_ingestion_partitioning",
                                                         "catalog_name",
                                                         "copy_partitions",
                                                         "language",
                                                         "submission_method",
                                                         "tmp_relation_type"});

Value as_list(const Value& value) {
  if (value.is_sequence()) {
    return Value::list({value.items().begin(), value.items().end()});
  }
  return value.is_none() ? Value::list() : Value::list({value});
}

// The items of both, each once.
Value appended(const Value* before, const Value& added) {
  std::vector<Value> items;
  const auto add = [&](const Value& list) {
    for (const Value& item : list.items()) {
      if (std::ranges::find(items, item) == items.end()) {
        items.push_back(item);
      }
    }
  };
  if (before != nullptr) {
    add(as_list(*before));
  }
  const Value list = as_list(added);
  add(list);
  return Value::list(std::move(items));
}

Value merged(const Value* before, const Value& added) {
  if (before == nullptr || !before->is_dict() || !added.is_dict()) {
    return added;
  }
  const jinja::Ref<Dict> dict = before->dictionary().copy();
  for (const Dict::Entry& entry : added.dictionary().entries()) {
    if (entry.key.is_missing()) {
      continue;
    }
    const std::string key = text_of(entry.key);
    // grants: {+select: [x]} adds to the list that is there.
    if (key.starts_with('+')) {
      const std::string name = key.substr(1);
      dict->set(name, appended(dict->find(name), entry.value));
    } else {
      dict->set(key, entry.value);
    }
  }
  return Value::dict(dict);
}

void flatten(const std::string& prefix, const Value& value, std::map<std::string, std::vector<std::string>>& out) {
  if (!value.is_dict()) {
    out[prefix] = texts_of(value);
    return;
  }
  for (const Dict::Entry& entry : value.dictionary().entries()) {
    if (!entry.key.is_missing()) {
      flatten(prefix.empty() ? text_of(entry.key) : prefix + "." + text_of(entry.key), entry.value, out);
    }
  }
}
}  // namespace

std::string config_name(std::string_view key) {
  if (key.starts_with('+')) {
    key.remove_prefix(1);
  }
  const std::string_view name = trim(key);
  return name == "pre-hook" ? "pre_hook" : name == "post-hook" ? "post_hook" : std::string(name);
}

std::optional<std::string> unknown_config(std::string_view key) {
  const std::string name = config_name(key);
  if (std::ranges::find(kKnown, std::string_view(name)) != kKnown.end()) {
    return std::nullopt;
  }
  static const std::vector<std::string> known(kKnown.begin(), kKnown.end());
  return fmt::format("unknown config \"{}\"{}", name, did_you_mean(name, known));
}

NodeConfig::NodeConfig() : values_(jinja::make_ref<Dict>()) {}

void NodeConfig::set(std::string_view key, const Value& value) {
  const std::string name = config_name(key);
  const Value* before = find(name);
  if (std::ranges::find(kAppended, name) != kAppended.end()) {
    values_->set(name, appended(before, value));
  } else if (std::ranges::find(kMerged, name) != kMerged.end()) {
    values_->set(name, merged(before, value));
  } else {
    values_->set(name, value);
  }
}

void NodeConfig::apply(const Value& layer) {
  if (!layer.is_dict()) {
    return;
  }
  for (const Dict::Entry& entry : layer.dictionary().entries()) {
    if (entry.key.is_string()) {
      set(entry.key.string(), entry.value);
    }
  }
}

const Value* NodeConfig::find(std::string_view key) const {
  const Value* found = values_->find(key);
  return found == nullptr || found->is_none() || found->is_undefined() ? nullptr : found;
}

std::string NodeConfig::text(std::string_view key, std::string_view otherwise) const {
  const Value* found = find(key);
  return found == nullptr ? std::string(otherwise) : text_of(*found);
}

std::vector<std::string> NodeConfig::texts(std::string_view key) const {
  const Value* found = find(key);
  return found == nullptr ? std::vector<std::string>() : texts_of(*found);
}

std::optional<bool> NodeConfig::flag(std::string_view key) const {
  const Value* found = find(key);
  return found == nullptr ? std::nullopt : flag_of(*found);
}

NodeConfig NodeConfig::copy() const {
  NodeConfig other;
  other.values_ = values_->copy();
  return other;
}

std::map<std::string, std::vector<std::string>> NodeConfig::flat() const {
  std::map<std::string, std::vector<std::string>> out;
  flatten("", Value::dict(values_), out);
  return out;
}

void ConfigTree::apply_to(NodeConfig& config, std::span<const std::string> fqn) const {
  Value level = root_;
  for (std::size_t depth = 0; level.is_dict(); ++depth) {
    for (const Dict::Entry& entry : level.dictionary().entries()) {
      // A dict without `+` is a folder; anything else is a config, with or without it.
      if (entry.key.is_string() && (entry.key.string().starts_with('+') || !entry.value.is_dict())) {
        config.set(entry.key.string(), entry.value);
      }
    }
    if (depth == fqn.size()) {
      return;
    }
    const Value* next = level.dictionary().find(fqn[depth]);
    level = next == nullptr ? Value() : Value(*next);
  }
}
}  // namespace weir::transform
