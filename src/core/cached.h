#pragma once

#include <chrono>
#include <condition_variable>
#include <exception>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <unordered_map>

#include "core/call.h"
#include "core/clock.h"

namespace weir {
struct CachedOptions {
  std::optional<std::chrono::nanoseconds> ttl;  ///< how long an answer is good; nothing: until it is invalidated or pushed out
  std::size_t entries_max = 10'000;             ///< at least 1; the answer that was not asked for the longest goes first
  const Clock* clock = &system_clock();         ///< borrowed
  std::string name;                             ///< for `named_call_counts`; empty: not listed
};

namespace detail {
template <typename Arg>
struct KeyPart {
  using Type = std::decay_t<Arg>;
};
// Texts are kept as copies, whatever borrowed them.
template <typename Arg>
  requires std::convertible_to<std::decay_t<Arg>, std::string_view>
struct KeyPart<Arg> {
  using Type = std::string;
};

template <typename T>
concept Hashable = std::equality_comparable<T> && requires(const T& value) {
  { std::hash<T>{}(value) } -> std::convertible_to<std::size_t>;
};

// Hashes and compares kept keys and the arguments of a call alike, so that a hit copies no key.
struct KeyHash {
  using is_transparent = void;
  template <typename... Parts>
  std::size_t operator()(const std::tuple<Parts...>& key) const {
    std::size_t hash = sizeof...(Parts);
    std::apply([&](const auto&... part) { ((hash = mix(hash, hash_of(part))), ...); }, key);
    return hash;
  }
  template <typename T>
  static std::size_t hash_of(const T& part) {
    if constexpr (std::convertible_to<const T&, std::string_view>) {
      return std::hash<std::string_view>{}(part);
    } else {
      return std::hash<T>{}(part);
    }
  }
  static std::size_t mix(std::size_t hash, std::size_t part) {
    return (hash ^ part) * 0x9E3779B97F4A7C15U + (hash >> 7U);
  }
};
struct KeyEqual {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const A& a, const B& b) const {
    return equal(a, b, std::make_index_sequence<std::tuple_size_v<A>>());
  }
  template <typename A, typename B, std::size_t... I>
  static bool equal(const A& a, const B& b, std::index_sequence<I...> /*parts*/) {
    return (same(std::get<I>(a), std::get<I>(b)) && ...);
  }
  template <typename A, typename B>
  static bool same(const A& a, const B& b) {
    if constexpr (std::convertible_to<const A&, std::string_view>) {
      return std::string_view(a) == std::string_view(b);
    } else {
      return a == b;
    }
  }
};
}  // namespace detail

template <typename F, typename Signature>
class Cached;

/// A callable that remembers its answers, one for each list of arguments. When many threads ask the same at once, one
/// computes and the others wait for its answer. Errors and exceptions go to all who wait and are not kept. Copies share
/// the cache. Safe from many threads when the callable is; it must not ask itself in a circle over several threads.
template <typename F, typename Returned, typename... Args>
class Cached<F, Returned(Args...)> {
  static_assert(!std::is_void_v<Returned>, "cached: this callable returns nothing, so there is nothing to keep");
  static_assert(std::is_void_v<Returned> || std::copyable<std::decay_t<Returned>>,
                "cached: the result must be copyable, because many callers get it; return a std::shared_ptr<const T>");
  static_assert((!(std::is_lvalue_reference_v<Args> && !std::is_const_v<std::remove_reference_t<Args>>) && ...),
                "cached: an argument that the callable may change cannot be part of a key; take it by value or const reference");
  static_assert((detail::Hashable<typename detail::KeyPart<Args>::Type> && ...),
                "cached: each argument needs == and std::hash to be part of a key; let a lambda capture what is none");
  static_assert(std::is_invocable_v<F&, const std::remove_cvref_t<Args>&...>,
                "cached: the callable must take its arguments by value or const reference");

 public:
  using Signature = Returned(Args...);
  using Value = std::decay_t<Returned>;

  Cached(F f, CachedOptions options) : state_(std::make_shared<State>(std::move(f), std::move(options))) {}

  Value operator()(const std::remove_cvref_t<Args>&... args) const {
    State& state = *state_;
    state.counters->add_call();
    const std::tuple<const std::remove_cvref_t<Args>&...> asked(args...);
    std::unique_lock lock(state.mutex);
    if (auto kept = state.find_kept(asked)) {
      lock.unlock();
      state.counters->add_hit();
      return *kept;
    }
    if (const auto found = state.flights.find(asked); found != state.flights.end()) {
      const std::shared_ptr<Flight> flight = found->second;
      if (flight->owner != std::this_thread::get_id()) {
        return follow(*flight, lock);
      }
      // The callable asks for what it is computing: let it, its own recursion ends or not.
      lock.unlock();
      state.counters->add_miss();
      return std::invoke(state.f, args...);
    }
    const Key key(args...);
    const auto flight = std::make_shared<Flight>();
    state.flights.emplace(key, flight);
    lock.unlock();
    return lead(key, *flight, args...);
  }

  /// Forgets the answer to these arguments; one that is being computed is given to who waits for it, but not kept.
  void invalidate(const std::remove_cvref_t<Args>&... args) const {
    const std::tuple<const std::remove_cvref_t<Args>&...> asked(args...);
    const std::lock_guard lock(state_->mutex);
    state_->forget(asked);
    if (const auto found = state_->flights.find(asked); found != state_->flights.end()) {
      state_->flights.erase(found);
    }
  }
  void invalidate_all() const {
    const std::lock_guard lock(state_->mutex);
    state_->kept.clear();
    state_->order.clear();
    state_->flights.clear();
  }
  std::size_t size() const {
    const std::lock_guard lock(state_->mutex);
    return state_->kept.size();
  }
  CallCounts counts() const { return state_->counters->counts(); }
  /// Hits per call in [0, 1]; 0 before the first call.
  double hit_rate() const {
    const CallCounts now = counts();
    return now.calls == 0 ? 0.0 : static_cast<double>(now.hits) / static_cast<double>(now.calls);
  }
  /// What is wrapped.
  F& inner() const { return state_->f; }

 private:
  using Key = std::tuple<typename detail::KeyPart<Args>::Type...>;
  using Order = std::list<const Key*>;
  struct Kept {
    std::shared_ptr<const Value> value;
    std::chrono::nanoseconds ends{};
    typename Order::iterator place;
  };
  // One computation and those who wait for it. Guarded by the cache's mutex.
  struct Flight {
    std::thread::id owner = std::this_thread::get_id();
    bool done = false;
    std::shared_ptr<const Value> value;
    std::exception_ptr exception;
  };

  struct State {
    State(F given, CachedOptions given_options)
        : f(std::move(given)), options(std::move(given_options)), counters(CallCounters::create("cached", options.name)) {}

    template <typename Asked>
    std::shared_ptr<const Value> find_kept(const Asked& asked) {
      const auto found = kept.find(asked);
      if (found == kept.end()) {
        return nullptr;
      }
      if (options.ttl && options.clock->monotonic() >= found->second.ends) {
        order.erase(found->second.place);
        kept.erase(found);
        return nullptr;
      }
      order.splice(order.begin(), order, found->second.place);
      return found->second.value;
    }

    template <typename Asked>
    void forget(const Asked& asked) {
      if (const auto found = kept.find(asked); found != kept.end()) {
        order.erase(found->second.place);
        kept.erase(found);
      }
    }

    void keep(const Key& key, std::shared_ptr<const Value> value) {
      const auto [entry, fresh] = kept.try_emplace(key);
      if (fresh) {
        order.push_front(&entry->first);
        entry->second.place = order.begin();
      }
      entry->second.value = std::move(value);
      entry->second.ends = options.ttl ? options.clock->monotonic() + *options.ttl : std::chrono::nanoseconds::max();
      while (kept.size() > std::max<std::size_t>(options.entries_max, 1)) {
        const auto oldest = kept.find(*order.back());
        order.pop_back();
        kept.erase(oldest);
      }
    }

    F f;
    CachedOptions options;
    std::shared_ptr<CallCounters> counters;
    std::mutex mutex;
    std::condition_variable landed;
    std::unordered_map<Key, Kept, detail::KeyHash, detail::KeyEqual> kept;
    Order order;  // newest first
    std::unordered_map<Key, std::shared_ptr<Flight>, detail::KeyHash, detail::KeyEqual> flights;
  };

  Value follow(Flight& flight, std::unique_lock<std::mutex>& lock) const {
    state_->landed.wait(lock, [&] { return flight.done; });
    lock.unlock();
    state_->counters->add_hit();
    if (flight.exception) {
      state_->counters->add_failure();
      std::rethrow_exception(flight.exception);
    }
    if (detail::is_failure(*flight.value)) {
      state_->counters->add_failure();
    }
    return *flight.value;
  }

  Value lead(const Key& key, Flight& flight, const std::remove_cvref_t<Args>&... args) const {
    state_->counters->add_miss();
    std::shared_ptr<const Value> value;
    try {
      value = std::make_shared<const Value>(std::invoke(state_->f, args...));
    } catch (...) {
      state_->counters->add_failure();
      land(key, flight, nullptr, std::current_exception());
      throw;
    }
    if (detail::is_failure(*value)) {
      state_->counters->add_failure();
    }
    land(key, flight, value, nullptr);
    return *value;
  }

  void land(const Key& key, Flight& flight, const std::shared_ptr<const Value>& value, std::exception_ptr exception) const {
    const std::lock_guard lock(state_->mutex);
    flight.value = value;
    flight.exception = std::move(exception);
    flight.done = true;
    const auto found = state_->flights.find(key);
    if (found != state_->flights.end() && found->second.get() == &flight) {  // else it was invalidated meanwhile
      state_->flights.erase(found);
      if (value && !detail::is_failure(*value)) {
        state_->keep(key, value);
      }
    }
    state_->landed.notify_all();
  }

  std::shared_ptr<State> state_;
};

/// Wraps `f` so that equal arguments are answered from memory:
///   auto rate = cached(fetch_rate, {.ttl = 60s, .entries_max = 10'000});
/// A callable that has several signatures needs the one to use: `cached<double(std::string)>(f, …)`.
template <typename Given = void, typename F>
  requires(!std::same_as<std::remove_cvref_t<F>, CachedOptions>)
auto cached(F&& f, CachedOptions options = {}) {
  using Callable = std::decay_t<F>;
  if constexpr (!std::is_void_v<Given>) {
    return Cached<Callable, Given>(std::forward<F>(f), std::move(options));
  } else {
    static_assert(detail::HasSignature<Callable>,
                  "cached: this callable has no single signature; name it: cached<Result<Page>(std::string)>(f)");
    if constexpr (detail::HasSignature<Callable>) {
      return Cached<Callable, typename detail::SignatureOf<Callable>::Type>(std::forward<F>(f), std::move(options));
    }
  }
}

/// The same for the right side of a pipe: `fetch | cached({.ttl = 60s})`.
template <typename Given = void>
auto cached(CachedOptions options = {}) {
  return detail::Adaptor([options = std::move(options)]<typename F>(F&& f) { return cached<Given>(std::forward<F>(f), options); });
}
}  // namespace weir
