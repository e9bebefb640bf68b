#pragma once

#include <cstdint>

/// The Arrow C data interface (https://arrow.apache.org/docs/format/CDataInterface.html): two structs with which
/// libraries hand over columns without copying. The guard is the one that the interface prescribes.
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

extern "C" {
/// The type of one column or, as a struct of columns ("+s"), of a table.
struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  std::int64_t flags;
  std::int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

/// The values of one column or table; owned by whoever must call `release`.
struct ArrowArray {
  std::int64_t length;
  std::int64_t null_count;
  std::int64_t offset;
  std::int64_t n_buffers;
  std::int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};
}
#endif

namespace weir::duck {
/// Owns an ArrowSchema or ArrowArray and releases it at the end.
template <typename T>
class ArrowHandle {
 public:
  ArrowHandle() = default;
  explicit ArrowHandle(T value) : value_(value) {}
  ArrowHandle(ArrowHandle&& other) noexcept : value_(other.value_) { other.value_.release = nullptr; }
  ArrowHandle& operator=(ArrowHandle&& other) noexcept {
    if (this != &other) {
      reset();
      value_ = other.value_;
      other.value_.release = nullptr;
    }
    return *this;
  }
  ArrowHandle(const ArrowHandle&) = delete;
  ArrowHandle& operator=(const ArrowHandle&) = delete;
  ~ArrowHandle() { reset(); }
  T* get() { return &value_; }
  const T* get() const { return &value_; }
  /// Hands the value to the caller, who has to release it.
  T take() {
    T value = value_;
    value_.release = nullptr;
    return value;
  }

 private:
  void reset() {
    if (value_.release != nullptr) {
      value_.release(&value_);
    }
  }
  T value_{};
};
}  // namespace weir::duck
