#include "transform/properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "core/text.h"
#include "transform/values.h"

namespace weir::transform {
using jinja::Dict;
using jinja::Value;

namespace {
using Names = std::span<const std::string_view>;

constexpr auto kSections = std::to_array<std::string_view>(
    {"version", "models", "seeds", "snapshots", "analyses", "sources", "macros", "data_tests", "tests", "unit_tests",
     "exposures", "groups", "metrics", "semantic_models", "saved_queries", "functions", "anchors"});
constexpr auto kDeclared = std::to_array<std::string_view>(
    {"unit_tests", "exposures", "groups", "metrics", "semantic_models", "saved_queries", "macros"});
constexpr auto kNodeKeys =
    std::to_array<std::string_view>({"name",       "description", "config",         "columns",       "tests",
                                     "data_tests", "docs",        "meta",           "tags",          "access",
                                     "group",      "constraints", "latest_version", "versions",      "deprecation_date",
                                     "time_spine", "relation",    "primary_key",    "quote_columns", "semantic_model"});
constexpr auto kColumnKeys = std::to_array<std::string_view>(
    {"name", "description", "data_type", "tests", "data_tests", "meta", "tags", "quote", "constraints", "config",
     "docs", "policy_tags", "granularity", "dimension", "entity", "include", "exclude"});
constexpr auto kSourceKeys = std::to_array<std::string_view>(
    {"name", "description", "config", "database", "schema", "loader", "tables", "tags", "meta", "quoting", "overrides",
     "freshness", "loaded_at_field", "loaded_at_query", "tests", "data_tests"});
constexpr auto kTableKeys = std::to_array<std::string_view>(
    {"name", "description", "config", "identifier", "columns", "tests", "data_tests", "tags", "meta", "quoting",
     "freshness", "loaded_at_field", "loaded_at_query", "loader", "external"});
/// Keys beside `config:` that are configs: dbt moved them there.
constexpr auto kConfigsBeside = std::to_array<std::string_view>({"tags", "meta", "docs", "access", "group", "enabled"});

class Parser {
 public:
  Parser(const std::string& file, const ScalarRender& render, Properties& properties,
         std::vector<std::string>& warnings)
      : file_(file), render_(render), properties_(properties), warnings_(warnings) {}

  Status parse(const ConfigNode& yaml) {
    if (yaml.is_null()) {
      return {};
    }
    if (!yaml.is_map()) {
      return fail_at(yaml.place(), "a properties file is a map with keys like \"models\" and \"sources\"");
    }
    warn_unknown(yaml, kSections, "key");
    WEIR_TRY(
        each(yaml, "models", [this](const ConfigNode& node) { return parse_node(node, graph::NodeKind::kModel); }));
    WEIR_TRY(each(yaml, "seeds", [this](const ConfigNode& node) { return parse_node(node, graph::NodeKind::kSeed); }));
    WEIR_TRY(each(yaml, "snapshots",
                  [this](const ConfigNode& node) { return parse_node(node, graph::NodeKind::kSnapshot); }));
    WEIR_TRY(each(yaml, "analyses",
                  [this](const ConfigNode& node) { return parse_node(node, graph::NodeKind::kAnalysis); }));
    WEIR_TRY(
        each(yaml, "data_tests", [this](const ConfigNode& node) { return parse_node(node, graph::NodeKind::kTest); }));
    WEIR_TRY(each(yaml, "tests", [this](const ConfigNode& node) { return parse_node(node, graph::NodeKind::kTest); }));
    WEIR_TRY(each(yaml, "sources", [this](const ConfigNode& node) { return parse_source(node); }));
    for (const std::string_view section : kDeclared) {
      WEIR_TRY(each(yaml, section, [&](const ConfigNode& node) -> Status {
        properties_.declarations[std::string(section)].push_back(node);
        return {};
      }));
    }
    return {};
  }

 private:
  Status each(const ConfigNode& map, std::string_view key, const std::function<Status(const ConfigNode&)>& visit) {
    const ConfigNode* list = map.find(key);
    if (list == nullptr || list->is_null()) {
      return {};
    }
    if (!list->is_sequence()) {
      return fail_at(list->place(), fmt::format("\"{}\" must be a list", key));
    }
    for (const ConfigNode& item : list->items()) {
      if (!item.is_map()) {
        return fail_at(item.place(), fmt::format("an item of \"{}\" must be a map with a \"name\"", key));
      }
      WEIR_TRY(visit(item));
    }
    return {};
  }

  void warn_unknown(const ConfigNode& map, Names known, std::string_view what) {
    for (const ConfigNode::Entry& entry : map.entries()) {
      if (std::ranges::find(known, std::string_view(entry.key)) == known.end()) {
        const std::vector<std::string> names(known.begin(), known.end());
        warnings_.push_back(fmt::format("{}: unknown {} \"{}\"{}", entry.key_place.text(), what, entry.key,
                                        did_you_mean(entry.key, names)));
      }
    }
  }

  Result<std::string> text(const ConfigNode& map, std::string_view key, std::string otherwise = {}) {
    const ConfigNode* node = map.find(key);
    if (node == nullptr || node->is_null()) {
      return otherwise;
    }
    if (!node->is_scalar()) {
      return fail_at(node->place(), fmt::format("\"{}\" must be a text", key));
    }
    WEIR_TRY_ASSIGN(const Value value, render_(*node));
    return text_of(value);
  }

  Result<std::string> name_of(const ConfigNode& map, std::string_view what) {
    WEIR_TRY_ASSIGN(std::string name, text(map, "name"));
    if (name.empty()) {
      return fail_at(map.place(), fmt::format("a {} needs a \"name\"", what));
    }
    return name;
  }

  static std::string raw_text(const ConfigNode& map, std::string_view key) {
    const ConfigNode* node = map.find(key);
    return node == nullptr ? std::string() : node->text();
  }

  // data_tests: is the newer word for tests:.
  static Result<std::vector<ConfigNode>> tests(const ConfigNode& map) {
    std::vector<ConfigNode> found;
    for (const std::string_view key : {"tests", "data_tests"}) {
      const ConfigNode* list = map.find(key);
      if (list == nullptr || list->is_null()) {
        continue;
      }
      if (!list->is_sequence()) {
        return fail_at(list->place(), fmt::format("\"{}\" must be a list", key));
      }
      for (const ConfigNode& test : list->items()) {
        if (!test.is_null()) {
          found.push_back(test);
        }
      }
    }
    return found;
  }

  // Values beside `config:` first, then those in it.
  Status add_configs(const ConfigNode& map, NodeConfig& config) {
    for (const std::string_view key : kConfigsBeside) {
      if (const ConfigNode* node = map.find(key); node != nullptr && !node->is_null()) {
        WEIR_TRY_ASSIGN(const Value value, render_yaml(*node, render_));
        config.set(key, value);
      }
    }
    const ConfigNode* node = map.find("config");
    if (node == nullptr || node->is_null()) {
      return {};
    }
    if (!node->is_map()) {
      return fail_at(node->place(), "\"config\" must be a map");
    }
    for (const ConfigNode::Entry& entry : node->entries()) {
      if (const auto problem = unknown_config(entry.key)) {
        warnings_.push_back(fmt::format("{}: {}", entry.key_place.text(), *problem));
      }
    }
    WEIR_TRY_ASSIGN(const Value value, render_yaml(*node, render_));
    config.apply(value);
    return {};
  }

  Result<ColumnProperties> parse_column(const ConfigNode& node) {
    warn_unknown(node, kColumnKeys, "key of a column:");
    ColumnProperties column;
    column.place = node.place();
    WEIR_TRY_ASSIGN(column.name, name_of(node, "column"));
    column.description = raw_text(node, "description");
    WEIR_TRY_ASSIGN(column.data_type, text(node, "data_type"));
    WEIR_TRY_ASSIGN(column.tests, tests(node));
    const ConfigNode* config = node.find("config");
    for (const ConfigNode* map : {&node, config}) {
      if (map == nullptr) {
        continue;
      }
      if (const ConfigNode* tags = map->find("tags")) {
        WEIR_TRY_ASSIGN(const Value value, render_yaml(*tags, render_));
        std::ranges::copy(texts_of(value), std::back_inserter(column.tags));
      }
      if (const ConfigNode* meta = map->find("meta")) {
        column.meta = *meta;
      }
    }
    return column;
  }

  Result<std::vector<ColumnProperties>> parse_columns(const ConfigNode& map) {
    std::vector<ColumnProperties> columns;
    WEIR_TRY(each(map, "columns", [&](const ConfigNode& node) -> Status {
      WEIR_TRY_ASSIGN(columns.emplace_back(), parse_column(node));
      return {};
    }));
    return columns;
  }

  // A version's columns: those of its own, and those that `include` and `exclude` take over from the model.
  Result<std::vector<ColumnProperties>> version_columns(const ConfigNode& version,
                                                        const std::vector<ColumnProperties>& base) {
    const ConfigNode* list = version.find("columns");
    if (list == nullptr) {
      return base;
    }
    std::vector<ColumnProperties> columns;
    std::vector<std::string> included;
    std::vector<std::string> excluded;
    for (const ConfigNode& item : list->items()) {
      const ConfigNode* include = item.find("include");
      const ConfigNode* exclude = item.find("exclude");
      if (include == nullptr && exclude == nullptr) {
        WEIR_TRY_ASSIGN(columns.emplace_back(), parse_column(item));
        continue;
      }
      included = include == nullptr ? included : texts_of(value_of(*include));
      excluded = exclude == nullptr ? excluded : texts_of(value_of(*exclude));
    }
    const bool all =
        included.empty() || included == std::vector<std::string>{"all"} || included == std::vector<std::string>{"*"};
    for (const ColumnProperties& column : base) {
      const auto is_named = [&](const ColumnProperties& own) { return own.name == column.name; };
      if ((all || std::ranges::find(included, column.name) != included.end()) &&
          std::ranges::find(excluded, column.name) == excluded.end() && std::ranges::none_of(columns, is_named)) {
        columns.push_back(column);
      }
    }
    return columns;
  }

  Status parse_versions(const ConfigNode& node, NodeProperties& out) {
    WEIR_TRY_ASSIGN(out.latest_version, text(node, "latest_version"));
    const ConfigNode* list = node.find("versions");
    if (list == nullptr || list->is_null()) {
      return {};
    }
    for (const ConfigNode& item : list->items()) {
      ModelVersion& version = out.versions.emplace_back();
      version.place = item.place();
      WEIR_TRY_ASSIGN(version.version, text(item, "v"));
      if (version.version.empty()) {
        return fail_at(item.place(), "a version needs a \"v\"");
      }
      WEIR_TRY_ASSIGN(version.defined_in, text(item, "defined_in"));
      version.description = raw_text(item, "description");
      NodeConfig config;
      WEIR_TRY(add_configs(item, config));
      version.config = Value::dict(config.values());
      WEIR_TRY_ASSIGN(version.columns, version_columns(item, out.columns));
      if (item.find("tests") != nullptr || item.find("data_tests") != nullptr) {
        WEIR_TRY_ASSIGN(version.tests, tests(item));
      }
    }
    if (out.latest_version.empty()) {
      const auto newest = std::ranges::max_element(out.versions, [](const ModelVersion& a, const ModelVersion& b) {
        const bool shorter = a.version.size() < b.version.size();
        return a.version.size() == b.version.size() ? a.version < b.version : shorter;
      });
      out.latest_version = newest->version;
    }
    return {};
  }

  Status parse_node(const ConfigNode& node, graph::NodeKind kind) {
    const std::string_view what = graph::kind_name(kind);
    warn_unknown(node, kNodeKeys, fmt::format("key of a {}:", what));
    NodeProperties out;
    out.kind = kind;
    out.file = file_;
    out.place = node.place();
    WEIR_TRY_ASSIGN(out.name, name_of(node, what));
    out.description = raw_text(node, "description");
    NodeConfig config;
    WEIR_TRY(add_configs(node, config));
    out.config = Value::dict(config.values());
    WEIR_TRY_ASSIGN(out.columns, parse_columns(node));
    WEIR_TRY_ASSIGN(out.tests, tests(node));
    if (const ConfigNode* relation = node.find("relation"); relation != nullptr && kind == graph::NodeKind::kSnapshot) {
      out.relation = relation->text();
      out.relation_place = relation->place();
    }
    if (kind == graph::NodeKind::kModel) {
      WEIR_TRY(parse_versions(node, out));
    }
    properties_.nodes.push_back(std::move(out));
    return {};
  }

  Status parse_source(const ConfigNode& node) {
    warn_unknown(node, kSourceKeys, "key of a source:");
    WEIR_TRY_ASSIGN(const std::string name, name_of(node, "source"));
    WEIR_TRY_ASSIGN(const std::string schema, text(node, "schema", name));
    WEIR_TRY_ASSIGN(const std::string loader, text(node, "loader"));
    NodeConfig shared;
    WEIR_TRY(add_configs(node, shared));
    return each(node, "tables", [&](const ConfigNode& table) -> Status {
      warn_unknown(table, kTableKeys, "key of a source's table:");
      SourceTable out;
      out.source_name = name;
      out.schema = schema;
      out.file = file_;
      out.place = table.place();
      WEIR_TRY_ASSIGN(out.name, name_of(table, "source's table"));
      WEIR_TRY_ASSIGN(out.identifier, text(table, "identifier", out.name));
      WEIR_TRY_ASSIGN(out.loader, text(table, "loader", loader));
      out.description = raw_text(table, "description");
      out.source_description = raw_text(node, "description");
      NodeConfig config = shared.copy();
      WEIR_TRY(add_configs(table, config));
      out.config = Value::dict(config.values());
      WEIR_TRY_ASSIGN(out.columns, parse_columns(table));
      WEIR_TRY_ASSIGN(out.tests, tests(table));
      out.freshness = first_of(table, node, "freshness");
      WEIR_TRY_ASSIGN(out.loaded_at_field, loaded_at_field(table, node));
      properties_.sources.push_back(std::move(out));
      return {};
    });
  }

  // Of the table or its config, else of the source or its config.
  static ConfigNode first_of(const ConfigNode& table, const ConfigNode& source, std::string_view key) {
    for (const ConfigNode* map : {&table, &source}) {
      const ConfigNode* config = map->find("config");
      for (const ConfigNode* place : {map, config}) {
        if (const ConfigNode* found = place == nullptr ? nullptr : place->find(key)) {
          return *found;
        }
      }
    }
    return {};
  }

  Result<std::string> loaded_at_field(const ConfigNode& table, const ConfigNode& source) {
    const ConfigNode found = first_of(table, source, "loaded_at_field");
    if (!found.is_scalar()) {
      return std::string();
    }
    WEIR_TRY_ASSIGN(const Value value, render_(found));
    return text_of(value);
  }

  const std::string& file_;
  const ScalarRender& render_;
  Properties& properties_;
  std::vector<std::string>& warnings_;
};
}  // namespace

Status parse_properties(const ConfigNode& yaml, const std::string& file, const ScalarRender& render,
                        Properties& properties, std::vector<std::string>& warnings) {
  return Parser(file, render, properties, warnings).parse(yaml);
}
}  // namespace weir::transform
