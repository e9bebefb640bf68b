#include "lake/statements/statement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/text.h"
#include "delta/data_files.h"
#include "delta/history.h"
#include "storage/local_store.h"

namespace weir::lake {
namespace {
constexpr int kAttemptsMax = 20;

struct StatementKind {
  std::string_view words;  // how it begins
  StatementResult (*run)(StatementRun& run);
};

// To add a statement, add its line and its function.
constexpr std::array kStatements = {
    StatementKind{"DELETE FROM", run_delete},
    StatementKind{"UPDATE", run_update},
    StatementKind{"MERGE", run_merge},
    StatementKind{"INSERT", run_insert},
    StatementKind{"CREATE TABLE", run_create_table},
    StatementKind{"CREATE OR REPLACE TABLE", run_create_table},
    StatementKind{"REPLACE TABLE", run_create_table},
    StatementKind{"DROP TABLE", run_drop_table},
    StatementKind{"ALTER TABLE", run_alter_table},
    StatementKind{"DESCRIBE HISTORY", run_describe_history},
    StatementKind{"DESCRIBE DETAIL", run_describe_detail},
    StatementKind{"SHOW TABLES", run_show_tables},
    StatementKind{"OPTIMIZE", run_optimize},
    StatementKind{"REORG TABLE", run_reorg},
    StatementKind{"VACUUM", run_vacuum},
    StatementKind{"RESTORE", run_restore},
};

bool is_of_duckdb(std::string_view schema) {
  return std::ranges::any_of(std::array<std::string_view, 5>{"temp", "main", "memory", "system", "information_schema"},
                             [&](std::string_view own) { return equals_ignoring_case(schema, own); });
}

const std::vector<std::string>& search_order() {
  static const std::vector<std::string> kOrder = {"analytics", "staging", "raw"};
  return kOrder;
}
}  // namespace

struct StatementRun::NameText {
  std::string schema;
  std::string name;
  bool folder = false;
  std::size_t offset = 0;
};

Result<StatementRun::NameText> StatementRun::read_name() {
  NameText out;
  out.offset = cursor.offset();
  const bool delta = cursor.is_next("delta .") && cursor.peek(2) != nullptr && cursor.peek(2)->text.starts_with('`');
  WEIR_TRY_ASSIGN(out.name, cursor.name("the name of a table"));
  if (cursor.accept(".")) {
    out.schema = std::move(out.name);
    WEIR_TRY_ASSIGN(out.name, cursor.name("the name of a table"));
  }
  out.folder = delta;
  return out;
}

Result<std::optional<StatementTable>> StatementRun::folder_table(const std::string& path) {
  StatementTable table;
  const std::filesystem::path folder = std::filesystem::absolute(path).lexically_normal();
  table.text = path;
  table.short_name = folder.filename().empty() ? folder.parent_path().filename() : folder.filename();
  table.folder_store = storage::open_local_store(folder);
  table.store = table.folder_store.get();
  table.location = delta::TableLocation::at("");
  return table;
}

Result<std::optional<StatementTable>> StatementRun::existing_table() {
  WEIR_TRY_ASSIGN(const NameText found, read_name());
  if (found.folder) {
    WEIR_TRY_ASSIGN(auto table, folder_table(found.name));
    WEIR_TRY_ASSIGN(const auto version, delta::find_newest_version(*table->store, table->location));
    if (!version) {
      Error error = cursor.error_at(found.offset, "there is no Delta table in the folder " + found.name).error();
      error.code = ErrorCode::kNotFound;
      return std::unexpected(std::move(error));
    }
    return table;
  }
  const Lake& lake = session.lake();
  std::optional<TableName> name;
  for (const std::string& schema : found.schema.empty() ? search_order() : std::vector<std::string>{found.schema}) {
    WEIR_TRY_ASSIGN(name, lake.resolve({schema, found.name}));
    if (name) {
      break;
    }
  }
  if (!name && (found.schema.empty() || is_of_duckdb(found.schema))) {
    return std::nullopt;
  }
  if (!name) {
    WEIR_TRY_ASSIGN(const auto names, lake.list());
    std::vector<std::string> candidates;
    for (const TableName& candidate : names) {
      candidates.push_back(candidate.text());
    }
    const std::string text = found.schema + "." + found.name;
    return fail_at(place_in(cursor.sql(), found.offset), fmt::format("there is no table {}{}", text, did_you_mean(text, candidates)),
                   ErrorCode::kNotFound);
  }
  WEIR_TRY_ASSIGN(const auto kind, lake.find(*name));
  if (kind == EntryKind::kView) {
    return cursor.error_at(found.offset, fmt::format("{} is a view; change the tables that it reads, or the model that makes it", name->text()));
  }
  return StatementTable{name->text(), name->name, name, nullptr, &lake.store(), lake.location(*name)};
}

Result<std::optional<StatementTable>> StatementRun::table_name() {
  WEIR_TRY_ASSIGN(const NameText found, read_name());
  if (found.folder) {
    return folder_table(found.name);
  }
  if (found.schema.empty() || is_of_duckdb(found.schema)) {
    return std::nullopt;
  }
  const Lake& lake = session.lake();
  WEIR_TRY_ASSIGN(std::optional<TableName> name, lake.resolve({found.schema, found.name}));
  if (!name) {
    auto parsed = TableName::parse(found.schema + "." + found.name);
    if (!parsed) {
      return cursor.error_at(found.offset, parsed.error().message);
    }
    name = *parsed;
  }
  return StatementTable{name->text(), name->name, name, nullptr, &lake.store(), lake.location(*name)};
}

Result<std::optional<std::string>> StatementRun::alias(std::initializer_list<std::string_view> keywords) {
  if (cursor.accept("AS")) {
    WEIR_TRY_ASSIGN(std::string given, cursor.name("an alias"));
    return given;
  }
  const SqlToken* token = cursor.peek();
  const bool keyword = token == nullptr || !token->is_name() ||
                       std::ranges::any_of(keywords, [&](std::string_view word) { return token->is_word(word); });
  if (keyword) {
    return std::nullopt;
  }
  WEIR_TRY_ASSIGN(std::string given, cursor.name("an alias"));
  return given;
}

Result<std::shared_ptr<const delta::Snapshot>> StatementRun::snapshot(const StatementTable& table) {
  auto loaded = table.name ? session.lake().snapshot(*table.name, &session.connection())
                           : delta::Snapshot::load(*table.store, table.location, {.connection = &session.connection()});
  if (!loaded && loaded.error().code == ErrorCode::kNotFound) {
    return nullptr;
  }
  return loaded;
}

Result<std::string> StatementRun::bind(const SqlPiece& piece) {
  auto bound = session.bind(piece.text);
  if (!bound && !bound.error().place) {
    Error error = bound.error();
    error.place = place_in(cursor.sql(), piece.offset);
    return std::unexpected(std::move(error));
  }
  return bound;
}

Result<std::string> StatementRun::expression(const SqlPiece& piece, std::string_view from_sql) {
  WEIR_TRY_ASSIGN(std::string bound, bind(piece));
  // The expression keeps its place in the statement, so that DuckDB's error has it too.
  constexpr std::string_view kSelect = "SELECT (";
  const Place place = place_in(cursor.sql(), piece.offset);
  std::string sql(kSelect);
  const std::size_t taken = place.line == 1 ? kSelect.size() : 0;
  sql += std::string(static_cast<std::size_t>(place.line) - 1, '\n');
  sql += std::string(static_cast<std::size_t>(place.column) - 1 - std::min(taken, static_cast<std::size_t>(place.column) - 1), ' ');
  sql += fmt::format("{}\n) FROM {}", bound, from_sql);
  WEIR_TRY(describe_in_place(sql));
  return bound;
}

Result<std::vector<duck::Column>> StatementRun::describe_in_place(const std::string& sql) {
  auto columns = session.connection().describe(sql);
  if (!columns && columns.error().place) {
    --columns.error().place->line;  // `describe` puts a line before the query
  }
  return columns;
}

bool StatementRun::reads(const StatementTable& table) const {
  return table.name ? session.inputs().contains(table.name->text()) : session.reads_folders();
}

delta::DmlOptions StatementRun::dml_options(const StatementTable& table) const {
  const LakeOptions& lake = session.lake().options();
  return {.clock = lake.clock, .random = lake.random, .durable = lake.durable, .stop = stop, .reads_whole_table = reads(table)};
}

delta::CommitOptions StatementRun::commit_options() {
  const LakeOptions& lake = session.lake().options();
  return {.clock = lake.clock, .random = lake.random, .durable = lake.durable, .connection = &session.connection()};
}

Result<delta::DmlChanges> StatementRun::change_rows(const StatementTable& table,
                                                    const std::function<Result<delta::DmlChanges>(delta::Transaction&)>& change) {
  std::string conflict;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    WEIR_TRY(session.release());
    WEIR_TRY_ASSIGN(const auto newest, snapshot(table));
    if (newest == nullptr) {
      return fail(ErrorCode::kConflict, "the table was dropped in the meantime", table.text);
    }
    WEIR_TRY_ASSIGN(delta::Transaction transaction, delta::Transaction::begin(newest));
    WEIR_TRY_ASSIGN(delta::DmlChanges changes, change(transaction));
    if (changes.empty()) {
      return changes;
    }
    auto outcome = transaction.commit(*table.store, commit_options());
    if (!outcome) {
      return std::unexpected(std::move(outcome).error().within(table.text));
    }
    if (outcome->committed()) {
      return changes;
    }
    delta::discard_changes(*table.store, table.location, changes);
    conflict = outcome->reason;
  }
  return fail(ErrorCode::kConflict, fmt::format("other writers won {} times: {}", kAttemptsMax, conflict), table.text);
}

Result<std::int64_t> StatementRun::commit(const StatementTable& table, const std::function<Result<delta::Transaction>()>& begin) {
  std::string conflict;
  for (int attempt = 0; attempt < kAttemptsMax; ++attempt) {
    WEIR_TRY_ASSIGN(delta::Transaction transaction, begin());
    auto outcome = transaction.commit(*table.store, commit_options());
    if (!outcome) {
      return std::unexpected(std::move(outcome).error().within(table.text));
    }
    if (outcome->committed()) {
      return outcome->version;
    }
    conflict = outcome->reason;
  }
  return fail(ErrorCode::kConflict, fmt::format("other writers won {} times: {}", kAttemptsMax, conflict), table.text);
}

Result<std::vector<delta::AddFile>> StatementRun::write_rows(const StatementTable& table, const delta::Transaction& transaction,
                                                             const std::string& select) {
  duck::Connection& connection = session.connection();
  WEIR_TRY_ASSIGN(const auto plan, delta::plan_write(connection, select, transaction.schema()));
  const delta::DmlOptions options = dml_options(table);
  delta::WriteOptions write;
  write.partition_columns = transaction.partition_columns();
  write.properties = transaction.metadata().configuration;
  write.clock = options.clock;
  write.random = options.random;
  write.stop = options.stop;
  return delta::write_data_files(connection, *table.store, table.location, plan, write);
}

Result<duck::ResultSet> StatementRun::counts(const std::vector<std::pair<std::string_view, std::int64_t>>& columns) {
  std::string sql;
  for (const auto& [name, number] : columns) {
    sql += fmt::format("{}{}::BIGINT AS {}", sql.empty() ? "SELECT " : ", ", number, sql_name(name));
  }
  return session.connection().query(sql);
}

Result<duck::ResultSet> StatementRun::done(std::string_view text) {
  return session.connection().query(fmt::format("SELECT {} AS status", sql_string(text)));
}

std::string empty_rows_sql(const delta::Schema& schema) {
  std::vector<std::string> columns;
  for (const delta::Field& field : schema.fields) {
    columns.push_back(fmt::format("NULL::{} AS {}", delta::duck_type_sql(field.type), sql_name(field.name)));
  }
  return fmt::format("SELECT {} WHERE false", join(columns, ", "));
}

Result<duck::ResultSet> run_statement(Session& session, std::string_view sql, std::stop_token stop) {
  StatementRun run(session, sql, stop);
  for (const StatementKind& kind : kStatements) {
    if (run.cursor.accept(kind.words)) {
      WEIR_TRY_ASSIGN(std::optional<duck::ResultSet> result, kind.run(run));
      if (result) {
        WEIR_TRY(session.release());
        return *std::move(result);
      }
      break;
    }
  }
  return session.stream(sql, std::move(stop));
}
}  // namespace weir::lake
