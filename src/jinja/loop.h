#pragma once

#include <optional>
#include <vector>

#include "jinja/cursor.h"
#include "jinja/renderer.h"

namespace weir::jinja {
/// What a `for` goes through: the iterable's values that pass the loop's test.
class LoopSource {
 public:
  LoopSource(Renderer& renderer, const ForStmt& node, Frame& frame, Cursor cursor)
      : renderer_(&renderer), node_(&node), frame_(&frame), cursor_(std::move(cursor)) {}
  Result<bool> next(Value& out);
  std::optional<std::size_t> length() const { return node_->test == nullptr ? cursor_.length() : std::nullopt; }

 private:
  Renderer* renderer_;
  const ForStmt* node_;
  Frame* frame_;
  Cursor cursor_;
};

/// The variable `loop`.
class Loop final : public HostObject {
 public:
  Loop(Renderer& renderer, const ForStmt& node, Frame& frame, Cursor cursor, std::int64_t depth)
      : renderer_(&renderer),
        node_(node),
        outer_(frame.outer()),
        source_(LoopSource(renderer, node, frame, std::move(cursor))),
        depth_(depth) {}

  /// Moves to the next value; false at the end.
  Result<bool> advance(Value& out);
  /// Cuts the ties to the loop that has ended.
  void end() { source_.reset(); }

  std::string_view type_name() const override { return "LoopContext"; }
  Result<std::optional<Value>> attribute(std::string_view name) override;
  bool is_callable() const override { return true; }
  /// loop(iterable): the loop's body for values within.
  Result<Value> call(Arguments& arguments) override;
  Result<std::string> text() override;
  std::optional<std::size_t> length() override;
  Result<Value> cycle(std::span<Value> values) const;
  Value changed(std::span<Value> values);

 private:
  Result<bool> peek();
  Result<std::int64_t> total();
  Result<bool> pull(Value& out);

  Ref<Renderer> renderer_;
  const ForStmt& node_;
  Ref<Frame> outer_;
  std::optional<LoopSource> source_;
  std::vector<Value> drained_;  // what was taken from the source to count it
  std::size_t drained_at_ = 0;
  std::int64_t depth_;
  std::int64_t index_ = -1;
  Value before_ = Value::missing();
  Value current_ = Value::missing();
  Value after_ = Value::missing();
  std::optional<std::int64_t> length_;
  std::optional<std::vector<Value>> last_changed_;
};
}  // namespace weir::jinja
