#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/result.h"

/// What `retry`, `cached` and `log_calls` have in common: counters, the pipe, and what a callable takes and gives.
namespace weir {
/// How often a wrapped callable was called, and how that went. A wrapper fills what it knows and leaves the others 0.
struct CallCounts {
  std::uint64_t calls = 0;     ///< of the wrapper
  std::uint64_t hits = 0;      ///< answered from the cache, or by another caller's computation
  std::uint64_t misses = 0;    ///< computed
  std::uint64_t attempts = 0;  ///< calls of what is wrapped
  std::uint64_t failures = 0;  ///< calls that ended with an Error or an exception
  bool operator==(const CallCounts&) const = default;
};

/// The counters of one wrapper and its copies. Safe from many threads.
class CallCounters {
 public:
  /// `kind` is "retry", "cached" or "log_calls"; a `name` that is not empty makes it part of `named_call_counts`
  /// for as long as it lives.
  static std::shared_ptr<CallCounters> create(std::string_view kind, std::string name);
  CallCounters(std::string_view kind, std::string name) : kind_(kind), name_(std::move(name)) {}
  CallCounters(const CallCounters&) = delete;
  CallCounters& operator=(const CallCounters&) = delete;

  CallCounts counts() const;
  std::string_view kind() const { return kind_; }
  const std::string& name() const { return name_; }
  void add_call() { add(calls_); }
  void add_hit() { add(hits_); }
  void add_miss() { add(misses_); }
  void add_attempt() { add(attempts_); }
  void add_failure() { add(failures_); }

 private:
  static void add(std::atomic<std::uint64_t>& counter) { counter.fetch_add(1, std::memory_order_relaxed); }
  std::string_view kind_;
  std::string name_;
  std::atomic<std::uint64_t> calls_{0};
  std::atomic<std::uint64_t> hits_{0};
  std::atomic<std::uint64_t> misses_{0};
  std::atomic<std::uint64_t> attempts_{0};
  std::atomic<std::uint64_t> failures_{0};
};

struct NamedCallCounts {
  std::string name;
  std::string kind;
  CallCounts counts;
};

/// The counts of all named wrappers of this process that are alive, by name and kind: what a page of metrics shows.
std::vector<NamedCallCounts> named_call_counts();

namespace detail {
template <typename T>
struct IsResult : std::false_type {};
template <typename T>
struct IsResult<std::expected<T, Error>> : std::true_type {};
template <typename T>
inline constexpr bool kIsResult = IsResult<std::remove_cvref_t<T>>::value;

/// True once for each type, but only when it is looked at: for static_assert in templates.
template <typename...>
inline constexpr bool kAlwaysFalse = false;

/// Gives the signature `R(Args...)` of what has exactly one; what has several (a generic lambda) has no `Type`.
template <typename F>
struct SignatureOf {};
template <typename R, typename... Args>
struct SignatureOf<R (*)(Args...)> {
  using Type = R(Args...);
};
template <typename R, typename... Args>
struct SignatureOf<R (*)(Args...) noexcept> {
  using Type = R(Args...);
};
template <typename R, typename C, typename... Args>
struct SignatureOf<R (C::*)(Args...)> {
  using Type = R(C&, Args...);
};
template <typename R, typename C, typename... Args>
struct SignatureOf<R (C::*)(Args...) noexcept> {
  using Type = R(C&, Args...);
};
template <typename R, typename C, typename... Args>
struct SignatureOf<R (C::*)(Args...) const> {
  using Type = R(const C&, Args...);
};
template <typename R, typename C, typename... Args>
struct SignatureOf<R (C::*)(Args...) const noexcept> {
  using Type = R(const C&, Args...);
};

template <typename F>
struct CallOperator {};
template <typename R, typename C, typename... Args>
struct CallOperator<R (C::*)(Args...)> {
  using Type = R(Args...);
};
template <typename R, typename C, typename... Args>
struct CallOperator<R (C::*)(Args...) noexcept> {
  using Type = R(Args...);
};
template <typename R, typename C, typename... Args>
struct CallOperator<R (C::*)(Args...) const> {
  using Type = R(Args...);
};
template <typename R, typename C, typename... Args>
struct CallOperator<R (C::*)(Args...) const noexcept> {
  using Type = R(Args...);
};

template <typename F>
concept HasSignatureMember = requires { typename F::Signature; };
template <typename F>
concept HasOneCallOperator = requires { &F::operator(); } && !HasSignatureMember<F>;
template <HasSignatureMember F>
struct SignatureOf<F> {
  using Type = typename F::Signature;
};
template <HasOneCallOperator F>
struct SignatureOf<F> : CallOperator<decltype(&F::operator())> {};

template <typename F>
concept HasSignature = requires { typename SignatureOf<F>::Type; };

/// Base of the wrappers: hands on the signature when there is one, so that they stack in any order.
template <typename F>
struct KeepSignature {};
template <HasSignature F>
struct KeepSignature<F> {
  using Signature = typename SignatureOf<F>::Type;
};

/// `F&` with `Args`, or with `Args` that are not moved from.
template <typename F, typename... Args>
concept Callable = std::invocable<F&, Args...>;

/// Tells a failed Result from everything else.
template <typename T>
bool is_failure(const T& value) {
  if constexpr (kIsResult<T>) {
    return !value.has_value();
  } else {
    return false;
  }
}

/// What stands right of the pipe. `wrap(f)` gives the wrapped callable.
struct CallAdaptor {};
template <typename A>
concept IsCallAdaptor = std::derived_from<std::remove_cvref_t<A>, CallAdaptor>;

template <typename Wrap>
struct Adaptor : CallAdaptor {
  explicit Adaptor(Wrap given) : wrap(std::move(given)) {}
  Wrap wrap;
};

/// Joins two adaptors, so that a stack can be kept and used for several callables.
template <typename First, typename Second>
struct Stack : CallAdaptor {
  Stack(First first_given, Second second_given) : first(std::move(first_given)), second(std::move(second_given)) {}
  First first;
  Second second;
};

template <typename F, typename A>
auto wrap_with(F&& f, A adaptor) {  // NOLINT(performance-unnecessary-value-param): its halves are moved out
  if constexpr (requires { adaptor.wrap; }) {
    return adaptor.wrap(std::forward<F>(f));
  } else {
    return wrap_with(wrap_with(std::forward<F>(f), std::move(adaptor.first)), std::move(adaptor.second));
  }
}
}  // namespace detail

/// `f | retry(…) | cached(…) | log_calls("f")`: wraps from the inside out. Without a callable at the left the adaptors
/// become one: `auto careful = retry(…) | cached(…); auto get = fetch | careful;`.
template <typename F, detail::IsCallAdaptor A>
auto operator|(F&& f, A&& adaptor) {
  if constexpr (detail::IsCallAdaptor<F>) {
    return detail::Stack<std::remove_cvref_t<F>, std::remove_cvref_t<A>>(std::forward<F>(f), std::forward<A>(adaptor));
  } else {
    return detail::wrap_with(std::forward<F>(f), std::remove_cvref_t<A>(std::forward<A>(adaptor)));
  }
}
}  // namespace weir
