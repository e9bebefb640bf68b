#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/result.h"
#include "delta/actions.h"
#include "delta/scan.h"
#include "delta/snapshot.h"

/// Whether a transaction can still be committed after others were first.
namespace weir::delta {
enum class IsolationLevel : std::uint8_t {
  kSerializable,       ///< as if commits had run one after another, in the order of versions
  kWriteSerializable,  ///< in some order: blind appends of others do not conflict with what was read
  kSnapshot,           ///< only rearranges rows: additions of others never conflict
};
std::string_view isolation_level_name(IsolationLevel level);

/// What a transaction relies on and changes.
struct Footprint {
  IsolationLevel isolation = IsolationLevel::kSerializable;
  bool creates_table = false;
  bool changes_metadata = false;
  bool changes_protocol = false;
  bool read_whole_table = false;
  std::vector<std::vector<Condition>> read_conditions;
  std::set<std::string, std::less<>> read_paths;  ///< with those that it removes
  std::set<std::string, std::less<>> removed_paths;
  std::map<std::string, TransactionId, std::less<>> transactions;  ///< by application
  std::set<std::string, std::less<>> domains;
};

struct ConflictCheck {
  enum class Kind : std::uint8_t { kNone, kConflict, kAlreadyDone };
  Kind kind = Kind::kNone;
  std::string reason;
};

/// Compares with the commit `version` that another writer made. `base` is what the transaction started from (nullptr
/// for a new table). Errors: kUnsupported when the table can no longer be written.
Result<ConflictCheck> check_conflict(const Footprint& ours, const Snapshot* base, std::int64_t version,
                                     const std::vector<Action>& theirs);

/// True when a file that was added may hold a row for which all conditions are true.
bool may_hold(const AddFile& file, const std::vector<Condition>& conditions, const Snapshot& base);
}  // namespace weir::delta
