#include "quality/relation.h"

#include "core/text.h"

namespace weir::quality {
Relation table_relation(const lake::TableName& table, std::string node_id) {
  return {.name = table.text(), .sql = sql_name(table.schema) + "." + sql_name(table.name), .node_id = std::move(node_id)};
}

Relation select_relation(std::string name, std::string_view select_sql, std::string node_id) {
  return {.name = std::move(name), .sql = "(" + std::string(select_sql) + "\n)", .node_id = std::move(node_id)};
}
}  // namespace weir::quality
