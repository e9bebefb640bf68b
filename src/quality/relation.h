#pragma once

#include <string>

#include "lake/table_name.h"

namespace weir::quality {
/// What a check looks at: a table or view of the lake, or a SELECT in its place (an ephemeral model).
struct Relation {
  std::string name;     ///< for people: "staging.orders"
  std::string sql;      ///< what follows FROM: "staging"."orders", or a SELECT in parentheses
  std::string node_id;  ///< the graph's node that makes it; empty: found by `name`
  bool operator==(const Relation&) const = default;
};

Relation table_relation(const lake::TableName& table, std::string node_id = {});
/// `name` is what people call it; `select_sql` stands wherever the table would.
Relation select_relation(std::string name, std::string_view select_sql, std::string node_id = {});
}  // namespace weir::quality
