#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/result.h"
#include "flow/cron.h"
#include "flow/time_zone.h"

namespace weir::flow {
/// The dates of one run. `start` is the logical date: `{{ ds }}`. With RunAt::kTick start and end are the same.
struct RunDates {
  Instant start;
  Instant end;
  Instant run_after;  ///< when the run is due
  bool operator==(const RunDates&) const = default;
};

/// What the date of a run at some tick is.
enum class RunAt : std::uint8_t {
  kTick,         ///< the tick itself
  kIntervalEnd,  ///< the interval that ends at the tick: its date is the tick before
};

/// What becomes of runs that were due while nobody was there to start them.
enum class Catchup : std::uint8_t {
  kAll,     ///< all of them run, from `begin` on or since the last run
  kLatest,  ///< only the newest
  kNone,    ///< none; the next one is in the future
};

/// When a flow runs by itself. Immutable; safe to share between threads.
/// The rules are those of Airflow's time tables; `Catchup::kNone` and intervals on a grid are our own.
class Schedule {
 public:
  struct Options {
    std::vector<Cron> crons;                         ///< a tick is a tick of any of them
    std::optional<std::chrono::seconds> interval{};  ///< instead of crons: ticks at begin + n * interval, or from 1970 on without begin
    bool once = false;                               ///< instead of both: one tick at `begin`
    TimeZone zone{};
    RunAt run_at = RunAt::kTick;
    Catchup catchup = Catchup::kLatest;
    std::optional<Instant> begin{};  ///< no run has an earlier date
    std::optional<Instant> end{};    ///< no run has a later date
  };
  /// Errors: kInvalid unless exactly one of crons, interval and once is given, for an interval below one second, and for
  /// `end` before `begin`.
  static Result<Schedule> make(Options options);

  const Options& options() const { return options_; }

  /// The first tick after `instant`, or before it; nothing when there is none. `begin` and `end` do not matter here.
  std::optional<Instant> next_tick(Instant instant) const;
  std::optional<Instant> previous_tick(Instant instant) const;

  /// The next run after the one of `last`, as seen at `now`; due at once when its `run_after` is not after `now`.
  /// Nothing when no run will be due any more, and with Catchup::kAll when neither `last` nor `begin` says where to start.
  std::optional<RunDates> next_run(std::optional<RunDates> last, Instant now) const;

  /// The next `count` runs that are due after `instant`, as if all before had run: for people who ask.
  std::vector<RunDates> runs_after(Instant instant, std::size_t count) const;

  /// The newest run that was due at `now`: with RunAt::kTick at `now` itself, else the last whole interval.
  std::optional<RunDates> run_of_now(Instant now) const;

  /// The run whose date is `date`, or whose interval holds it: for runs of a date that a person names.
  std::optional<RunDates> run_at(Instant date) const;

 private:
  explicit Schedule(Options options) : options_(std::move(options)) {}
  std::optional<Instant> at_or_after(Instant instant) const;
  std::optional<Instant> at_or_before(Instant instant) const;
  std::optional<RunDates> next_tick_run(const std::optional<RunDates>& last, Instant now) const;
  std::optional<RunDates> next_interval_run(const std::optional<RunDates>& last, Instant now) const;
  std::optional<Instant> first_interval_start(Instant now) const;
  std::optional<RunDates> next_once(const std::optional<RunDates>& last, Instant now) const;

  Options options_;
};
}  // namespace weir::flow
