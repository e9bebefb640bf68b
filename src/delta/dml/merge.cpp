// MERGE as one join: every row of the result is a row of the target to change, or a new one, with the clause that
// decides over it. The join's result stands in a temporary table with the values of the new rows:
//
//   weir file | weir row | weir clause | the table's columns ...      (no file and row: an insert)
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"
#include "delta/data_files.h"
#include "delta/dml/row_changes.h"

namespace weir::delta {
namespace {
using When = MergeClause::When;
using Then = MergeClause::Then;

constexpr std::string_view kClauseColumn = "weir clause";
constexpr std::string_view kSourceColumn = "weir source";  // true in rows of the source, null where it has none
constexpr std::size_t kInListMax = 64;

std::string parenthesized(const std::string& sql) {
  return "(" + sql + "\n)";  // the line feed ends a comment
}

// What the source's keys demand of the target: a few values, or a range.
class KeyPruning {
 public:
  KeyPruning(duck::Connection& connection, const MergeRequest& request, const Schema& schema,
             const std::vector<duck::Column>& source_columns)
      : connection_(connection), request_(request), schema_(schema), source_columns_(source_columns) {}

  Result<std::vector<Condition>> conditions() {
    std::vector<Condition> out = request_.conditions;
    for (const auto& [target, source] : request_.equal_columns) {
      const Field* field = schema_.find(target);
      if (field == nullptr || !is_comparable(*field, source)) {
        continue;
      }
      WEIR_TRY_ASSIGN(auto of_key, of_key(*field, sql_name(source)));
      std::move(of_key.begin(), of_key.end(), std::back_inserter(out));
    }
    return out;
  }

 private:
  // Texts of the source's values must mean the same to the target's column.
  bool is_comparable(const Field& field, const std::string& source) const {
    const auto at = std::find_if(source_columns_.begin(), source_columns_.end(),
                                 [&](const duck::Column& column) { return equals_ignoring_case(column.name, source); });
    const auto type = at == source_columns_.end() ? fail(ErrorCode::kNotFound, "") : type_from_duck(at->type);
    return type && (type->kind == field.type.kind || (type->is_integer() && field.type.is_integer())) &&
           type->scale == field.type.scale && field.type.kind != TypeKind::kFloat &&
           field.type.kind != TypeKind::kDouble;
  }

  Result<std::vector<Condition>> of_key(const Field& field, const std::string& key) {
    WEIR_TRY_ASSIGN(const auto distinct, connection_.query_rows(fmt::format(
                                             "SELECT DISTINCT {0}::VARCHAR FROM ({1}) WHERE {0} IS NOT NULL LIMIT {2}",
                                             key, request_.source_sql, kInListMax + 1)));
    if (distinct.size() <= kInListMax) {
      Condition condition{{field.name}, Comparison::kIn, {}};
      for (const auto& row : distinct) {
        condition.values.push_back(row[0].value_or(""));
      }
      return std::vector<Condition>{std::move(condition)};
    }
    WEIR_TRY_ASSIGN(const auto bounds,
                    connection_.query_rows(fmt::format("SELECT min({0})::VARCHAR, max({0})::VARCHAR FROM ({1})", key,
                                                       request_.source_sql)));
    return std::vector<Condition>{{{field.name}, Comparison::kGreaterEqual, {bounds[0][0].value_or("")}},
                                  {{field.name}, Comparison::kLessEqual, {bounds[0][1].value_or("")}}};
  }

  duck::Connection& connection_;
  const MergeRequest& request_;
  const Schema& schema_;
  const std::vector<duck::Column>& source_columns_;
};

// The SQL of the join.
class MergeQuery {
 public:
  MergeQuery(const MergeRequest& request, const Schema& schema, const Schema& stored_schema,
             const std::vector<duck::Column>& source_columns)
      : request_(request),
        schema_(schema),
        stored_schema_(stored_schema),
        source_columns_(source_columns),
        target_(sql_name(request.target_alias)),
        source_(sql_name(request.source_alias)) {}

  bool has(When when) const {
    return std::any_of(request_.clauses.begin(), request_.clauses.end(),
                       [&](const MergeClause& clause) { return clause.when == when; });
  }

  Result<std::string> sql(const std::string& target_rows) {
    for (const MergeClause& clause : request_.clauses) {
      WEIR_TRY_ASSIGN(values_.emplace_back(), values_of(clause));
    }
    std::string columns = positions();
    columns += fmt::format(", {} AS \"{}\"", clause_number(), kClauseColumn);
    for (const Field& field : schema_.fields) {
      columns += ", " + column(field);
    }
    return fmt::format("SELECT {} FROM {} WHERE \"{}\" IS NOT NULL", columns, join_sql(target_rows), kClauseColumn);
  }

 private:
  using Values = std::map<std::string, std::string>;

  bool only_inserts() const { return !has(When::kMatched) && !has(When::kNotMatchedBySource); }

  std::string positions() const {
    return only_inserts()
               ? fmt::format("NULL::UBIGINT AS \"{}\", NULL::BIGINT AS \"{}\"", kFileColumn, kRowColumn)
               : fmt::format("{0}.\"{1}\" AS \"{1}\", {0}.\"{2}\" AS \"{2}\"", target_, kFileColumn, kRowColumn);
  }

  std::string join_sql(const std::string& target_rows) const {
    const std::string target = fmt::format("({}) AS {}", target_rows, target_);
    const std::string source =
        fmt::format("(SELECT *, true AS \"{}\" FROM ({})) AS {}", kSourceColumn, request_.source_sql, source_);
    const std::string on = parenthesized(request_.on);
    if (only_inserts()) {
      return fmt::format("{} ANTI JOIN {} ON {}", source, target, on);
    }
    const bool unmatched_source = has(When::kNotMatched);
    const bool unmatched_target = has(When::kNotMatchedBySource);
    const std::string_view kind = unmatched_source && unmatched_target ? "FULL"
                                  : unmatched_source                   ? "RIGHT"
                                  : unmatched_target                   ? "LEFT"
                                                                       : "INNER";
    return fmt::format("{} {} JOIN {} ON {}", target, kind, source, on);
  }

  // The number of the clause that decides, or null.
  std::string clause_number() const {
    const std::string in_target = fmt::format("{}.\"{}\" IS NOT NULL", target_, kRowColumn);
    const std::string in_source = fmt::format("{}.\"{}\" IS NOT NULL", source_, kSourceColumn);
    if (only_inserts()) {
      return first_of(When::kNotMatched);
    }
    return fmt::format("CASE WHEN {} AND {} THEN {} WHEN {} THEN {} ELSE {} END", in_target, in_source,
                       first_of(When::kMatched), in_source, first_of(When::kNotMatched),
                       first_of(When::kNotMatchedBySource));
  }

  std::string first_of(When when) const {
    std::string cases;
    for (std::size_t i = 0; i < request_.clauses.size(); ++i) {
      const MergeClause& clause = request_.clauses[i];
      if (clause.when == when) {
        cases +=
            fmt::format(" WHEN {} THEN {}", clause.condition.empty() ? "true" : parenthesized(clause.condition), i);
      }
    }
    return cases.empty() ? "NULL" : fmt::format("CASE{} END", cases);
  }

  std::string stored(const Field& field) const {
    return stored_schema_.find(field.name) == nullptr ? "NULL" : target_ + "." + sql_name(field.name);
  }

  // The new value of each column by the clause.
  Result<Values> values_of(const MergeClause& clause) const {
    Values values;
    if (clause.then == Then::kDelete) {
      return values;
    }
    Values assigned;
    if (clause.all_columns) {
      WEIR_TRY_ASSIGN(assigned, all_from_source());
    } else {
      WEIR_TRY_ASSIGN(assigned, assignments_by_column(schema_, clause.assignments));
    }
    for (const Field& field : schema_.fields) {
      const auto at = assigned.find(field.name);
      if (at != assigned.end()) {
        values[field.name] = fmt::format("CAST({} AS {})", parenthesized(at->second), duck_type_sql(field.type));
      } else {
        values[field.name] = clause.then == Then::kUpdate ? stored(field) : default_sql(field).value_or("NULL");
      }
    }
    return values;
  }

  Result<Values> all_from_source() const {
    Values values;
    std::vector<std::string> names;
    for (const duck::Column& column : source_columns_) {
      names.push_back(column.name);
    }
    for (const Field& field : schema_.fields) {
      const bool given = std::any_of(names.begin(), names.end(),
                                     [&](const std::string& name) { return equals_ignoring_case(name, field.name); });
      if (!given) {
        return fail(ErrorCode::kInvalid,
                    "the source has no such column, but * takes all of the table's" + did_you_mean(field.name, names),
                    field.name);
      }
      values[field.name] = source_ + "." + sql_name(field.name);
    }
    return values;
  }

  std::string column(const Field& field) const {
    std::string cases;
    std::optional<std::string> same;
    bool differ = false;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      const auto at = values_[i].find(field.name);
      if (at == values_[i].end()) {
        continue;  // a delete needs no values
      }
      differ = differ || (same && *same != at->second);
      same = at->second;
      cases += fmt::format(" WHEN {} THEN {}", i, at->second);
    }
    const std::string type = duck_type_sql(field.type);
    const std::string value = !same    ? fmt::format("NULL::{}", type)
                              : differ ? fmt::format("CASE \"{}\"{} END", kClauseColumn, cases)
                                       : *same;
    return fmt::format("CAST({} AS {}) AS {}", value, type, sql_name(field.name));
  }

  const MergeRequest& request_;
  const Schema& schema_;
  const Schema& stored_schema_;
  const std::vector<duck::Column>& source_columns_;
  std::string target_;
  std::string source_;
  std::vector<Values> values_;  // by clause
};

// Carries out what the temporary table says.
class MergeRun {
 public:
  MergeRun(RowChanger& changer, const MergeRequest& request, const TempTable& found, DmlChanges& changes)
      : changer_(changer), request_(request), found_(found), changes_(changes) {}

  Status run() {
    WEIR_TRY(count());
    WEIR_TRY(refuse_doubled());
    const Transaction& transaction = changer_.transaction();
    const std::string positions = fmt::format("SELECT \"{0}\", \"{1}\" FROM {2} WHERE \"{0}\" IS NOT NULL", kFileColumn,
                                              kRowColumn, found_.name());
    if (writes_deletion_vectors(transaction.metadata(), transaction.protocol()) || !has_positions()) {
      if (has_positions()) {
        WEIR_TRY_ASSIGN(const std::int64_t marked, changer_.mark_deleted(positions, changes_));
        changes_.rows_deleted = marked - changes_.rows_updated;
      }
      return write_new("");
    }
    return rewrite(positions);
  }

 private:
  bool has_positions() const { return changes_.rows_updated + changes_.rows_deleted > 0; }

  Status count() {
    static constexpr std::array kNames = {"MatchedUpdated", "MatchedDeleted", "NotMatchedBySourceUpdated",
                                          "NotMatchedBySourceDeleted"};
    std::array<std::int64_t, 4> details{};
    WEIR_TRY_ASSIGN(const auto rows,
                    changer_.connection().query_rows(
                        fmt::format("SELECT \"{0}\", count(*) FROM {1} GROUP BY 1", kClauseColumn, found_.name())));
    for (const auto& row : rows) {
      const MergeClause& clause = request_.clauses[std::stoul(row[0].value_or("0"))];
      const std::int64_t number = std::stoll(row[1].value_or("0"));
      if (clause.then == Then::kInsert) {
        changes_.rows_inserted += number;
        continue;
      }
      const bool deletes = clause.then == Then::kDelete;
      (deletes ? changes_.rows_deleted : changes_.rows_updated) += number;
      details[(clause.when == When::kNotMatchedBySource ? 2U : 0U) + (deletes ? 1U : 0U)] += number;
    }
    for (std::size_t i = 0; i < kNames.size(); ++i) {
      changer_.transaction().set_metric(std::string("numTargetRows") + kNames[i], details[i]);
    }
    return {};
  }

  // Deleting a row twice is the same as once; anything else would depend on which source row comes last.
  bool doubled_matters() const {
    const auto matched = [](const MergeClause& clause) { return clause.when == When::kMatched; };
    const auto count = std::count_if(request_.clauses.begin(), request_.clauses.end(), matched);
    const auto first = std::find_if(request_.clauses.begin(), request_.clauses.end(), matched);
    return count > 1 || (count == 1 && (first->then != Then::kDelete || !first->condition.empty()));
  }

  Status refuse_doubled() {
    if (!doubled_matters() || !has_positions()) {
      return {};
    }
    WEIR_TRY_ASSIGN(
        const auto doubled,
        changer_.connection().query_rows(
            fmt::format("SELECT \"{0}\", \"{1}\", count(*) FROM {2} WHERE \"{0}\" IS NOT NULL GROUP BY 1, 2 HAVING "
                        "count(*) > 1 ORDER BY 1, 2 LIMIT 1",
                        kFileColumn, kRowColumn, found_.name()),
            changer_.options().stop));
    if (doubled.empty()) {
      return {};
    }
    WEIR_TRY_ASSIGN(const std::string key, key_of(doubled[0][0].value_or("0"), doubled[0][1].value_or("0")));
    return fail(
        ErrorCode::kInvalid,
        fmt::format("{} rows of the source match the row with {}; a merge needs at most one for each row of the "
                    "table: make the source's rows unique, or narrow the conditions",
                    doubled[0][2].value_or("?"), key));
  }

  Result<std::string> key_of(const std::string& file, const std::string& row) {
    std::vector<std::string> names;
    for (const auto& [target, source] : request_.equal_columns) {
      names.push_back(target);
    }
    if (names.empty()) {
      names = changer_.transaction().snapshot()->schema().names();
    }
    std::vector<std::string> quoted;
    for (const std::string& name : names) {
      quoted.push_back(sql_name(name) + "::VARCHAR");
    }
    WEIR_TRY_ASSIGN(const auto found, changer_.connection().query_rows(fmt::format(
                                          "SELECT {} FROM ({}) WHERE \"{}\" = {} AND \"{}\" = {}", join(quoted, ", "),
                                          changer_.rows_sql(), kFileColumn, file, kRowColumn, row)));
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < names.size() && !found.empty(); ++i) {
      parts.push_back(fmt::format("{} = {}", names[i], excerpt(found[0][i].value_or("NULL"), 40)));
    }
    return excerpt(join(parts, ", "), 200);
  }

  std::string new_rows() const {
    std::string writing;
    for (std::size_t i = 0; i < request_.clauses.size(); ++i) {
      if (request_.clauses[i].then != Then::kDelete) {
        writing += (writing.empty() ? "" : ", ") + std::to_string(i);
      }
    }
    return fmt::format("SELECT * EXCLUDE (\"{}\", \"{}\", \"{}\") FROM {} WHERE \"{}\" IN ({})", kFileColumn,
                       kRowColumn, kClauseColumn, found_.name(), kClauseColumn, writing.empty() ? "NULL" : writing);
  }

  Status write_new(const std::string& carried) {
    const bool any = changes_.rows_updated + changes_.rows_inserted > 0;
    if (!any && carried.empty()) {
      return {};
    }
    const std::string sql = carried.empty() ? new_rows()
                            : !any          ? carried
                                            : fmt::format("({}) UNION ALL ({})", carried, new_rows());
    return changer_.write_rows(sql, changes_, request_.sort_by);
  }

  Status rewrite(const std::string& positions) {
    WEIR_TRY_ASSIGN(const auto rows,
                    changer_.connection().query_rows(
                        fmt::format("SELECT \"{0}\", count(DISTINCT \"{1}\") FROM ({2}) GROUP BY 1 ORDER BY 1",
                                    kFileColumn, kRowColumn, positions),
                        changer_.options().stop));
    std::vector<std::uint64_t> touched;
    std::int64_t changed = 0;
    for (const auto& row : rows) {
      touched.push_back(std::stoull(row[0].value_or("0")));
      changed += std::stoll(row[1].value_or("0"));
    }
    changes_.rows_deleted = changed - changes_.rows_updated;
    WEIR_TRY_ASSIGN(const std::int64_t live, changer_.live_rows(touched));
    changes_.rows_copied = live - changed;
    std::string carried;
    if (changes_.rows_copied > 0) {
      WEIR_TRY_ASSIGN(carried, carried_sql(touched, positions));
    }
    changer_.remove_files(touched, changes_);
    return write_new(carried);
  }

  // The rows of the touched files that stay, with the columns of the new schema.
  Result<std::string> carried_sql(const std::vector<std::uint64_t>& touched, const std::string& positions) {
    WEIR_TRY_ASSIGN(const std::string rows, changer_.files_sql(touched, true));
    std::vector<std::string> columns;
    const Schema& stored = changer_.transaction().snapshot()->schema();
    for (const Field& field : changer_.transaction().schema().fields) {
      const std::string name = sql_name(field.name);
      columns.push_back(stored.find(field.name) != nullptr
                            ? "x." + name
                            : fmt::format("NULL::{} AS {}", duck_type_sql(field.type), name));
    }
    return fmt::format(
        "SELECT {0} FROM ({1}) AS x ANTI JOIN (SELECT {2} AS f, \"{3}\" AS r FROM ({4})) AS c ON "
        "x.\"{5}\" = c.f AND x.\"{3}\" = c.r",
        join(columns, ", "), rows, changer_.renumbered(touched, fmt::format("\"{}\"", kFileColumn)), kRowColumn,
        positions, kFileColumn);
  }

  RowChanger& changer_;
  const MergeRequest& request_;
  const TempTable& found_;
  DmlChanges& changes_;
};

std::string clauses_json(const MergeRequest& request, When when) {
  Json out = Json::array();
  for (const MergeClause& clause : request.clauses) {
    if (clause.when != when) {
      continue;
    }
    const std::string_view action = clause.then == Then::kUpdate   ? "update"
                                    : clause.then == Then::kDelete ? "delete"
                                                                   : "insert";
    Json item = {{"actionType", action}};
    if (!clause.condition.empty()) {
      item["predicate"] = clause.condition;
    }
    out.push_back(std::move(item));
  }
  return out.dump();
}

void set_metrics(Transaction& transaction, const DmlChanges& changes) {
  transaction.set_metric("numSourceRows", changes.source_rows);
  transaction.set_metric("numTargetRowsInserted", changes.rows_inserted);
  transaction.set_metric("numTargetRowsUpdated", changes.rows_updated);
  transaction.set_metric("numTargetRowsDeleted", changes.rows_deleted);
  transaction.set_metric("numTargetRowsCopied", changes.rows_copied);
  transaction.set_metric("numTargetFilesAdded", static_cast<std::int64_t>(changes.new_files.size()));
  transaction.set_metric("numTargetFilesRemoved", changes.files_removed);
  transaction.set_metric("numTargetDeletionVectorsAdded", changes.vectors_added);
}
}  // namespace

Result<DmlChanges> merge_rows(duck::Connection& connection, storage::ObjectStore& store, Transaction& transaction,
                              const MergeRequest& request, const DmlOptions& options) {
  transaction.set_operation("MERGE",
                            {{"predicate", Json::array({request.on}).dump()},
                             {"matchedPredicates", clauses_json(request, When::kMatched)},
                             {"notMatchedPredicates", clauses_json(request, When::kNotMatched)},
                             {"notMatchedBySourcePredicates", clauses_json(request, When::kNotMatchedBySource)}});
  WEIR_TRY_ASSIGN(const auto source_columns, connection.describe(request.source_sql));
  const Schema& stored_schema = transaction.snapshot()->schema();
  MergeQuery query(request, transaction.schema(), stored_schema, source_columns);
  std::vector<Condition> conditions;
  if (!query.has(When::kNotMatchedBySource)) {  // else every row of the target is looked at
    WEIR_TRY_ASSIGN(conditions, KeyPruning(connection, request, stored_schema, source_columns).conditions());
  }
  WEIR_TRY_ASSIGN(RowChanger changer, RowChanger::open(connection, store, transaction, conditions, options));
  WEIR_TRY_ASSIGN(const std::string sql, query.sql(changer.rows_sql()));
  WEIR_TRY_ASSIGN(const TempTable found, TempTable::create(connection, sql, options.stop));
  DmlChanges changes;
  changes.vectors = DeletionVectorWriter(*options.random);
  WEIR_TRY_ASSIGN(changes.source_rows,
                  connection.query_integer("SELECT count(*) FROM (" + request.source_sql + ")", options.stop));
  Status status = MergeRun(changer, request, found, changes).run();
  if (!status) {
    changer.discard(changes);
    return std::unexpected(std::move(status).error());
  }
  set_metrics(transaction, changes);
  WEIR_TRY(changer.finish(changes));
  return changes;
}
}  // namespace weir::delta
