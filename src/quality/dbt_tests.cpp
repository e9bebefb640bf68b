#include "quality/dbt_tests.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "quality/check_node.h"
#include "quality/checks/sql.h"
#include "quality/dbt_config.h"
#include "quality/dbt_native.h"

namespace weir::quality {
namespace {
/// Keys that are config also beside `config:`, as older projects have them.
constexpr std::array<std::string_view, 15> kConfigKeys = {"severity",       "tags",  "enabled",           "where", "limit",    "warn_if", "error_if", "fail_calc",
                                                          "store_failures", "meta", "store_failures_as", "group", "database", "schema",  "alias"};

/// A test as its file declares it.
struct Declaration {
  Place place;
  std::string name_space;
  std::string test;
  std::string custom_name;
  std::string description;
  std::vector<ConfigNode::Entry> arguments;  // with `column_name`
  std::vector<ConfigNode::Entry> config;     // what stands beside `config:`
  ConfigNode nested_config;
};

Status read_test_name(const std::string& text, const Place& place, Declaration& out) {
  const std::vector<std::string> parts = split(text, '.');
  if (parts.size() > 2 || std::ranges::any_of(parts, &std::string::empty)) {
    return fail_at(place, fmt::format("\"{}\" is not the name of a test, such as not_null or dbt_utils.accepted_range", excerpt(text, 40)));
  }
  out.test = parts.back();
  out.name_space = parts.size() == 2 ? parts.front() : std::string();
  return {};
}

Status read_test_entry(const ConfigNode::Entry& entry, Declaration& out) {
  if (entry.key == "config") {
    out.nested_config = entry.value;
  } else if (entry.key == "name") {
    WEIR_TRY_ASSIGN(out.custom_name, entry.value.as_text("name"));
  } else if (entry.key == "description") {
    out.description = entry.value.text();
  } else if (entry.key == "arguments") {
    if (!entry.value.is_map() && !entry.value.is_null()) {
      return fail_at(entry.value.place(), "arguments must be a map of keys and values");
    }
    out.arguments.insert(out.arguments.end(), entry.value.entries().begin(), entry.value.entries().end());
  } else if (entry.key == "model") {
    return fail_at(entry.key_place, "a test's model is what it stands below; leave the argument out");
  } else if (std::ranges::find(kConfigKeys, entry.key) != kConfigKeys.end()) {
    out.config.push_back(entry);
  } else {
    out.arguments.push_back(entry);
  }
  return {};
}

// `- not_null`, `- unique: {name: …, config: …}`, or `- {test_name: unique, name: …}`.
Result<Declaration> read_declaration(const ConfigNode& node, const DbtTestColumn* column) {
  Declaration out;
  out.place = node.place();
  const ConfigNode* entries = nullptr;
  const ConfigNode* test_name = node.find("test_name");
  if (node.is_scalar()) {
    WEIR_TRY(read_test_name(node.text(), node.place(), out));
  } else if (test_name != nullptr) {
    WEIR_TRY(read_test_name(test_name->text(), test_name->place(), out));
    entries = &node;
  } else if (node.is_map() && node.entries().size() == 1) {
    const ConfigNode::Entry& only = node.entries()[0];
    out.place = only.key_place;
    WEIR_TRY(read_test_name(only.key, only.key_place, out));
    entries = &only.value;
  } else {
    return fail_at(node.place(), "a test is a name, or a name with its arguments below: one key, and everything else indented under it");
  }
  if (entries != nullptr && !entries->is_map() && !entries->is_null()) {
    return fail_at(entries->place(), fmt::format("{} takes a map of arguments", out.test));
  }
  for (const ConfigNode::Entry& entry : entries == nullptr ? ConfigNode().entries() : entries->entries()) {
    if (entry.key != "test_name") {
      WEIR_TRY(read_test_entry(entry, out));
    }
  }
  if (column != nullptr) {
    std::erase_if(out.arguments, [](const ConfigNode::Entry& entry) { return entry.key == "column_name"; });
    const std::string name = column->quoted ? sql_name(column->name) : column->name;
    out.arguments.push_back({"column_name", out.place, ConfigNode::scalar(name, true, out.place)});
  }
  return out;
}

// Failures are what `fail_calc` makes of the rows, of which no more than the limit are looked at.
void count_with(Check& check, const std::string& rows, const DbtTestConfig& config) {
  const std::string limit = config.rules.failures_max > 0 ? fmt::format(" LIMIT {}", config.rules.failures_max) : std::string();
  check.aggregates.clear();
  check.query = fmt::format("SELECT CAST(({}) AS BIGINT) FROM (SELECT * FROM ({}\n){})", config.fail_calc, rows, limit);
  check.measure = [](const Values& values, Timestamp) -> Result<Measurement> {
    Measurement out;
    WEIR_TRY_ASSIGN(out.failures, count_in(values, 0));
    out.rows = out.failures;
    out.finding = fmt::format("{} failure{}", out.failures == 0 ? "no" : human_count(out.failures), out.failures == 1 ? "" : "s");
    return out;
  };
}

void finish_check(Check& check, const std::string& name, const DbtTestConfig& config, const std::string& dbt_rows) {
  check.name = name;
  check.rules = config.rules;
  if (config.fail_calc != DbtTestConfig().fail_calc) {
    count_with(check, dbt_rows, config);
  }
}

MakeCheck compiled_check(const CompiledTest& compiled, const CheckScope& scope, const std::string& name, const DbtTestConfig& config) {
  return [compiled, scope, name, config]() -> Result<Check> {
    WEIR_TRY_ASSIGN(const std::string sql, compiled.sql());
    Check check = sql_check(scope, sql);
    finish_check(check, name, config, check.failing_rows);
    return check;
  };
}

// The folders of a file below the project's first one: "models/staging/schema.yml" -> {"shop", "staging", "not_null_orders_id"}.
std::vector<std::string> fqn_of(const std::string& package, const std::string& path, const std::string& name) {
  std::vector<std::string> fqn = {package};
  const std::vector<std::string> parts = split(path, '/');
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    fqn.push_back(parts[i]);
  }
  fqn.push_back(name);
  return fqn;
}

void add_relation(const Relation& relation, graph::NodeInfo& info) {
  std::vector<std::string>& list = relation.node_id.empty() ? info.tables_read : info.inputs;
  const std::string& name = relation.node_id.empty() ? relation.name : relation.node_id;
  if (std::ranges::find(list, name) == list.end()) {
    list.push_back(name);
  }
}

void add_compiled(const CompiledTest& compiled, graph::NodeInfo& info) {
  for (const std::string& input : compiled.inputs) {
    if (std::ranges::find(info.inputs, input) == info.inputs.end()) {
      info.inputs.push_back(input);
    }
  }
  info.tables_read.insert(info.tables_read.end(), compiled.tables_read.begin(), compiled.tables_read.end());
}

/// Makes the node of one generic test.
class GenericTestReader {
 public:
  GenericTestReader(const DbtTestTarget& target, const DbtTestColumn* column, const DbtTestContext& context, Checker& checker)
      : target_(target), column_(column), context_(context), checker_(checker) {}

  /// Null for a test that is disabled.
  Result<std::unique_ptr<graph::Node>> read(const ConfigNode& node) {
    WEIR_TRY_ASSIGN(const Declaration declaration, read_declaration(node, column_));
    const DbtTestNames names = dbt_test_names({.package = target_.package,
                                               .name_space = declaration.name_space,
                                               .test = declaration.test,
                                               .custom_name = declaration.custom_name,
                                               .arguments = declaration.arguments,
                                               .owner = target_.owner});
    const std::vector<std::string> fqn = fqn_of(target_.package, target_.path, names.name);
    WEIR_TRY_ASSIGN(const DbtTestConfig config, read_config(declaration, fqn));
    if (!config.enabled) {
      return nullptr;
    }
    graph::NodeInfo info = node_info(declaration, names, config);
    info.fqn = fqn;
    return make_node(declaration, config, std::move(info));
  }

 private:
  Result<ConfigNode> rendered(const ConfigNode& node) const { return context_.render ? context_.render(node) : Result<ConfigNode>(node); }

  Result<DbtTestConfig> read_config(const Declaration& declaration, const std::vector<std::string>& fqn) const {
    std::vector<ConfigNode> layers;
    if (context_.defaults) {
      WEIR_TRY_ASSIGN(ConfigNode defaults, context_.defaults(fqn));
      layers.push_back(std::move(defaults));
    }
    for (const ConfigNode& layer : {ConfigNode::map(declaration.config, declaration.place), declaration.nested_config}) {
      WEIR_TRY_ASSIGN(ConfigNode config, rendered(layer));
      layers.push_back(std::move(config));
    }
    return read_dbt_config(layers);
  }

  graph::NodeInfo node_info(const Declaration& declaration, const DbtTestNames& names, const DbtTestConfig& config) const {
    graph::NodeInfo info;
    info.id = names.id;
    info.kind = graph::NodeKind::kTest;
    info.name = names.name;
    info.package = target_.package;
    info.path = target_.path;
    info.place = declaration.place;
    info.description = declaration.description;
    info.materialized = "test";
    info.tags = config.tags;
    for (const auto* tags : {&target_.tags, column_ == nullptr ? nullptr : &column_->tags}) {
      if (tags != nullptr) {
        info.tags.insert(info.tags.end(), tags->begin(), tags->end());
      }
    }
    std::ranges::sort(info.tags);
    const auto doubled = std::ranges::unique(info.tags);
    info.tags.erase(doubled.begin(), doubled.end());
    info.config = config.flat;
    info.config["alias"] = {config.alias.empty() ? names.alias : config.alias};
    info.config["materialized"] = {"test"};
    info.group = config.group.empty() ? target_.group : config.group;
    info.test_type = "generic";
    info.test_name = declaration.test;
    add_relation(target_.relation, info);
    return info;
  }

  Result<std::unique_ptr<graph::Node>> make_node(const Declaration& declaration, const DbtTestConfig& config, graph::NodeInfo info) {
    const CheckScope scope{.table = target_.relation, .where = config.where, .place = declaration.place};
    const ConfigNode arguments = ConfigNode::map(declaration.arguments, declaration.place);
    if (context_.compile) {
      const GenericTest test{declaration.name_space, declaration.test, arguments, config.where, target_, declaration.place};
      WEIR_TRY_ASSIGN(const auto compiled, context_.compile(test));
      if (compiled) {
        add_compiled(*compiled, info);
        MakeCheck make = compiled_check(*compiled, scope, info.name, config);
        return make_compiled_check_node(std::move(info), std::move(make), checker_);
      }
    }
    WEIR_TRY_ASSIGN(const NativeTest test, native_test(declaration, scope));
    WEIR_TRY_ASSIGN(std::optional<NativeCheck> native, make_native_check(test));
    if (!native) {
      const std::string name = declaration.name_space.empty() ? declaration.test : declaration.name_space + "." + declaration.test;
      return fail_at(declaration.place, fmt::format("there is no test \"{}\"{}", name, did_you_mean(name, native_test_names())));
    }
    finish_check(native->check, info.name, config, native->dbt_rows);
    for (const ColumnsOf& other : native->check.others) {
      add_relation(other.relation, info);
    }
    return make_check_node(std::move(info), std::make_shared<const Check>(std::move(native->check)), checker_);
  }

  Result<NativeTest> native_test(const Declaration& declaration, const CheckScope& scope) const {
    NativeTest out{.name_space = declaration.name_space,
                   .test = declaration.test,
                   .arguments = {},
                   .column = std::nullopt,
                   .scope = scope,
                   .resolve = context_.resolve};
    std::vector<ConfigNode::Entry> arguments;
    for (const ConfigNode::Entry& argument : declaration.arguments) {
      if (argument.key == "column_name") {
        WEIR_TRY_ASSIGN(const std::string name, argument.value.as_text("column_name"));
        out.column = dbt_column(name, false, argument.value.place());
        continue;
      }
      // `to` names a node of the project; what it is called in SQL is found by `resolve`.
      WEIR_TRY_ASSIGN(ConfigNode value, argument.key == "to" ? Result<ConfigNode>(argument.value) : rendered(argument.value));
      arguments.push_back({argument.key, argument.key_place, std::move(value)});
    }
    out.arguments = ConfigNode::map(std::move(arguments), declaration.place);
    return out;
  }

  const DbtTestTarget& target_;
  const DbtTestColumn* column_;
  const DbtTestContext& context_;
  Checker& checker_;
};
}  // namespace

Result<std::vector<std::unique_ptr<graph::Node>>> load_dbt_tests(std::span<const ConfigNode> tests, const DbtTestTarget& target,
                                                                 const DbtTestColumn* column, const DbtTestContext& context,
                                                                 Checker& checker) {
  GenericTestReader reader(target, column, context, checker);
  std::vector<std::unique_ptr<graph::Node>> nodes;
  for (const ConfigNode& test : tests) {
    WEIR_TRY_ASSIGN(auto node, reader.read(test));
    if (node != nullptr) {
      nodes.push_back(std::move(node));
    }
  }
  return nodes;
}

Result<std::unique_ptr<graph::Node>> make_singular_test(const SingularTest& test, Checker& checker) {
  WEIR_TRY_ASSIGN(const DbtTestConfig config, read_dbt_config(test.config));
  if (!config.enabled) {
    return nullptr;
  }
  graph::NodeInfo info;
  info.id = fmt::format("test.{}.{}", test.package, test.name);
  info.kind = graph::NodeKind::kTest;
  info.name = test.name;
  info.package = test.package;
  info.fqn = fqn_of(test.package, test.path, test.name);
  info.path = test.path;
  info.place = Place{test.path, 0, 0};
  info.description = test.description;
  info.materialized = "test";
  info.tags = config.tags;
  info.tags.insert(info.tags.end(), test.tags.begin(), test.tags.end());
  info.config = config.flat;
  info.config["materialized"] = {"test"};
  info.group = config.group;
  info.test_type = "singular";
  add_compiled(test.compiled, info);
  const CheckScope scope{.table = {.name = test.name, .sql = {}, .node_id = {}}, .where = {}, .place = info.place};
  MakeCheck make = compiled_check(test.compiled, scope, info.name, config);
  return make_compiled_check_node(std::move(info), std::move(make), checker);
}
}  // namespace weir::quality
