#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <string_view>

#include "core/result.h"

namespace weir {
/// A moment in UTC to the microsecond: what Delta, DuckDB and the run records keep.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;

/// Tells the time. Passed in wherever time matters, so that tests can set it. Safe to use from many threads.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

/// The machine's clock.
const Clock& system_clock();

/// A clock for tests: stands still until moved.
class ManualClock : public Clock {
 public:
  explicit ManualClock(Timestamp start = Timestamp{}) : now_(start) {}
  Timestamp now() const override { return now_.load(); }
  void set(Timestamp now) { now_ = now; }
  void advance(std::chrono::microseconds step) { now_ = now_.load() + step; }

 private:
  std::atomic<Timestamp> now_;
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
