#pragma once

#include <chrono>
#include <concepts>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>
#include <vector>

#include "core/call.h"
#include "core/clock.h"
#include "core/log.h"

namespace weir {
struct LogCallsOptions {
  std::string name;                    ///< what the lines begin with, and for `named_call_counts`
  std::vector<std::string> arguments;  ///< what the arguments are called, from left to right; may be fewer
  /// Arguments of these names are shown as ***, and so are those whose names contain secret, password, token, credential
  /// or api_key.
  std::vector<std::string> secrets;
  LogLevel level = LogLevel::kDebug;
  std::function<void(std::string_view line)> sink;  ///< gets the lines instead of the program's log, from any thread
  const Clock* clock = &system_clock();             ///< borrowed
};

namespace detail {
std::string quoted_text(std::string_view text);
std::string integer_text(std::int64_t value);
std::string integer_text(std::uint64_t value);
std::string number_text(double value);
std::string duration_text(std::chrono::nanoseconds duration);
std::string items_text(std::size_t count);

template <typename T>
concept HasCallText = requires(const T& value) {
  { to_call_text(value) } -> std::convertible_to<std::string>;
};
template <typename T>
concept PointerLike = requires(const T& value) {
  *value;
  static_cast<bool>(value);
};

/// A value as a short text for a log line. A type of your own is shown by `std::string to_call_text(const T&)` beside it.
template <typename T>
std::string call_text(const T& value) {
  if constexpr (HasCallText<T>) {
    return to_call_text(value);
  } else if constexpr (std::same_as<T, bool>) {
    return value ? "true" : "false";
  } else if constexpr (std::same_as<T, std::filesystem::path>) {
    return quoted_text(value.string());
  } else if constexpr (std::convertible_to<const T&, std::string_view>) {
    return quoted_text(std::string_view(value));
  } else if constexpr (std::is_enum_v<T>) {
    return integer_text(static_cast<std::int64_t>(value));
  } else if constexpr (std::unsigned_integral<T>) {
    return integer_text(static_cast<std::uint64_t>(value));
  } else if constexpr (std::integral<T>) {
    return integer_text(static_cast<std::int64_t>(value));
  } else if constexpr (std::floating_point<T>) {
    return number_text(static_cast<double>(value));
  } else if constexpr (std::convertible_to<const T&, std::chrono::nanoseconds>) {
    return duration_text(value);
  } else if constexpr (std::same_as<T, Error>) {
    return value.text();
  } else if constexpr (kIsResult<T>) {
    if (!value) {
      return "error: " + value.error().text();
    }
    if constexpr (std::is_void_v<typename T::value_type>) {
      return "ok";
    } else {
      return call_text(*value);
    }
  } else if constexpr (std::ranges::sized_range<const T>) {
    return items_text(static_cast<std::size_t>(std::ranges::size(value)));
  } else if constexpr (PointerLike<T>) {
    if (!static_cast<bool>(value)) {
      return "nothing";
    }
    if constexpr (std::is_pointer_v<T>) {
      return "…";
    } else {
      return call_text<std::remove_cvref_t<decltype(*value)>>(*value);
    }
  } else {
    return "…";
  }
}

/// Puts the lines together and hands them on.
class CallLog {
 public:
  explicit CallLog(LogCallsOptions options);
  bool enabled() const;
  std::chrono::nanoseconds now() const { return options_.clock->monotonic(); }
  /// Adds "name=value" of the `index`th argument to `line`, or "name=***".
  template <typename T>
  void add_argument(std::string& line, std::size_t index, const T& value) const {
    begin_argument(line, index);
    line += is_secret(index) ? std::string("***") : call_text(value);
  }
  /// "fetch(url="…") -> 12 in 0.05 s".
  void write(std::string_view arguments, std::string_view outcome, std::chrono::nanoseconds took) const;
  const std::string& name() const { return options_.name; }

 private:
  void begin_argument(std::string& line, std::size_t index) const;
  bool is_secret(std::size_t index) const { return index < secret_.size() && secret_[index]; }
  LogCallsOptions options_;
  std::vector<bool> secret_;
};
}  // namespace detail

/// A callable that logs each call: arguments, result and duration. Copies share counters and the callable. Arguments and
/// results are passed on as they are. Without anybody who reads the lines only the counters are kept.
template <typename F>
class Logged : public detail::KeepSignature<F> {
 public:
  Logged(F f, LogCallsOptions options) : state_(std::make_shared<State>(std::move(f), std::move(options))) {}

  template <typename... Args>
  decltype(auto) operator()(Args&&... args) const {
    static_assert(detail::Callable<F, Args...>, "log_calls: the callable does not take these arguments");
    if constexpr (detail::Callable<F, Args...>) {
      return run(std::forward<Args>(args)...);
    }
  }

  CallCounts counts() const { return state_->counters->counts(); }
  /// What is wrapped.
  F& inner() const { return state_->f; }

 private:
  struct State {
    State(F given, LogCallsOptions options)
        : f(std::move(given)), log(std::move(options)), counters(CallCounters::create("log_calls", log.name())) {}
    F f;
    detail::CallLog log;
    std::shared_ptr<CallCounters> counters;
  };

  template <typename... Args>
  std::invoke_result_t<F&, Args...> run(Args&&... args) const {
    using Returned = std::invoke_result_t<F&, Args...>;
    State& state = *state_;
    state.counters->add_call();
    const bool logs = state.log.enabled();
    std::string line;
    if (logs) {  // before the call, which may move from them
      std::size_t index = 0;
      (state.log.add_argument(line, index++, args), ...);
    }
    const std::chrono::nanoseconds start = logs ? state.log.now() : std::chrono::nanoseconds(0);
    const auto write = [&](std::string_view outcome, bool failed) {
      if (failed) {
        state.counters->add_failure();
      }
      if (logs) {
        state.log.write(line, outcome, state.log.now() - start);
      }
    };
    try {
      if constexpr (std::is_void_v<Returned>) {
        std::invoke(state.f, std::forward<Args>(args)...);
        write("done", false);
      } else {
        Returned result = std::invoke(state.f, std::forward<Args>(args)...);
        write(logs ? detail::call_text<std::remove_cvref_t<Returned>>(result) : std::string(), detail::is_failure(result));
        return static_cast<Returned&&>(result);
      }
    } catch (const std::exception& error) {
      write(std::string("exception: ") + error.what(), true);
      throw;
    } catch (...) {
      write("exception", true);
      throw;
    }
  }

  std::shared_ptr<State> state_;
};

/// Wraps `f` so that its calls are logged: `auto get = log_calls(fetch, {.name = "fetch", .arguments = {"url", "token"}});`
template <typename F>
  requires(!std::convertible_to<F, std::string_view>)
auto log_calls(F&& f, LogCallsOptions options = {}) {
  return Logged<std::decay_t<F>>(std::forward<F>(f), std::move(options));
}

/// The same for the right side of a pipe: `fetch | log_calls("fetch", {.arguments = {"url"}})`.
inline auto log_calls(std::string_view name, LogCallsOptions options = {}) {
  options.name = name;
  return detail::Adaptor([options = std::move(options)]<typename F>(F&& f) { return log_calls(std::forward<F>(f), options); });
}
}  // namespace weir
