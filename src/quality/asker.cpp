#include "quality/asker.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "quality/sql_traits.h"

namespace weir::quality {
namespace {
constexpr int kExamplesMax = 5;
constexpr std::size_t kExampleColumnsMax = 8;
constexpr std::size_t kExampleValueBytesMax = 60;

std::string value_text(const duck::VectorView& column, std::uint64_t row) {
  if (column.is_null(row)) {
    return "NULL";
  }
  const std::string text = excerpt(column.text(row), kExampleValueBytesMax);
  const bool bare = column.type().is_number() || column.type().is_nested() || column.type().id == duck::TypeId::kBoolean;
  return bare ? text : "'" + text + "'";
}

Result<std::vector<std::string>> row_texts(duck::ResultSet result) {
  std::vector<std::string> lines;
  for (;;) {
    WEIR_TRY_ASSIGN(const auto chunk, result.next());
    if (!chunk) {
      return lines;
    }
    const std::size_t columns_count = std::min(chunk->columns_count(), kExampleColumnsMax);
    for (std::uint64_t row = 0; row < chunk->rows_count(); ++row) {
      std::vector<std::string> cells;
      for (std::size_t i = 0; i < columns_count; ++i) {
        cells.push_back(chunk->columns()[i].name + "=" + value_text(chunk->column(i), row));
      }
      lines.push_back(join(cells, ", "));
    }
  }
}

std::vector<std::string> names_of(const std::vector<duck::Column>& columns) {
  std::vector<std::string> names;
  std::ranges::transform(columns, std::back_inserter(names), &duck::Column::name);
  return names;
}

/// Names to show, each once and spelled as in the table.
class ShownColumns {
 public:
  explicit ShownColumns(std::vector<std::string> names) : left_(std::move(names)) {}

  void add(const std::string& name) {
    const auto found = std::ranges::find_if(left_, [&](const std::string& known) { return equals_ignoring_case(known, name); });
    if (found != left_.end()) {
      sql_.push_back(sql_name(*found));
      left_.erase(found);
    }
  }
  void add_expression(const Column& column) { sql_.push_back(fmt::format("{} AS {}", column.sql, sql_name(column.name))); }

  const std::vector<std::string>& left() const { return left_; }
  const std::vector<std::string>& sql() const { return sql_; }

 private:
  std::vector<std::string> left_;
  std::vector<std::string> sql_;
};
}  // namespace

Result<Answer> ask_alone(lake::Lake& lake, const Check& check, const AskerOptions& options) {
  WEIR_TRY_ASSIGN(const auto session, lake.session());
  return Asker(*session, options).ask(check);
}

Error at_check(Error error, const Check& check) {
  if (error.code == ErrorCode::kCancelled) {
    return error;
  }
  if (!error.place || error.place->file.empty()) {
    error.place = check.place;
  }
  if (error.subject.empty()) {
    error.subject = check.name;
  }
  return error;
}

Result<std::vector<duck::Column>> Asker::columns_of(const Relation& relation) {
  const auto found = columns_.find(relation.sql);
  if (found != columns_.end()) {
    return found->second;
  }
  WEIR_TRY_ASSIGN(auto described, session_.describe(fmt::format("SELECT * FROM {}", relation.sql)));
  return columns_[relation.sql] = std::move(described);
}

Status Asker::require_columns_of(const Relation& relation, const std::vector<Column>& wanted) {
  if (std::ranges::none_of(wanted, &Column::is_name)) {
    return {};
  }
  WEIR_TRY_ASSIGN(const auto columns, columns_of(relation));
  for (const Column& column : wanted) {
    if (!column.is_name) {
      continue;
    }
    const auto found = std::ranges::find_if(columns, [&](const auto& known) { return equals_ignoring_case(known.name, column.name); });
    if (found == columns.end()) {
      return fail_at(column.place, fmt::format("{} has no column \"{}\"{}", relation.name, column.name,
                                               did_you_mean(column.name, names_of(columns))));
    }
    if (column.needs_number && found->type.id == duck::TypeId::kVarchar) {
      return fail_at(column.place, fmt::format("{0}.{1} has texts and cannot be compared with numbers; put the values in quotes to compare "
                                               "texts, or use expression: CAST({1} AS DOUBLE) …",
                                               relation.name, column.name));
    }
  }
  return {};
}

Status Asker::require_columns(const Check& check) {
  WEIR_TRY(require_columns_of(check.table, check.columns));
  for (const ColumnsOf& other : check.others) {
    WEIR_TRY(require_columns_of(other.relation, other.columns));
  }
  return {};
}

Result<Values> Asker::first_row(const std::string& sql) {
  WEIR_TRY_ASSIGN(auto result, session_.query(sql, options_.stop));
  WEIR_TRY_ASSIGN(const auto chunk, result.next());
  if (!chunk || chunk->rows_count() == 0) {
    return fail(ErrorCode::kInternal, "a check's SQL gave no row");
  }
  Values values;
  for (std::size_t i = 0; i < chunk->columns_count(); ++i) {
    const duck::VectorView column = chunk->column(i);
    values.push_back(column.is_null(0) ? std::nullopt : std::optional(column.text(0)));
  }
  return values;
}

Result<Answer> Asker::ask(const Check& check) {
  WEIR_TRY(require_columns(check));
  const std::string sql =
      check.query.empty() ? fmt::format("SELECT {} FROM {}", join(check.aggregates, ", "), check.table.sql) : check.query;
  WEIR_TRY_ASSIGN(Values values, first_row(sql));
  return complete(check, std::move(values));
}

Result<std::vector<Values>> Asker::ask_together(const std::vector<const Check*>& checks) {
  std::vector<std::string> aggregates;
  for (const Check* check : checks) {
    aggregates.insert(aggregates.end(), check->aggregates.begin(), check->aggregates.end());
  }
  WEIR_TRY_ASSIGN(const Values all, first_row(fmt::format("SELECT {} FROM {}", join(aggregates, ",\n"), checks[0]->table.sql)));
  std::vector<Values> out;
  auto from = all.begin();
  for (const Check* check : checks) {
    const auto to = from + static_cast<std::ptrdiff_t>(check->aggregates.size());
    out.emplace_back(from, to);
    from = to;
  }
  return out;
}

Result<Answer> Asker::complete(const Check& check, Values values) {
  Answer out{.values = std::move(values), .inputs = {}, .examples = {}};
  WEIR_TRY_ASSIGN(const Measurement measurement, check.measure(out.values, options_.now));
  if (measurement.failures > 0 && judge(check.rules, measurement) != graph::Outcome::kOk) {
    WEIR_TRY_ASSIGN(const std::string rows, failing_rows_sql(check));
    if (!rows.empty()) {
      // In order, so that the same data gives the same examples; a heap of five rows is all that it costs.
      WEIR_TRY_ASSIGN(auto result, session_.query(fmt::format("{} ORDER BY ALL LIMIT {}", rows, kExamplesMax), options_.stop));
      WEIR_TRY_ASSIGN(out.examples, row_texts(std::move(result)));
    }
  }
  out.inputs = session_.inputs();
  return out;
}

Result<std::string> Asker::failing_rows_sql(const Check& check) {
  if (check.failing_condition.empty()) {
    return check.failing_rows;
  }
  WEIR_TRY_ASSIGN(const auto columns, shown_columns(check));
  return fmt::format("SELECT {} FROM {} WHERE {}", join(columns, ", "), check.table.sql, check.failing_condition);
}

// The table's key, then what the check is about.
Result<std::vector<std::string>> Asker::shown_columns(const Check& check) {
  WEIR_TRY_ASSIGN(const auto columns, columns_of(check.table));
  std::vector<std::string> names = names_of(columns);
  const std::string first = names.empty() ? std::string() : names.front();
  ShownColumns shown(std::move(names));
  for (const std::string& key : options_.key_columns) {
    shown.add(key);
  }
  if (shown.sql().empty()) {
    shown.add(first);
  }
  for (const Column& column : check.columns) {
    if (column.is_name) {
      shown.add(column.name);
    } else {
      shown.add_expression(column);
    }
  }
  if (check.columns.empty()) {
    for (const std::string& name : columns_named_in(check.failing_condition, shown.left())) {
      shown.add(name);
    }
  }
  return shown.sql();
}
}  // namespace weir::quality
