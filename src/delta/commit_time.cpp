#include "delta/commit_time.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "core/json.h"

namespace weir::delta {
namespace {
constexpr std::string_view kEnablementVersion = "delta.inCommitTimestampEnablementVersion";
constexpr std::string_view kEnablementTime = "delta.inCommitTimestampEnablementTimestamp";
}  // namespace

bool has_commit_times(const Metadata& metadata) {
  const auto at = metadata.configuration.find(kEnableCommitTimes);
  return at != metadata.configuration.end() && at->second == "true";
}

std::optional<std::int64_t> commit_time_of(std::span<const Action> commit) {
  for (const Action& action : commit) {
    if (const auto* info = std::get_if<CommitInfo>(&action)) {
      const Json json = Json::parse(info->json, nullptr, false);
      const auto at = json.is_object() ? json.find("inCommitTimestamp") : json.end();
      return at != json.end() && at->is_number_integer() ? std::optional(at->get<std::int64_t>()) : std::nullopt;
    }
  }
  return std::nullopt;
}

std::int64_t next_commit_time(std::int64_t now, std::optional<std::int64_t> previous) {
  return previous ? std::max(now, *previous + 1) : now;
}

void record_enablement(Metadata& metadata, const Metadata& before, std::int64_t version, std::int64_t time) {
  StringMap& properties = metadata.configuration;
  if (!has_commit_times(metadata)) {
    properties.erase(std::string(kEnablementVersion));
    properties.erase(std::string(kEnablementTime));
  } else if (!has_commit_times(before)) {
    properties.insert_or_assign(std::string(kEnablementVersion), std::to_string(version));
    properties.insert_or_assign(std::string(kEnablementTime), std::to_string(time));
  } else {
    for (const std::string_view name : {kEnablementVersion, kEnablementTime}) {
      if (const auto at = before.configuration.find(name); at != before.configuration.end()) {
        properties.insert_or_assign(std::string(name), at->second);
      }
    }
  }
}
}  // namespace weir::delta
