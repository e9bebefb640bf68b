// ALTER TABLE: properties, columns, constraints.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"
#include "delta/column_mapping.h"
#include "delta/constraints.h"
#include "delta/data_files.h"
#include "delta/maintenance/liquid.h"
#include "delta/scan.h"
#include "delta/type_widening.h"
#include "lake/statements/columns.h"
#include "lake/statements/statement.h"

namespace weir::lake {
namespace {
using delta::Transaction;

constexpr std::string_view kConstraint = "delta.constraints.";

/// Commits what `change` does to a transaction on the newest version.
StatementResult alter(StatementRun& run, const StatementTable& table, const std::function<Status(Transaction&)>& change) {
  WEIR_TRY(run.cursor.expect_end());
  const auto committed = run.commit(table, [&]() -> Result<Transaction> {
    WEIR_TRY(run.session.release());
    WEIR_TRY_ASSIGN(const auto snapshot, run.snapshot(table));
    if (snapshot == nullptr) {
      return fail(ErrorCode::kConflict, "the table was dropped in the meantime", table.text);
    }
    WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(snapshot));
    WEIR_TRY(change(transaction));
    return transaction;
  });
  WEIR_TRY(committed);
  return run.done("altered " + table.text);
}

StatementResult set_properties(StatementRun& run, const StatementTable& table) {
  WEIR_TRY_ASSIGN(const delta::StringMap properties, read_properties(run.cursor));
  return alter(run, table, [&](Transaction& transaction) -> Status {
    transaction.set_operation("SET TBLPROPERTIES", {{"properties", Json(properties).dump()}});
    return transaction.set_properties(properties);
  });
}

StatementResult unset_properties(StatementRun& run, const StatementTable& table) {
  const bool if_exists = run.cursor.accept("IF EXISTS");
  const std::size_t offset = run.cursor.offset();
  std::vector<std::string> names;
  WEIR_TRY(run.cursor.expect("("));
  do {
    WEIR_TRY_ASSIGN(names.emplace_back(), run.cursor.string_literal("a property"));
  } while (run.cursor.accept(","));
  WEIR_TRY(run.cursor.expect(")"));
  return alter(run, table, [&](Transaction& transaction) -> Status {
    for (const std::string& name : names) {
      if (!if_exists && !transaction.metadata().configuration.contains(name)) {
        return run.cursor.error_at(offset, fmt::format("{} has no property \"{}\"", table.text, name));
      }
    }
    transaction.set_operation("UNSET TBLPROPERTIES", {{"properties", Json(names).dump()}});
    return transaction.remove_properties(names);
  });
}

StatementResult add_columns(StatementRun& run, const StatementTable& table) {
  const std::size_t offset = run.cursor.offset();
  std::vector<delta::Field> fields;
  if (run.cursor.is_next("(")) {
    WEIR_TRY_ASSIGN(ColumnList columns, read_columns(run));
    fields = std::move(columns.schema.fields);
  } else {
    WEIR_TRY_ASSIGN(fields.emplace_back(), read_column(run));
  }
  return alter(run, table, [&](Transaction& transaction) -> Status {
    delta::Schema schema = transaction.schema();
    Json names = Json::array();
    for (const delta::Field& field : fields) {
      if (schema.find(field.name) != nullptr) {
        return run.cursor.error_at(offset, fmt::format("{} has a column \"{}\" already", table.text, field.name));
      }
      if (!field.nullable) {
        return run.cursor.error_at(offset, fmt::format("\"{}\" cannot be NOT NULL: rows that are there have no value for it", field.name));
      }
      if (delta::default_sql(field)) {
        return run.cursor.error_at(offset, fmt::format("\"{}\" cannot have a default: rows that are there would not have it", field.name));
      }
      schema.fields.push_back(field);
      names.push_back(field.name);
    }
    transaction.set_operation("ADD COLUMNS", {{"columns", names.dump()}});
    return transaction.set_schema(std::move(schema));
  });
}

// CLUSTER BY (columns) | NONE
StatementResult cluster_by(StatementRun& run, const StatementTable& table) {
  const std::size_t offset = run.cursor.offset();
  std::vector<std::string> columns;
  if (!run.cursor.accept("NONE")) {
    WEIR_TRY_ASSIGN(columns, read_names(run.cursor, "the name of a column"));
  }
  return alter(run, table, [&](Transaction& transaction) -> Status {
    WEIR_TRY_ASSIGN(const auto before, delta::clustering_columns(*transaction.snapshot()));
    transaction.set_operation("CLUSTER BY", {{"oldClusteringColumns", join(before, ",")}, {"newClusteringColumns", join(columns, ",")}});
    const Status clustered = delta::set_clustering(transaction, columns);
    return clustered ? clustered : run.cursor.error_at(offset, clustered.error().message);
  });
}

// All rows that are there must meet a new constraint.
Status check_rows(StatementRun& run, const StatementTable& table, Transaction& transaction, const std::string& name, const SqlPiece& check) {
  const delta::Schema& schema = transaction.schema();
  const std::string from = fmt::format("({}) AS {}", empty_rows_sql(schema), sql_name(table.short_name));
  WEIR_TRY_ASSIGN(const std::string condition, run.expression(check, from));
  transaction.read_whole_table();
  WEIR_TRY_ASSIGN(const delta::Scan scan, delta::Scan::plan(transaction.snapshot()));
  WEIR_TRY_ASSIGN(const std::string rows, delta::scan_sql(*table.store, scan));
  WEIR_TRY_ASSIGN(const auto found, run.session.connection().query_rows(
                                        fmt::format("SELECT count(*), any_value({0})::VARCHAR FROM ({1}) AS {0} WHERE ({2}\n) IS NOT TRUE",
                                                    sql_name(table.short_name), rows, condition), run.stop));
  if (found[0][0] == "0") {
    return {};
  }
  return run.cursor.error_at(check.offset, fmt::format("{} rows of {} do not meet the constraint {}, such as {}", found[0][0].value_or("?"), table.text,
                                                       name, excerpt(found[0][1].value_or(""), 200)));
}

StatementResult add_constraint(StatementRun& run, const StatementTable& table) {
  const std::size_t offset = run.cursor.offset();
  WEIR_TRY_ASSIGN(const std::string name, run.cursor.name("the name of a constraint"));
  WEIR_TRY(run.cursor.expect("CHECK"));
  WEIR_TRY_ASSIGN(const SqlPiece check, run.cursor.parenthesized("a condition"));
  return alter(run, table, [&](Transaction& transaction) -> Status {
    const std::string key = std::string(kConstraint) + to_lower(name);
    if (transaction.metadata().configuration.contains(key)) {
      return run.cursor.error_at(offset, fmt::format("{} has a constraint \"{}\" already", table.text, name));
    }
    WEIR_TRY(check_rows(run, table, transaction, name, check));
    transaction.set_operation("ADD CONSTRAINT", {{"name", name}, {"expr", check.text}});
    return transaction.set_properties({{key, check.text}});
  });
}

StatementResult drop_constraint(StatementRun& run, const StatementTable& table) {
  const bool if_exists = run.cursor.accept("IF EXISTS");
  const std::size_t offset = run.cursor.offset();
  WEIR_TRY_ASSIGN(const std::string name, run.cursor.name("the name of a constraint"));
  return alter(run, table, [&](Transaction& transaction) -> Status {
    const std::string key = std::string(kConstraint) + to_lower(name);
    if (!if_exists && !transaction.metadata().configuration.contains(key)) {
      std::vector<std::string> names;
      for (const auto& [property, value] : transaction.metadata().configuration) {
        if (property.starts_with(kConstraint)) {
          names.push_back(property.substr(kConstraint.size()));
        }
      }
      return run.cursor.error_at(offset, fmt::format("{} has no constraint \"{}\"{}", table.text, name, did_you_mean(name, names)));
    }
    transaction.set_operation("DROP CONSTRAINT", {{"name", name}});
    return transaction.remove_properties({key});
  });
}
// `a.b`: a field of a struct.
Result<delta::ColumnPath> read_path(SqlCursor& cursor) {
  delta::ColumnPath path;
  do {
    WEIR_TRY_ASSIGN(path.emplace_back(), cursor.name("the name of a column"));
  } while (cursor.accept("."));
  return path;
}

Status require_mapping(StatementRun& run, const StatementTable& table, const Transaction& transaction, std::size_t offset) {
  if (delta::column_mapping(transaction.protocol(), transaction.metadata()) != delta::ColumnMapping::kNone) {
    return {};
  }
  return run.cursor.error_at(offset, fmt::format("the files of {0} hold the columns by their names, so they can be neither renamed nor dropped; "
                                                 "ALTER TABLE {0} SET TBLPROPERTIES ('delta.columnMapping.mode' = 'name') makes it possible, for readers of version 2 and up",
                                                 table.text));
}

// The columns after a change; constraints must still find theirs.
Status change_columns(StatementRun& run, const StatementTable& table, Transaction& transaction, delta::Schema schema, std::size_t offset) {
  WEIR_TRY(transaction.set_schema(std::move(schema)));
  WEIR_TRY_ASSIGN(const auto constraints, delta::row_constraints(transaction.schema(), transaction.metadata().configuration));
  for (const delta::RowConstraint& constraint : constraints) {
    const auto understood = run.session.connection().describe(
        fmt::format("SELECT ({}\n) FROM ({}) AS {}", constraint.sql, empty_rows_sql(transaction.schema()), sql_name(table.short_name)));
    if (!understood) {
      return run.cursor.error_at(offset, fmt::format("the constraint {} of {} needs the column; drop the constraint first", constraint.name, table.text));
    }
  }
  return {};
}

StatementResult rename_column(StatementRun& run, const StatementTable& table) {
  const std::size_t offset = run.cursor.offset();
  WEIR_TRY_ASSIGN(const delta::ColumnPath path, read_path(run.cursor));
  WEIR_TRY(run.cursor.expect("TO"));
  WEIR_TRY_ASSIGN(const std::string name, run.cursor.name("the new name"));
  return alter(run, table, [&](Transaction& transaction) -> Status {
    WEIR_TRY(require_mapping(run, table, transaction, offset));
    auto schema = delta::with_renamed(transaction.schema(), path, name);
    if (!schema) {
      return run.cursor.error_at(offset, fmt::format("{}: {}", table.text, schema.error().message));
    }
    delta::ColumnPath renamed = path;
    renamed.back() = name;
    transaction.set_operation("RENAME COLUMN", {{"oldColumnPath", join(path, ".")}, {"newColumnPath", join(renamed, ".")}});
    return change_columns(run, table, transaction, *std::move(schema), offset);
  });
}

// ALTER COLUMN column TYPE type
StatementResult change_type(StatementRun& run, const StatementTable& table) {
  const std::size_t offset = run.cursor.offset();
  WEIR_TRY_ASSIGN(const delta::ColumnPath path, read_path(run.cursor));
  if (!run.cursor.accept("SET DATA TYPE")) {
    WEIR_TRY(run.cursor.expect("TYPE"));
  }
  WEIR_TRY_ASSIGN(const delta::DataType type, read_column_type(run));
  return alter(run, table, [&](Transaction& transaction) -> Status {
    const delta::Schema before = transaction.schema();
    auto schema = delta::with_type(before, path, type);
    if (!schema) {
      return run.cursor.error_at(offset, fmt::format("{}: {}", table.text, schema.error().message));
    }
    if (*schema == before) {
      return run.cursor.error_at(offset, fmt::format("\"{}\" has the type {} already", join(path, "."), delta::type_text(type)));
    }
    if (!delta::widens_types(transaction.metadata().configuration)) {
      return run.cursor.error_at(offset, fmt::format("the files of {0} keep the types that they have; ALTER TABLE {0} SET TBLPROPERTIES "
                                                     "('delta.enableTypeWidening' = 'true') lets types become wider, for readers that know the feature typeWidening",
                                                     table.text));
    }
    const delta::Field* column = before.find(path.front());
    if (std::ranges::find(transaction.partition_columns(), column->name) != transaction.partition_columns().end()) {
      return run.cursor.error_at(offset, fmt::format("{} is partitioned by \"{}\", so its type stays", table.text, column->name));
    }
    WEIR_TRY(change_columns(run, table, transaction, *schema, offset));
    // Only what is wider is recorded.
    if (transaction.schema() == *schema) {
      return run.cursor.error_at(offset, fmt::format("\"{}\" cannot become {}: types only become wider, such as INTEGER to BIGINT, FLOAT to DOUBLE, "
                                                     "DECIMAL(5,2) to DECIMAL(10,2), DATE to TIMESTAMP",
                                                     join(path, "."), delta::type_text(type)));
    }
    transaction.set_operation("CHANGE COLUMN", {{"column", Json({{"name", join(path, ".")}, {"type", delta::type_text(type)}}).dump()}});
    return {};
  });
}

// Files are laid out by the columns of PARTITIONED BY and CLUSTER BY.
bool lays_out_files(const Transaction& transaction, const delta::Field& column) {
  const auto& partitions = transaction.partition_columns();
  const auto& domains = transaction.snapshot()->domains();
  const auto clustering = domains.find("delta.clustering");
  const std::string physical = delta::physical_name(column, delta::ColumnMapping::kName);
  return std::ranges::find(partitions, column.name) != partitions.end() ||
         (clustering != domains.end() && clustering->second.configuration.find(Json(physical).dump()) != std::string::npos);
}

StatementResult drop_columns(StatementRun& run, const StatementTable& table) {
  const bool if_exists = run.cursor.accept("IF EXISTS");
  const std::size_t offset = run.cursor.offset();
  const bool in_parentheses = run.cursor.accept("(");
  std::vector<delta::ColumnPath> paths;
  do {
    WEIR_TRY_ASSIGN(paths.emplace_back(), read_path(run.cursor));
  } while (run.cursor.accept(","));
  if (in_parentheses) {
    WEIR_TRY(run.cursor.expect(")"));
  }
  return alter(run, table, [&](Transaction& transaction) -> Status {
    WEIR_TRY(require_mapping(run, table, transaction, offset));
    delta::Schema schema = transaction.schema();
    Json names = Json::array();
    for (const delta::ColumnPath& path : paths) {
      const delta::Field* column = schema.find(path.front());
      if (column != nullptr && path.size() == 1 && lays_out_files(transaction, *column)) {
        return run.cursor.error_at(offset, fmt::format("the files of {} are laid out by \"{}\", so it cannot be dropped", table.text, column->name));
      }
      auto smaller = delta::without_column(schema, path);
      if (!smaller && smaller.error().code == ErrorCode::kNotFound && if_exists) {
        continue;
      }
      if (!smaller) {
        return run.cursor.error_at(offset, fmt::format("{}: {}", table.text, smaller.error().message));
      }
      schema = *std::move(smaller);
      names.push_back(join(path, "."));
    }
    transaction.set_operation("DROP COLUMNS", {{"columns", names.dump()}});
    return change_columns(run, table, transaction, std::move(schema), offset);
  });
}
}  // namespace

StatementResult run_alter_table(StatementRun& run) {
  WEIR_TRY_ASSIGN(const auto table, run.existing_table());
  if (!table) {
    return std::nullopt;
  }
  if (run.cursor.accept("SET TBLPROPERTIES")) {
    return set_properties(run, *table);
  }
  if (run.cursor.accept("UNSET TBLPROPERTIES")) {
    return unset_properties(run, *table);
  }
  if (run.cursor.accept("ADD CONSTRAINT")) {
    return add_constraint(run, *table);
  }
  if (run.cursor.accept("DROP CONSTRAINT")) {
    return drop_constraint(run, *table);
  }
  if (run.cursor.accept("ADD COLUMNS")) {
    return add_columns(run, *table);
  }
  if (run.cursor.accept("ADD COLUMN")) {
    return add_columns(run, *table);
  }
  if (run.cursor.accept("ALTER COLUMN")) {
    return change_type(run, *table);
  }
  if (run.cursor.accept("RENAME COLUMN")) {
    return rename_column(run, *table);
  }
  if (run.cursor.accept("DROP COLUMNS") || run.cursor.accept("DROP COLUMN")) {
    return drop_columns(run, *table);
  }
  if (run.cursor.accept("CLUSTER BY")) {
    return cluster_by(run, *table);
  }
  return run.cursor.error("expected SET TBLPROPERTIES, UNSET TBLPROPERTIES, ADD COLUMN, ALTER COLUMN, RENAME COLUMN, DROP COLUMN, ADD CONSTRAINT, DROP CONSTRAINT or CLUSTER BY");
}
}  // namespace weir::lake
