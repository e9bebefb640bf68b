#pragma once

#include "core/clock.h"
#include "jinja/value.h"

/// Python's dates and times, as far as dbt projects use them: run_started_at and modules.datetime.
namespace weir::transform {
/// datetime(...) in UTC. It has year ... microsecond, date(), strftime(), isoformat(), weekday(), isoweekday(),
/// timestamp(), replace(), arithmetic with timedelta, and comparison.
jinja::Value datetime_value(Timestamp time);
/// date(...) of the day that contains `time`.
jinja::Value date_value(Timestamp time);
/// modules.datetime: datetime (now, utcnow, today, strptime, fromisoformat), date, timedelta. `clock` must outlive it.
jinja::Value datetime_module(const Clock& clock);
}  // namespace weir::transform
