#include "transform/incremental.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "delta/schema.h"
#include "delta/snapshot.h"
#include "transform/values.h"

namespace weir::transform {
namespace {
using Columns = std::vector<std::string>;

bool contains(const Columns& columns, std::string_view name) {
  return std::ranges::any_of(columns, [&](const std::string& column) { return equals_ignoring_case(column, name); });
}

Columns missing_from(const Columns& columns, const Columns& others) {
  Columns missing;
  std::ranges::copy_if(columns, std::back_inserter(missing),
                       [&](const std::string& column) { return !contains(others, column); });
  return missing;
}

std::string quoted_list(const Columns& columns) {
  Columns quoted;
  for (const std::string& column : columns) {
    quoted.push_back(sql_name(column));
  }
  return join(quoted, ", ");
}

/// One incremental build. Used once.
class Incremental {
 public:
  Incremental(Build& build, std::string_view sql, std::pair<std::string, std::int64_t> transaction)
      : build_(build), config_(build.resource.config), sql_(sql) {
    request_.transactions.push_back(std::move(transaction));
  }

  Result<graph::NodeResult> run() {
    keys_ = config_.texts("unique_key");
    WEIR_TRY(read_strategy());
    WEIR_TRY_ASSIGN(const std::vector<duck::Column> columns, check_statement(build_, sql_));
    for (const duck::Column& column : columns) {
      source_.push_back(column.name);
    }
    WEIR_TRY_ASSIGN(lake::Session * session, build_.lake.session());
    WEIR_TRY_ASSIGN(const auto snapshot, session->pinned(build_.table()));
    target_ = snapshot->schema().names();
    partition_by_ = snapshot->partition_columns();
    WEIR_TRY(apply_schema_change());
    WEIR_TRY(choose_updated_columns());
    if (strategy_ == "append" && !rewrites_) {
      request_.select_sql = sql_;
      request_.mode = lake::WriteMode::kAppend;
      request_.operation = "INCREMENTAL APPEND";
    } else if (strategy_ == "merge" && !rewrites_) {
      WEIR_TRY(check_keys());
      request_.select_sql = sql_;
      request_.mode = lake::WriteMode::kMerge;
      request_.keys = keys_;
      request_.operation = "INCREMENTAL MERGE";
    } else {
      WEIR_TRY(stage(*session));
    }
    return write(build_, std::move(request_));
  }

 private:
  std::unexpected<Error> refuse(std::string message, ErrorCode code = ErrorCode::kInvalid) const {
    return fail_at({build_.resource.path, 0, 0}, std::move(message), code);
  }

  Status read_strategy() {
    static const std::vector<std::string> known = {"append", "merge", "delete+insert"};
    strategy_ = config_.text("incremental_strategy", keys_.empty() ? "append" : "merge");
    if (strategy_ == "default") {
      strategy_ = keys_.empty() ? "append" : "merge";
    }
    if (std::ranges::find(known, strategy_) == known.end()) {
      return refuse(fmt::format("unknown incremental_strategy \"{}\"{}; weir has append, merge and delete+insert",
                                strategy_, did_you_mean(strategy_, known)));
    }
    if (strategy_ == "delete+insert" && keys_.empty()) {
      return refuse("incremental_strategy delete+insert needs a unique_key");
    }
    // dbt merges without a key by adding all rows.
    if (strategy_ == "merge" && keys_.empty()) {
      strategy_ = "append";
    }
    if (config_.has("incremental_predicates") || config_.has("predicates")) {
      return refuse("incremental_predicates are not supported; put the condition into the model's SQL",
                    ErrorCode::kUnsupported);
    }
    return {};
  }

  Status apply_schema_change() {
    static const std::vector<std::string> known = {"ignore", "fail", "append_new_columns", "sync_all_columns"};
    const std::string change = config_.text("on_schema_change", "ignore");
    if (std::ranges::find(known, change) == known.end()) {
      return refuse(fmt::format("unknown on_schema_change \"{}\"{}", change, did_you_mean(change, known)));
    }
    const Columns added = missing_from(source_, target_);
    const Columns removed = missing_from(target_, source_);
    if (added.empty() && removed.empty()) {
      return {};
    }
    if (change == "fail") {
      return refuse(fmt::format(
          "the model's columns are not those of {} any more{}{}; change the model, set on_schema_change, or run with "
          "--full-refresh",
          build_.table().text(), added.empty() ? "" : "; new: " + join(added, ", "),
          removed.empty() ? "" : "; gone: " + join(removed, ", ")));
    }
    if (change == "append_new_columns") {
      request_.schema_mode = delta::SchemaMode::kMerge;
      return {};
    }
    if (change == "sync_all_columns") {
      rewrites_ = true;
      removed_ = removed;
      return {};
    }
    if (!removed.empty()) {
      return refuse(fmt::format(
          "the model gives no column {} any more, which {} has; set on_schema_change to append_new_columns (the column "
          "stays) or sync_all_columns (it goes), or run with --full-refresh",
          join(removed, ", "), build_.table().text()));
    }
    // ignore: what is new is left out until a full refresh.
    sql_ = fmt::format("SELECT {} FROM (\n{}\n)", quoted_list(missing_from(source_, added)), sql_);
    source_ = missing_from(source_, added);
    return {};
  }

  Status check_keys() const {
    for (const std::string& key : keys_) {
      if (!contains(source_, key)) {
        return refuse(
            fmt::format("the unique_key \"{}\" is not a column of the model{}", key, did_you_mean(key, source_)));
      }
    }
    return {};
  }

  // merge_update_columns and merge_exclude_columns: of rows that are there already, the other columns keep their
  // values.
  Status choose_updated_columns() {
    const Columns only = config_.texts("merge_update_columns");
    const Columns except = config_.texts("merge_exclude_columns");
    if (strategy_ != "merge" || (only.empty() && except.empty())) {
      return {};
    }
    if (!only.empty() && !except.empty()) {
      return refuse("merge_update_columns and merge_exclude_columns exclude each other");
    }
    WEIR_TRY(check_keys());
    std::string list;
    for (const std::string& column : source_) {
      const bool updated = only.empty() ? !contains(except, column) : contains(only, column);
      const std::string name = sql_name(column);
      list += list.empty() ? "" : ", ";
      list += updated || contains(keys_, column) || !contains(target_, column)
                  ? "weir_new." + name
                  : fmt::format("CASE WHEN weir_old.weir_there THEN weir_old.{0} ELSE weir_new.{0} END AS {0}", name);
    }
    std::string condition;
    for (const std::string& key : keys_) {
      condition += fmt::format("{0}weir_new.{1} = weir_old.{1}", condition.empty() ? "" : " AND ", sql_name(key));
    }
    sql_ = fmt::format(
        "SELECT {} FROM (\n{}\n) AS weir_new LEFT JOIN (SELECT *, true AS weir_there FROM {}) AS weir_old ON {}", list,
        sql_, table_sql(build_.table()), condition);
    return {};
  }

  // unique_key may be a column or any expression over the columns, as in dbt.
  std::string key_list() const {
    Columns parts;
    for (const std::string& key : keys_) {
      parts.push_back(contains(source_, key) ? sql_name(key) : "(" + key + ")");
    }
    return join(parts, ", ");
  }

  // Computes the rows once: they say what goes, and they come.
  Status stage(lake::Session& session) {
    constexpr std::string_view kBatch = "temp.weir_batch";
    auto staged = session.query(fmt::format("CREATE OR REPLACE TEMP TABLE weir_batch AS\n{}", sql_), build_.run.stop);
    if (!staged) {
      Error error = std::move(staged).error();
      error.place = Place{build_.resource.path, 0, 0};
      return std::unexpected(std::move(error));
    }
    const std::string keys = key_list();
    const std::string replaced =
        keys_.empty() ? "false" : fmt::format("({0}) IN (SELECT ({0}) FROM {1})", keys, kBatch);
    request_.select_sql = fmt::format("SELECT * FROM {}", kBatch);
    request_.operation = strategy_ == "append"  ? "INCREMENTAL APPEND"
                         : strategy_ == "merge" ? "INCREMENTAL MERGE"
                                                : "INCREMENTAL DELETE+INSERT";
    if (!rewrites_) {
      request_.mode = lake::WriteMode::kReplaceWhere;
      request_.replace_where = replaced;
      return {};
    }
    // The columns change, so the whole table is written anew.
    const std::string exclude = removed_.empty() ? "" : fmt::format(" EXCLUDE ({})", quoted_list(removed_));
    request_.select_sql = fmt::format("SELECT *{} FROM {} WHERE ({}) IS NOT TRUE UNION ALL BY NAME SELECT * FROM {}",
                                      exclude, table_sql(build_.table()), replaced, kBatch);
    request_.mode = lake::WriteMode::kOverwrite;
    request_.partition_by = partition_by_;
    return {};
  }

  Build& build_;
  const NodeConfig& config_;
  std::string sql_;
  std::string strategy_;
  Columns keys_;
  Columns source_;
  Columns target_;
  Columns removed_;
  Columns partition_by_;
  bool rewrites_ = false;
  lake::WriteRequest request_;
};
}  // namespace

Result<graph::NodeResult> build_incremental(Build& build, std::string_view sql,
                                            std::pair<std::string, std::int64_t> transaction) {
  return Incremental(build, sql, std::move(transaction)).run();
}
}  // namespace weir::transform
