#include "lake/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.h"
#include "delta/dml/dml.h"
#include "delta/dml/temp_table.h"
#include "delta/transaction.h"

namespace weir::lake {
namespace {
using delta::AddFile;
using delta::Snapshot;
using delta::Transaction;

constexpr int kAttemptsMax = 20;

std::string quoted_list(const std::vector<std::string>& names) {
  std::vector<std::string> quoted;
  for (const std::string& name : names) {
    quoted.push_back(sql_name(name));
  }
  return join(quoted, ", ");
}

std::string_view mode_name(WriteMode mode) {
  switch (mode) {
    case WriteMode::kAppend:
      return "Append";
    case WriteMode::kOverwrite:
      return "Overwrite";
    case WriteMode::kMerge:
      return "Merge";
    case WriteMode::kReplaceWhere:
      return "ReplaceWhere";
  }
  return "Append";
}

/// One write, from the query to the commit. Used once.
class Writer {
 public:
  Writer(Session& session, const WriteRequest& request) : session_(session), lake_(session.lake()), request_(request) {}

  Result<WriteResult> run() {
    WEIR_TRY_ASSIGN(select_sql_, session_.bind(request_.select_sql));
    record_ = request_.record;
    if (record_.inputs.empty()) {
      record_.inputs = session_.inputs();
      record_.inputs.erase(request_.table.text());  // a table that was built from its own rows is not stale for it
    }
    std::optional<delta::TempTable> staged;
    for (int attempt = 1;; ++attempt) {
      WEIR_TRY_ASSIGN(std::shared_ptr<const Snapshot> snapshot, newest());
      if (snapshot && already_done(*snapshot)) {
        return WriteResult{.version = snapshot->version(), .already_done = true};
      }
      // Rows that are read more than once, or again after a conflict, are computed once.
      const bool reads_twice = request_.mode == WriteMode::kMerge || (request_.mode == WriteMode::kReplaceWhere && snapshot);
      if (reads_twice && !staged) {
        WEIR_TRY_ASSIGN(staged, delta::TempTable::create(session_.connection(), select_sql_, request_.stop));
        select_sql_ = "SELECT * FROM " + staged->name();
        WEIR_TRY(check_keys());
      }
      WEIR_TRY_ASSIGN(std::optional<WriteResult> result, attempt_on(snapshot));
      if (result) {
        return *std::move(result);
      }
      if (attempt == kAttemptsMax) {
        return fail(ErrorCode::kConflict, fmt::format("other writers won {} times: {}", kAttemptsMax, conflict_), request_.table.text());
      }
    }
  }

 private:
  Result<std::shared_ptr<const Snapshot>> newest() {
    WEIR_TRY_ASSIGN(const std::optional<EntryKind> kind, lake_.find(request_.table));
    if (kind == EntryKind::kView) {
      WEIR_TRY(lake_.drop(request_.table));
      return nullptr;
    }
    return kind ? lake_.snapshot(request_.table, &session_.connection()) : nullptr;
  }

  bool already_done(const Snapshot& snapshot) const {
    return std::ranges::any_of(request_.transactions, [&](const auto& transaction) {
      return snapshot.transaction_version(transaction.first).value_or(-1) >= transaction.second;
    });
  }

  // Nulls never match and doubled keys match twice: both are errors that name the key.
  Status check_keys() {
    if (request_.mode != WriteMode::kMerge) {
      return {};
    }
    const std::string keys = quoted_list(request_.keys);
    std::string any_null;
    for (const std::string& key : request_.keys) {
      any_null += fmt::format("{}{} IS NULL", any_null.empty() ? "" : " OR ", sql_name(key));
    }
    auto nulls = session_.connection().query_integer(fmt::format("SELECT count(*) FROM ({}) WHERE {}", select_sql_, any_null), request_.stop);
    if (!nulls) {
      return std::unexpected(std::move(nulls).error().within(request_.table.text()));
    }
    if (*nulls > 0) {
      return fail(ErrorCode::kInvalid, fmt::format("{} rows have no value in the key ({})", *nulls, join(request_.keys, ", ")),
                  request_.table.text());
    }
    WEIR_TRY_ASSIGN(const auto doubled,
                    session_.connection().query_rows(
                        fmt::format("SELECT {0}, count(*) FROM ({1}) GROUP BY {0} HAVING count(*) > 1 LIMIT 3", keys, select_sql_), request_.stop));
    if (!doubled.empty()) {
      std::vector<std::string> values;
      for (std::size_t i = 0; i < request_.keys.size(); ++i) {
        values.push_back(fmt::format("{} = {}", request_.keys[i], doubled[0][i].value_or("NULL")));
      }
      return fail(ErrorCode::kInvalid,
                  fmt::format("{} rows have the same key {}; a merge needs one row for each", doubled[0].back().value_or("?"), join(values, ", ")),
                  request_.table.text());
    }
    return {};
  }

  // Nothing on a lost race.
  Result<std::optional<WriteResult>> attempt_on(const std::shared_ptr<const Snapshot>& snapshot) {
    WEIR_TRY_ASSIGN(delta::WritePlan plan, plan_for(snapshot));
    WEIR_TRY_ASSIGN(Transaction transaction, begin(snapshot, plan));
    plan.schema = transaction.schema();  // with the columns' names in files, where they are mapped
    auto changes = change_rows(snapshot, transaction, plan);
    if (!changes) {
      return std::unexpected(std::move(changes).error().within(request_.table.text()));
    }
    if (request_.before_commit) {
      if (const Status ready = request_.before_commit(record_); !ready) {
        delta::discard_changes(lake_.store(), transaction.location(), *changes);
        return std::unexpected(ready.error());
      }
    }
    if (changes->empty() && snapshot && request_.mode != WriteMode::kOverwrite && request_.transactions.empty() && !plan.schema_changed) {
      return WriteResult{.version = snapshot->version(), .unchanged = true};
    }
    return commit(transaction, *changes);
  }

  // Puts the files that come and go into the transaction.
  Result<delta::DmlChanges> change_rows(const std::shared_ptr<const Snapshot>& snapshot, Transaction& transaction, const delta::WritePlan& plan) {
    const delta::DmlOptions dml{.clock = lake_.options().clock,
                                .random = lake_.options().random,
                                .durable = lake_.options().durable,
                                .stop = request_.stop};
    if (snapshot && request_.mode == WriteMode::kMerge) {
      return delta::merge_rows(session_.connection(), lake_.store(), transaction, merge_by_keys(plan), dml);
    }
    delta::DmlChanges changes;
    if (snapshot && request_.mode == WriteMode::kReplaceWhere) {
      WEIR_TRY_ASSIGN(changes, delta::delete_rows(session_.connection(), lake_.store(), transaction,
                                                  {.where = request_.replace_where, .alias = request_.table.name, .conditions = request_.replace_conditions},
                                                  dml));
    } else if (snapshot && request_.mode == WriteMode::kOverwrite) {
      transaction.remove_all_files();
    }
    delta::WriteOptions options{.partition_columns = transaction.partition_columns(),
                                .properties = transaction.metadata().configuration,
                                .sort_by = request_.sort_by,
                                .partitions_expected = request_.partitions_expected,
                                .clock = lake_.options().clock,
                                .random = lake_.options().random,
                                .stop = request_.stop};
    auto files = delta::write_data_files(session_.connection(), lake_.store(), transaction.location(), plan, options);
    if (!files) {
      delta::discard_changes(lake_.store(), transaction.location(), changes);
      return std::unexpected(std::move(files).error());
    }
    changes.rows_inserted = delta::rows_count(*files);
    changes.source_rows = changes.rows_inserted;
    transaction.add_files(*files);
    std::ranges::move(*files, std::back_inserter(changes.new_files));
    return changes;
  }

  delta::MergeRequest merge_by_keys(const delta::WritePlan& plan) const {
    using Clause = delta::MergeClause;
    delta::MergeRequest merge{.source_sql = plan.select_sql,
                              .clauses = {{.when = Clause::When::kMatched, .then = Clause::Then::kUpdate, .all_columns = true},
                                          {.when = Clause::When::kNotMatched, .then = Clause::Then::kInsert, .all_columns = true}},
                              .sort_by = request_.sort_by};
    for (const std::string& key : request_.keys) {
      merge.on += fmt::format("{0}t.{1} = s.{1}", merge.on.empty() ? "" : " AND ", sql_name(key));
      merge.equal_columns.emplace_back(key, key);
    }
    return merge;
  }

  Result<delta::WritePlan> plan_for(const std::shared_ptr<const Snapshot>& snapshot) {
    if (snapshot && request_.mode != WriteMode::kOverwrite) {
      auto plan = delta::plan_write(session_.connection(), select_sql_, snapshot->schema(), request_.schema_mode);
      return plan ? std::move(plan) : std::unexpected(std::move(plan).error().within(request_.table.text()));
    }
    WEIR_TRY_ASSIGN(const std::vector<duck::Column> columns, session_.connection().describe(select_sql_));
    auto schema = delta::schema_from_duck(columns);
    if (!schema) {
      return std::unexpected(std::move(schema).error().within(request_.table.text()));
    }
    return delta::plan_write(session_.connection(), select_sql_, *schema, delta::SchemaMode::kStrict);
  }

  Result<Transaction> begin(const std::shared_ptr<const Snapshot>& snapshot, const delta::WritePlan& plan) {
    if (!snapshot) {
      return Transaction::create(lake_.location(request_.table),
                                 {.schema = plan.schema, .partition_columns = request_.partition_by, .properties = request_.properties},
                                 *lake_.options().random);
    }
    WEIR_TRY_ASSIGN(Transaction transaction, Transaction::begin(snapshot));
    if (request_.mode == WriteMode::kOverwrite ? plan.schema != snapshot->schema() : plan.schema_changed) {
      WEIR_TRY(transaction.set_schema(plan.schema));
    }
    return transaction;
  }

  Result<std::optional<WriteResult>> commit(Transaction& transaction, const delta::DmlChanges& changes) {
    WriteResult result;
    result.files_count = changes.new_files.size();
    for (const AddFile& file : changes.new_files) {
      result.bytes_count += static_cast<std::uint64_t>(file.size_bytes);
    }
    result.rows_count = static_cast<std::uint64_t>(delta::rows_count(changes.new_files));
    result.source_rows_count = static_cast<std::uint64_t>(changes.source_rows);
    for (const auto& [app, version] : request_.transactions) {
      transaction.set_txn(app, version);
    }
    const bool creates = transaction.snapshot() == nullptr;
    delta::StringMap parameters = {{"mode", std::string(mode_name(request_.mode))},
                                   {"partitionBy", Json(transaction.partition_columns()).dump()}};
    if (!request_.keys.empty()) {
      parameters["keys"] = Json(request_.keys).dump();
    }
    if (!request_.replace_where.empty()) {
      parameters["predicate"] = request_.replace_where;
    }
    transaction.set_operation(creates && request_.operation == "WRITE" ? "CREATE TABLE AS SELECT" : request_.operation, parameters);
    if (!record_.node.empty()) {
      transaction.set_commit_info_extra({{"weir", to_json(record_)}});
    }
    auto outcome = transaction.commit(lake_.store(), {.clock = lake_.options().clock,
                                                      .random = lake_.options().random,
                                                      .durable = lake_.options().durable,
                                                      .connection = &session_.connection()});
    if (!outcome) {
      return std::unexpected(std::move(outcome).error().within(request_.table.text()));
    }
    switch (outcome->kind) {
      case delta::CommitOutcome::Kind::kCommitted:
        result.version = outcome->version;
        return result;
      case delta::CommitOutcome::Kind::kAlreadyDone:
        delta::discard_changes(lake_.store(), transaction.location(), changes);
        return WriteResult{.version = outcome->version, .already_done = true};
      case delta::CommitOutcome::Kind::kConflict:
        delta::discard_changes(lake_.store(), transaction.location(), changes);
        conflict_ = outcome->reason;
        return std::nullopt;
    }
    return std::nullopt;
  }

  Session& session_;
  Lake& lake_;
  const WriteRequest& request_;
  std::string select_sql_;
  BuildRecord record_;
  std::string conflict_;
};
}  // namespace

Result<WriteResult> write_table(Session& session, const WriteRequest& request) {
  WEIR_ASSERT(request.mode != WriteMode::kMerge || !request.keys.empty(), "a merge has keys");
  WEIR_ASSERT(request.mode != WriteMode::kReplaceWhere || !request.replace_where.empty(), "a replacement has a condition");
  return Writer(session, request).run();
}
}  // namespace weir::lake
