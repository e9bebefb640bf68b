#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.h"
#include "core/json.h"

namespace weir::lake {
/// What a table was built from: name of a table or view -> its version, see Lake::current_version.
using InputVersions = std::map<std::string, std::string>;

/// Who made a commit and from what; kept in the commit itself (`commitInfo.weir`), so that the lake alone tells what is stale:
///   {"weir": {"node": "model.shop.orders", "codeHash": "0a1b…", "inputs": {"raw.orders": "12"}, "files": "…"}}
struct BuildRecord {
  std::string node;
  std::string code_hash;
  InputVersions inputs;
  std::map<std::string, std::string> extra;  ///< further keys of the node's own
};

/// A BuildRecord as found in a table or view.
struct LastBuild {
  BuildRecord record;
  std::int64_t version = 0;  ///< the commit that has it; 0 for a view
  Timestamp time;
  bool newest = true;        ///< no other commit came after it
};

Json to_json(const BuildRecord& record);
/// Unknown keys become `extra`; nothing when `json` is no record.
std::optional<BuildRecord> build_record_from_json(const Json& json);
}  // namespace weir::lake
