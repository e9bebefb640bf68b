#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "core/config.h"
#include "core/result.h"
#include "graph/node.h"
#include "lake/lake.h"
#include "lake/table_name.h"
#include "transform/properties.h"

/// A dbt project: its models, seeds, snapshots and sources become nodes that build tables and views of the lake.
namespace weir::transform {
struct ProjectState;

struct TransformOptions {
  std::filesystem::path folder;              ///< has dbt_project.yml
  std::shared_ptr<lake::Lake> lake;          ///< where everything is built; not touched by `load`
  std::string target_name = "lake";          ///< target.name
  std::string default_schema = "analytics";  ///< target.schema: for nodes that have no schema config
  ConfigNode variables;                      ///< a map; stronger than vars: of dbt_project.yml
  bool full_refresh = false;                 ///< for `compile`; nodes go by the settings of their run
  unsigned threads_count = 0;                ///< for `load`; 0: all processors
  std::map<std::string, std::string> function_hashes;  ///< code of the project's own functions, by name in lower case
  const Clock* clock = &system_clock();
  std::string invocation_id;  ///< empty: a new one
  /// env_var(): the process's environment by default.
  std::function<std::optional<std::string>(const std::string& name)> environment;
};

/// SQL as it will run, and the file below target/compiled/ that `run` and `compile` keep it in.
struct CompiledSql {
  std::string sql;
  std::filesystem::path path;
};

/// A test in SQL that has no failing row when all is well: a file of tests/. The `quality` module runs it.
struct SingularTest {
  std::string node_id;  ///< "test.shop.order_totals_add_up"
  std::string name;
  std::vector<std::string> fqn;
  std::string path;  ///< "tests/order_totals_add_up.sql"
  Place place;
  std::string description;
  ConfigNode config;                ///< a map, of all layers: severity, limit, tags, ...
  std::vector<std::string> inputs;  ///< ids of the nodes it reads
};

/// A generic test of the project's own, {% test not_negative(model, column_name) %}, to be applied to a node.
struct GenericTestCall {
  std::string name;     ///< "not_negative"
  std::string node_id;  ///< what `model` is
  std::vector<std::pair<std::string, ConfigNode>>
      arguments;      ///< with `column_name`; as written: texts in them are rendered
  std::string where;  ///< SQL: which rows of the node count; may be empty
  Place place;
};

/// What a generic test became.
struct GenericTest {
  std::vector<std::string> inputs;           ///< ids of the nodes it reads besides the one it is applied to
  ConfigNode config;                         ///< what {{ config(severity='warn') }} in it says; a map
  std::function<Result<std::string>()> sql;  ///< renders the test for running. Errors: kInvalid with the place
};

/// What ref('orders') or source('raw', 'orders') stand for.
struct ResolvedRelation {
  std::string node_id;
  lake::TableName table;
};

/// A loaded project. Never changes; safe to share between threads. Nodes keep what they need of it alive.
class TransformProject {
 public:
  /// Reads all files. Errors: kNotFound without dbt_project.yml, kInvalid with the place of the first mistake in the
  /// project.
  static Result<TransformProject> load(TransformOptions options);

  const std::string& name() const;
  /// New nodes for a graph: models, seeds, snapshots and sources, and analyses, which only stand there. Sources name
  /// the table that they stand for in `tables_read`, so that the graph can link them to whoever fills it. Disabled ones
  /// are left out.
  std::vector<std::unique_ptr<graph::Node>> make_nodes() const;
  /// What schema.yml files say, with the ids of the nodes they say it about. Descriptions have their doc() rendered.
  const Properties& properties() const;
  const std::vector<SingularTest>& singular_tests() const;
  /// One line each, with its place: unknown keys, what is not supported yet.
  std::vector<std::string> warnings() const;

  /// Compiles a model, snapshot, analysis or singular test, as it would run now, and writes the file below
  /// target/compiled/. Errors: kNotFound for an unknown id (with the nearest), kInvalid with the place, as of
  /// Session::query for queries in macros.
  Result<CompiledSql> compile(std::string_view node_id) const;

  /// What to put behind FROM to read a node: "schema"."name", or an ephemeral model's SQL in parentheses.
  Result<std::string> from_item(std::string_view node_id) const;
  /// Where a model, seed, snapshot or source lives. Errors: kNotFound.
  Result<lake::TableName> table_of(std::string_view node_id) const;
  /// Resolves "ref('orders')" or "source('raw', 'orders')", with or without {{ }}, as `to:` of a relationships test has
  /// it. Errors: kInvalid with `place` for an unknown name or another expression.
  Result<ResolvedRelation> resolve(std::string_view expression, const Place& place) const;
  /// The value of a text with Jinja: "{{ var('limit') }}". Errors: kInvalid with `place`.
  Result<std::string> render(std::string_view text, const Place& place) const;

  /// The same for all scalars of a config's value, which keep their types: "{{ var('limit') }}" may become a number.
  Result<ConfigNode> render(const ConfigNode& value) const;

  bool has_generic_test(std::string_view name) const;
  /// Errors: kNotFound without such a test or node, kInvalid with the test's place.
  Result<GenericTest> generic_test(const GenericTestCall& call) const;
  /// The configs that dbt_project.yml has under data_tests: for a test; a map.
  ConfigNode test_defaults(const std::vector<std::string>& fqn) const;

 private:
  explicit TransformProject(std::shared_ptr<const ProjectState> state) : state_(std::move(state)) {}
  std::shared_ptr<const ProjectState> state_;
};
}  // namespace weir::transform
