#pragma once

#include <atomic>
#include <chrono>
#include <stop_token>
#include <string>
#include <string_view>

#include "core/result.h"

namespace weir {
/// A moment in UTC to the microsecond: what Delta, DuckDB and the run records keep.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Tells the time and waits. Passed in wherever time matters, so that tests can set it. Safe to use from many threads.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
  /// Time since some moment; never goes back, whatever is done to the machine's clock. For durations and time to live.
  virtual std::chrono::nanoseconds monotonic() const { return std::chrono::steady_clock::now().time_since_epoch(); }
  /// Waits that long, or until `stop`; false when stopped. Returns at once when `duration` is not positive.
  virtual bool wait_for(std::chrono::nanoseconds duration, const std::stop_token& stop = {}) const;
};

/// The machine's clock.
const Clock& system_clock();

/// A clock for tests: stands still until moved. Who waits on it moves it by that time and goes on at once.
class ManualClock : public Clock {
 public:
  explicit ManualClock(Timestamp start = Timestamp{}) : now_(start) {}
  Timestamp now() const override { return now_.load(); }
  std::chrono::nanoseconds monotonic() const override { return now_.load().time_since_epoch(); }
  bool wait_for(std::chrono::nanoseconds duration, const std::stop_token& stop = {}) const override;
  void set(Timestamp now) { now_ = now; }
  void advance(std::chrono::microseconds step) { now_ = now_.load() + step; }

 private:
  mutable std::atomic<Timestamp> now_;
};

/// Measures how long something took; not a point in time.
class Stopwatch {
 public:
  std::chrono::nanoseconds elapsed() const { return std::chrono::steady_clock::now() - start_; }
  double seconds() const { return std::chrono::duration<double>(elapsed()).count(); }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

/// "2024-01-31T06:00:00.123456Z"; without a fraction when it is zero.
std::string format_timestamp(Timestamp time);
/// Reads ISO 8601: "2024-01-31", "2024-01-31 06:00", "2024-01-31T06:00:00.5Z", "...+09:00"; without zone it is UTC.
/// Errors: kInvalid.
Result<Timestamp> parse_timestamp(std::string_view text);
inline std::int64_t to_milliseconds(Timestamp time) {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}
inline Timestamp from_milliseconds(std::int64_t milliseconds) { return Timestamp(std::chrono::milliseconds(milliseconds)); }
}  // namespace weir
