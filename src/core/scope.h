#pragma once

#include <chrono>
#include <concepts>
#include <functional>
#include <type_traits>
#include <utility>

#include "core/clock.h"

namespace weir {
/// Calls `f` when the scope ends, however it ends; unless released. `f` must not throw.
///   const scope_exit close([&] { ::close(descriptor); });
/// (Lower case like the one of the Library Fundamentals specification.)
template <typename F>
class scope_exit {
  static_assert(std::invocable<F&>, "scope_exit: takes what can be called without arguments");

 public:
  explicit scope_exit(F f) : f_(std::move(f)) {}
  scope_exit(scope_exit&& other) noexcept(std::is_nothrow_move_constructible_v<F>)
      : f_(std::move(other.f_)), active_(std::exchange(other.active_, false)) {}
  scope_exit(const scope_exit&) = delete;
  scope_exit& operator=(const scope_exit&) = delete;
  scope_exit& operator=(scope_exit&&) = delete;
  ~scope_exit() {
    if (active_) {
      f_();
    }
  }
  /// The scope may end without the call.
  void release() { active_ = false; }

 private:
  F f_;
  bool active_ = true;
};

/// Gives the time between its making and the end of the scope to `report`, or adds it to a sum.
///   const ScopedTimer timer(stats.parse_time);
class ScopedTimer {
 public:
  using Report = std::function<void(std::chrono::nanoseconds)>;
  explicit ScopedTimer(Report report, const Clock& clock = system_clock())
      : report_(std::move(report)), clock_(&clock), start_(clock.monotonic()) {}
  explicit ScopedTimer(std::chrono::nanoseconds& sum, const Clock& clock = system_clock())
      : ScopedTimer([&sum](std::chrono::nanoseconds elapsed) { sum += elapsed; }, clock) {}
  ScopedTimer(const ScopedTimer&) = delete;
  ScopedTimer& operator=(const ScopedTimer&) = delete;
  ~ScopedTimer() { report_(elapsed()); }
  std::chrono::nanoseconds elapsed() const { return clock_->monotonic() - start_; }

 private:
  Report report_;
  const Clock* clock_;
  std::chrono::nanoseconds start_;
};
}  // namespace weir
