#pragma once

#include <array>
#include <span>
#include <vector>

#include "jinja/host_object.h"

namespace weir::jinja {
/// The arguments of one call while it is made; few of them stay off the heap.
class ArgumentList {
 public:
  void add(Value value) {
    if (overflow_.empty() && count_ < kInlineCount) {
      few_[count_++] = std::move(value);
      return;
    }
    if (overflow_.empty()) {
      overflow_.assign(std::make_move_iterator(few_.begin()), std::make_move_iterator(few_.end()));
    }
    overflow_.push_back(std::move(value));
  }
  void add(Value name, Value value) { keywords_.push_back({std::move(name), std::move(value)}); }
  bool has_keyword(std::string_view name) const {
    for (const Keyword& keyword : keywords_) {
      if (keyword.name.string() == name) {
        return true;
      }
    }
    return false;
  }
  std::span<Value> positional() {
    return overflow_.empty() ? std::span<Value>(few_.data(), count_) : std::span<Value>(overflow_);
  }
  std::span<Keyword> keywords() { return keywords_; }

 private:
  static constexpr std::size_t kInlineCount = 5;
  std::array<Value, kInlineCount> few_;
  std::size_t count_ = 0;
  std::vector<Value> overflow_;
  std::vector<Keyword> keywords_;
};
}  // namespace weir::jinja
