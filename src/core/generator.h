#pragma once

#include <concepts>
#include <coroutine>
#include <cstddef>
#include <exception>
#include <iterator>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>

namespace weir {
/// A lazy sequence: a coroutine that computes its next value only when somebody asks for it.
///   generator<int> numbers(int end) { for (int i = 0; i < end; ++i) co_yield i; }
///   for (int number : numbers(3) | std::views::filter(is_even)) …
/// `co_yield other` with another generator (of the same T) gives all its values, however deep, at the cost of one. What
/// the coroutine throws comes out of `begin` or `++`; what may fail in a usual way yields Result<T>: the last value is then
/// the Error. A view and an input range: it moves, is not copied, and is walked once, by one thread at a time. A value lives
/// until the next one is asked for. (Lower case like std::generator of C++23, whose place it takes.)
template <typename T>
class generator : public std::ranges::view_base {
  static_assert(!std::is_reference_v<T> && std::is_same_v<T, std::remove_cv_t<T>>,
                "generator: T must be a plain value type: generator<std::string>, not generator<const std::string&>");

 public:
  class promise_type;
  using Handle = std::coroutine_handle<promise_type>;

  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = T;

    iterator() = default;
    iterator(iterator&& other) noexcept : root_(std::exchange(other.root_, nullptr)) {}
    iterator& operator=(iterator&& other) noexcept {
      root_ = std::exchange(other.root_, nullptr);
      return *this;
    }
    T& operator*() const { return *root_.promise().value(); }
    T* operator->() const { return root_.promise().value(); }
    iterator& operator++() {
      root_.promise().resume_innermost();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& it, std::default_sentinel_t /*end*/) { return !it.root_ || it.root_.done(); }

   private:
    friend class generator;
    explicit iterator(Handle root) : root_(root) {}
    Handle root_;
  };

  generator(generator&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  generator& operator=(generator&& other) noexcept {
    if (this != &other) {
      reset();
      handle_ = std::exchange(other.handle_, nullptr);
    }
    return *this;
  }
  generator(const generator&) = delete;
  generator& operator=(const generator&) = delete;
  ~generator() { reset(); }

  /// Runs to the first value. Call once.
  iterator begin() {
    if (handle_) {
      handle_.promise().resume_innermost();
    }
    return iterator(handle_);
  }
  std::default_sentinel_t end() const { return {}; }

 private:
  explicit generator(Handle handle) : handle_(handle) {}
  void reset() {
    if (handle_) {
      handle_.destroy();
    }
  }
  Handle handle_;
};

// The root of a chain of nested generators knows the innermost one, which is what runs; each knows who waits for it.
template <typename T>
class generator<T>::promise_type {
 public:
  generator get_return_object() { return generator(Handle::from_promise(*this)); }
  std::suspend_always initial_suspend() noexcept { return {}; }

  struct FinalAwaiter {
    bool await_ready() noexcept { return false; }
    std::coroutine_handle<> await_suspend(Handle ended) noexcept {
      promise_type& promise = ended.promise();
      if (!promise.outer_) {
        return std::noop_coroutine();
      }
      promise.root_->innermost_ = promise.outer_;
      return promise.outer_;
    }
    void await_resume() noexcept {}
  };
  FinalAwaiter final_suspend() noexcept { return {}; }

  std::suspend_always yield_value(T& value) noexcept {
    root_->value_ = std::addressof(value);
    return {};
  }
  std::suspend_always yield_value(T&& value) noexcept { return yield_value(value); }

  // Keeps a copy beside the suspended coroutine.
  struct CopyAwaiter {
    T copy;
    bool await_ready() noexcept { return false; }
    void await_suspend(Handle handle) noexcept { handle.promise().root_->value_ = std::addressof(copy); }
    void await_resume() noexcept {}
  };
  CopyAwaiter yield_value(const T& value)
    requires std::copy_constructible<T>
  {
    return {value};
  }
  template <typename U>
    requires(std::constructible_from<T, U> && !std::same_as<std::remove_cvref_t<U>, T> && !std::same_as<std::remove_cvref_t<U>, generator>)
  CopyAwaiter yield_value(U&& value) {
    return {T(std::forward<U>(value))};
  }

  struct NestedAwaiter {
    generator inner;
    bool await_ready() noexcept { return !inner.handle_; }
    Handle await_suspend(Handle outer) noexcept {
      promise_type& nested = inner.handle_.promise();
      nested.root_ = outer.promise().root_;
      nested.outer_ = outer;
      nested.root_->innermost_ = inner.handle_;
      return inner.handle_;
    }
    void await_resume() {
      if (inner.handle_ && inner.handle_.promise().exception_) {
        std::rethrow_exception(inner.handle_.promise().exception_);
      }
    }
  };
  NestedAwaiter yield_value(generator&& inner) noexcept { return {std::move(inner)}; }

  void return_void() noexcept {}
  void unhandled_exception() noexcept { exception_ = std::current_exception(); }
  // A generator's body asks for nothing but its own values.
  template <typename U>
  void await_transform(U&& value) = delete;

  void resume_innermost() {
    innermost_.resume();
    if (exception_) {
      std::rethrow_exception(std::exchange(exception_, nullptr));
    }
  }
  T* value() const { return value_; }

 private:
  promise_type* root_ = this;
  Handle innermost_ = Handle::from_promise(*this);
  Handle outer_;
  T* value_ = nullptr;
  std::exception_ptr exception_;
};
}  // namespace weir
