#include "delta/conflict.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "delta/column_names.h"
#include "delta/file_pruning.h"
#include "delta/partition_value.h"
#include "delta/table_features.h"

namespace weir::delta {
namespace {
// What another commit did, ordered by what matters here.
struct Winner {
  std::string who = "another writer";
  bool blind_append = false;
  const Protocol* protocol = nullptr;
  const Metadata* metadata = nullptr;
  std::vector<const AddFile*> added;
  std::vector<const RemoveFile*> removed;
  std::vector<const TransactionId*> transactions;
  std::vector<const DomainMetadata*> domains;
};

void read_commit_info(const std::string& text, Winner& winner) {
  const auto json = parse_json(text, "commitInfo");
  if (!json || !json->is_object()) {
    return;
  }
  const auto text_of = [&](const char* key) {
    const auto at = json->find(key);
    return at != json->end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  const auto blind = json->find("isBlindAppend");
  winner.blind_append = blind != json->end() && blind->is_boolean() && blind->get<bool>();
  if (const std::string operation = text_of("operation"); !operation.empty()) {
    const std::string engine = text_of("engineInfo");
    winner.who = operation + (engine.empty() ? "" : " by " + engine);
  }
}

Winner summarize(const std::vector<Action>& actions) {
  Winner winner;
  for (const Action& action : actions) {
    if (const auto* info = std::get_if<CommitInfo>(&action)) {
      read_commit_info(info->json, winner);
    } else if (const auto* protocol = std::get_if<Protocol>(&action)) {
      winner.protocol = protocol;
    } else if (const auto* metadata = std::get_if<Metadata>(&action)) {
      winner.metadata = metadata;
    } else if (const auto* add = std::get_if<AddFile>(&action)) {
      winner.added.push_back(add);
    } else if (const auto* remove = std::get_if<RemoveFile>(&action)) {
      winner.removed.push_back(remove);
    } else if (const auto* transaction = std::get_if<TransactionId>(&action)) {
      winner.transactions.push_back(transaction);
    } else if (const auto* domain = std::get_if<DomainMetadata>(&action)) {
      winner.domains.push_back(domain);
    }
  }
  return winner;
}

std::string added_conflict(const Footprint& ours, const Snapshot& base, const Winner& winner) {
  const bool blind_appends_matter = ours.isolation == IsolationLevel::kSerializable || ours.changes_metadata;
  if (ours.isolation == IsolationLevel::kSnapshot || (winner.blind_append && !blind_appends_matter)) {
    return {};
  }
  for (const AddFile* file : winner.added) {
    const bool read =
        ours.read_whole_table || std::any_of(ours.read_conditions.begin(), ours.read_conditions.end(),
                                             [&](const auto& conditions) { return may_hold(*file, conditions, base); });
    if (read) {
      return "added rows to what this one has read (" + file->path + ")";
    }
  }
  return {};
}

std::string removed_conflict(const Footprint& ours, const Winner& winner) {
  for (const RemoveFile* file : winner.removed) {
    if (ours.removed_paths.contains(file->path)) {
      return "removed a file that this one removes too (" + file->path + ")";
    }
    if (ours.read_whole_table || ours.read_paths.contains(file->path)) {
      return "removed a file that this one has read (" + file->path + ")";
    }
  }
  return {};
}
}  // namespace

std::string_view isolation_level_name(IsolationLevel level) {
  switch (level) {
    case IsolationLevel::kSerializable:
      return "Serializable";
    case IsolationLevel::kWriteSerializable:
      return "WriteSerializable";
    case IsolationLevel::kSnapshot:
      return "SnapshotIsolation";
  }
  return "Serializable";
}

bool may_hold(const AddFile& file, const std::vector<Condition>& conditions, const Snapshot& base) {
  const ColumnMapping mapping = column_mapping(base.protocol(), base.metadata());
  StatsReader stats;
  const bool has_stats = file.stats && stats.open(*file.stats);
  for (const Condition& condition : conditions) {
    const auto prepared = PreparedCondition::make(condition, base.schema(), mapping);
    if (!prepared) {
      continue;
    }
    ColumnRange range;
    if (condition.column.size() == 1 && base.is_partition_column(condition.column[0])) {
      range = partition_range(prepared->type(), partition_value(file.partition_values, prepared->physical_path()[0]));
    } else if (has_stats) {
      range = stats.range(prepared->physical_path(), prepared->type());
    }
    if (!prepared->may_match(range)) {
      return false;
    }
  }
  return true;
}

Result<ConflictCheck> check_conflict(const Footprint& ours, const Snapshot* base, std::int64_t version,
                                     const std::vector<Action>& theirs) {
  const Winner winner = summarize(theirs);
  for (const TransactionId* transaction : winner.transactions) {
    const auto own = ours.transactions.find(transaction->app_id);
    if (own != ours.transactions.end() && transaction->version >= own->second.version) {
      return ConflictCheck{ConflictCheck::Kind::kAlreadyDone, ""};
    }
  }
  const auto conflict = [&](std::string_view what) {
    return ConflictCheck{ConflictCheck::Kind::kConflict, fmt::format("version {}, {}, {}", version, winner.who, what)};
  };
  if (ours.creates_table || base == nullptr) {
    return conflict("made the table first");
  }
  if (winner.protocol != nullptr) {
    WEIR_TRY(check_can_write(*winner.protocol, base->metadata(), base->schema()));
    if (ours.changes_protocol || ours.changes_metadata) {
      return conflict("changed the table's protocol");
    }
  }
  if (winner.metadata != nullptr) {
    return conflict("changed the table's schema or properties");
  }
  for (const TransactionId* transaction : winner.transactions) {
    if (ours.transactions.contains(transaction->app_id)) {
      return conflict("recorded progress of the same application (" + transaction->app_id + ")");
    }
  }
  for (const DomainMetadata* domain : winner.domains) {
    if (ours.domains.contains(domain->domain)) {
      return conflict("changed the same domain (" + domain->domain + ")");
    }
  }
  if (const std::string what = removed_conflict(ours, winner); !what.empty()) {
    return conflict(what);
  }
  if (const std::string what = added_conflict(ours, *base, winner); !what.empty()) {
    return conflict(what);
  }
  return ConflictCheck{};
}
}  // namespace weir::delta
