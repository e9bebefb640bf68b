#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "graph/node_info.h"
#include "jinja/template.h"
#include "lake/table_name.h"
#include "transform/node_config.h"
#include "transform/properties.h"

namespace weir::transform {
/// A call of ref() in a model.
struct RefCall {
  std::string package;  ///< empty unless ref('package', 'name')
  std::string name;
  std::string version;  ///< empty unless ref('name', v=2)
  bool operator==(const RefCall&) const = default;
  /// "ref('orders')": for messages.
  std::string text() const;
};

/// A call of source() in a model.
struct SourceCall {
  std::string source;
  std::string table;
  bool operator==(const SourceCall&) const = default;
  std::string text() const { return "source('" + source + "', '" + table + "')"; }
};

/// A model, seed, snapshot, analysis or singular test, parsed. Never changes once the project is loaded.
struct Resource {
  graph::NodeKind kind = graph::NodeKind::kModel;
  std::string id;       ///< "model.shop.orders"
  std::string name;     ///< "orders"
  std::string package;  ///< "shop"
  std::vector<std::string> fqn;
  std::string path;  ///< "models/staging/orders.sql"
  Place place;
  std::string version;  ///< of a versioned model
  std::string latest_version;

  std::string raw_sql;                    ///< the template; of a snapshot the text of its block
  std::size_t first_line = 1;             ///< of `raw_sql` in the file
  std::optional<jinja::Template> source;  ///< none for seeds
  NodeConfig config;
  lake::TableName table;      ///< where it lives in the lake
  std::vector<RefCall> refs;  ///< each once, in the order of the calls
  std::vector<SourceCall> sources;
  std::vector<std::string> inputs;  ///< ids of what it reads, each once

  std::string description;
  std::size_t properties = SIZE_MAX;  ///< position in Properties::nodes; SIZE_MAX without
  std::string properties_path;

  /// A snapshot in YAML: its SQL is made from `relation:`, and errors point there.
  bool is_from_yaml = false;

  std::string materialized() const;
  bool is_ephemeral() const { return materialized() == "ephemeral"; }
};
}  // namespace weir::transform
