#include "delta/maintenance/liquid.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"
#include "delta/column_names.h"
#include "delta/maintenance/clustering.h"
#include "delta/stats.h"

namespace weir::delta {
namespace {
constexpr std::string_view kFeature = "clustering";
constexpr std::string_view kDomain = "delta.clustering";

const DomainMetadata* find_domain(const Snapshot& snapshot) {
  const auto at = snapshot.domains().find(kDomain);
  return at == snapshot.domains().end() ? nullptr : &at->second;
}

DomainMetadata clustering_domain(const Json& paths) {
  const Json configuration = {{"clusteringColumns", paths}, {"domainName", kDomain}};
  return {.domain = std::string(kDomain), .configuration = configuration.dump(), .removed = false};
}
}  // namespace

Result<std::vector<std::string>> clustering_columns(const Snapshot& snapshot) {
  const DomainMetadata* domain = find_domain(snapshot);
  std::vector<std::string> columns;
  if (domain == nullptr) {
    return columns;
  }
  const Json json = Json::parse(domain->configuration, nullptr, false);
  const auto paths = json.is_object() ? json.find("clusteringColumns") : json.end();
  if (paths == json.end() || !paths->is_array()) {
    return fail(ErrorCode::kCorrupt, fmt::format("the domain {} has no list \"clusteringColumns\"", kDomain),
                snapshot.location().data_root);
  }
  const ColumnMapping mapping = column_mapping(snapshot.protocol(), snapshot.metadata());
  for (const Json& path : *paths) {
    if (!path.is_array() || path.empty() || !path[0].is_string()) {
      return fail(ErrorCode::kCorrupt, fmt::format("the domain {} has a column without a name", kDomain),
                  snapshot.location().data_root);
    }
    if (path.size() > 1) {
      std::vector<std::string> names;
      for (const Json& name : path) {
        names.push_back(name.is_string() ? name.get<std::string>() : name.dump());
      }
      columns.push_back(join(names, "."));
      continue;
    }
    const std::string physical = path[0].get<std::string>();
    const auto& fields = snapshot.schema().fields;
    const auto field =
        std::ranges::find_if(fields, [&](const Field& other) { return physical_name(other, mapping) == physical; });
    if (field == fields.end()) {
      return fail(ErrorCode::kCorrupt, fmt::format("the table is clustered by \"{}\", which is no column of it", physical),
                  snapshot.location().data_root);
    }
    columns.push_back(field->name);
  }
  return columns;
}

Status set_clustering(Transaction& transaction, const std::vector<std::string>& columns) {
  const auto& snapshot = transaction.snapshot();
  if (columns.empty() && (snapshot == nullptr || find_domain(*snapshot) == nullptr)) {
    return {};
  }
  const Schema& schema = transaction.schema();
  if (!columns.empty() && !transaction.partition_columns().empty()) {
    return fail(ErrorCode::kInvalid, "a table with partitions cannot be clustered as well: leave PARTITIONED BY out, and cluster by these columns too");
  }
  if (columns.size() > kLiquidColumnsMax) {
    return fail(ErrorCode::kInvalid, fmt::format("{} columns to cluster by; {} are the most", columns.size(), kLiquidColumnsMax));
  }
  WEIR_TRY(check_clustering({.columns = columns}, schema, {}));
  const ColumnMapping mapping = column_mapping(transaction.protocol(), transaction.metadata());
  const auto with_statistics = stats_columns(schema, {}, transaction.metadata().configuration, mapping);
  Json paths = Json::array();
  for (const std::string& column : columns) {
    const std::vector<std::string> path = {physical_name(*schema.find(column), mapping)};
    if (std::ranges::find(with_statistics, path) == with_statistics.end()) {
      return fail(ErrorCode::kInvalid, fmt::format("\"{}\" has no statistics, without which clustering skips nothing: the properties "
                                                   "delta.dataSkippingStatsColumns and delta.dataSkippingNumIndexedCols (32) say which columns have them",
                                                   column));
    }
    paths.push_back(path);
  }
  transaction.require_feature(kFeature);
  transaction.set_domain(clustering_domain(paths));
  return {};
}

bool same_clustering(const Snapshot& one, const Snapshot& other) {
  const DomainMetadata* first = find_domain(one);
  const DomainMetadata* second = find_domain(other);
  return first == nullptr || second == nullptr ? first == second : first->configuration == second->configuration;
}

void carry_clustering(Transaction& transaction, const Snapshot& source) {
  const auto& snapshot = transaction.snapshot();
  const DomainMetadata* wanted = find_domain(source);
  if (snapshot == nullptr ? wanted == nullptr : same_clustering(*snapshot, source)) {
    return;
  }
  transaction.require_feature(kFeature);
  transaction.set_domain(wanted != nullptr ? *wanted : clustering_domain(Json::array()));
}
}  // namespace weir::delta
