// How the columns of a query go into those of a table.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "delta/data_files.h"
#include "duck/database.h"

namespace weir::delta {
namespace {
int integer_digits(TypeKind kind) {
  switch (kind) {
    case TypeKind::kByte:
      return 3;
    case TypeKind::kShort:
      return 5;
    case TypeKind::kInteger:
      return 10;
    default:
      return 19;
  }
}

// True where every value of `from` is a value of `to`.
bool loses_nothing(const DataType& from, const DataType& to) {
  if (from.kind == to.kind && from.kind != TypeKind::kDecimal) {
    return true;
  }
  if (to.kind == TypeKind::kDecimal) {
    const int digits = to.precision - to.scale;
    if (from.kind == TypeKind::kDecimal) {
      return to.scale >= from.scale && digits >= from.precision - from.scale;
    }
    return from.is_integer() && digits >= integer_digits(from.kind);
  }
  if (from.is_integer() && to.is_integer()) {
    return integer_digits(from.kind) <= integer_digits(to.kind);
  }
  if (to.kind == TypeKind::kDouble) {
    return from.kind == TypeKind::kFloat || (from.is_integer() && from.kind != TypeKind::kLong);
  }
  if (to.kind == TypeKind::kFloat) {
    return from.kind == TypeKind::kShort || from.kind == TypeKind::kByte;
  }
  return from.kind == TypeKind::kDate && to.kind == TypeKind::kTimestampNtz;
}

std::unexpected<Error> type_mismatch(std::string_view path, const DataType& table, const duck::Type& query) {
  return fail(
      ErrorCode::kInvalid,
      fmt::format(
          "the table has type {}, but the query gives {}, which does not fit; cast it in the query: CAST({} AS {})",
          type_text(table), query.sql(), sql_name(path), duck_type_sql(table)),
      path);
}

// The table's type with what the query adds to it; the same where it adds nothing.
Result<DataType> match_type(const DataType& table, const duck::Type& query, SchemaMode mode, const std::string& path);

Result<DataType> match_struct(const DataType& table, const duck::Type& query, SchemaMode mode,
                              const std::string& path) {
  DataType out = table;
  bool any = false;
  for (const duck::Type::Child& child : query.children) {
    const std::string inner = path + '.' + child.name;
    const auto at = std::find_if(out.fields.begin(), out.fields.end(),
                                 [&](const Field& field) { return equals_ignoring_case(field.name, child.name); });
    if (at != out.fields.end()) {
      WEIR_TRY_ASSIGN(at->type, match_type(at->type, child.type, mode, inner));
      any = true;
    } else if (mode == SchemaMode::kMerge) {
      WEIR_TRY_ASSIGN(DataType type, type_from_duck(child.type));
      out.fields.push_back({child.name, std::move(type), true, {}});
    } else {
      std::vector<std::string> names;
      for (const Field& field : out.fields) {
        names.push_back(field.name);
      }
      return fail(ErrorCode::kInvalid, "the table's struct has no such field" + did_you_mean(child.name, names), inner);
    }
  }
  for (const Field& field : table.fields) {
    const bool given = std::any_of(query.children.begin(), query.children.end(),
                                   [&](const auto& child) { return equals_ignoring_case(child.name, field.name); });
    if (!given && !field.nullable) {
      return fail(ErrorCode::kInvalid, "is NOT NULL in the table, but the query does not give it",
                  path + '.' + field.name);
    }
  }
  if (!any) {
    return type_mismatch(path, table, query);
  }
  return out;
}

Result<DataType> match_type(const DataType& table, const duck::Type& query, SchemaMode mode, const std::string& path) {
  using duck::TypeId;
  if (query.id == TypeId::kNull) {
    return table;
  }
  if (table.kind == TypeKind::kStruct && query.id == TypeId::kStruct) {
    return match_struct(table, query, mode, path);
  }
  if ((table.kind == TypeKind::kArray && (query.id == TypeId::kList || query.id == TypeId::kArray)) ||
      (table.kind == TypeKind::kMap && query.id == TypeId::kMap)) {
    DataType out = table;
    for (std::size_t i = 0; i < out.fields.size(); ++i) {
      WEIR_TRY_ASSIGN(out.fields[i].type, match_type(table.fields[i].type, query.children[i].type, mode,
                                                     path + '.' + table.fields[i].name));
    }
    return out;
  }
  const auto from = type_from_duck(query);
  if (!from || from->is_nested() || table.is_nested() || !loses_nothing(*from, table)) {
    return type_mismatch(path, table, query);
  }
  return table;
}

// An expression that is true for values of `type` with a null where none may be, looking inside; empty when there are
// no such places.
std::string null_violation(const std::string& expression, const DataType& type, int depth = 0) {
  std::vector<std::string> terms;
  if (type.kind == TypeKind::kStruct) {
    for (const Field& field : type.fields) {
      const std::string inner = fmt::format("{}.{}", expression, sql_name(field.name));
      if (!field.nullable) {
        terms.push_back(inner + " IS NULL");
      }
      if (const std::string deeper = null_violation(inner, field.type, depth + 1); !deeper.empty()) {
        terms.push_back(deeper);
      }
    }
  } else if (type.kind == TypeKind::kArray || type.kind == TypeKind::kMap) {
    const Field& element = type.fields.back();
    const std::string item = fmt::format("x{}", depth);
    std::string test = element.nullable ? "" : item + " IS NULL";
    if (const std::string deeper = null_violation(item, element.type, depth + 1); !deeper.empty()) {
      test += (test.empty() ? "" : " OR ") + deeper;
    }
    if (!test.empty()) {
      const std::string list = type.kind == TypeKind::kMap ? fmt::format("map_values({})", expression) : expression;
      terms.push_back(fmt::format("len(list_filter({}, lambda {}: {})) > 0", list, item, test));
    }
  }
  return terms.empty() ? std::string() : fmt::format("({} IS NOT NULL AND ({}))", expression, join(terms, " OR "));
}

std::string column_expression(const Field& field, const duck::Column* given) {
  const std::string name = sql_name(field.name);
  const std::string type = duck_type_sql(field.type);
  if (given == nullptr && !default_sql(field)) {
    return fmt::format("CAST(NULL AS {}) AS {}", type, name);
  }
  std::string expression = given == nullptr ? *default_sql(field) : sql_name(given->name);
  if (given == nullptr || given->type.sql() != type) {
    expression = fmt::format("CAST({} AS {})", expression, type);
  }
  const std::string refusal =
      fmt::format("error('{}: the column is NOT NULL in the table, but a row has no value for it')",
                  replace_all(field.name, "'", "''"));
  if (const std::string inside = null_violation(expression, field.type); !inside.empty()) {
    expression = fmt::format("CASE WHEN {} THEN {} ELSE {} END", inside, refusal, expression);
  }
  if (!field.nullable) {
    expression = fmt::format("coalesce({}, {})", expression, refusal);
  }
  return fmt::format("{} AS {}", expression, name);
}
// Other engines write defaults in SQL of their own.
Status check_default(duck::Connection& connection, const Field& field) {
  const auto understood =
      connection.describe(fmt::format("SELECT CAST({} AS {})", *default_sql(field), duck_type_sql(field.type)));
  return understood ? Status()
                    : fail(ErrorCode::kUnsupported,
                           "the column's default cannot be computed here, so give a value: " + understood.error().message,
                           field.name);
}
}  // namespace

std::optional<std::string> default_sql(const Field& field) {
  const auto text = field.metadata_text("CURRENT_DEFAULT");
  return text ? std::optional("(" + *text + "\n)") : std::nullopt;
}

Result<WritePlan> plan_write(duck::Connection& connection, std::string_view select_sql, const Schema& schema,
                             SchemaMode mode) {
  WEIR_TRY_ASSIGN(const auto columns, connection.describe(select_sql));
  WEIR_TRY(schema_from_duck(columns));  // two columns of one name
  WritePlan plan;
  plan.schema = schema;
  for (const duck::Column& column : columns) {
    const auto at = std::find_if(plan.schema.fields.begin(), plan.schema.fields.end(),
                                 [&](const Field& field) { return equals_ignoring_case(field.name, column.name); });
    if (at != plan.schema.fields.end()) {
      WEIR_TRY_ASSIGN(at->type, match_type(at->type, column.type, mode, column.name));
    } else if (mode == SchemaMode::kMerge) {
      WEIR_TRY_ASSIGN(DataType type, type_from_duck(column.type));
      plan.schema.fields.push_back({column.name, std::move(type), true, {}});
    } else {
      return fail(ErrorCode::kInvalid,
                  fmt::format("the table has no such column{}; to add it, write with schema merging on",
                              did_you_mean(column.name, schema.names())),
                  column.name);
    }
  }
  plan.schema_changed = plan.schema != schema;
  std::string expressions;
  for (const Field& field : plan.schema.fields) {
    const auto given = std::find_if(columns.begin(), columns.end(), [&](const duck::Column& column) {
      return equals_ignoring_case(column.name, field.name);
    });
    if (given == columns.end() && default_sql(field)) {
      WEIR_TRY(check_default(connection, field));
    } else if (given == columns.end() && !field.nullable) {
      return fail(ErrorCode::kInvalid, "the column is NOT NULL in the table, but the query does not give it",
                  field.name);
    }
    expressions +=
        (expressions.empty() ? "" : ", ") + column_expression(field, given == columns.end() ? nullptr : &*given);
  }
  plan.select_sql = fmt::format("SELECT {} FROM ({})", expressions, select_sql);
  return plan;
}
}  // namespace weir::delta
