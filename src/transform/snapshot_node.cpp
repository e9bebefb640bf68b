#include "transform/snapshot_node.h"

#include <fmt/format.h>

#include "core/text.h"
#include "transform/build.h"
#include "transform/compiler.h"
#include "transform/snapshot_sql.h"

namespace weir::transform {
namespace {
constexpr std::string_view kSource = "temp.weir_snapshot_source";

class SnapshotNode final : public graph::Node {
 public:
  SnapshotNode(std::shared_ptr<const ProjectState> state, const Resource& resource)
      : Node(node_info(resource)), state_(std::move(state)), resource_(resource) {}

  Result<graph::Freshness> freshness(graph::FreshnessContext&) override {
    LakeAccess lake(state_->options.lake);
    WEIR_TRY_ASSIGN(const std::string sql, compile_resource(*state_, resource_, lake));
    return table_freshness(*state_->options.lake, resource_, code_hash(*state_, resource_, sql), true);
  }

  Result<graph::NodeResult> run(graph::RunContext& context) override {
    WEIR_TRY_ASSIGN(const SnapshotPlan plan, placed(read_snapshot_plan(resource_.config)));
    LakeAccess lake(state_->options.lake);
    WEIR_TRY_ASSIGN(const std::string compiled, compile_resource(*state_, resource_, lake));
    WEIR_TRY(write_compiled(*state_, resource_, compiled));
    Build build{*state_, resource_, lake, context, code_hash(*state_, resource_, compiled)};
    WEIR_TRY_ASSIGN(auto transaction, next_transaction(build));

    SnapshotInput input{.source = std::string(kSource), .now = context.run.clock->now()};
    const std::string sql = statement_of(compiled);
    WEIR_TRY_ASSIGN(input.source_columns, check_statement(build, sql));
    WEIR_TRY(stage(build, sql));
    WEIR_TRY(check_keys(build, plan, input));
    WEIR_TRY_ASSIGN(const auto kind, lake.find(resource_.table));
    if (kind == lake::EntryKind::kTable) {
      input.target = table_sql(resource_.table);
      WEIR_TRY_ASSIGN(input.target_columns, lake.columns(resource_.table));
    }
    lake::WriteRequest request;
    WEIR_TRY_ASSIGN(request.select_sql, placed(snapshot_sql(plan, input)));
    request.mode = lake::WriteMode::kMerge;
    request.keys = {plan.scd_id};
    request.schema_mode = delta::SchemaMode::kMerge;
    request.transactions = {std::move(transaction)};
    request.operation = "SNAPSHOT";
    return write(build, std::move(request));
  }

 private:
  template <typename T>
  Result<T> placed(Result<T> result) const {
    if (!result) {
      Error error = std::move(result).error();
      error.place = resource_.place;
      return std::unexpected(std::move(error));
    }
    return result;
  }

  static Status stage(Build& build, const std::string& sql) {
    WEIR_TRY_ASSIGN(lake::Session * session, build.lake.session());
    auto staged =
        session->query(fmt::format("CREATE OR REPLACE TEMP TABLE weir_snapshot_source AS\n{}", sql), build.run.stop);
    if (!staged) {
      Error error = std::move(staged).error();
      error.place = Place{build.resource.path, 0, 0};
      return std::unexpected(std::move(error));
    }
    return {};
  }

  Status check_keys(Build& build, const SnapshotPlan& plan, const SnapshotInput& input) const {
    WEIR_TRY_ASSIGN(lake::Session * session, build.lake.session());
    WEIR_TRY_ASSIGN(const auto nulls,
                    placed(session->connection().query_rows(null_key_sql(plan, input), build.run.stop)));
    if (!nulls.empty()) {
      return fail_at(resource_.place,
                     fmt::format("a row has no value in the unique_key: {}", nulls[0][0].value_or("NULL")));
    }
    WEIR_TRY_ASSIGN(const auto doubled,
                    placed(session->connection().query_rows(doubled_key_sql(plan, input), build.run.stop)));
    if (!doubled.empty()) {
      return fail_at(resource_.place,
                     fmt::format("{} rows have the same unique_key: {}; a snapshot needs one row for each key",
                                 doubled[0][1].value_or("?"), doubled[0][0].value_or("NULL")));
    }
    return {};
  }

  std::shared_ptr<const ProjectState> state_;
  const Resource& resource_;
};
}  // namespace

std::unique_ptr<graph::Node> make_snapshot_node(std::shared_ptr<const ProjectState> state, const Resource& resource) {
  return std::make_unique<SnapshotNode>(std::move(state), resource);
}
}  // namespace weir::transform
