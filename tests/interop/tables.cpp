// Writes tables with weir for other implementations to read: weir_interop_tables write FOLDER.
// Beside each table stands <table>.rows.parquet: the rows that a reader must find, written by DuckDB alone.
// `read` goes the other way: tables of other implementations in FOLDER become <table>.weir.parquet.
#include <cstdio>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "core/text.h"
#include "delta/check.h"
#include "delta/data_files.h"
#include "delta/dml/dml.h"
#include "delta/scan.h"
#include "delta/snapshot.h"
#include "delta/transaction.h"
#include "duck/database.h"
#include "storage/local_store.h"

namespace {
using namespace weir;
namespace fs = std::filesystem;

struct Table {
  std::string name;
  std::string sql;
  std::vector<std::string> partition_columns;
  int appends_count = 0;  // the same rows again, each a commit
};

const std::vector<Table>& tables() {
  static const std::vector<Table> kTables = {
      {"types",
       "SELECT 'text' AS s, 1::BIGINT AS l, 2::INTEGER AS i, 3::SMALLINT AS sh, 4::TINYINT AS b, 1.5::FLOAT AS f, "
       "2.5::DOUBLE AS d, "
       "12.34::DECIMAL(10,2) AS de, 12345678901234567890.5::DECIMAL(38,5) AS big, true AS bo, '\\x00\\x01'::BLOB AS "
       "bi, "
       "DATE '2024-02-29' AS da, TIMESTAMPTZ '2024-01-01 00:00:00.123456+00' AS ts "
       "UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL",
       {}},
      {"timestamp_ntz",
       "SELECT 1 AS id, TIMESTAMP '1969-12-31 23:59:59.999999' AS tn UNION ALL SELECT 2, TIMESTAMP '2024-01-01'",
       {}},
      {"nested",
       "SELECT 1 AS id, {'x': 1, 'y': {'z': 'q'}} AS st, [1, NULL, 3] AS li, MAP {'k': 1.5::DOUBLE} AS m, [{'a': 1, "
       "'b': 'x'}] AS ls "
       "UNION ALL SELECT 2, NULL, NULL, NULL, NULL UNION ALL SELECT 3, {'x': NULL, 'y': NULL}, [], MAP {}, []",
       {}},
      {"partitioned",
       "SELECT * FROM (VALUES (1, 'a b/c%=x', DATE '2024-01-01', 1::BIGINT), (2, 'é😀:#?&+\"\\<>|*''', NULL, -5), (3, "
       "NULL, NULL, NULL), "
       "(4, '__HIVE_DEFAULT_PARTITION__', DATE '1900-01-01', 0)) v(id, s, d, l)",
       {"s", "d", "l"}},
      {"partitioned_timestamp",
       "SELECT 1 AS id, TIMESTAMPTZ '2024-01-01 01:02:03.5+00' AS ts, true AS b UNION ALL SELECT 2, NULL, NULL",
       {"ts", "b"}},
      {"checkpointed",
       "SELECT i AS id, 'name ' || i AS name, i % 3 AS p, i * 1.5 AS price FROM range(10) r(i)",
       {"p"},
       12},
      {"long_texts", "SELECT repeat('가', 40 + i::INTEGER) AS t, i AS id FROM range(3) r(i)", {}},
      {"empty", "SELECT 1 AS id, 'x' AS name WHERE false", {}},
  };
  return kTables;
}

Status write_table(duck::Connection& connection, storage::ObjectStore& store, const Table& table,
                   const fs::path& folder) {
  const delta::TableLocation location = delta::TableLocation::at(table.name);
  WEIR_TRY_ASSIGN(const auto columns, connection.describe(table.sql));
  WEIR_TRY_ASSIGN(delta::Schema schema, delta::schema_from_duck(columns));
  WEIR_TRY_ASSIGN(const auto plan, delta::plan_write(connection, table.sql, schema));
  for (int commit = 0; commit <= table.appends_count; ++commit) {
    WEIR_TRY_ASSIGN(auto files, delta::write_data_files(connection, store, location, plan,
                                                        {.partition_columns = table.partition_columns}));
    std::optional<delta::Transaction> transaction;
    if (commit == 0) {
      WEIR_TRY_ASSIGN(transaction,
                      delta::Transaction::create(
                          location, {schema, table.partition_columns, {}, table.name, "a table for others"}));
    } else {
      WEIR_TRY_ASSIGN(const auto snapshot, delta::Snapshot::load(store, location, {.connection = &connection}));
      WEIR_TRY_ASSIGN(transaction, delta::Transaction::begin(snapshot));
      transaction->set_txn("interop", commit);
    }
    transaction->add_files(std::move(files));
    transaction->set_operation("WRITE", {{"mode", "Append"}});
    WEIR_TRY_ASSIGN(const auto outcome, transaction->commit(store, {.connection = &connection}));
    if (!outcome.committed()) {
      return fail(ErrorCode::kConflict, outcome.reason, table.name);
    }
  }
  WEIR_TRY_ASSIGN(const auto problems, delta::check_table(store, location, connection));
  if (!problems.empty()) {
    return fail(ErrorCode::kCorrupt, problems.front(), table.name);
  }
  const std::string all =
      "SELECT t.* FROM (" + table.sql + ") t, range(" + std::to_string(table.appends_count + 1) + ")";
  WEIR_TRY(connection.execute("COPY (" + all + ") TO " +
                              sql_string((folder / (table.name + ".rows.parquet")).string()) + " (FORMAT parquet)"));
  return {};
}

using Change = std::function<Result<delta::DmlChanges>(delta::Transaction&)>;

Status commit_change(duck::Connection& connection, storage::ObjectStore& store, const std::string& name, const Change& change) {
  const auto location = delta::TableLocation::at(name);
  WEIR_TRY_ASSIGN(const auto snapshot, delta::Snapshot::load(store, location, {.connection = &connection}));
  WEIR_TRY_ASSIGN(auto transaction, delta::Transaction::begin(snapshot));
  const auto changes = change(transaction);
  if (!changes) {
    return std::unexpected(changes.error());
  }
  WEIR_TRY_ASSIGN(const auto outcome, transaction.commit(store, {.connection = &connection}));
  return outcome.committed() ? Status() : fail(ErrorCode::kConflict, outcome.reason, name);
}

// A table after DELETE, UPDATE and MERGE. The rows to expect are those of DuckDB's own statements.
Status write_changed(duck::Connection& connection, storage::ObjectStore& store, const std::string& name, const delta::StringMap& properties,
                     const fs::path& folder) {
  const std::string sql = "SELECT i AS id, 'name ' || i AS name, i % 3 AS p FROM range(3000) r(i)";
  WEIR_TRY_ASSIGN(const auto columns, connection.describe(sql));
  WEIR_TRY_ASSIGN(delta::Schema schema, delta::schema_from_duck(columns));
  WEIR_TRY_ASSIGN(const auto plan, delta::plan_write(connection, sql, schema));
  WEIR_TRY_ASSIGN(auto files, delta::write_data_files(connection, store, delta::TableLocation::at(name), plan, {.partition_columns = {"p"}}));
  WEIR_TRY_ASSIGN(auto transaction, delta::Transaction::create(delta::TableLocation::at(name), {schema, {"p"}, properties, name, {}}));
  transaction.add_files(std::move(files));
  WEIR_TRY_ASSIGN(const auto made, transaction.commit(store, {.connection = &connection}));
  (void)made;
  const std::string source = "SELECT i AS id, 'merged' AS name, i % 3 AS p FROM range(2900, 3100) r(i)";
  using When = delta::MergeClause::When;
  using Then = delta::MergeClause::Then;
  const Change erase = [&](delta::Transaction& to) { return delta::delete_rows(connection, store, to, {.where = "id % 7 = 0"}); };
  const Change few = [&](delta::Transaction& to) { return delta::delete_rows(connection, store, to, {.where = "id IN (1, 2)"}); };
  const Change update = [&](delta::Transaction& to) {
    return delta::update_rows(connection, store, to, {{.where = "id < 10"}, {{"name", "'updated'"}, {"p", "p + 1"}}});
  };
  const Change merge = [&](delta::Transaction& to) {
    return delta::merge_rows(connection, store, to,
                             {.source_sql = source,
                              .on = "t.id = s.id",
                              .clauses = {{.when = When::kMatched, .then = Then::kUpdate, .all_columns = true},
                                          {.when = When::kNotMatched, .then = Then::kInsert, .all_columns = true}},
                              .equal_columns = {{"id", "id"}}});
  };
  for (const Change& change : {few, erase, update, merge}) {
    WEIR_TRY(commit_change(connection, store, name, change));
  }
  WEIR_TRY_ASSIGN(const auto problems, delta::check_table(store, delta::TableLocation::at(name), connection));
  if (!problems.empty()) {
    return fail(ErrorCode::kCorrupt, problems.front(), name);
  }
  WEIR_TRY(connection.execute("CREATE OR REPLACE TEMP TABLE changed AS " + sql +
               "; DELETE FROM changed WHERE id IN (1, 2) OR id % 7 = 0; UPDATE changed SET name = 'updated', p = p + 1 WHERE id < 10; "
               "DELETE FROM changed WHERE id >= 2900; INSERT INTO changed " + source + "; COPY changed TO " +
               sql_string((folder / (name + ".rows.parquet")).string()) + " (FORMAT parquet)"));
  return {};
}

// Prints how many rows of each table that others wrote weir finds, and writes them to `<table>.weir.parquet`.
Status read_tables(duck::Connection& connection, storage::ObjectStore& store, const fs::path& folder) {
  WEIR_TRY_ASSIGN(const auto names, store.list_folders(""));
  for (const std::string& name : names) {
    WEIR_TRY_ASSIGN(const auto snapshot,
                    delta::Snapshot::load(store, delta::TableLocation::at(name), {.connection = &connection}));
    WEIR_TRY_ASSIGN(const auto scan, delta::Scan::plan(snapshot));
    WEIR_TRY_ASSIGN(const std::string sql, delta::scan_sql(store, scan));
    WEIR_TRY(connection.execute("COPY (" + sql + ") TO " + sql_string((folder / (name + ".weir.parquet")).string()) +
                                " (FORMAT parquet)"));
    WEIR_TRY_ASSIGN(const auto problems, delta::check_table(store, delta::TableLocation::at(name), connection));
    for (const std::string& problem : problems) {
      std::printf("%s: %s\n", name.c_str(), problem.c_str());
    }
  }
  return {};
}

Status run(const std::string& command, const fs::path& folder) {
  WEIR_TRY_ASSIGN(const auto database, duck::Database::open());
  WEIR_TRY_ASSIGN(duck::Connection connection, database->connect());
  const auto store = storage::open_local_store(folder);
  if (command == "read") {
    return read_tables(connection, *store, folder);
  }
  for (const Table& table : tables()) {
    WEIR_TRY(write_table(connection, *store, table, folder));
  }
  WEIR_TRY(write_changed(connection, *store, "changed_rewriting", {}, folder));
  WEIR_TRY(write_changed(connection, *store, "changed_vectors", {{"delta.enableDeletionVectors", "true"}}, folder));
  return {};
}
}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 || (std::string(argv[1]) != "write" && std::string(argv[1]) != "read")) {
    std::fprintf(stderr, "usage: weir_interop_tables write|read FOLDER\n");
    return 2;
  }
  const Status status = run(argv[1], fs::absolute(argv[2]));
  if (!status) {
    std::fprintf(stderr, "%s\n", status.error().text().c_str());
    return 1;
  }
  return 0;
}
