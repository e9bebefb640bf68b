#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "delta/actions.h"

/// In-commit timestamps: the moment of a commit stands in its commitInfo and grows from version to version, whatever the
/// clocks of writers and the times of copied files say. See "In-Commit Timestamps" of the Delta protocol.
namespace weir::delta {
inline constexpr std::string_view kEnableCommitTimes = "delta.enableInCommitTimestamps";

bool has_commit_times(const Metadata& metadata);

/// The in-commit timestamp of a commit in milliseconds since 1970, or nothing.
std::optional<std::int64_t> commit_time_of(std::span<const Action> commit);

/// The in-commit timestamp of a new commit: `now`, or just after the commit before it.
std::int64_t next_commit_time(std::int64_t now, std::optional<std::int64_t> previous);

/// Records in the properties of a table that exists already since which version and moment it has in-commit timestamps, so
/// that readers find the time of older commits elsewhere. `before`: the table's metadata until now.
void record_enablement(Metadata& metadata, const Metadata& before, std::int64_t version, std::int64_t time);
}  // namespace weir::delta
