#include "lake/predicates.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "core/json.h"
#include "core/text.h"
#include "lake/sql_tokens.h"

namespace weir::lake {
namespace {
using delta::Comparison;
using delta::Condition;
using delta::TypeKind;

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// The place of the one mention of the table: the SELECT, the table itself, and whether it stands alone in FROM.
struct Mention {
  const Json* select = nullptr;
  const Json* table = nullptr;
  bool alone = false;
};

class Search {
 public:
  explicit Search(const TableName& table) : table_(table) {}

  // Counts mentions anywhere, and remembers the one that stands in the FROM clause of a SELECT.
  void walk(const Json& json) {
    if (json.is_array()) {
      for (const Json& item : json) {
        walk(item);
      }
    } else if (json.is_object()) {
      const std::string type = text_of(json, "type");
      if (type == "BASE_TABLE" && equals_ignoring_case(text_of(json, "table_name"), table_.name)) {
        ++mentions_count_;
      }
      if (type == "SELECT_NODE" && json.contains("from_table")) {
        look_in(json["from_table"], json, true);
      }
      for (const auto& [key, value] : json.items()) {
        walk(value);
      }
    }
  }

  std::optional<Mention> only() const { return mentions_count_ == 1 && found_.table != nullptr ? std::optional(found_) : std::nullopt; }

 private:
  void look_in(const Json& from, const Json& select, bool alone) {
    const std::string type = text_of(from, "type");
    if (type == "BASE_TABLE") {
      const bool ours = equals_ignoring_case(text_of(from, "table_name"), table_.name) &&
                        equals_ignoring_case(text_of(from, "schema_name"), table_.schema) && !from.contains("sample") &&
                        !from.contains("at_clause") && !from.contains("column_name_alias");
      if (ours) {
        found_ = {&select, &from, alone};
      }
    } else if (type == "JOIN" && is_plain_join(from)) {
      look_in(from["left"], select, false);
      look_in(from["right"], select, false);
    }
  }

  // Rows may be left out before the join only where a comparison that is not true drops the joined row, whoever it was joined
  // with: not for ASOF and positional joins, which then would pick another row, nor for semi and anti joins.
  static bool is_plain_join(const Json& join) {
    const std::string kind = text_of(join, "join_type");
    const std::string reference = text_of(join, "ref_type");
    return (kind == "INNER" || kind == "LEFT" || kind == "RIGHT" || kind == "OUTER") && (reference == "REGULAR" || reference == "CROSS") &&
           join.contains("left") && join.contains("right");
  }

  const TableName& table_;
  std::size_t mentions_count_ = 0;
  Mention found_;
};

class Collector {
 public:
  Collector(const Mention& mention, const delta::Schema& schema)
      : schema_(schema), alone_(mention.alone), alias_(text_of(*mention.table, "alias")) {
    if (alias_.empty()) {
      alias_ = text_of(*mention.table, "table_name");
    }
  }

  void collect(const Json& term) {
    const std::string type = text_of(term, "type");
    if (type == "CONJUNCTION_AND") {
      for (const Json& child : term["children"]) {
        collect(child);
      }
    } else if (type == "COMPARE_BETWEEN") {
      add(column_of(term["input"]), Comparison::kGreaterEqual, term["lower"]);
      add(column_of(term["input"]), Comparison::kLessEqual, term["upper"]);
    } else if (type == "COMPARE_IN") {
      add_in(term["children"]);
    } else if (type == "OPERATOR_IS_NOT_NULL" || (type == "OPERATOR_IS_NULL" && alone_)) {
      if (const delta::Field* field = column_of(term["children"][0])) {
        conditions_.push_back({{field->name}, type == "OPERATOR_IS_NULL" ? Comparison::kIsNull : Comparison::kIsNotNull, {}});
      }
    } else if (const auto comparison = comparison_of(type)) {
      if (const delta::Field* field = column_of(term["left"])) {
        add(field, *comparison, term["right"]);
      } else {
        add(column_of(term["right"]), mirrored(*comparison), term["left"]);
      }
    }
  }

  std::vector<Condition> take() { return std::move(conditions_); }

  Collector(const delta::Schema& schema, std::string_view alias) : schema_(schema), alone_(false), alias_(alias) {}

  const delta::Field* column_of(const Json& expression) const {
    if (!expression.is_object() || text_of(expression, "type") != "COLUMN_REF" || !expression.contains("column_names")) {
      return nullptr;
    }
    const auto names = expression["column_names"].get<std::vector<std::string>>();
    const bool qualified = names.size() == 2 && equals_ignoring_case(names[0], alias_);
    if (!qualified && !(names.size() == 1 && alone_)) {
      return nullptr;
    }
    return schema_.find(names.back());
  }

 private:
  static std::optional<Comparison> comparison_of(std::string_view type) {
    if (type == "COMPARE_EQUAL") {
      return Comparison::kEqual;
    }
    if (type == "COMPARE_LESSTHAN") {
      return Comparison::kLess;
    }
    if (type == "COMPARE_LESSTHANOREQUALTO") {
      return Comparison::kLessEqual;
    }
    if (type == "COMPARE_GREATERTHAN") {
      return Comparison::kGreater;
    }
    return type == "COMPARE_GREATERTHANOREQUALTO" ? std::optional(Comparison::kGreaterEqual) : std::nullopt;
  }

  static Comparison mirrored(Comparison comparison) {
    switch (comparison) {
      case Comparison::kLess:
        return Comparison::kGreater;
      case Comparison::kLessEqual:
        return Comparison::kGreaterEqual;
      case Comparison::kGreater:
        return Comparison::kLess;
      case Comparison::kGreaterEqual:
        return Comparison::kLessEqual;
      default:
        return comparison;
    }
  }

  // The constant as text when it compares with the column as the column's own type would.
  static std::optional<std::string> constant_for(const delta::Field& field, const Json& expression) {
    const std::string type = text_of(expression, "type");
    if (type == "OPERATOR_CAST" && expression.contains("child")) {
      const std::string target = text_of(expression.value("cast_type", Json::object()), "id");
      const TypeKind kind = field.type.kind;
      const bool time = kind == TypeKind::kTimestamp || kind == TypeKind::kTimestampNtz;
      const bool fits = (target == "DATE" && (kind == TypeKind::kDate || time)) || (target == "TIMESTAMP" && time) ||
                        (target == "BOOLEAN" && kind == TypeKind::kBoolean);
      const Json& child = expression["child"];
      if (!fits || text_of(child, "type") != "VALUE_CONSTANT") {
        return std::nullopt;
      }
      const std::string text = text_of(child.value("value", Json::object()), "value");
      return target != "BOOLEAN" ? std::optional(text) : text == "t" ? std::optional<std::string>("true") : "false";
    }
    if (type != "VALUE_CONSTANT") {
      return std::nullopt;
    }
    const Json constant = expression.value("value", Json::object());
    const Json value = constant.value("value", Json());
    const Json value_type = constant.value("type", Json::object());
    const std::string id = text_of(value_type, "id");
    if (value.is_string() && id == "VARCHAR") {
      return value.get<std::string>();  // a plain literal takes the column's type
    }
    const bool number = field.type.is_integer() || field.type.kind == TypeKind::kDecimal || field.type.kind == TypeKind::kDouble;
    if (!number || !value.is_number_integer()) {
      return std::nullopt;
    }
    if (id != "DECIMAL") {
      return value.dump();
    }
    const int scale = value_type.value("type_info", Json::object()).value("scale", 0);
    const auto whole = value.get<std::int64_t>();
    std::string digits = std::to_string(whole < 0 ? -whole : whole);
    if (scale > 0) {
      digits.insert(0, std::string(static_cast<std::size_t>(std::max(0, scale + 1 - static_cast<int>(digits.size()))), '0'));
      digits.insert(digits.size() - static_cast<std::size_t>(scale), ".");
    }
    return whole < 0 ? "-" + digits : digits;
  }

  void add(const delta::Field* field, Comparison comparison, const Json& expression) {
    if (field == nullptr) {
      return;
    }
    if (auto value = constant_for(*field, expression)) {
      conditions_.push_back({{field->name}, comparison, {std::move(*value)}});
    }
  }

  void add_in(const Json& children) {
    const delta::Field* field = children.empty() ? nullptr : column_of(children[0]);
    if (field == nullptr) {
      return;
    }
    Condition condition{{field->name}, Comparison::kIn, {}};
    for (std::size_t i = 1; i < children.size(); ++i) {
      auto value = constant_for(*field, children[i]);
      if (!value) {
        return;
      }
      condition.values.push_back(std::move(*value));
    }
    conditions_.push_back(std::move(condition));
  }

  const delta::Schema& schema_;
  bool alone_;
  std::string alias_;
  std::vector<Condition> conditions_;
};

// The statements of DuckDB's tree; nothing when DuckDB cannot give one.
std::optional<Json> statements_of(duck::Connection& connection, std::string_view sql) {
  const auto tree = connection.query_value(
      fmt::format("SELECT json_serialize_sql({}, skip_null := true, skip_default := true, skip_empty := true)", sql_string(sql)));
  if (!tree || !*tree) {
    return std::nullopt;
  }
  Json json = Json::parse(**tree, nullptr, false);
  if (!json.is_object() || json.value("error", false) || !json.contains("statements")) {
    return std::nullopt;
  }
  return json["statements"];
}

// The query of CREATE TABLE … AS, COPY (…) TO and EXPLAIN, which DuckDB gives no tree for; any other statement as it is.
std::string_view query_within(std::string_view sql) {
  const std::vector<SqlToken> tokens = sql_tokens(sql);
  if (tokens.size() < 2) {
    return sql;
  }
  if (tokens[0].is_word("EXPLAIN")) {
    return sql.substr(tokens[tokens[1].is_word("ANALYZE") && tokens.size() > 2 ? 2 : 1].offset);
  }
  const bool copies = tokens[0].is_word("COPY") && tokens[1].is_symbol("(");
  if (!copies && !tokens[0].is_word("CREATE")) {
    return sql;
  }
  int depth = 0;
  for (std::size_t i = 1; i < tokens.size(); ++i) {
    depth += tokens[i].is_symbol("(") ? 1 : tokens[i].is_symbol(")") ? -1 : 0;
    if (copies && depth == 0) {
      return sql.substr(tokens[1].offset + 1, tokens[i].offset - tokens[1].offset - 1);
    }
    if (!copies && depth == 0 && tokens[i].is_word("AS")) {
      return sql.substr(tokens[i].offset + tokens[i].text.size());
    }
  }
  return sql;
}

// `target.column = source.column` among the terms, in either order.
void collect_equalities(const Json& term, const Collector& target, std::string_view source_alias, JoinDemands& demands) {
  const std::string type = text_of(term, "type");
  if (type == "CONJUNCTION_AND") {
    for (const Json& child : term["children"]) {
      collect_equalities(child, target, source_alias, demands);
    }
    return;
  }
  if (type != "COMPARE_EQUAL") {
    return;
  }
  for (const auto& [ours, theirs] : {std::pair("left", "right"), std::pair("right", "left")}) {
    const delta::Field* field = target.column_of(term[ours]);
    const Json& other = term[theirs];
    if (field == nullptr || text_of(other, "type") != "COLUMN_REF" || !other.contains("column_names")) {
      continue;
    }
    const auto names = other["column_names"].get<std::vector<std::string>>();
    if (names.size() == 2 && equals_ignoring_case(names[0], source_alias)) {
      demands.equal_columns.emplace_back(field->name, names[1]);
      return;
    }
  }
}
}  // namespace

std::vector<Condition> conditions_on(duck::Connection& connection, std::string_view sql, const TableName& table, const delta::Schema& schema) {
  const std::optional<Json> statements = statements_of(connection, query_within(sql));
  if (!statements) {
    return {};
  }
  Search search(table);
  search.walk(*statements);
  const std::optional<Mention> mention = search.only();
  if (!mention || !mention->select->contains("where_clause")) {
    return {};
  }
  Collector collector(*mention, schema);
  collector.collect((*mention->select)["where_clause"]);
  return collector.take();
}

JoinDemands join_demands(duck::Connection& connection, std::string_view on, std::string_view target_alias, const delta::Schema& target,
                         std::string_view source_alias) {
  JoinDemands demands;
  const std::optional<Json> statements = statements_of(connection, fmt::format("SELECT 1 WHERE {}", on));
  if (!statements || statements->empty()) {
    return demands;
  }
  const Json node = (*statements)[0].value("node", Json::object());
  if (!node.contains("where_clause")) {
    return demands;
  }
  Collector collector(target, target_alias);
  collector.collect(node["where_clause"]);
  demands.conditions = collector.take();
  collect_equalities(node["where_clause"], Collector(target, target_alias), source_alias, demands);
  return demands;
}

std::vector<delta::Condition> where_conditions(duck::Connection& connection, std::string_view where, std::string_view alias,
                                               const delta::Schema& schema) {
  const std::string sql = fmt::format("SELECT * FROM \"weir target\".{} WHERE {}", sql_name(alias), where);
  return conditions_on(connection, sql, {"weir target", std::string(alias)}, schema);
}
}  // namespace weir::lake
