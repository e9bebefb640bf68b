#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "graph/node.h"
#include "quality/dbt_test_name.h"
#include "quality/table_checks.h"

/// The tests of a dbt project: what stands under `data_tests:` (once `tests:`) in its properties files, and tests/*.sql.
/// not_null, unique, accepted_values, relationships, and the simple ones of dbt_utils are checks of weir and share scans;
/// other tests are SQL that the caller compiles.
namespace weir::quality {
/// What a list of generic tests stands below.
struct DbtTestTarget {
  DbtTestOwner owner;
  Relation relation;    ///< with the id of the owner's node
  std::string package;  ///< the dbt project whose file it is
  std::string path;     ///< of that file, from the project's folder: "models/staging/schema.yml"
  std::string group;    ///< of the owner
  std::vector<std::string> tags;  ///< that its tests inherit: those of a source; a model's tests have none of its tags
};

/// The column that they stand below, if any.
struct DbtTestColumn {
  std::string name;
  bool quoted = false;  ///< `quote: true`
  std::vector<std::string> tags;
};

/// A generic test that is not weir's own, to be compiled.
struct GenericTest {
  std::string name_space;  ///< "dbt_expectations", or empty
  std::string test;        ///< "expect_column_to_exist"
  ConfigNode arguments;    ///< a map, as written; with `column_name` for a column's test
  std::string where;       ///< rows of the table that matter; SQL, may be empty
  const DbtTestTarget& target;
  Place place;
};

/// SQL whose rows are failures, made when the test is due.
struct CompiledTest {
  std::function<Result<std::string>()> sql;
  std::vector<std::string> inputs;       ///< ids of further nodes that it reads
  std::vector<std::string> tables_read;  ///< tables of which no node id is known
};

/// What the reader of tests asks of the project. Each may be empty.
struct DbtTestContext {
  /// What `ref('customers')` or `source('raw', 'customers')`, with or without braces, stands for.
  std::function<Result<Relation>(const std::string& expression, const Place& place)> resolve;
  /// Renders the Jinja in a value.
  std::function<Result<ConfigNode>(const ConfigNode& value)> render;
  /// Asked first for each test: a test of the project or its packages, or nothing where it has none of that name.
  std::function<Result<std::optional<CompiledTest>>(const GenericTest& test)> compile;
  /// The config that dbt_project.yml has for a test, a map or null.
  std::function<Result<ConfigNode>(const std::vector<std::string>& fqn)> defaults;
};

/// Makes a node of kind kTest for each test, with dbt's name and id; tests with `enabled: false` are left out.
/// Errors: kInvalid with the place for unknown tests and arguments ("did you mean") and what does not fit; those of the context.
Result<std::vector<std::unique_ptr<graph::Node>>> load_dbt_tests(std::span<const ConfigNode> tests, const DbtTestTarget& target,
                                                                 const DbtTestColumn* column, const DbtTestContext& context,
                                                                 Checker& checker);

/// A test of tests/*.sql.
struct SingularTest {
  std::string name;
  std::string package;
  std::string path;  ///< "tests/assert_positive.sql"
  std::string description;
  std::vector<ConfigNode> config;  ///< layers, from the weakest to the strongest
  std::vector<std::string> tags;
  CompiledTest compiled;
};
/// The node "test.shop.assert_positive"; nothing when the test is disabled. Errors: kInvalid in its config.
Result<std::unique_ptr<graph::Node>> make_singular_test(const SingularTest& test, Checker& checker);
}  // namespace weir::quality
