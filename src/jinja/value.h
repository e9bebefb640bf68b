#pragma once

#include <atomic>
#include <concepts>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace weir::jinja {
class Dict;
class HostObject;
class Str;
class Undefined;
class Value;

/// What a value is. The kinds from kUndefined on live on the heap and are counted.
enum class Kind : std::uint8_t {
  kMissing,     ///< no value at all: an argument that was not given; templates never see it
  kUnresolved,  ///< a name that was not looked up yet; templates never see it
  kNone,
  kBool,
  kInt,
  kFloat,
  kUndefined,
  kBigInt,
  kStr,
  kList,
  kTuple,
  kDict,
  kSet,
  kHost,  ///< everything with behaviour of its own: functions, macros, iterators, dates, the host's objects
};

/// Something counted on the heap. Counts are atomic, so values may be shared by threads; lists, dicts and sets have
/// no lock, so what several threads see must not be changed by a template.
class Object {
 public:
  Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;

  void retain() const noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void release() const noexcept {
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      destroy();
    }
  }
  std::uint32_t references() const noexcept { return references_.load(std::memory_order_relaxed); }

 private:
  /// Deletes this; deep structures are taken apart in a loop instead of by recursion.
  void destroy() const noexcept;
  mutable std::atomic<std::uint32_t> references_{0};
};

/// An owner among others of an Object; null when default-made.
template <typename T>
class Ref {
 public:
  Ref() = default;
  Ref(std::nullptr_t) {}
  explicit Ref(T* object) noexcept : object_(object) {
    if (object_ != nullptr) {
      object_->retain();
    }
  }
  Ref(const Ref& other) noexcept : Ref(other.object_) {}
  Ref(Ref&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  template <std::derived_from<T> U>
  Ref(const Ref<U>& other) noexcept : Ref(other.get()) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  ~Ref() {
    if (object_ != nullptr) {
      object_->release();
    }
  }
  T* get() const noexcept { return object_; }
  T* operator->() const noexcept { return object_; }
  T& operator*() const noexcept { return *object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }

 private:
  T* object_ = nullptr;
};

template <typename T, typename... Arguments>
Ref<T> make_ref(Arguments&&... arguments) {
  return Ref<T>(new T(std::forward<Arguments>(arguments)...));
}

/// A value as templates know it: Python's None, bool, int, float, str, list, tuple, dict, set, or an object.
/// 16 bytes; copies share what is on the heap, as Python's names do. Strings are UTF-8 and never change.
class Value {
 public:
  Value() noexcept : kind_(Kind::kNone) { payload_.integer = 0; }
  Value(std::nullptr_t) noexcept : Value() {}
  template <std::same_as<bool> T>
  Value(T value) noexcept : kind_(Kind::kBool) {
    payload_.integer = value ? 1 : 0;
  }
  template <std::integral T>
    requires(!std::same_as<T, bool> && (sizeof(T) < 8 || std::signed_integral<T>))
  Value(T value) noexcept : kind_(Kind::kInt) {
    payload_.integer = static_cast<std::int64_t>(value);
  }
  Value(double value) noexcept : kind_(Kind::kFloat) { payload_.real = value; }
  Value(std::string_view text);
  Value(const std::string& text) : Value(std::string_view(text)) {}
  Value(const char* text) : Value(std::string_view(text)) {}
  Value(Ref<Str> text) noexcept;
  Value(Ref<HostObject> object) noexcept;
  template <std::derived_from<HostObject> T>
  Value(const Ref<T>& object) noexcept : Value(Ref<HostObject>(object)) {}

  static Value size(std::size_t count) { return Value(static_cast<std::int64_t>(count)); }
  static Value list(std::vector<Value> items = {});
  static Value tuple(std::vector<Value> items = {});
  static Value dict(Ref<Dict> dict);
  static Value dict();
  static Value set(Ref<Dict> keys);
  static Value missing() noexcept { return Value(Kind::kMissing); }
  static Value unresolved() noexcept { return Value(Kind::kUnresolved); }
  /// Takes over `object`, which must be the class that `kind` stands for.
  static Value adopt(Kind kind, Object* object) noexcept;

  Value(const Value& other) noexcept : kind_(other.kind_), payload_(other.payload_) {
    if (on_heap()) {
      payload_.object->retain();
    }
  }
  Value(Value&& other) noexcept : kind_(other.kind_), payload_(other.payload_) { other.kind_ = Kind::kNone; }
  Value& operator=(const Value& other) noexcept {
    Value copy(other);
    swap(copy);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    Value moved(std::move(other));
    swap(moved);
    return *this;
  }
  ~Value() {
    if (on_heap()) {
      payload_.object->release();
    }
  }
  void swap(Value& other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(payload_, other.payload_);
  }

  Kind kind() const noexcept { return kind_; }
  bool is(Kind kind) const noexcept { return kind_ == kind; }
  bool is_none() const noexcept { return kind_ == Kind::kNone; }
  bool is_missing() const noexcept { return kind_ == Kind::kMissing; }
  bool is_undefined() const noexcept { return kind_ == Kind::kUndefined; }
  bool is_string() const noexcept { return kind_ == Kind::kStr; }
  bool is_dict() const noexcept { return kind_ == Kind::kDict; }
  bool is_list() const noexcept { return kind_ == Kind::kList; }
  /// A list or a tuple.
  bool is_sequence() const noexcept { return kind_ == Kind::kList || kind_ == Kind::kTuple; }
  /// An int of any size or a bool, which Python counts among the ints.
  bool is_integer() const noexcept { return kind_ == Kind::kInt || kind_ == Kind::kBool || kind_ == Kind::kBigInt; }

  // Each of these needs the kind that it names.
  bool boolean() const noexcept { return payload_.integer != 0; }
  std::int64_t integer() const noexcept { return payload_.integer; }  ///< kInt or kBool
  double real() const noexcept { return payload_.real; }
  std::string_view string() const noexcept;       ///< valid as long as this value or a copy of it lives
  std::span<const Value> items() const noexcept;  ///< of a list or a tuple
  std::vector<Value>& elements() const noexcept;  ///< of a list or a tuple, to be changed
  Dict& dictionary() const noexcept;              ///< of a dict, or the keys of a set
  HostObject& host() const noexcept;
  const Undefined& undefined() const noexcept;
  Object* object() const noexcept { return payload_.object; }

  /// The int64 in this int or bool, nothing for other kinds and for ints beyond 64 bits.
  std::optional<std::int64_t> as_integer() const noexcept;
  /// The host object when it is of class T, else null.
  template <typename T>
  T* as() const noexcept;

  /// Python's truth of the value.
  bool truth() const;
  /// str(value). Errors: printing a strict undefined, a host object that fails.
  Result<std::string> text() const;
  /// repr(value): strings in quotes. Errors: as `text`.
  Result<std::string> repr() const;
  /// Python's ==, but an identical object always equals itself. 1 == 1.0 == true.
  bool operator==(const Value& other) const;

 private:
  explicit Value(Kind kind) noexcept : kind_(kind) { payload_.integer = 0; }
  bool on_heap() const noexcept { return kind_ >= Kind::kUndefined; }

  Kind kind_;
  union {
    std::int64_t integer;
    double real;
    Object* object;
  } payload_;
};

/// The storage of lists and tuples. A tuple may name its fields (groupby's `grouper` and `list`).
class List final : public Object {
 public:
  explicit List(std::vector<Value> values = {}, std::span<const std::string_view> names = {})
      : items(std::move(values)), field_names(names) {}
  std::vector<Value> items;
  std::span<const std::string_view> field_names;
};

/// No string of a template may grow beyond this, and no list beyond so many items: a bound for runaway templates.
inline constexpr std::size_t kStringBytesMax = std::size_t{1} << 28;
inline constexpr std::size_t kItemsCountMax = std::size_t{1} << 24;

/// An immutable string: its bytes follow the object in one allocation.
class Str final : public Object {
 public:
  static Ref<Str> make(std::string_view text);
  /// A string of `size_bytes` bytes to be written through `bytes()` before anyone else sees it.
  static Ref<Str> make_uninitialized(std::size_t size_bytes);
  /// A string that is safe to show in HTML as it is.
  static Ref<Str> make_markup(std::string_view text);

  std::string_view view() const noexcept { return {reinterpret_cast<const char*>(this + 1), size_bytes_}; }
  char* bytes() noexcept { return reinterpret_cast<char*>(this + 1); }
  bool is_markup() const noexcept { return markup_; }
  /// The number of code points; counted once.
  std::size_t length() const noexcept;
  bool is_ascii() const noexcept { return length() == size_bytes_; }
  std::uint64_t hash() const noexcept;

  static void operator delete(void* memory) { ::operator delete(memory); }

 private:
  explicit Str(std::uint32_t size_bytes) : size_bytes_(size_bytes) {}
  static constexpr std::uint32_t kUncounted = std::numeric_limits<std::uint32_t>::max();

  std::uint32_t size_bytes_;
  bool markup_ = false;
  mutable std::atomic<std::uint32_t> length_{kUncounted};
  mutable std::atomic<std::uint64_t> hash_{0};
};

inline Value::Value(Ref<Str> text) noexcept : Value(adopt(Kind::kStr, text.get())) {}
inline Value Value::adopt(Kind kind, Object* object) noexcept {
  Value value(kind);
  value.payload_.object = object;
  object->retain();
  return value;
}
inline std::string_view Value::string() const noexcept {
  return static_cast<Str*>(payload_.object)->view();
}
inline std::span<const Value> Value::items() const noexcept {
  return static_cast<List*>(payload_.object)->items;
}
inline std::vector<Value>& Value::elements() const noexcept {
  return static_cast<List*>(payload_.object)->items;
}

/// What a value is called in messages: "str", "list", "NoneType", or the host object's name.
std::string_view type_name(const Value& value);
}  // namespace weir::jinja
