// CREATE TABLE, also AS SELECT and OR REPLACE, and DROP TABLE.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"
#include "delta/data_files.h"
#include "delta/maintenance/clone.h"
#include "delta/maintenance/liquid.h"
#include "lake/statements/columns.h"
#include "lake/statements/statement.h"

namespace weir::lake {
namespace {
using delta::Transaction;

class CreateTable {
 public:
  CreateTable(StatementRun& run, bool replace) : run_(run), replace_(replace) {}

  StatementResult run() {
    SqlCursor& cursor = run_.cursor;
    if_not_exists_ = cursor.accept("IF NOT EXISTS");
    const std::size_t offset = cursor.offset();
    WEIR_TRY_ASSIGN(const auto table, run_.table_name());
    if (!table) {
      return cursor.error_at(offset, "a table of the lake is called schema.name, such as staging.orders (CREATE TEMP TABLE makes one for the session)");
    }
    if (cursor.is_next("SHALLOW CLONE") || cursor.is_next("DEEP CLONE") || cursor.is_next("CLONE")) {
      return clone(*table, offset);
    }
    WEIR_TRY(parse());
    WEIR_TRY_ASSIGN(const auto existing, run_.snapshot(*table));
    if (existing != nullptr && if_not_exists_) {
      return run_.done(table->text + " is there already");
    }
    WEIR_TRY(refuse_existing(*table, existing != nullptr, offset));
    WEIR_TRY_ASSIGN(const std::int64_t version, run_.commit(*table, [&] { return begin(*table); }));
    (void)version;
    return query_.empty() ? run_.done((existing == nullptr ? "created " : "replaced ") + table->text)
                          : run_.counts({{"num_affected_rows", rows_}, {"num_inserted_rows", rows_}});
  }

 private:
  Status parse() {
    SqlCursor& cursor = run_.cursor;
    if (cursor.is_next("(") && !cursor.is_next("( SELECT") && !cursor.is_next("( WITH") && !cursor.is_next("( FROM")) {
      WEIR_TRY_ASSIGN(columns_, read_columns(run_));
    }
    for (;;) {
      if (cursor.accept("USING")) {
        WEIR_TRY(cursor.expect("DELTA"));
      } else if (cursor.accept("PARTITIONED BY")) {
        WEIR_TRY_ASSIGN(definition_.partition_columns, read_names(cursor, "the name of a column"));
      } else if (cursor.accept("CLUSTER BY")) {
        cluster_offset_ = cursor.offset();
        WEIR_TRY_ASSIGN(cluster_by_, read_names(cursor, "the name of a column"));
      } else if (cursor.accept("TBLPROPERTIES")) {
        WEIR_TRY_ASSIGN(definition_.properties, read_properties(cursor));
      } else if (cursor.accept("COMMENT")) {
        WEIR_TRY_ASSIGN(definition_.description, cursor.string_literal("a comment"));
      } else if (cursor.is_next("LOCATION")) {
        return cursor.error("location is not supported here: the name delta.`folder` makes a table in a folder");
      } else {
        break;
      }
    }
    if (cursor.accept("AS")) {
      WEIR_TRY_ASSIGN(query_, cursor.until(std::span<const std::string_view>(), "a query"));
      if (!columns_.schema.fields.empty()) {
        return cursor.error_at(query_.offset, "a table AS SELECT takes its columns from the query; leave the list of columns out");
      }
    } else if (columns_.schema.fields.empty()) {
      return cursor.error("expected the columns in parentheses, or AS and a query");
    }
    return cursor.expect_end();
  }

  Status refuse_existing(const StatementTable& table, bool exists, std::size_t offset) {
    if (exists && !replace_) {
      Error error = run_.cursor.error_at(offset, fmt::format("{} is there already; CREATE OR REPLACE TABLE makes it anew", table.text)).error();
      error.code = ErrorCode::kExists;
      return std::unexpected(std::move(error));
    }
    if (!table.name) {
      return {};
    }
    WEIR_TRY_ASSIGN(const auto kind, run_.session.lake().find(*table.name));
    return kind == EntryKind::kView ? run_.cursor.error_at(offset, table.text + " is a view") : Status();
  }

  // [SHALLOW | DEEP] CLONE source [VERSION AS OF n | TIMESTAMP AS OF 'time'] [TBLPROPERTIES (…)]; deep is the default.
  StatementResult clone(const StatementTable& table, std::size_t offset) {
    SqlCursor& cursor = run_.cursor;
    const LakeOptions& lake = run_.session.lake().options();
    delta::CloneOptions options{.kind = delta::CloneKind::kDeep,
                                .clock = lake.clock,
                                .random = lake.random,
                                .durable = lake.durable,
                                .connection = &run_.session.connection(),
                                .stop = run_.stop};
    if (cursor.accept("SHALLOW")) {
      options.kind = delta::CloneKind::kShallow;
    } else {
      cursor.accept("DEEP");
    }
    WEIR_TRY(cursor.expect("CLONE"));
    const std::size_t source_offset = cursor.offset();
    WEIR_TRY_ASSIGN(const auto source, run_.existing_table());
    if (!source) {
      return cursor.error_at(source_offset, "there is no such table to clone");
    }
    delta::SnapshotOptions at{.connection = &run_.session.connection()};
    WEIR_TRY(read_version(run_.cursor, at.version, at.as_of));
    if (cursor.accept("TBLPROPERTIES")) {
      WEIR_TRY_ASSIGN(options.properties, read_properties(cursor));
    }
    WEIR_TRY(cursor.expect_end());
    WEIR_TRY_ASSIGN(const auto existing, run_.snapshot(table));
    if (existing != nullptr && if_not_exists_) {
      return run_.done(table.text + " is there already");
    }
    WEIR_TRY(refuse_existing(table, existing != nullptr, offset));
    WEIR_TRY_ASSIGN(const auto snapshot, delta::Snapshot::load(*source->store, source->location, at));
    auto done = delta::clone_table(*source->store, snapshot, *table.store, table.location, options);
    if (!done) {
      return std::unexpected(std::move(done).error().within(table.text));
    }
    return run_.counts({{"source_num_of_files", done->files_count},
                        {"source_table_size", done->bytes_count},
                        {"num_copied_files", done->files_copied},
                        {"version", done->version}});
  }

  Result<Transaction> begin(const StatementTable& table) {
    WEIR_TRY(run_.session.release());
    delta::TableDefinition definition = definition_;
    definition.schema = columns_.schema;
    std::string select;
    if (!query_.empty()) {
      WEIR_TRY_ASSIGN(select, run_.bind(query_));
      WEIR_TRY_ASSIGN(const auto columns, run_.session.connection().describe(select));
      WEIR_TRY_ASSIGN(definition.schema, delta::schema_from_duck(columns));
    }
    for (const auto& [name, check] : columns_.checks) {
      const std::string from = fmt::format("({}) AS t", empty_rows_sql(definition.schema));
      WEIR_TRY(run_.expression(check, from));
      definition.properties["delta.constraints." + name] = check.text;
    }
    WEIR_TRY_ASSIGN(const auto existing, run_.snapshot(table));
    WEIR_TRY_ASSIGN(Transaction transaction, started(table, existing, definition));
    if (const Status clustered = delta::set_clustering(transaction, cluster_by_); !clustered) {
      return run_.cursor.error_at(cluster_offset_, clustered.error().message);
    }
    if (!select.empty()) {
      WEIR_TRY_ASSIGN(auto files, run_.write_rows(table, transaction, select));
      rows_ = delta::rows_count(files);
      transaction.add_files(std::move(files));
    }
    const std::string verb = existing == nullptr ? "CREATE TABLE" : "CREATE OR REPLACE TABLE";
    transaction.set_operation(select.empty() ? verb : verb + " AS SELECT",
                              {{"partitionBy", Json(definition.partition_columns).dump()},
                               {"clusterBy", Json(cluster_by_).dump()},
                               {"properties", Json(definition.properties).dump()}});
    return transaction;
  }

  Result<Transaction> started(const StatementTable& table, const std::shared_ptr<const delta::Snapshot>& existing,
                              const delta::TableDefinition& definition) {
    if (existing == nullptr) {
      return Transaction::create(table.location, definition, *run_.session.lake().options().random);
    }
    WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(existing));
    WEIR_TRY(transaction.replace_table(definition));
    return transaction;
  }

  StatementRun& run_;
  bool replace_;
  bool if_not_exists_ = false;
  ColumnList columns_;
  delta::TableDefinition definition_;
  std::vector<std::string> cluster_by_;
  std::size_t cluster_offset_ = 0;
  SqlPiece query_;
  std::int64_t rows_ = 0;
};
}  // namespace

StatementResult run_create_table(StatementRun& run) {
  const bool replace = run.cursor.sql().find_first_not_of(" \t\r\n") != std::string_view::npos && !SqlCursor(run.cursor.sql()).is_next("CREATE TABLE");
  return CreateTable(run, replace).run();
}

StatementResult run_drop_table(StatementRun& run) {
  const bool if_exists = run.cursor.accept("IF EXISTS");
  const std::size_t position = run.cursor.position();
  const std::size_t offset = run.cursor.offset();
  WEIR_TRY_ASSIGN(const auto named, run.table_name());
  if (named && !named->name) {
    return run.cursor.error_at(offset, "a table in a folder is dropped by removing its folder");
  }
  if (named && if_exists) {
    WEIR_TRY_ASSIGN(const auto kind, run.session.lake().find(*named->name));
    if (!kind) {
      WEIR_TRY(run.cursor.expect_end());
      return run.done("there is no " + named->text);
    }
  }
  run.cursor.go_back(position);
  WEIR_TRY_ASSIGN(const auto table, run.existing_table());
  if (!table) {
    return std::nullopt;
  }
  WEIR_TRY(run.cursor.expect_end());
  WEIR_TRY(run.session.release());
  WEIR_TRY(run.session.lake().drop(*table->name));
  return run.done("dropped " + table->text);
}
}  // namespace weir::lake
