#include "project/dbt_tests.h"

#include <algorithm>
#include <iterator>

#include "quality/dbt_tests.h"
#include "quality/relation.h"

namespace weir::project {
namespace {
using Nodes = std::vector<std::unique_ptr<graph::Node>>;
using transform::TransformProject;

/// A node or source of the project, as a check looks at it.
Result<quality::Relation> relation_of(const TransformProject& project, const std::string& node_id, std::string_view name) {
  if (const auto table = project.table_of(node_id)) {
    return quality::table_relation(*table, node_id);
  }
  WEIR_TRY_ASSIGN(const std::string from, project.from_item(node_id));
  return quality::Relation{std::string(name), from, node_id};
}

class Loader {
 public:
  Loader(const TransformProject& project, quality::Checker& checker) : project_(project), checker_(checker) {
    context_.resolve = [this](const std::string& expression, const Place& place) -> Result<quality::Relation> {
      WEIR_TRY_ASSIGN(const transform::ResolvedRelation resolved, project_.resolve(expression, place));
      return relation_of(project_, resolved.node_id, resolved.table.text());
    };
    context_.render = [this](const ConfigNode& value) { return project_.render(value); };
    context_.defaults = [this](const std::vector<std::string>& fqn) -> Result<ConfigNode> { return project_.test_defaults(fqn); };
    context_.compile = [this](const quality::GenericTest& test) { return compile(test); };
  }

  Result<Nodes> load() {
    for (const transform::NodeProperties& node : project_.properties().nodes) {
      if (!node.node_id.empty()) {
        WEIR_TRY(load_node(node));
      }
    }
    for (const transform::SourceTable& source : project_.properties().sources) {
      if (!source.node_id.empty()) {
        WEIR_TRY(load_source(source));
      }
    }
    for (const transform::SingularTest& test : project_.singular_tests()) {
      WEIR_TRY(load_singular(test));
    }
    return std::move(nodes_);
  }

 private:
  Status load_node(const transform::NodeProperties& node) {
    if (node.tests.empty() && std::ranges::all_of(node.columns, [](const auto& column) { return column.tests.empty(); })) {
      return {};
    }
    WEIR_TRY_ASSIGN(quality::Relation relation, relation_of(project_, node.node_id, node.name));
    return load_lists({.owner = {.name = node.name}, .relation = std::move(relation), .package = project_.name(), .path = node.file},
                      node.tests, node.columns);
  }

  Status load_source(const transform::SourceTable& source) {
    if (source.tests.empty() && std::ranges::all_of(source.columns, [](const auto& column) { return column.tests.empty(); })) {
      return {};
    }
    WEIR_TRY_ASSIGN(quality::Relation relation, relation_of(project_, source.node_id, source.name));
    return load_lists({.owner = {quality::DbtTestOwner::Kind::kSource, source.name, source.source_name, ""},
                       .relation = std::move(relation),
                       .package = project_.name(),
                       .path = source.file},
                      source.tests, source.columns);
  }

  Status load_lists(const quality::DbtTestTarget& target, const std::vector<ConfigNode>& tests,
                    const std::vector<transform::ColumnProperties>& columns) {
    WEIR_TRY_ASSIGN(Nodes own, quality::load_dbt_tests(tests, target, nullptr, context_, checker_));
    std::ranges::move(own, std::back_inserter(nodes_));
    for (const transform::ColumnProperties& column : columns) {
      const quality::DbtTestColumn at{.name = column.name, .tags = column.tags};
      WEIR_TRY_ASSIGN(Nodes more, quality::load_dbt_tests(column.tests, target, &at, context_, checker_));
      std::ranges::move(more, std::back_inserter(nodes_));
    }
    return {};
  }

  Status load_singular(const transform::SingularTest& test) {
    quality::SingularTest singular;
    singular.name = test.name;
    singular.package = project_.name();
    singular.path = test.path;
    singular.description = test.description;
    singular.config = {test.config};
    singular.compiled.inputs = test.inputs;
    singular.compiled.sql = [project = project_, id = test.node_id]() -> Result<std::string> {
      WEIR_TRY_ASSIGN(const transform::CompiledSql compiled, project.compile(id));
      return compiled.sql;
    };
    WEIR_TRY_ASSIGN(auto node, quality::make_singular_test(singular, checker_));
    if (node) {
      nodes_.push_back(std::move(node));
    }
    return {};
  }

  Result<std::optional<quality::CompiledTest>> compile(const quality::GenericTest& test) {
    if (!test.name_space.empty() || !project_.has_generic_test(test.test)) {
      return std::nullopt;
    }
    transform::GenericTestCall call{.name = test.test, .node_id = test.target.relation.node_id, .where = test.where, .place = test.place};
    for (const ConfigNode::Entry& entry : test.arguments.entries()) {
      call.arguments.emplace_back(entry.key, entry.value);
    }
    WEIR_TRY_ASSIGN(const transform::GenericTest compiled, project_.generic_test(call));
    return quality::CompiledTest{compiled.sql, compiled.inputs, {}};
  }

  const TransformProject& project_;
  quality::Checker& checker_;
  quality::DbtTestContext context_;
  Nodes nodes_;
};
}  // namespace

Result<Nodes> load_dbt_tests(const TransformProject& project, quality::Checker& checker) { return Loader(project, checker).load(); }
}  // namespace weir::project
