// DELETE, UPDATE and MERGE.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "delta/data_files.h"
#include "delta/dml/temp_table.h"
#include "lake/predicates.h"
#include "lake/statements/statement.h"

namespace weir::lake {
namespace {
using delta::Assignment;
using delta::DmlChanges;
using delta::MergeClause;
using delta::Transaction;

struct SetPiece {
  std::string column;
  SqlPiece value;
};

// `a = 1, t.b = x + 1` up to one of `ends`; the table's name before a column is left out.
Result<std::vector<SetPiece>> read_assignments(SqlCursor& cursor, std::string_view alias, std::initializer_list<std::string_view> ends) {
  std::vector<SetPiece> pieces;
  do {
    const std::size_t offset = cursor.offset();
    SetPiece piece;
    WEIR_TRY_ASSIGN(piece.column, cursor.name("the name of a column"));
    if (cursor.is_next(".")) {
      if (!equals_ignoring_case(piece.column, alias)) {
        return cursor.error_at(offset, fmt::format("\"{}\" is not the table that is changed; only whole columns of it can be set", piece.column));
      }
      cursor.accept(".");
      WEIR_TRY_ASSIGN(piece.column, cursor.name("the name of a column"));
    }
    WEIR_TRY(cursor.expect("="));
    WEIR_TRY_ASSIGN(piece.value, cursor.until(ends, "a value"));
    pieces.push_back(std::move(piece));
  } while (cursor.accept(","));
  return pieces;
}

Result<std::vector<Assignment>> bound_assignments(StatementRun& run, const std::vector<SetPiece>& pieces, const std::string& from) {
  std::vector<Assignment> out;
  for (const SetPiece& piece : pieces) {
    WEIR_TRY_ASSIGN(std::string value, run.expression(piece.value, from));
    out.emplace_back(piece.column, std::move(value));
  }
  return out;
}

std::string aliased(const delta::Schema& schema, const std::string& alias) {
  return fmt::format("({}) AS {}", empty_rows_sql(schema), sql_name(alias));
}

// Binds `where` and finds what it demands of the files.
Result<delta::DeleteRequest> bound_rows(StatementRun& run, const SqlPiece& where, const std::string& alias, const delta::Schema& schema) {
  delta::DeleteRequest rows{.alias = alias};
  if (!where.empty()) {
    WEIR_TRY_ASSIGN(rows.where, run.expression(where, aliased(schema, alias)));
    rows.conditions = where_conditions(run.session.connection(), rows.where, alias, schema);
  }
  return rows;
}

// The name under which the rest of the statement knows what stands in USING.
std::string source_alias(const SqlPiece& source) {
  const std::vector<SqlToken> tokens = sql_tokens(source.text);
  std::size_t end = tokens.size();
  if (end > 2 && tokens.back().is_symbol(")")) {  // AS s(a, b)
    std::size_t open = end - 1;
    while (open > 0 && !tokens[open].is_symbol("(")) {
      --open;
    }
    if (open > 0 && tokens[open - 1].is_name() && open > 1) {
      end = open;
    }
  }
  return end > 0 && tokens[end - 1].is_name() ? tokens[end - 1].value() : std::string("s");
}

struct ClausePiece {
  MergeClause clause;
  SqlPiece condition;
  std::vector<SetPiece> assignments;
};

class MergeParser {
 public:
  MergeParser(StatementRun& run, std::string alias) : cursor_(run.cursor), alias_(std::move(alias)) {}

  Result<std::vector<ClausePiece>> clauses() {
    std::vector<ClausePiece> out;
    while (cursor_.accept("WHEN")) {
      WEIR_TRY_ASSIGN(ClausePiece piece, clause());
      out.push_back(std::move(piece));
    }
    if (out.empty()) {
      return cursor_.error("expected WHEN MATCHED or WHEN NOT MATCHED");
    }
    WEIR_TRY(cursor_.expect_end());
    return out;
  }

 private:
  Result<ClausePiece> clause() {
    const std::size_t offset = cursor_.offset();
    ClausePiece piece;
    if (cursor_.accept("MATCHED")) {
      piece.clause.when = MergeClause::When::kMatched;
    } else if (cursor_.accept("NOT MATCHED BY SOURCE")) {
      piece.clause.when = MergeClause::When::kNotMatchedBySource;
    } else if (cursor_.accept("NOT MATCHED")) {
      cursor_.accept("BY TARGET");
      piece.clause.when = MergeClause::When::kNotMatched;
    } else {
      return cursor_.error("expected MATCHED, NOT MATCHED or NOT MATCHED BY SOURCE");
    }
    bool& closed = closed_[static_cast<std::size_t>(piece.clause.when)];
    if (closed) {
      return cursor_.error_at(offset, "this clause is never reached: one before it of the same kind has no condition");
    }
    if (cursor_.accept("AND")) {
      WEIR_TRY_ASSIGN(piece.condition, cursor_.until({"THEN"}, "a condition"));
    } else {
      closed = true;
    }
    WEIR_TRY(cursor_.expect("THEN"));
    WEIR_TRY(piece.clause.when == MergeClause::When::kNotMatched ? insert(piece) : update_or_delete(piece));
    return piece;
  }

  Status update_or_delete(ClausePiece& piece) {
    if (cursor_.accept("DELETE")) {
      piece.clause.then = MergeClause::Then::kDelete;
      return {};
    }
    if (!cursor_.accept("UPDATE")) {
      return cursor_.error("expected UPDATE or DELETE");
    }
    piece.clause.then = MergeClause::Then::kUpdate;
    const std::size_t offset = cursor_.offset();
    if (!cursor_.accept("SET") || cursor_.accept("*")) {
      piece.clause.all_columns = true;
      return piece.clause.when == MergeClause::When::kMatched
                 ? Status()
                 : cursor_.error_at(offset, "there is no source row whose columns could be taken; write SET column = value");
    }
    WEIR_TRY_ASSIGN(piece.assignments, read_assignments(cursor_, alias_, {",", "WHEN"}));
    return {};
  }

  Status insert(ClausePiece& piece) {
    WEIR_TRY(cursor_.expect("INSERT"));
    piece.clause.then = MergeClause::Then::kInsert;
    cursor_.accept("BY NAME");
    if (cursor_.accept("*") || cursor_.at_end() || cursor_.is_next("WHEN")) {
      piece.clause.all_columns = true;
      return {};
    }
    const std::size_t offset = cursor_.offset();
    WEIR_TRY(cursor_.expect("("));
    do {
      WEIR_TRY_ASSIGN(std::string column, cursor_.name("the name of a column"));
      if (equals_ignoring_case(column, alias_) && cursor_.accept(".")) {
        WEIR_TRY_ASSIGN(column, cursor_.name("the name of a column"));
      }
      piece.assignments.push_back({std::move(column), {}});
    } while (cursor_.accept(","));
    WEIR_TRY(cursor_.expect(")"));
    WEIR_TRY(cursor_.expect("VALUES"));
    WEIR_TRY(cursor_.expect("("));
    std::size_t i = 0;
    do {
      WEIR_TRY_ASSIGN(SqlPiece value, cursor_.until({","}, "a value"));
      if (i < piece.assignments.size()) {
        piece.assignments[i].value = std::move(value);
      }
      ++i;
    } while (cursor_.accept(","));
    WEIR_TRY(cursor_.expect(")"));
    return i == piece.assignments.size()
               ? Status()
               : cursor_.error_at(offset, fmt::format("{} columns are named, but {} values given", piece.assignments.size(), i));
  }

  SqlCursor& cursor_;
  std::string alias_;
  bool closed_[3] = {false, false, false};
};

// One attempt of a MERGE.
class Merge {
 public:
  Merge(StatementRun& run, const StatementTable& table, std::string alias, bool evolves)
      : run_(run), table_(table), alias_(std::move(alias)), evolves_(evolves) {}

  Status parse() {
    WEIR_TRY(run_.cursor.expect("USING"));
    WEIR_TRY_ASSIGN(source_, run_.cursor.until({"ON"}, "a table or a query"));
    source_alias_ = source_alias(source_);
    WEIR_TRY(run_.cursor.expect("ON"));
    WEIR_TRY_ASSIGN(on_, run_.cursor.until({"WHEN"}, "a condition"));
    WEIR_TRY_ASSIGN(clauses_, MergeParser(run_, alias_).clauses());
    return {};
  }

  Result<DmlChanges> operator()(Transaction& transaction) {
    WEIR_TRY_ASSIGN(const std::string bound, run_.bind({source_.text, source_.offset}));
    // The rows are read several times.
    WEIR_TRY_ASSIGN(const delta::TempTable staged,
                    delta::TempTable::create(run_.session.connection(), "SELECT * FROM " + bound, run_.stop));
    delta::MergeRequest request{.source_sql = "SELECT * FROM " + staged.name(), .source_alias = source_alias_, .target_alias = alias_};
    WEIR_TRY(evolve(transaction, request.source_sql));
    const delta::Schema schema = transaction.snapshot()->schema();
    const std::string source = fmt::format("({}) AS {}", request.source_sql, sql_name(source_alias_));
    const std::string target = aliased(schema, alias_);
    const std::string both = target + ", " + source;
    WEIR_TRY_ASSIGN(request.on, run_.expression(on_, both));
    JoinDemands demands = join_demands(run_.session.connection(), request.on, alias_, schema, source_alias_);
    request.equal_columns = std::move(demands.equal_columns);
    request.conditions = std::move(demands.conditions);
    for (const ClausePiece& piece : clauses_) {
      MergeClause clause = piece.clause;
      const std::string& from = clause.when == MergeClause::When::kMatched ? both : clause.when == MergeClause::When::kNotMatched ? source : target;
      if (!piece.condition.empty()) {
        WEIR_TRY_ASSIGN(clause.condition, run_.expression(piece.condition, from));
      }
      WEIR_TRY_ASSIGN(clause.assignments, bound_assignments(run_, piece.assignments, from));
      request.clauses.push_back(std::move(clause));
    }
    return delta::merge_rows(run_.session.connection(), *table_.store, transaction, request, run_.dml_options(table_));
  }

 private:
  // WITH SCHEMA EVOLUTION: columns that only the source has are added to the table.
  Status evolve(Transaction& transaction, const std::string& source_sql) {
    if (!evolves_) {
      return {};
    }
    WEIR_TRY_ASSIGN(const auto plan, delta::plan_write(run_.session.connection(), source_sql, transaction.schema(), delta::SchemaMode::kMerge));
    return plan.schema_changed ? transaction.set_schema(plan.schema) : Status();
  }

  StatementRun& run_;
  const StatementTable& table_;
  std::string alias_;
  bool evolves_;
  SqlPiece source_;
  std::string source_alias_;
  SqlPiece on_;
  std::vector<ClausePiece> clauses_;
};
}  // namespace

StatementResult run_delete(StatementRun& run) {
  WEIR_TRY_ASSIGN(const auto table, run.existing_table());
  if (!table) {
    return std::nullopt;
  }
  WEIR_TRY_ASSIGN(const auto given, run.alias({"WHERE", "USING", "RETURNING"}));
  const std::string alias = given.value_or(table->short_name);
  SqlPiece where;
  if (run.cursor.accept("WHERE")) {
    WEIR_TRY_ASSIGN(where, run.cursor.until(std::span<const std::string_view>(), "a condition"));
  }
  WEIR_TRY(run.cursor.expect_end());
  WEIR_TRY_ASSIGN(const DmlChanges changes, run.change_rows(*table, [&](Transaction& transaction) -> Result<DmlChanges> {
    WEIR_TRY_ASSIGN(const auto rows, bound_rows(run, where, alias, transaction.schema()));
    return delta::delete_rows(run.session.connection(), *table->store, transaction, rows, run.dml_options(*table));
  }));
  return run.counts({{"num_affected_rows", changes.rows_deleted}});
}

StatementResult run_update(StatementRun& run) {
  WEIR_TRY_ASSIGN(const auto table, run.existing_table());
  if (!table) {
    return std::nullopt;
  }
  WEIR_TRY_ASSIGN(const auto given, run.alias({"SET"}));
  const std::string alias = given.value_or(table->short_name);
  WEIR_TRY(run.cursor.expect("SET"));
  WEIR_TRY_ASSIGN(const auto pieces, read_assignments(run.cursor, alias, {",", "WHERE", "FROM"}));
  SqlPiece where;
  if (run.cursor.accept("WHERE")) {
    WEIR_TRY_ASSIGN(where, run.cursor.until(std::span<const std::string_view>(), "a condition"));
  }
  WEIR_TRY(run.cursor.expect_end());
  WEIR_TRY_ASSIGN(const DmlChanges changes, run.change_rows(*table, [&](Transaction& transaction) -> Result<DmlChanges> {
    delta::UpdateRequest request;
    WEIR_TRY_ASSIGN(request.rows, bound_rows(run, where, alias, transaction.schema()));
    WEIR_TRY_ASSIGN(request.assignments, bound_assignments(run, pieces, aliased(transaction.schema(), alias)));
    return delta::update_rows(run.session.connection(), *table->store, transaction, request, run.dml_options(*table));
  }));
  return run.counts({{"num_affected_rows", changes.rows_updated}});
}

StatementResult run_merge(StatementRun& run) {
  const bool evolves = run.cursor.accept("WITH SCHEMA EVOLUTION");
  WEIR_TRY(run.cursor.expect("INTO"));
  WEIR_TRY_ASSIGN(const auto table, run.existing_table());
  if (!table) {
    return std::nullopt;
  }
  WEIR_TRY_ASSIGN(const auto given, run.alias({"USING"}));
  Merge merge(run, *table, given.value_or(table->short_name), evolves);
  WEIR_TRY(merge.parse());
  WEIR_TRY_ASSIGN(const DmlChanges changes, run.change_rows(*table, [&](Transaction& transaction) { return merge(transaction); }));
  return run.counts({{"num_affected_rows", changes.rows_affected()},
                     {"num_updated_rows", changes.rows_updated},
                     {"num_deleted_rows", changes.rows_deleted},
                     {"num_inserted_rows", changes.rows_inserted}});
}
}  // namespace weir::lake
