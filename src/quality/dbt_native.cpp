#include "quality/dbt_native.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"
#include "quality/checks/accepted_values.h"
#include "quality/checks/between.h"
#include "quality/checks/expression.h"
#include "quality/checks/not_null.h"
#include "quality/checks/relationships.h"
#include "quality/checks/unique.h"
#include "quality/python_text.h"

namespace weir::quality {
namespace {
bool is_plain_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80; };
  return !text.empty() && is_letter(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '$'; });
}

Result<Column> required_column(const NativeTest& test) {
  if (!test.column) {
    return fail_at(test.arguments.place(), fmt::format("{} needs a column: put it below one, or give it column_name", test.test));
  }
  return *test.column;
}

std::string rows_where(const Check& check) { return fmt::format("SELECT * FROM {} WHERE {}", check.table.sql, check.failing_condition); }

std::string values_where(const Check& check, const Column& column) {
  return fmt::format("SELECT {0} AS value_field, count(*) AS n_records FROM {1} WHERE {2} GROUP BY {0}", column.sql, check.table.sql,
                     check.failing_condition);
}

std::string groups_of(const CheckScope& scope, const std::string& shown, const std::string& keys, const std::string& condition) {
  return fmt::format("SELECT {} FROM {} WHERE {} GROUP BY {} HAVING count(*) > 1", shown, scope.table.sql, all_of({scope.where, condition}),
                     keys);
}

Result<NativeCheck> make_not_null(const NativeTest& test, ConfigMap&) {
  WEIR_TRY_ASSIGN(const Column column, required_column(test));
  NativeCheck out{.check = not_null_check(test.scope, column), .dbt_rows = {}};
  out.dbt_rows = rows_where(out.check);
  return out;
}

Result<NativeCheck> make_unique(const NativeTest& test, ConfigMap&) {
  WEIR_TRY_ASSIGN(const Column column, required_column(test));
  NativeCheck out{.check = unique_check(test.scope, {column}, {.count = UniqueOptions::Count::kValues}), .dbt_rows = {}};
  out.dbt_rows = groups_of(test.scope, column.sql + " AS unique_field, count(*) AS n_records", column.sql, column.sql + " IS NOT NULL");
  return out;
}

Result<NativeCheck> make_accepted_values(const NativeTest& test, ConfigMap& arguments) {
  WEIR_TRY_ASSIGN(const Column column, required_column(test));
  WEIR_TRY_ASSIGN(const ConfigNode values, arguments.require("values"));
  WEIR_TRY_ASSIGN(const bool quote, arguments.flag_or("quote", true));
  if (!values.is_sequence() || values.items().empty()) {
    return fail_at(values.place(), "values must be a list with at least one value");
  }
  AcceptedValuesOptions options{.values = {}, .counts_values = true};
  for (const ConfigNode& value : values.items()) {
    const std::string text = python_str(value);
    options.values.push_back(quote ? sql_string(text) : text);
  }
  NativeCheck out{.check = accepted_values_check(test.scope, column, options), .dbt_rows = {}};
  out.dbt_rows = values_where(out.check, column);
  return out;
}

Result<NativeCheck> make_relationships(const NativeTest& test, ConfigMap& arguments) {
  WEIR_TRY_ASSIGN(const Column column, required_column(test));
  WEIR_TRY_ASSIGN(const ConfigNode to, arguments.require("to"));
  WEIR_TRY_ASSIGN(const std::string expression, to.as_text("to"));
  WEIR_TRY_ASSIGN(const ConfigNode field, arguments.require("field"));
  WEIR_TRY_ASSIGN(const std::string field_text, field.as_text("field"));
  if (!test.resolve) {
    return fail_at(to.place(), fmt::format("nothing can tell what {} is", expression), ErrorCode::kUnsupported);
  }
  WEIR_TRY_ASSIGN(Relation relation, test.resolve(expression, to.place()));
  const RelationshipEnd end{.relation = std::move(relation), .columns = {dbt_column(field_text, false, field.place())}};
  return NativeCheck{.check = relationships_check(test.scope, {column}, end),
                     .dbt_rows = fmt::format("SELECT child.key1 AS from_field {}", orphans_sql(test.scope, {column}, end))};
}

// What stands in `key` is SQL: a number, or an expression such as current_date.
Result<std::string> sql_argument(ConfigMap& arguments, std::string_view key) {
  const ConfigNode* node = arguments.find(key);
  return node == nullptr ? std::string() : node->as_text(key);
}

Result<NativeCheck> make_accepted_range(const NativeTest& test, ConfigMap& arguments) {
  WEIR_TRY_ASSIGN(const Column column, required_column(test));
  Bounds bounds;
  WEIR_TRY_ASSIGN(bounds.min, sql_argument(arguments, "min_value"));
  WEIR_TRY_ASSIGN(bounds.max, sql_argument(arguments, "max_value"));
  WEIR_TRY_ASSIGN(const bool inclusive, arguments.flag_or("inclusive", true));
  bounds.strict_min = !inclusive;
  bounds.strict_max = !inclusive;
  if (bounds.min.empty() && bounds.max.empty()) {
    return fail_at(test.arguments.place(), "accepted_range needs min_value, max_value or both");
  }
  NativeCheck out{.check = between_check(test.scope, column, bounds), .dbt_rows = {}};
  out.dbt_rows = rows_where(out.check);
  return out;
}

Result<NativeCheck> make_expression_is_true(const NativeTest& test, ConfigMap& arguments) {
  WEIR_TRY_ASSIGN(const std::string expression, arguments.require_text("expression"));
  NativeCheck out{.check = expression_check(test.scope, test.column ? test.column->sql + " " + expression : expression), .dbt_rows = {}};
  out.dbt_rows = rows_where(out.check);
  return out;
}

Result<NativeCheck> make_unique_combination(const NativeTest& test, ConfigMap& arguments) {
  WEIR_TRY_ASSIGN(const ConfigNode list, arguments.require("combination_of_columns"));
  WEIR_TRY_ASSIGN(const std::vector<std::string> names, arguments.texts("combination_of_columns"));
  WEIR_TRY_ASSIGN(const bool quoted, arguments.flag_or("quote_columns", false));
  if (names.empty()) {
    return fail_at(list.place(), "combination_of_columns must be a list of columns");
  }
  std::vector<Column> columns;
  std::vector<std::string> keys;
  for (const std::string& name : names) {
    columns.push_back(dbt_column(name, quoted, list.place()));
    keys.push_back(columns.back().sql);
  }
  const UniqueOptions options{.count = UniqueOptions::Count::kValues, .ignores_nulls = false};
  NativeCheck out{.check = unique_check(test.scope, columns, options), .dbt_rows = {}};
  out.dbt_rows = groups_of(test.scope, join(keys, ", "), join(keys, ", "), "");
  return out;
}

struct NativeType {
  std::string_view name_space;
  std::string_view test;
  Result<NativeCheck> (*make)(const NativeTest& test, ConfigMap& arguments);
};
constexpr std::array kNatives = {
    NativeType{"", "not_null", make_not_null},
    NativeType{"", "unique", make_unique},
    NativeType{"", "accepted_values", make_accepted_values},
    NativeType{"", "relationships", make_relationships},
    NativeType{"dbt_utils", "accepted_range", make_accepted_range},
    NativeType{"dbt_utils", "expression_is_true", make_expression_is_true},
    NativeType{"dbt_utils", "unique_combination_of_columns", make_unique_combination},
};
}  // namespace

Result<std::optional<NativeCheck>> make_native_check(const NativeTest& test) {
  const std::string_view name_space = test.name_space == "dbt" ? std::string_view() : std::string_view(test.name_space);
  const auto found =
      std::ranges::find_if(kNatives, [&](const NativeType& type) { return type.name_space == name_space && type.test == test.test; });
  if (found == kNatives.end()) {
    return std::nullopt;
  }
  WEIR_TRY_ASSIGN(ConfigMap arguments, ConfigMap::open(test.arguments, test.test));
  WEIR_TRY_ASSIGN(NativeCheck check, found->make(test, arguments));
  WEIR_TRY(arguments.finish());
  return check;
}

std::vector<std::string> native_test_names() {
  std::vector<std::string> names;
  for (const NativeType& type : kNatives) {
    names.push_back(type.name_space.empty() ? std::string(type.test) : fmt::format("{}.{}", type.name_space, type.test));
  }
  return names;
}

Column dbt_column(const std::string& text, bool quoted, const Place& place) {
  if (quoted || is_plain_name(text)) {
    return named_column(text, place);
  }
  if (text.size() > 2 && text.front() == '"' && text.back() == '"') {
    return named_column(replace_all(text.substr(1, text.size() - 2), "\"\"", "\""), place);
  }
  return {.name = text, .sql = text, .place = place, .is_name = false};
}
}  // namespace weir::quality
