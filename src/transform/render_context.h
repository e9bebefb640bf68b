#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "jinja/environment.h"
#include "jinja/host_object.h"
#include "transform/lake_access.h"
#include "transform/project_state.h"

namespace weir::transform {
/// What ref() and source() give.
class RelationSource {
 public:
  virtual ~RelationSource() = default;
  virtual Result<jinja::Value> ref(const RefCall& call) = 0;
  virtual Result<jinja::Value> source(const SourceCall& call) = 0;
};

/// What one render is about. Everything outlives the render.
struct RenderInput {
  const Resource* node = nullptr;       ///< null for YAML files
  NodeConfig* config_calls = nullptr;   ///< where config() puts what it is given: while parsing
  RelationSource* relations = nullptr;  ///< null: ref() and source() are refused
  LakeAccess* lake = nullptr;           ///< null: `execute` is false
  bool incremental = false;             ///< what is_incremental() says
  bool full_refresh = false;
};

/// dbt's Jinja context for one render. Names are made when a template asks for them. One thread at a time.
/// A project's macros come before the context's own names, so that they may override them, and dbt's macros come last.
class RenderContext final : public jinja::Context {
 public:
  RenderContext(const ProjectState& state, RenderInput input) : state_(state), input_(input) {}

  Result<std::optional<jinja::Value>> lookup(std::string_view name) override;

  const ProjectState& state() const { return state_; }
  const RenderInput& input() const { return input_; }
  bool executes() const { return input_.lake != nullptr; }

  /// A macro by name, as a template sees it without a package in front; null when there is none.
  const Macro* find_macro(std::string_view name) const;
  /// The best macro for this database: weir__x, duckdb__x, default__x. Errors: kInvalid, naming what was looked for.
  Result<jinja::Value> dispatch(const std::string& name, const std::string& package) const;

  Result<jinja::Value> run_query(const std::string& sql);
  /// {% call statement('x', fetch_result=true) %}: runs what the caller prints; load_result('x') gives it.
  Result<jinja::Value> statement(jinja::Arguments& arguments);
  Result<jinja::Value> load_result(jinja::Arguments& arguments);

  Result<jinja::Value> call_ref(jinja::Arguments& arguments);
  Result<jinja::Value> call_source(jinja::Arguments& arguments);
  Result<jinja::Value> call_config(jinja::Arguments& arguments);
  Result<jinja::Value> call_variable(jinja::Arguments& arguments);
  Result<jinja::Value> call_environment(jinja::Arguments& arguments);
  Result<jinja::Value> call_doc(jinja::Arguments& arguments);

 private:
  std::optional<jinja::Value> own_name(std::string_view name);
  const ProjectState& state_;
  RenderInput input_;
  std::vector<std::pair<std::string, jinja::Value>> results_;  ///< of statements, by name
};

/// "'x' is undefined" with the nearest name that there is.
Error suggest_names(Error error, const ProjectState& state);
/// The same for an error of rendering `resource`, with the place of a call where its name begins.
Error explain(Error error, const ProjectState& state, const Resource& resource);
}  // namespace weir::transform
