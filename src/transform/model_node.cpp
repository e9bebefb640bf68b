#include "transform/model_node.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "transform/build.h"
#include "transform/compiler.h"
#include "transform/incremental.h"
#include "transform/values.h"

namespace weir::transform {
namespace {
class ModelNode final : public graph::Node {
 public:
  ModelNode(std::shared_ptr<const ProjectState> state, const Resource& resource)
      : Node(node_info(resource)),
        state_(std::move(state)),
        resource_(resource),
        materialized_(resource.materialized()) {}

  Result<graph::Freshness> freshness(graph::FreshnessContext& context) override {
    WEIR_TRY(check_supported());
    if (is_incremental() && full_refresh(context.run)) {
      return graph::Freshness{false, "full refresh"};
    }
    LakeAccess lake(state_->options.lake);
    WEIR_TRY_ASSIGN(const std::string sql,
                    compile_resource(*state_, resource_, lake, {.full_refresh = full_refresh(context.run)}));
    return table_freshness(*state_->options.lake, resource_, code_hash(*state_, resource_, sql),
                           materialized_ != "view");
  }

  Result<graph::NodeResult> run(graph::RunContext& context) override {
    WEIR_TRY(check_supported());
    LakeAccess lake(state_->options.lake);
    const bool refreshed = full_refresh(context.run);
    WEIR_TRY_ASSIGN(const std::string sql, compile_resource(*state_, resource_, lake, {.full_refresh = refreshed}));
    Build build{*state_, resource_, lake, context, code_hash(*state_, resource_, sql)};
    if (is_incremental()) {
      return run_incremental(build, sql, refreshed);
    }
    WEIR_TRY(write_compiled(*state_, resource_, sql));
    return materialized_ == "view" ? create_view(build, sql) : create_table(build, sql, {});
  }

 private:
  bool is_incremental() const { return materialized_ == "incremental"; }

  // The config is stronger than the run's.
  bool full_refresh(const graph::RunSettings& run) const {
    return resource_.config.flag("full_refresh").value_or(run.full_refresh);
  }

  Status check_supported() const {
    if (materialized_ == "view" || materialized_ == "table" || is_incremental()) {
      return {};
    }
    return fail_at(
        {resource_.path, 0, 0},
        fmt::format("the materialization \"{}\" is not supported; weir has view, table, incremental and ephemeral",
                    materialized_),
        ErrorCode::kUnsupported);
  }

  Result<graph::NodeResult> create_view(Build& build, const std::string& compiled) {
    const std::string sql = statement_of(compiled);
    WEIR_TRY(check_statement(build, sql));
    WEIR_TRY(state_->options.lake->write_view(resource_.table, sql, build_record(build)));
    graph::NodeResult result;
    result.code_hash = build.code_hash;
    result.message = "view";
    return result;
  }

  Result<graph::NodeResult> create_table(Build& build, const std::string& compiled,
                                         std::vector<std::pair<std::string, std::int64_t>> transactions) {
    lake::WriteRequest request;
    request.select_sql = statement_of(compiled);
    request.mode = lake::WriteMode::kOverwrite;
    request.partition_by = partition_columns();
    request.transactions = std::move(transactions);
    request.operation = "CREATE OR REPLACE TABLE AS SELECT";
    WEIR_TRY(check_partitions(build, request.partition_by));
    WEIR_TRY(check_statement(build, request.select_sql));
    return write(build, std::move(request));
  }

  Result<graph::NodeResult> run_incremental(Build& build, const std::string& full_sql, bool refreshed) {
    WEIR_TRY_ASSIGN(auto transaction, next_transaction(build));
    WEIR_TRY_ASSIGN(const auto kind, build.lake.find(resource_.table));
    if (refreshed || kind != lake::EntryKind::kTable) {
      WEIR_TRY(write_compiled(*state_, resource_, full_sql));
      return create_table(build, full_sql, {std::move(transaction)});
    }
    WEIR_TRY_ASSIGN(const std::string sql, compile_resource(*state_, resource_, build.lake, {.incremental = true}));
    WEIR_TRY(write_compiled(*state_, resource_, sql));
    return build_incremental(build, statement_of(sql), std::move(transaction));
  }

  // A table keeps the partitions that it was made with.
  Status check_partitions(Build& build, const std::vector<std::string>& wanted) const {
    WEIR_TRY_ASSIGN(const auto kind, build.lake.find(resource_.table));
    if (kind != lake::EntryKind::kTable) {
      return {};
    }
    WEIR_TRY_ASSIGN(lake::Session * session, build.lake.session());
    WEIR_TRY_ASSIGN(const auto snapshot, build.lake.lake().snapshot(resource_.table, &session->connection()));
    if (std::ranges::equal(snapshot->partition_columns(), wanted, equals_ignoring_case)) {
      return {};
    }
    return fail_at(
        {resource_.path, 0, 0},
        fmt::format(
            "{} is partitioned by ({}) and the model wants ({}); partitions of a table cannot change: remove its "
            "folder and build again, which drops its history, or give the model another alias",
            resource_.table.text(), join(snapshot->partition_columns(), ", "), join(wanted, ", ")),
        ErrorCode::kUnsupported);
  }

  // A column, a list of them, or {field: ..., data_type: ...} as for other databases.
  std::vector<std::string> partition_columns() const {
    const jinja::Value* value = resource_.config.find("partition_by");
    if (value == nullptr) {
      return {};
    }
    if (value->is_dict()) {
      const jinja::Value* field = value->dictionary().find("field");
      return field == nullptr ? std::vector<std::string>() : texts_of(*field);
    }
    return texts_of(*value);
  }

  std::shared_ptr<const ProjectState> state_;
  const Resource& resource_;
  std::string materialized_;
};
}  // namespace

std::unique_ptr<graph::Node> make_model_node(std::shared_ptr<const ProjectState> state, const Resource& resource) {
  if (resource.kind == graph::NodeKind::kAnalysis || resource.is_ephemeral()) {
    return std::make_unique<graph::DeclaredNode>(node_info(resource));
  }
  return std::make_unique<ModelNode>(std::move(state), resource);
}

std::unique_ptr<graph::Node> make_source_node(const ProjectState& state, const SourceTable& source) {
  return std::make_unique<graph::DeclaredNode>(node_info(state, source));
}
}  // namespace weir::transform
