#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace weir::graph {
/// What a node is. dbt's resource types keep their names; kIngest, kStream, kCheck and kReport are weir's own.
enum class NodeKind : std::uint8_t {
  kSource,         ///< a table that somebody else fills, or that an ingest node of the project fills
  kIngest,         ///< loads a source into raw
  kSeed,           ///< a CSV file of the project as a table
  kModel,          ///< a SELECT as a table or view
  kSnapshot,       ///< the history of a table
  kStream,         ///< a streaming query
  kTest,           ///< a dbt data test, generic or singular
  kUnitTest,       ///< a dbt unit test of one model
  kCheck,          ///< an expectation suite on a table
  kReport,         ///< a Markdown page
  kExposure,       ///< a use of the data outside of the project
  kMetric,         ///< \ .
  kSemanticModel,  ///<  | read from dbt projects so that selections of them work; nothing runs
  kSavedQuery,     ///< /
  kAnalysis,       ///< SQL that is compiled but not run
};

/// "unit_test" for kUnitTest: the words of `resource_type:`.
std::string_view kind_name(NodeKind kind);
std::optional<NodeKind> kind_from_name(std::string_view name);
/// All names, in the order of the enum.
const std::vector<std::string>& kind_names();
/// Tests, unit tests and checks: they gate what comes after them, and are selected with what they look at.
bool is_test(NodeKind kind);

/// What the graph, selections and people know about a node. Empty fields mean "does not have one".
struct NodeInfo {
  std::string id;  ///< unique: "model.shop.fact_orders", "source.shop.raw.orders", "test.shop.not_null_orders_id.1a2b"
  NodeKind kind = NodeKind::kModel;
  std::string name;              ///< "fact_orders"; for a source its table's name
  std::string package;           ///< the dbt package, or the project: "shop"
  std::vector<std::string> fqn;  ///< package, folders, name: {"shop", "marts", "fact_orders"}
  std::string path;              ///< file that defines it, from the project's folder, with `/`
  std::string properties_path;   ///< YAML file with its properties when that is another one
  Place place;                   ///< where errors point to
  std::string description;

  std::string schema;        ///< where its table lives: "analytics"
  std::string materialized;  ///< "table", "view", "incremental", "ephemeral", ...
  std::vector<std::string> tags;
  /// Every config value as text, nested keys joined by dots, lists with all their items:
  /// {"meta.contains_pii", {"true"}}, {"unique_key", {"order_id", "line"}}.
  std::map<std::string, std::vector<std::string>> config;
  std::string group;
  std::string access;          ///< "public", "protected", "private"
  std::string version;         ///< of a versioned model: "2"; its fqn then ends with {name, "v2"}
  std::string latest_version;  ///< of that model
  std::string source_name;     ///< of a source: "raw" in source('raw', 'orders'); of an ingest: its `source:`
  std::string test_type;       ///< "generic", "singular", "unit", "check"
  std::string test_name;       ///< of a generic test: "not_null"

  std::vector<std::string> inputs;  ///< ids of the nodes it reads; each must be in the graph
  /// Tables it reads by name, "schema.table" in any case. The nodes that write such a table become parents, else the
  /// source that stands for it; other tables come from outside. A source names the one table that it stands for here,
  /// and only ingests and streams become its parents.
  std::vector<std::string> tables_read;
  std::vector<std::string> tables_written;  ///< "schema.table"

  /// False for what only stands in the graph: sources, exposures, metrics, ephemeral models, ...
  bool runs() const;
};
}  // namespace weir::graph
