#include "flow/time_zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <exception>
#include <vector>

#include "core/text.h"

namespace weir::flow {
namespace {
const date::time_zone& zone_of(const void* zone) { return *static_cast<const date::time_zone*>(zone); }
}  // namespace

Result<TimeZone> TimeZone::find(std::string_view name) {
  TimeZone found;
  if (name == "UTC" || name.empty()) {
    return found;
  }
  try {
    found.zone_ = date::locate_zone(std::string(name));
    found.name_ = name;
    return found;
  } catch (const std::exception&) {
    std::vector<std::string> names;
    try {
      for (const date::time_zone& zone : date::get_tzdb().zones) {
        names.push_back(zone.name());
      }
    } catch (const std::exception&) {
      return fail(ErrorCode::kIo, "cannot read the time zones of this machine; install tzdata", "/usr/share/zoneinfo");
    }
    return fail(ErrorCode::kInvalid, fmt::format("there is no time zone \"{}\"{}", excerpt(name), did_you_mean(name, names)));
  }
}

WallTime TimeZone::wall(Instant instant) const {
  if (zone_ == nullptr) {
    return WallTime(instant.time_since_epoch());
  }
  const date::sys_info info = zone_of(zone_).get_info(date::sys_seconds(instant.time_since_epoch()));
  return WallTime(instant.time_since_epoch() + info.offset);
}

Instant TimeZone::instant(WallTime wall) const {
  if (zone_ == nullptr) {
    return Instant(wall.time_since_epoch());
  }
  const date::local_info info = zone_of(zone_).get_info(date::local_seconds(wall.time_since_epoch()));
  // In a gap the offset before it, so that 02:30 becomes what would have been 02:30 without the change: 03:30.
  const auto offset = info.result == date::local_info::ambiguous ? info.second.offset : info.first.offset;
  return Instant(wall.time_since_epoch() - offset);
}
}  // namespace weir::flow
