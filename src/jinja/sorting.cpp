#include "jinja/sorting.h"

#include "jinja/operators.h"

namespace weir::jinja {
namespace {
/// A merge sort whose comparison may fail; std::stable_sort could not stop then.
class Sorter {
 public:
  Sorter(const std::vector<Value>& keys, bool reverse) : keys_(keys), reverse_(reverse), buffer_(keys.size()) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      order_.push_back(i);
    }
  }

  Status run() { return sort(0, order_.size()); }
  const std::vector<std::size_t>& order() const { return order_; }

 private:
  Status sort(std::size_t begin, std::size_t end) {
    if (end - begin < 2) {
      return {};
    }
    const std::size_t middle = begin + (end - begin) / 2;
    WEIR_TRY(sort(begin, middle));
    WEIR_TRY(sort(middle, end));
    std::size_t left = begin;
    std::size_t right = middle;
    for (std::size_t out = begin; out < end; ++out) {
      bool takes_right = left == middle;
      if (left < middle && right < end) {
        // The right one comes first only when it is strictly smaller (or greater, in reverse).
        const Value& a = keys_[order_[left]];
        const Value& b = keys_[order_[right]];
        WEIR_TRY_ASSIGN(takes_right, reverse_ ? less(a, b) : less(b, a));
      }
      buffer_[out] = takes_right ? order_[right++] : order_[left++];
    }
    for (std::size_t i = begin; i < end; ++i) {
      order_[i] = buffer_[i];
    }
    return {};
  }

  const std::vector<Value>& keys_;
  bool reverse_;
  std::vector<std::size_t> order_;
  std::vector<std::size_t> buffer_;
};
}  // namespace

Result<std::vector<Value>> sort_by_keys(std::vector<Value> items, const std::vector<Value>& keys, bool reverse) {
  Sorter sorter(keys, reverse);
  WEIR_TRY(sorter.run());
  std::vector<Value> out;
  out.reserve(items.size());
  for (const std::size_t index : sorter.order()) {
    out.push_back(std::move(items[index]));
  }
  return out;
}
}  // namespace weir::jinja
