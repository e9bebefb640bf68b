#include "transform/build.h"

#include <fmt/format.h>

#include "core/text.h"
#include "transform/compiler.h"
#include "transform/values.h"

namespace weir::transform {
graph::NodeInfo node_info(const Resource& resource) {
  graph::NodeInfo info;
  info.id = resource.id;
  info.kind = resource.kind;
  info.name = resource.name;
  info.package = resource.package;
  info.fqn = resource.fqn;
  info.path = resource.path;
  info.properties_path = resource.properties_path == resource.path ? std::string() : resource.properties_path;
  info.place = resource.place;
  info.description = resource.description;
  info.schema = resource.table.schema;
  info.materialized = resource.materialized();
  info.tags = resource.config.texts("tags");
  info.config = resource.config.flat();
  info.group = resource.config.text("group");
  info.access = resource.kind == graph::NodeKind::kModel ? resource.config.text("access", "protected") : std::string();
  info.version = resource.version;
  info.latest_version = resource.latest_version;
  info.inputs = resource.inputs;
  if (resource.kind != graph::NodeKind::kAnalysis && !resource.is_ephemeral()) {
    info.tables_written = {resource.table.text()};
  }
  return info;
}

graph::NodeInfo node_info(const ProjectState& state, const SourceTable& source) {
  NodeConfig config;
  config.apply(source.config);
  graph::NodeInfo info;
  info.id = source.node_id;
  info.kind = graph::NodeKind::kSource;
  info.name = source.name;
  info.package = state.file.name;
  info.path = source.file;
  info.place = source.place;
  info.description = source.description.empty() ? source.source_description : source.description;
  info.schema = source.schema;
  info.tags = config.texts("tags");
  info.config = config.flat();
  info.source_name = source.source_name;
  info.fqn = source.fqn;
  info.tables_read = {state.table_of(source).text()};
  return info;
}

std::string table_sql(const lake::TableName& table) {
  return sql_name(table.schema) + "." + sql_name(table.name);
}

Result<graph::Freshness> table_freshness(const lake::Lake& lake, const Resource& resource, std::string_view code_hash,
                                         bool follows_inputs) {
  WEIR_TRY_ASSIGN(auto last, lake.last_build(resource.table, resource.id));
  if (!last) {
    WEIR_TRY_ASSIGN(const auto kind, lake.find(resource.table));
    return graph::Freshness{false, kind ? resource.table.text() + " was made by something else" : "never built"};
  }
  if (last->record.code_hash != code_hash) {
    return graph::Freshness{false, "code changed"};
  }
  if (!follows_inputs) {
    return graph::Freshness{true, ""};
  }
  last->record.inputs.erase(resource.table.text());
  WEIR_TRY_ASSIGN(const auto changed, lake.changed_input(last->record.inputs));
  return changed ? graph::Freshness{false, *changed} : graph::Freshness{true, ""};
}

Result<std::vector<duck::Column>> check_statement(Build& build, std::string_view sql) {
  WEIR_TRY_ASSIGN(lake::Session * session, build.lake.session());
  // LIMIT 0 is planned but reads nothing. The statement begins on the second line.
  auto result = session->query(fmt::format("SELECT * FROM (\n{}\n) LIMIT 0", sql), build.run.stop);
  if (result) {
    return result->columns();
  }
  Error error = std::move(result).error();
  if (error.code != ErrorCode::kInvalid && error.code != ErrorCode::kNotFound) {
    return std::unexpected(std::move(error).within(build.table().text()));
  }
  if (error.place && error.place->file.empty() && error.place->line > 1) {
    --error.place->line;
  } else {
    error.place.reset();
  }
  return std::unexpected(locate_sql_error(std::move(error), build.state, build.resource, sql));
}

lake::BuildRecord build_record(const Build& build) {
  lake::BuildRecord record{.node = build.resource.id, .code_hash = build.code_hash, .inputs = build.lake.inputs()};
  record.inputs.erase(build.table().text());
  return record;
}

Result<std::pair<std::string, std::int64_t>> next_transaction(const Build& build) {
  const std::string application = "weir:" + build.resource.id;
  WEIR_TRY_ASSIGN(const auto kind, build.lake.find(build.table()));
  if (kind != lake::EntryKind::kTable) {
    return std::pair(application, std::int64_t{1});
  }
  WEIR_TRY_ASSIGN(lake::Session * session, build.lake.session());
  WEIR_TRY_ASSIGN(const auto snapshot, build.lake.lake().snapshot(build.table(), &session->connection()));
  return std::pair(application, snapshot->transaction_version(application).value_or(0) + 1);
}

Result<graph::NodeResult> write(Build& build, lake::WriteRequest request) {
  WEIR_TRY_ASSIGN(lake::Session * session, build.lake.session());
  request.table = build.table();
  request.record = build_record(build);
  request.stop = build.run.stop;
  auto written = lake::write_table(*session, request);
  if (!written) {
    Error error = std::move(written).error();
    // A place in the writer's own SQL says nothing to people.
    if (error.place && error.place->file.empty()) {
      error.place.reset();
    }
    if (error.code == ErrorCode::kInvalid && !error.place) {
      error.place = Place{build.resource.path, 0, 0};
    }
    return std::unexpected(std::move(error));
  }
  const bool rewrites = request.mode == lake::WriteMode::kMerge || request.mode == lake::WriteMode::kReplaceWhere;
  graph::NodeResult result;
  result.rows = rewrites ? written->source_rows_count : written->rows_count;
  result.bytes = written->bytes_count;
  result.code_hash = build.code_hash;
  result.inputs = build_record(build).inputs;
  if (written->already_done) {
    result.message = "another run built it at the same time";
  }
  return result;
}

std::string rows_text(std::uint64_t count) {
  return human_count(count) + (count == 1 ? " row" : " rows");
}
}  // namespace weir::transform
