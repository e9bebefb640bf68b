#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.h"
#include "core/result.h"
#include "graph/node_info.h"
#include "jinja/value.h"
#include "transform/project_file.h"

/// What schema.yml files (any .yml below models/, seeds/, snapshots/, ...) say about nodes:
///   version: 2
///   models:
///     - name: orders
///       description: One row for each order
///       config: {tags: daily}
///       columns:
///         - {name: order_id, data_tests: [not_null, unique]}
namespace weir::transform {
struct ColumnProperties {
  std::string name;
  Place place;
  std::string description;
  std::string data_type;
  std::vector<std::string> tags;
  ConfigNode meta;
  std::vector<ConfigNode> tests;  ///< as written under tests: and data_tests:, Jinja unrendered
};

/// A version of a model: `versions: [{v: 2, defined_in: orders_new}]`.
struct ModelVersion {
  std::string node_id;  ///< "model.shop.orders.v2"; empty where no enabled model is this version
  std::string version;
  std::string
      defined_in;  ///< name of the .sql file without its ending; empty: <name>_v<version>, or <name> for the latest one
  Place place;
  std::string description;
  jinja::Value config;
  std::vector<ColumnProperties> columns;
  std::optional<std::vector<ConfigNode>> tests;  ///< instead of the model's
};

struct NodeProperties {
  std::string node_id;  ///< "model.shop.orders", of a versioned model the latest; empty where no enabled node has the name
  graph::NodeKind kind = graph::NodeKind::kModel;
  std::string name;
  std::string file;  ///< "models/schema.yml"
  Place place;
  std::string description;
  jinja::Value
      config;  ///< a dict; also has what stands beside `config:` in older files (tags, meta, docs, access, group)
  std::vector<ColumnProperties> columns;
  std::vector<ConfigNode> tests;  ///< of the whole table
  std::string relation;           ///< of a snapshot in YAML: "ref('orders')"
  std::optional<Place> relation_place;
  std::vector<ModelVersion> versions;
  std::string latest_version;
};

/// One table of a source.
struct SourceTable {
  std::string node_id;      ///< "source.shop.raw.orders"; empty when disabled
  std::string source_name;  ///< "raw" in source('raw', 'orders')
  std::string name;         ///< "orders"
  std::vector<std::string> fqn;
  std::string file;
  Place place;
  std::string schema;      ///< the source's name unless it says another one
  std::string identifier;  ///< the table's name unless it says another one
  std::string description;
  std::string source_description;
  std::string loader;
  jinja::Value config;  ///< a dict: of the source with that of the table laid over it
  std::vector<ColumnProperties> columns;
  std::vector<ConfigNode> tests;
  ConfigNode freshness;  ///< as written, of the table or else of the source; null where there is none
  std::string loaded_at_field;
};

/// Everything of a project's schema.yml files.
struct Properties {
  std::vector<NodeProperties> nodes;
  std::vector<SourceTable> sources;
  /// What weir hands on as it is: "unit_tests", "exposures", "groups", "metrics", "semantic_models", "saved_queries",
  /// "macros".
  std::map<std::string, std::vector<ConfigNode>> declarations;
};

/// Reads one file and adds to `properties`. Jinja is rendered everywhere but in descriptions and tests.
/// Unknown keys are said in `warnings`. Errors: kInvalid with the place.
Status parse_properties(const ConfigNode& yaml, const std::string& file, const ScalarRender& render,
                        Properties& properties, std::vector<std::string>& warnings);
}  // namespace weir::transform
