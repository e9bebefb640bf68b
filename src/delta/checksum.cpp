#include "delta/checksum.h"

#include <nlohmann/json.hpp>
#include <vector>

#include "core/json.h"

namespace weir::delta {
namespace {
// What stands behind the action's name.
Json body(const Action& action) {
  const Json json = Json::parse(action_json(action), nullptr, false);
  WEIR_ASSERT(json.is_object() && json.size() == 1, "an action is an object with one member");
  return json.begin().value();
}

template <typename T>
Result<T> action_of(const Json& json, const char* member, const char* action, std::string_view name) {
  const Json line = {{action, json.value(member, Json())}};
  WEIR_TRY_ASSIGN(const auto actions, parse_commit(line.dump() + "\n", name));
  if (actions.size() != 1 || !std::holds_alternative<T>(actions[0])) {
    return fail(ErrorCode::kCorrupt, std::string("the checksum has no ") + member, name);
  }
  return std::get<T>(actions[0]);
}
}  // namespace

std::string checksum_json(const VersionChecksum& checksum) {
  Json json = {{"txnId", checksum.txn_id},
               {"tableSizeBytes", checksum.table_bytes},
               {"numFiles", checksum.files_count},
               {"numMetadata", 1},
               {"numProtocol", 1},
               {"setTransactions", Json::array()},
               {"domainMetadata", Json::array()}};
  if (checksum.commit_time) {
    json["inCommitTimestampOpt"] = *checksum.commit_time;
  }
  for (const auto& [app_id, transaction] : checksum.transactions) {
    json["setTransactions"].push_back(body(transaction));
  }
  for (const auto& [name, domain] : checksum.domains) {
    json["domainMetadata"].push_back(body(domain));
  }
  json["metadata"] = body(checksum.metadata);
  json["protocol"] = body(checksum.protocol);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Result<VersionChecksum> parse_checksum(std::string_view text, std::string_view name) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) {
    return fail(ErrorCode::kCorrupt, "the checksum is no JSON object", name);
  }
  VersionChecksum checksum;
  const auto number = [&](const char* member) {
    const auto at = json.find(member);
    return at != json.end() && at->is_number_integer() ? at->get<std::int64_t>() : -1;
  };
  checksum.table_bytes = number("tableSizeBytes");
  checksum.files_count = number("numFiles");
  WEIR_TRY_ASSIGN(checksum.protocol, action_of<Protocol>(json, "protocol", "protocol", name));
  WEIR_TRY_ASSIGN(checksum.metadata, action_of<Metadata>(json, "metadata", "metaData", name));
  return checksum;
}
}  // namespace weir::delta
