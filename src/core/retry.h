#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "core/call.h"
#include "core/clock.h"
#include "core/random.h"

namespace weir {
/// How the wait grows from try to try.
enum class Backoff : std::uint8_t {
  kConstant,     ///< delay, delay, delay …
  kLinear,       ///< delay, 2 delay, 3 delay …
  kExponential,  ///< delay, 2 delay, 4 delay …
};

struct RetryOptions {
  int attempts_max = 3;                         ///< at least 1; the first try counts
  std::chrono::milliseconds delay{1000};        ///< before the second try
  Backoff backoff = Backoff::kExponential;
  double jitter = 0.0;                          ///< in [0, 1]: the part of each wait that is left to chance, so that many do not come back at once
  std::chrono::milliseconds delay_max{60'000};  ///< no wait is longer, but for a server's Retry-After
  std::optional<std::chrono::milliseconds> time_max;  ///< no further try begins later than this after the first
  /// A server that asks to come back later than this is not asked again.
  std::chrono::milliseconds retry_after_max{300'000};
  std::function<bool(const Error&)> retry_if;                     ///< empty: Error::may_pass
  std::function<bool(const std::exception&)> retry_exception_if;  ///< empty: all that derive from std::exception
  std::stop_token stop;                                           ///< ends a wait, and no further try begins
  const Clock* clock = &system_clock();                           ///< borrowed
  RandomSource* random = &system_random();                        ///< borrowed; as thread-safe as the wrapper has to be
  std::string name;                                               ///< for `named_call_counts`; empty: not listed
};

/// The waits of one call: pure, so that it can be tested and used where no wrapper fits.
class RetrySchedule {
 public:
  explicit RetrySchedule(const RetryOptions& options) : options_(&options) {}
  /// Decides after the `attempt`th try (from 1) failed with `error`: how long to wait, or nothing to give up.
  std::optional<std::chrono::milliseconds> wait_after(int attempt, const Error& error) const;
  std::optional<std::chrono::milliseconds> wait_after(int attempt, const std::exception& error) const;

 private:
  std::chrono::milliseconds delay(int attempt) const;
  const RetryOptions* options_;
};

namespace detail {
/// The last error, which says how often it was tried: "… (3 attempts)".
Error after_attempts(Error error, int attempts_count);
/// What became of a call that was stopped while it waited to try again.
Error stopped_after(Error error, int attempts_count);

/// How an attempt gets its arguments: as they are the callable's to keep only for the last time, they are never moved from.
template <typename Arg>
using Again = std::remove_reference_t<Arg>&;
}  // namespace detail

/// A callable that is called again when it fails. Copies share counters and the callable. Safe from many threads when the
/// callable is. Arguments are handed on as lvalues, since a later try needs them too.
template <typename F>
class Retrying : public detail::KeepSignature<F> {
 public:
  Retrying(F f, RetryOptions options)
      : state_(std::make_shared<State>(std::move(f), std::move(options))) {}

  /// Returns what the callable gives. After the last try an Error says how often it was tried; an exception is thrown as it is.
  /// Errors: also kCancelled, when stopped between two tries.
  template <typename... Args>
  auto operator()(Args&&... args) const {
    static_assert(detail::Callable<F, detail::Again<Args>...>,
                  "retry: these arguments cannot be handed over twice; let the callable take move-only arguments by reference");
    if constexpr (detail::Callable<F, detail::Again<Args>...>) {
      using Returned = std::invoke_result_t<F&, detail::Again<Args>...>;
      static_assert(detail::kIsResult<Returned> || !std::is_nothrow_invocable_v<F&, detail::Again<Args>...>,
                    "retry: this callable cannot fail: it returns no Result and is noexcept");
      return run<std::decay_t<Returned>>([&]() -> decltype(auto) { return std::invoke(state_->f, args...); });
    }
  }

  CallCounts counts() const { return state_->counters->counts(); }
  /// What is wrapped.
  F& inner() const { return state_->f; }

 private:
  struct State {
    State(F given, RetryOptions given_options)
        : f(std::move(given)),
          options(std::move(given_options)),
          schedule(options),
          counters(CallCounters::create("retry", options.name)) {}
    F f;
    RetryOptions options;
    RetrySchedule schedule;
    std::shared_ptr<CallCounters> counters;
  };

  template <typename Returned, typename Call>
  Returned run(const Call& call) const {
    const RetryOptions& options = state_->options;
    state_->counters->add_call();
    const std::chrono::nanoseconds start = options.time_max ? options.clock->monotonic() : std::chrono::nanoseconds(0);
    const auto too_late = [&](std::chrono::milliseconds wait) {
      return options.time_max && options.clock->monotonic() - start + wait > *options.time_max;
    };
    for (int attempt = 1;; ++attempt) {
      state_->counters->add_attempt();
      std::optional<std::chrono::milliseconds> wait;
      try {
        if constexpr (detail::kIsResult<Returned>) {
          Returned result = call();
          if (result) [[likely]] {
            return result;
          }
          wait = state_->schedule.wait_after(attempt, result.error());
          if (!wait || too_late(*wait)) {
            state_->counters->add_failure();
            return std::unexpected(detail::after_attempts(std::move(result).error(), attempt));
          }
          if (!options.clock->wait_for(*wait, options.stop)) {
            state_->counters->add_failure();
            return std::unexpected(detail::stopped_after(std::move(result).error(), attempt));
          }
          continue;
        } else {
          return call();
        }
      } catch (const std::exception& error) {
        wait = state_->schedule.wait_after(attempt, error);
        if (!wait || too_late(*wait) || !options.clock->wait_for(*wait, options.stop)) {
          state_->counters->add_failure();
          throw;
        }
      } catch (...) {
        state_->counters->add_failure();
        throw;
      }
    }
  }

  std::shared_ptr<State> state_;
};

/// Wraps `f` so that it is tried again when it fails with an Error that may pass, or throws:
///   auto get = retry(fetch, {.attempts_max = 5, .delay = 200ms, .jitter = 0.5});
template <typename F>
  requires(!std::same_as<std::remove_cvref_t<F>, RetryOptions>)
auto retry(F&& f, RetryOptions options = {}) {
  return Retrying<std::decay_t<F>>(std::forward<F>(f), std::move(options));
}

/// The same for the right side of a pipe: `fetch | retry({.attempts_max = 5})`.
inline auto retry(RetryOptions options = {}) {
  return detail::Adaptor([options = std::move(options)]<typename F>(F&& f) { return retry(std::forward<F>(f), options); });
}
}  // namespace weir
