#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "jinja/dict.h"
#include "transform/snapshot_sql.h"
#include "transform/values.h"

namespace weir::transform {
using jinja::Dict;
using jinja::Value;

namespace {
std::unexpected<Error> refuse(std::string message) {
  return fail(ErrorCode::kInvalid, std::move(message));
}

Status read_column_names(const NodeConfig& config, SnapshotPlan& plan) {
  const Value* names = config.find("snapshot_meta_column_names");
  if (names == nullptr) {
    return {};
  }
  if (!names->is_dict()) {
    return refuse("snapshot_meta_column_names must be a map: {dbt_valid_from: valid_from}");
  }
  const std::vector<std::pair<std::string, std::string*>> known = {
      {"dbt_scd_id", &plan.scd_id},         {"dbt_updated_at", &plan.updated_at_column},
      {"dbt_valid_from", &plan.valid_from}, {"dbt_valid_to", &plan.valid_to},
      {"dbt_is_deleted", &plan.is_deleted}, {"dbt_is_current", &plan.is_current}};
  for (const Dict::Entry& entry : names->dictionary().entries()) {
    if (entry.key.is_missing() || entry.value.is_none()) {
      continue;
    }
    const std::string key = text_of(entry.key);
    const auto found = std::ranges::find(known, key, [](const auto& pair) { return pair.first; });
    if (found == known.end()) {
      std::vector<std::string> keys;
      for (const auto& [name, target] : known) {
        keys.push_back(name);
      }
      return refuse(fmt::format("snapshot_meta_column_names: unknown column \"{}\"{}", key, did_you_mean(key, keys)));
    }
    *found->second = text_of(entry.value);
  }
  return {};
}

Status read_strategy(const NodeConfig& config, SnapshotPlan& plan) {
  static const std::vector<std::string> known = {"timestamp", "check"};
  const std::string strategy = config.text("strategy");
  if (strategy.empty()) {
    return refuse("a snapshot needs a \"strategy\": timestamp or check");
  }
  if (std::ranges::find(known, strategy) == known.end()) {
    return refuse(fmt::format("unknown snapshot strategy \"{}\"{}; weir has timestamp and check", strategy,
                              did_you_mean(strategy, known)));
  }
  plan.by_timestamp = strategy == "timestamp";
  plan.updated_at = config.text("updated_at");
  if (plan.by_timestamp && plan.updated_at.empty()) {
    return refuse("the strategy timestamp needs \"updated_at\", the column that says when a row changed");
  }
  if (!plan.by_timestamp) {
    const std::vector<std::string> columns = config.texts("check_cols");
    if (columns.empty()) {
      return refuse("the strategy check needs \"check_cols\": a list of columns, or all");
    }
    if (columns != std::vector<std::string>{"all"}) {
      plan.check_cols = columns;
    }
  }
  return {};
}

Status read_hard_deletes(const NodeConfig& config, SnapshotPlan& plan) {
  static const std::vector<std::string> known = {"ignore", "invalidate", "new_record"};
  const bool older = config.flag("invalidate_hard_deletes").value_or(false);
  const std::string deletes = config.text("hard_deletes", older ? "invalidate" : "ignore");
  const auto found = std::ranges::find(known, deletes);
  if (found == known.end()) {
    return refuse(fmt::format("unknown value \"{}\" of hard_deletes{}", deletes, did_you_mean(deletes, known)));
  }
  plan.hard_deletes = static_cast<SnapshotPlan::HardDeletes>(found - known.begin());
  return {};
}
}  // namespace

std::vector<std::string> SnapshotPlan::own_columns() const {
  std::vector<std::string> columns = {scd_id, updated_at_column, valid_from, valid_to};
  if (hard_deletes == HardDeletes::kNewRecord) {
    columns.push_back(is_deleted);
  }
  if (!is_current.empty()) {
    columns.push_back(is_current);
  }
  return columns;
}

Result<SnapshotPlan> read_snapshot_plan(const NodeConfig& config) {
  SnapshotPlan plan;
  plan.unique_key = config.texts("unique_key");
  if (plan.unique_key.empty()) {
    return refuse("a snapshot needs a \"unique_key\"");
  }
  WEIR_TRY(read_strategy(config, plan));
  WEIR_TRY(read_hard_deletes(config, plan));
  WEIR_TRY(read_column_names(config, plan));
  plan.valid_to_current = config.text("dbt_valid_to_current");
  return plan;
}
}  // namespace weir::transform
