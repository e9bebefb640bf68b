#include "transform/snapshot_sql.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace weir::transform {
namespace {
using duck::TypeId;

const duck::Column* find_column(const std::vector<duck::Column>& columns, std::string_view name) {
  const auto found = std::ranges::find_if(
      columns, [&](const duck::Column& column) { return equals_ignoring_case(column.name, name); });
  return found == columns.end() ? nullptr : &*found;
}

// A column's name, or an expression as it was written.
std::string expression_sql(const std::vector<duck::Column>& columns, const std::string& text) {
  const duck::Column* column = find_column(columns, text);
  return column != nullptr ? sql_name(column->name) : "(" + text + ")";
}

bool is_time(const duck::Type& type) {
  return type.id == TypeId::kDate || type.id == TypeId::kTimestamp || type.id == TypeId::kTimestampTz ||
         type.id == TypeId::kTimestampS || type.id == TypeId::kTimestampMs || type.id == TypeId::kTimestampNs;
}

/// Writes the statement of one snapshot. Used once.
///
///   weir_source   the rows as they are: with weir_key_N, and weir_time, when this version of the row began as far as
///   it says so weir_history  all versions so far, with weir_key_N weir_open     the newest version of each key, where
///   that one has no end weir_ended    when the newest version of a key ended that has no open one: rows that came back
///   weir_next     source rows that begin a new version, with weir_from, and what weir_open has
class SnapshotWriter {
 public:
  SnapshotWriter(const SnapshotPlan& plan, const SnapshotInput& input) : plan_(plan), input_(input) {}

  Result<std::string> write() {
    WEIR_TRY(check_columns());
    WEIR_TRY(choose_time_type());
    std::string sql = fmt::format("WITH weir_source AS (\n  SELECT *, {}, {} AS weir_time FROM {}\n)",
                                  keys(input_.source_columns), time_sql(), input_.source);
    if (input_.target.empty()) {
      return sql + fmt::format("\nSELECT {}, {} FROM weir_source", source_list("weir_source"),
                               own_values("weir_time", scd_sql("weir_time")));
    }
    sql += fmt::format(",\nweir_history AS (\n  SELECT *{}, {} FROM {}\n)", filled_columns(),
                       keys(input_.target_columns), input_.target);
    sql += fmt::format(",\nweir_open AS (\n  SELECT * FROM weir_history WHERE {}\n)", open_condition());
    sql += fmt::format(
        ",\nweir_ended AS (\n  SELECT {0}, max({1}) AS weir_end FROM weir_history AS h WHERE NOT EXISTS (SELECT 1 FROM "
        "weir_open AS o "
        "WHERE {2}) GROUP BY {0}\n)",
        key_list(""), name(plan_.valid_to), keys_equal("h", "o"));
    sql += next_sql();
    sql += gone_sql();
    sql += "\n" + begun_sql() + "\nUNION ALL BY NAME\n" + closed_sql();
    if (plan_.hard_deletes != SnapshotPlan::HardDeletes::kIgnore) {
      sql += "\nUNION ALL BY NAME\n" + gone_rows_sql();
    }
    return filled_columns().empty() ? sql : backfilled(std::move(sql));
  }

 private:
  static std::string name(std::string_view column) { return sql_name(column); }
  bool new_record() const { return plan_.hard_deletes == SnapshotPlan::HardDeletes::kNewRecord; }
  bool has_target(std::string_view column) const { return find_column(input_.target_columns, column) != nullptr; }

  Status check_columns() const {
    for (const std::string& own : plan_.own_columns()) {
      if (find_column(input_.source_columns, own) != nullptr) {
        return fail(
            ErrorCode::kInvalid,
            fmt::format("the query gives a column \"{}\", which the snapshot adds itself; rename one of them", own));
      }
    }
    for (const std::string& own : {plan_.scd_id, plan_.valid_from, plan_.valid_to}) {
      if (!input_.target.empty() && !has_target(own)) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("the table has no column \"{}\", so it is no history of this snapshot; if "
                                "snapshot_meta_column_names changed, rename the column or drop the table",
                                own));
      }
    }
    if (plan_.check_cols) {
      std::vector<std::string> names;
      for (const duck::Column& column : input_.source_columns) {
        names.push_back(column.name);
      }
      for (const std::string& column : *plan_.check_cols) {
        if (find_column(input_.source_columns, column) == nullptr) {
          return fail(ErrorCode::kInvalid, fmt::format("check_cols names \"{}\", which the query does not give{}",
                                                       column, did_you_mean(column, names)));
        }
      }
    }
    return {};
  }

  // Times are kept in the type of updated_at, and of the history where there is one.
  Status choose_time_type() {
    if (const duck::Column* from = find_column(input_.target_columns, plan_.valid_from)) {
      time_type_ = from->type.sql();
      has_now_ = is_time(from->type);
    } else if (const duck::Column* updated = find_column(input_.source_columns, plan_.updated_at)) {
      time_type_ = updated->type.sql();
      has_now_ = is_time(updated->type);
    } else {
      time_type_ = plan_.updated_at.empty() ? "TIMESTAMP WITH TIME ZONE" : "TIMESTAMP";
      has_now_ = true;
    }
    if (!has_now_ && plan_.hard_deletes != SnapshotPlan::HardDeletes::kIgnore) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("hard_deletes needs an updated_at that is a date or a timestamp, not {}", time_type_));
    }
    return {};
  }

  std::string now_sql() const {
    // A moment that loses its zone is told in UTC.
    const std::string moment = sql_string(replace_all(replace_all(format_timestamp(input_.now), "T", " "), "Z", ""));
    return time_type_.contains("TIME ZONE")
               ? fmt::format("CAST({} AS TIMESTAMPTZ)", sql_string(format_timestamp(input_.now)))
               : fmt::format("CAST(TIMESTAMP {} AS {})", moment, time_type_);
  }

  std::string updated_at_sql() const {
    return plan_.updated_at.empty()
               ? now_sql()
               : fmt::format("CAST({} AS {})", expression_sql(input_.source_columns, plan_.updated_at), time_type_);
  }
  // A row that does not say when it changed is taken to have changed when it was seen.
  std::string time_sql() const {
    return plan_.updated_at.empty() || !has_now_ ? updated_at_sql()
                                                 : fmt::format("coalesce({}, {})", updated_at_sql(), now_sql());
  }

  std::string keys(const std::vector<duck::Column>& columns) const {
    std::string list;
    for (std::size_t i = 0; i < plan_.unique_key.size(); ++i) {
      list += fmt::format("{}{} AS weir_key_{}", i == 0 ? "" : ", ", expression_sql(columns, plan_.unique_key[i]), i);
    }
    return list;
  }
  std::string key_list(std::string_view of) const {
    std::string list;
    for (std::size_t i = 0; i < plan_.unique_key.size(); ++i) {
      list += fmt::format("{}{}{}weir_key_{}", i == 0 ? "" : ", ", of, of.empty() ? "" : ".", i);
    }
    return list;
  }
  std::string keys_equal(std::string_view a, std::string_view b) const {
    std::string condition;
    for (std::size_t i = 0; i < plan_.unique_key.size(); ++i) {
      condition += fmt::format("{0}{1}.weir_key_{3} = {2}.weir_key_{3}", i == 0 ? "" : " AND ", a, b, i);
    }
    return condition;
  }

  std::string scd_sql(std::string_view from, std::string_view of = "") const {
    std::string parts;
    for (std::size_t i = 0; i < plan_.unique_key.size(); ++i) {
      parts += fmt::format("coalesce(CAST({}{}weir_key_{} AS VARCHAR), '') || '|' || ", of, of.empty() ? "" : ".", i);
    }
    return fmt::format("md5({}coalesce(CAST({} AS VARCHAR), ''))", parts, from);
  }

  std::string source_list(std::string_view of) const {
    std::string list;
    for (const duck::Column& column : input_.source_columns) {
      list += fmt::format("{}{}.{}", list.empty() ? "" : ", ", of, name(column.name));
    }
    return list;
  }

  std::string open_end() const {
    return plan_.valid_to_current.empty() ? fmt::format("CAST(NULL AS {})", time_type_)
                                          : fmt::format("CAST({} AS {})", plan_.valid_to_current, time_type_);
  }
  std::string open_condition() const {
    const std::string is_null = name(plan_.valid_to) + " IS NULL";
    return plan_.valid_to_current.empty() ? is_null
                                          : fmt::format("({} OR {} = {})", is_null, name(plan_.valid_to), open_end());
  }

  // The snapshot's own columns of a version that begins.
  std::string own_values(std::string_view from, const std::string& scd) const {
    const std::string updated = plan_.updated_at.empty() ? std::string(from) : updated_at_sql();
    std::string list =
        fmt::format("{} AS {}, {} AS {}, {} AS {}, {} AS {}", scd, name(plan_.scd_id), updated,
                    name(plan_.updated_at_column), from, name(plan_.valid_from), open_end(), name(plan_.valid_to));
    if (new_record()) {
      list += fmt::format(", 'False' AS {}", name(plan_.is_deleted));
    }
    if (!plan_.is_current.empty()) {
      list += fmt::format(", true AS {}", name(plan_.is_current));
    }
    return list;
  }

  // Columns that the configs ask for now and the history was begun without.
  std::string filled_columns() const {
    std::string list;
    if (new_record() && !has_target(plan_.is_deleted)) {
      list += fmt::format(", 'False' AS {}", name(plan_.is_deleted));
    }
    if (!plan_.is_current.empty() && !has_target(plan_.is_current)) {
      list += fmt::format(", ({}) AS {}", open_condition(), name(plan_.is_current));
    }
    return list;
  }
  std::string backfilled(std::string sql) const {
    return fmt::format(
        "WITH weir_changes AS (\n{}\n)\nSELECT * FROM weir_changes\nUNION ALL BY NAME\nSELECT h.*{} FROM {} AS h WHERE "
        "{} NOT IN "
        "(SELECT {} FROM weir_changes)",
        sql, filled_columns(), input_.target, "h." + name(plan_.scd_id), name(plan_.scd_id));
  }

  // Whether the row is another one than that of the open version.
  std::string changed_condition() const {
    if (plan_.by_timestamp) {
      return fmt::format("o.{} < s.weir_time", name(plan_.valid_from));
    }
    std::vector<std::string> terms;
    for (const duck::Column& column : input_.source_columns) {
      const bool checked = !plan_.check_cols || std::ranges::any_of(*plan_.check_cols, [&](const std::string& wanted) {
        return equals_ignoring_case(wanted, column.name);
      });
      if (checked) {
        // A column that the history does not have yet was NULL until now.
        const std::string before = has_target(column.name) ? "o." + name(column.name) : "NULL";
        terms.push_back(fmt::format("s.{} IS DISTINCT FROM {}", name(column.name), before));
      }
    }
    return join(terms, " OR ");
  }

  std::string next_sql() const {
    const std::string open_from = "o." + name(plan_.valid_from);
    const std::string is_deleted =
        new_record() ? fmt::format("coalesce(o.{}, 'False') = 'True'", name(plan_.is_deleted)) : "false";
    const std::string now = has_now_ ? now_sql() : "s.weir_time";
    // A row that came back begins when it says it changed, if that was after it had gone; else now.
    return fmt::format(
        ",\nweir_next AS (\n"
        "  SELECT s.*, o.{0} AS weir_open_id, {1} AS weir_open_from,\n"
        "    CASE WHEN {2} AND s.weir_time <= {1} THEN greatest({3}, {1})\n"
        "         WHEN o.{0} IS NOT NULL THEN greatest(s.weir_time, {1})\n"
        "         WHEN e.weir_end > s.weir_time THEN greatest({3}, e.weir_end)\n"
        "         ELSE s.weir_time END AS weir_from\n"
        "  FROM weir_source AS s LEFT JOIN weir_open AS o ON {4} LEFT JOIN weir_ended AS e ON {5}\n"
        "  WHERE o.{0} IS NULL OR {2} OR {6}\n)",
        name(plan_.scd_id), open_from, is_deleted, now, keys_equal("s", "o"), keys_equal("s", "e"),
        changed_condition());
  }

  // Open versions whose rows are not there any more.
  std::string gone_sql() const {
    if (plan_.hard_deletes == SnapshotPlan::HardDeletes::kIgnore) {
      return "";
    }
    const std::string not_deleted =
        new_record() ? fmt::format(" AND coalesce(o.{}, 'False') <> 'True'", name(plan_.is_deleted)) : "";
    return fmt::format(
        ",\nweir_gone AS (\n  SELECT o.*, greatest({}, o.{}) AS weir_end FROM weir_open AS o WHERE NOT EXISTS (SELECT "
        "1 FROM "
        "weir_source AS s WHERE {}){}\n)",
        now_sql(), name(plan_.valid_from), keys_equal("s", "o"), not_deleted);
  }

  // A version that would begin where the open one began takes its place and keeps its id.
  std::string begun_sql() const {
    const std::string scd = fmt::format("CASE WHEN n.weir_open_from = n.weir_from THEN n.weir_open_id ELSE {} END",
                                        scd_sql("n.weir_from", "n"));
    return fmt::format("SELECT {}, {} FROM weir_next AS n", source_list("n"), own_values("n.weir_from", scd));
  }

  // A version as it was, but with an end.
  std::string ended(std::string_view of, std::string_view end) const {
    std::string replaced = fmt::format("{} AS {}", end, name(plan_.valid_to));
    if (!plan_.is_current.empty()) {
      replaced += fmt::format(", false AS {}", name(plan_.is_current));
    }
    return fmt::format("{}.* EXCLUDE ({}{}) REPLACE ({})", of, key_list(""), of == "g" ? ", weir_end" : "", replaced);
  }

  std::string closed_sql() const {
    return fmt::format("SELECT {} FROM weir_open AS o JOIN weir_next AS n ON {} AND n.weir_open_from < n.weir_from",
                       ended("o", "n.weir_from"), keys_equal("o", "n"));
  }

  std::string gone_rows_sql() const {
    if (!new_record()) {
      return fmt::format("SELECT {} FROM weir_gone AS g", ended("g", "g.weir_end"));
    }
    const std::string from = name(plan_.valid_from);
    std::string replaced =
        fmt::format("CASE WHEN g.{0} = g.weir_end THEN g.{1} ELSE {2} END AS {1}, g.weir_end AS {0}, 'True' AS {3}",
                    from, name(plan_.scd_id), scd_sql("g.weir_end", "g"), name(plan_.is_deleted));
    if (has_target(plan_.updated_at_column)) {
      replaced += fmt::format(", g.weir_end AS {}", name(plan_.updated_at_column));
    }
    return fmt::format(
        "SELECT {} FROM weir_gone AS g WHERE g.{} < g.weir_end\nUNION ALL BY NAME\n"
        "SELECT g.* EXCLUDE ({}, weir_end) REPLACE ({}) FROM weir_gone AS g",
        ended("g", "g.weir_end"), from, key_list(""), replaced);
  }

  const SnapshotPlan& plan_;
  const SnapshotInput& input_;
  std::string time_type_;
  bool has_now_ = true;
};

std::string key_texts(const SnapshotPlan& plan, const SnapshotInput& input) {
  std::string parts;
  for (const std::string& key : plan.unique_key) {
    parts += fmt::format("{}{} || coalesce(CAST({} AS VARCHAR), 'NULL')", parts.empty() ? "" : " || ', ' || ",
                         sql_string(key + " = "), expression_sql(input.source_columns, key));
  }
  return parts;
}
}  // namespace

std::string null_key_sql(const SnapshotPlan& plan, const SnapshotInput& input) {
  std::string any_null;
  for (const std::string& key : plan.unique_key) {
    any_null += fmt::format("{}{} IS NULL", any_null.empty() ? "" : " OR ", expression_sql(input.source_columns, key));
  }
  return fmt::format("SELECT {} FROM {} WHERE {} LIMIT 1", key_texts(plan, input), input.source, any_null);
}

std::string doubled_key_sql(const SnapshotPlan& plan, const SnapshotInput& input) {
  return fmt::format("SELECT {} AS weir_key, count(*) FROM {} GROUP BY weir_key HAVING count(*) > 1 LIMIT 1",
                     key_texts(plan, input), input.source);
}

Result<std::string> snapshot_sql(const SnapshotPlan& plan, const SnapshotInput& input) {
  return SnapshotWriter(plan, input).write();
}
}  // namespace weir::transform
