#include "quality/checks/relationships.h"

#include <fmt/format.h>

#include "core/text.h"
#include "lake/table_name.h"
#include "quality/check_arguments.h"

namespace weir::quality {
namespace {
/// `(SELECT … FROM … WHERE …) AS child`: the rows that need a match.
std::string child_sql(const CheckScope& scope, const std::vector<Column>& columns) {
  std::vector<std::string> keys;
  std::vector<std::string> conditions = {scope.where};
  for (std::size_t i = 0; i < columns.size(); ++i) {
    keys.push_back(fmt::format("{} AS key{}", columns[i].sql, i + 1));
    conditions.push_back(columns[i].sql + " IS NOT NULL");
  }
  return fmt::format("(SELECT {} FROM {} WHERE {}) AS child", join(keys, ", "), scope.table.sql, all_of(conditions));
}
}  // namespace

// Both sides are sub-selects whose columns have names of ours, so that no name of the tables can be taken for another:
//
//   FROM (SELECT "customer_id" AS key1 FROM "staging"."orders" WHERE …) AS child
//   ANTI JOIN (SELECT "id" AS key1 FROM "staging"."customers") AS parent ON parent.key1 = child.key1
//
// For NOT EXISTS DuckDB would keep the children in memory.
std::string orphans_sql(const CheckScope& scope, const std::vector<Column>& columns, const RelationshipEnd& to) {
  std::vector<std::string> keys;
  std::vector<std::string> same;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    keys.push_back(fmt::format("{} AS key{}", to.columns[i].sql, i + 1));
    same.push_back(fmt::format("parent.key{0} = child.key{0}", i + 1));
  }
  return fmt::format("FROM {} ANTI JOIN (SELECT {} FROM {}) AS parent ON {}", child_sql(scope, columns),
                     join(keys, ", "), to.relation.sql, join(same, " AND "));
}

Check relationships_check(const CheckScope& scope, const std::vector<Column>& columns, const RelationshipEnd& to) {
  std::vector<std::string> names;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    names.push_back(columns[i].name);
    shown.push_back(fmt::format("child.key{} AS {}", i + 1, sql_name(columns[i].name)));
  }
  const std::string orphans = orphans_sql(scope, columns, to);
  Check check;
  check.type = "relationships";
  check.name = check_name("relationships", {join(names, "_"), to.relation.name});
  check.place = scope.place;
  check.table = scope.table;
  check.columns = columns;
  check.others = {to};
  check.query = fmt::format("SELECT (SELECT count(*) FROM {}), (SELECT count(*) {})", child_sql(scope, columns), orphans);
  check.failing_rows = fmt::format("SELECT {}, count(*) AS \"rows\" {} GROUP BY ALL", join(shown, ", "), orphans);
  check.takes_mostly = true;
  note_sql(check, scope.where);
  check.measure = [](const Values& values, Timestamp) -> Result<Measurement> {
    Measurement out;
    WEIR_TRY_ASSIGN(out.rows, count_in(values, 0));
    WEIR_TRY_ASSIGN(out.failures, count_in(values, 1));
    return out;
  };
  return check;
}

Result<std::vector<Check>> read_relationships(const ConfigNode& arguments, const CheckScope& scope) {
  WEIR_TRY_ASSIGN(ConfigMap map, ConfigMap::open(arguments, "relationships"));
  WEIR_TRY_ASSIGN(const ConfigNode column, map.require("column"));
  WEIR_TRY_ASSIGN(const auto columns, read_columns(column, "column"));
  WEIR_TRY_ASSIGN(const ConfigNode to, map.require("to"));
  WEIR_TRY_ASSIGN(const std::string table_text, to.as_text("to"));
  const auto table = lake::TableName::parse(table_text);
  if (!table) {
    return fail_at(to.place(), "to: " + table.error().message);
  }
  RelationshipEnd end{.relation = table_relation(*table), .columns = columns};
  if (const ConfigNode* field = map.find("field"); field != nullptr) {
    WEIR_TRY_ASSIGN(end.columns, read_columns(*field, "field"));
  }
  WEIR_TRY(map.finish());
  if (end.columns.size() != columns.size()) {
    return fail_at(arguments.place(), fmt::format("relationships: {} columns on one side and {} on the other", columns.size(), end.columns.size()));
  }
  return std::vector<Check>{relationships_check(scope, columns, end)};
}
}  // namespace weir::quality
