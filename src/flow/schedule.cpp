#include "flow/schedule.h"

#include <algorithm>

namespace weir::flow {
namespace {
/// The later of two instants that may be missing.
std::optional<Instant> later(std::optional<Instant> a, std::optional<Instant> b) { return !a ? b : !b ? a : std::max(*a, *b); }

RunDates at_tick(Instant tick) { return {.start = tick, .end = tick, .run_after = tick}; }
}  // namespace

Result<Schedule> Schedule::make(Options options) {
  if ((options.crons.empty() ? 0 : 1) + (options.interval ? 1 : 0) + (options.once ? 1 : 0) != 1) {
    return fail(ErrorCode::kInvalid, "a schedule is one of cron, interval and once");
  }
  if (options.interval && *options.interval < std::chrono::seconds(1)) {
    return fail(ErrorCode::kInvalid, "an interval must be one second or longer");
  }
  if (options.begin && options.end && *options.end < *options.begin) {
    return fail(ErrorCode::kInvalid, "the schedule ends before it starts");
  }
  return Schedule(std::move(options));
}

std::optional<Instant> Schedule::next_tick(Instant instant) const {
  if (options_.interval) {
    const Instant anchor = options_.begin.value_or(Instant{});
    const auto since = instant - anchor;
    auto count = since / *options_.interval;
    if (since.count() < 0 && since % *options_.interval != std::chrono::seconds(0)) {
      --count;
    }
    return anchor + (count + 1) * *options_.interval;
  }
  std::optional<Instant> found;
  for (const Cron& cron : options_.crons) {
    const auto tick = cron.next(instant, options_.zone);
    found = !found ? tick : !tick ? found : std::min(*found, *tick);
  }
  return found;
}

std::optional<Instant> Schedule::previous_tick(Instant instant) const {
  if (options_.interval) {
    return *next_tick(instant - std::chrono::seconds(1)) - *options_.interval;
  }
  std::optional<Instant> found;
  for (const Cron& cron : options_.crons) {
    found = later(found, cron.previous(instant, options_.zone));
  }
  return found;
}

std::optional<Instant> Schedule::at_or_after(Instant instant) const {
  const auto next = next_tick(instant);
  return next && previous_tick(*next) == instant ? instant : next;
}

std::optional<Instant> Schedule::at_or_before(Instant instant) const {
  const auto previous = previous_tick(instant);
  return previous && next_tick(*previous) == instant ? instant : previous;
}

std::optional<RunDates> Schedule::next_once(const std::optional<RunDates>& last, Instant now) const {
  return last ? std::nullopt : std::optional(at_tick(options_.begin.value_or(now)));
}

std::optional<RunDates> Schedule::next_tick_run(const std::optional<RunDates>& last, Instant now) const {
  const auto after_last = last ? next_tick(last->end) : std::nullopt;
  const auto first = options_.begin ? at_or_after(*options_.begin) : std::nullopt;
  if (last && !after_last) {
    return std::nullopt;
  }
  std::optional<Instant> tick;
  if (options_.catchup == Catchup::kAll) {
    tick = last ? after_last : first;
  } else {
    const bool is_new = !last && !options_.begin;  // a flow that was never there before starts with a tick to come
    const auto candidate = options_.catchup == Catchup::kNone || is_new ? at_or_after(now) : at_or_before(now);
    tick = later(later(candidate, after_last), first);
  }
  return tick ? std::optional(at_tick(*tick)) : std::nullopt;
}

/// Where the first interval starts as `begin` and the catch-up have it, without regard to earlier runs.
std::optional<Instant> Schedule::first_interval_start(Instant now) const {
  const auto begin = options_.begin ? at_or_after(*options_.begin) : std::nullopt;
  if (options_.catchup == Catchup::kAll) {
    return begin;
  }
  const auto end = options_.catchup == Catchup::kNone ? at_or_after(now) : at_or_before(now);
  return later(end ? previous_tick(*end) : std::nullopt, begin);
}

std::optional<RunDates> Schedule::next_interval_run(const std::optional<RunDates>& last, Instant now) const {
  auto start = first_interval_start(now);
  if (last) {
    start = later(at_or_before(last->end), start);
  }
  const auto end = start ? next_tick(*start) : std::nullopt;
  return end ? std::optional(RunDates{.start = *start, .end = *end, .run_after = *end}) : std::nullopt;
}

std::optional<RunDates> Schedule::next_run(std::optional<RunDates> last, Instant now) const {
  auto run = options_.once                          ? next_once(last, now)
             : options_.run_at == RunAt::kTick ? next_tick_run(last, now)
                                                    : next_interval_run(last, now);
  return run && options_.end && run->start > *options_.end ? std::nullopt : run;
}

std::vector<RunDates> Schedule::runs_after(Instant instant, std::size_t count) const {
  std::vector<RunDates> runs;
  if (options_.once) {
    if (options_.begin && *options_.begin > instant) {
      runs.push_back(at_tick(*options_.begin));
    }
    return runs;
  }
  auto tick = next_tick(instant);
  while (tick && runs.size() < count) {
    const auto start = options_.run_at == RunAt::kTick ? tick : previous_tick(*tick);
    if (!start || (options_.end && *start > *options_.end)) {
      break;
    }
    if (!options_.begin || *start >= *options_.begin) {
      runs.push_back({.start = *start, .end = *tick, .run_after = *tick});
      tick = next_tick(*tick);
    } else {
      tick = next_tick(std::max(*tick, *options_.begin - std::chrono::seconds(1)));
    }
  }
  return runs;
}

std::optional<RunDates> Schedule::run_of_now(Instant now) const {
  if (options_.once || options_.run_at == RunAt::kTick) {
    return at_tick(now);
  }
  const auto end = at_or_before(now);
  const auto start = end ? previous_tick(*end) : std::nullopt;
  return start ? std::optional(RunDates{.start = *start, .end = *end, .run_after = *end}) : std::nullopt;
}

std::optional<RunDates> Schedule::run_at(Instant date) const {
  if (options_.once || options_.run_at == RunAt::kTick) {
    return at_tick(date);
  }
  const auto start = at_or_before(date);
  const auto end = start ? next_tick(*start) : std::nullopt;
  return end ? std::optional(RunDates{.start = *start, .end = *end, .run_after = *end}) : std::nullopt;
}
}  // namespace weir::flow
