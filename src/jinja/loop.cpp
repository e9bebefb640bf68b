#include "jinja/loop.h"

#include <fmt/format.h>

#include "jinja/undefined.h"

namespace weir::jinja {
namespace {
/// loop.cycle or loop.changed, to be called.
class LoopMethod final : public HostObject {
 public:
  LoopMethod(Ref<Loop> loop, bool cycles) : loop_(std::move(loop)), cycles_(cycles) {}
  std::string_view type_name() const override { return "method"; }
  bool is_callable() const override { return true; }
  Result<Value> call(Arguments& arguments) override {
    if (!arguments.keywords().empty()) {
      return fail(ErrorCode::kInvalid, fmt::format("loop.{} takes no named arguments", cycles_ ? "cycle" : "changed"));
    }
    return cycles_ ? loop_->cycle(arguments.positional()) : loop_->changed(arguments.positional());
  }

 private:
  Ref<Loop> loop_;
  bool cycles_;
};
}  // namespace

Result<bool> LoopSource::next(Value& out) {
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, cursor_.next(out));
    if (!more || node_->test == nullptr) {
      return more;
    }
    WEIR_TRY(renderer_->count_steps());
    WEIR_TRY_ASSIGN(const bool passes, renderer_->passes_test(*node_, *frame_, out));
    if (passes) {
      return true;
    }
  }
}

Result<bool> Loop::pull(Value& out) {
  if (drained_at_ < drained_.size()) {
    out = drained_[drained_at_++];
    return true;
  }
  return source_ ? source_->next(out) : Result<bool>(false);
}

Result<bool> Loop::advance(Value& out) {
  Value next = Value::missing();
  if (!after_.is_missing()) {
    next = std::exchange(after_, Value::missing());
  } else {
    WEIR_TRY_ASSIGN(const bool more, pull(next));
    if (!more) {
      return false;
    }
  }
  ++index_;
  before_ = std::exchange(current_, next);
  out = std::move(next);
  return true;
}

Result<bool> Loop::peek() {
  if (after_.is_missing()) {
    Value next;
    WEIR_TRY_ASSIGN(const bool more, pull(next));
    if (!more) {
      return false;
    }
    after_ = std::move(next);
  }
  return true;
}

Result<std::int64_t> Loop::total() {
  if (length_) {
    return *length_;
  }
  if (const auto known = source_ ? source_->length() : std::nullopt) {
    length_ = static_cast<std::int64_t>(*known);
    return *length_;
  }
  std::vector<Value> rest(drained_.begin() + static_cast<std::ptrdiff_t>(drained_at_), drained_.end());
  Value value;
  while (source_) {
    WEIR_TRY_ASSIGN(const bool more, source_->next(value));
    if (!more) {
      break;
    }
    WEIR_TRY(renderer_->count_steps());
    rest.push_back(std::move(value));
  }
  drained_ = std::move(rest);
  drained_at_ = 0;
  length_ = static_cast<std::int64_t>(drained_.size()) + index_ + 1 + (after_.is_missing() ? 0 : 1);
  return *length_;
}

std::optional<std::size_t> Loop::length() {
  const auto count = total();
  return count ? std::optional(static_cast<std::size_t>(*count)) : std::nullopt;
}

Result<std::optional<Value>> Loop::attribute(std::string_view name) {
  const UndefinedMode mode = renderer_->undefined_mode();
  if (name == "index") {
    return std::optional(Value(index_ + 1));
  }
  if (name == "index0") {
    return std::optional(Value(index_));
  }
  if (name == "first") {
    return std::optional(Value(index_ == 0));
  }
  if (name == "last") {
    WEIR_TRY_ASSIGN(const bool more, peek());
    return std::optional(Value(!more));
  }
  if (name == "length" || name == "revindex" || name == "revindex0") {
    WEIR_TRY_ASSIGN(const std::int64_t count, total());
    return std::optional(Value(name == "length" ? count : name == "revindex" ? count - index_ : count - index_ - 1));
  }
  if (name == "previtem") {
    return std::optional(index_ == 0 ? undefined_because(mode, "there is no previous item") : before_);
  }
  if (name == "nextitem") {
    WEIR_TRY_ASSIGN(const bool more, peek());
    return std::optional(more ? after_ : undefined_because(mode, "there is no next item"));
  }
  if (name == "depth" || name == "depth0") {
    return std::optional(Value(name == "depth" ? depth_ + 1 : depth_));
  }
  if (name == "cycle" || name == "changed") {
    return std::optional(Value(make_ref<LoopMethod>(Ref<Loop>(this), name == "cycle")));
  }
  return std::nullopt;
}

Result<Value> Loop::call(Arguments& arguments) {
  if (!node_.recursive) {
    return fail(ErrorCode::kInvalid, "the loop must be marked 'recursive' to be called");
  }
  WEIR_TRY_ASSIGN(const auto values, arguments.bind("loop", {"iterable"}, 1));
  return renderer_->run_recursive_loop(node_, outer_, values[0], depth_ + 1);
}

Result<std::string> Loop::text() {
  WEIR_TRY_ASSIGN(const std::int64_t count, total());
  return fmt::format("<LoopContext {}/{}>", index_ + 1, count);
}

Result<Value> Loop::cycle(std::span<Value> values) const {
  if (values.empty()) {
    return fail(ErrorCode::kInvalid, "no items for cycling given");
  }
  return values[static_cast<std::size_t>(index_) % values.size()];
}

Value Loop::changed(std::span<Value> values) {
  std::vector<Value> now(values.begin(), values.end());
  if (last_changed_ && *last_changed_ == now) {
    return Value(false);
  }
  last_changed_ = std::move(now);
  return Value(true);
}
}  // namespace weir::jinja
