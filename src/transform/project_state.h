#pragma once

#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "jinja/environment.h"
#include "transform/macro_table.h"
#include "transform/project_file.h"
#include "transform/properties.h"
#include "transform/resource.h"
#include "transform/transform.h"

namespace weir::transform {
/// Collects lines for people. Safe from many threads.
class Warnings {
 public:
  /// A line that is there already is not added again.
  void add(std::string line);
  std::vector<std::string> all() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

/// Everything about a loaded project. Filled by the loader; then it never changes, but for `warnings`.
struct ProjectState {
  explicit ProjectState(TransformOptions options_of);

  TransformOptions options;
  ProjectFile file;
  jinja::Environment environment;
  MacroTable macros;
  jinja::Value variables;         ///< of dbt_project.yml; a dict
  jinja::Value strong_variables;  ///< of the command; a dict
  jinja::Value target;            ///< a dict
  Timestamp run_started;
  std::string invocation_id;
  std::deque<Resource> resources;  ///< enabled ones, by path
  TextMap<const Resource*> by_id;
  TextMap<const Resource*> by_name;     ///< models (latest versions), seeds, snapshots: what ref() finds
  TextMap<std::string> disabled;        ///< name or "source.table" -> path of what is not enabled
  TextMap<const SourceTable*> sources;  ///< "source.table"
  TextMap<const SourceTable*> sources_by_id;
  TextMap<std::string> docs;                            ///< texts of docs blocks
  std::set<std::string, std::less<>> materializations;  ///< that the project defines itself
  Properties properties;
  std::vector<SingularTest> singular_tests;
  mutable Warnings warnings;

  /// The variable for the project: the command's, then those under the project's name, then the others. Null when there
  /// is none.
  const jinja::Value* variable(std::string_view name) const;
  std::vector<std::string> variable_names() const;
  std::optional<std::string> environment_variable(const std::string& name) const;

  /// The model, seed or snapshot. Errors: kInvalid with "did you mean".
  Result<const Resource*> find(const RefCall& call) const;
  Result<const SourceTable*> find(const SourceCall& call) const;
  lake::TableName table_of(const SourceTable& source) const { return {source.schema, source.identifier}; }
};
}  // namespace weir::transform
