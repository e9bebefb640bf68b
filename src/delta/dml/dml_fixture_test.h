#pragma once

#include <string>
#include <vector>

#include "delta/dml/dml.h"
#include "delta/table_fixture_test.h"

namespace weir::delta {
using Rows = std::vector<std::string>;

/// A table whose rows are changed, with deletion vectors or without. Every commit is checked.
class DmlTest : public TableTest {
 protected:
  static StringMap with_vectors() { return {{"delta.enableDeletionVectors", "true"}}; }

  DmlOptions options() { return {.clock = &clock_, .random = &random_, .durable = false}; }

  /// Runs `change(transaction)`, commits, and gives what it did.
  template <typename Change>
  Result<DmlChanges> run(Change change) {
    auto transaction = Transaction::begin(load());
    if (!transaction) {
      return std::unexpected(transaction.error());
    }
    Result<DmlChanges> changes = change(*transaction);
    if (changes && !changes->empty()) {
      EXPECT_TRUE(commit(*transaction).committed());
    }
    return changes;
  }
  Result<DmlChanges> erase(const std::string& where, std::vector<Condition> conditions = {}) {
    return run([&](Transaction& transaction) {
      return delete_rows(connection(), store(), transaction, {.where = where, .conditions = std::move(conditions)},
                         options());
    });
  }
  Result<DmlChanges> update(const std::string& where, std::vector<Assignment> assignments) {
    return run([&](Transaction& transaction) {
      return update_rows(connection(), store(), transaction, {{.where = where}, std::move(assignments)}, options());
    });
  }
  Result<DmlChanges> merge(const MergeRequest& request) {
    return run(
        [&](Transaction& transaction) { return merge_rows(connection(), store(), transaction, request, options()); });
  }

  std::string metric(const std::string& name) {
    const auto history = read_history(store(), location_, {.limit_count = 1}).value();
    const auto value =
        connection().query_value("SELECT '" + history[0].operation_metrics_json + "'::JSON->>'" + name + "'");
    return value.value().value_or("none");
  }
  std::size_t vectors_count() {
    const auto snapshot = load();
    std::size_t count = 0;
    for (std::size_t i = 0; i < snapshot->files().size(); ++i) {
      count += snapshot->files().has_deletion_vector(i) ? 1U : 0U;
    }
    return count;
  }
};

/// An upsert by the column id.
inline MergeRequest upsert(const std::string& source_sql) {
  using When = MergeClause::When;
  using Then = MergeClause::Then;
  return {.source_sql = source_sql,
          .on = "t.id = s.id",
          .clauses = {{.when = When::kMatched, .then = Then::kUpdate, .all_columns = true},
                      {.when = When::kNotMatched, .then = Then::kInsert, .all_columns = true}},
          .equal_columns = {{"id", "id"}}};
}
}  // namespace weir::delta
