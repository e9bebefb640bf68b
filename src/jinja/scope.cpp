#include "jinja/scope.h"

#include <new>

namespace weir::jinja {
const Value* TemplateScope::find(std::string_view name_of) const {
  for (const TemplateScope* scope = this; scope != nullptr; scope = scope->around.get()) {
    if (const Value* found = scope->variables->find(name_of)) {
      return found;
    }
    if (scope->given) {
      if (const Value* found = scope->given->find(name_of)) {
        return found;
      }
    }
    if (scope->is_isolated) {
      break;
    }
  }
  return nullptr;
}

bool TemplateScope::sees_host() const {
  for (const TemplateScope* scope = this; scope != nullptr; scope = scope->around.get()) {
    if (scope->is_isolated) {
      return false;
    }
  }
  return true;
}

void TemplateScope::clear() {
  variables = make_ref<Dict>();
  given = nullptr;
  around = nullptr;
  blocks.clear();
}

Ref<Frame> Frame::make(const Function& function, Ref<Frame> outer, Ref<TemplateScope> scope) {
  void* memory = ::operator new(sizeof(Frame) + function.slots_count * sizeof(Value));
  auto* frame = new (memory) Frame(function.slots_count, std::move(outer), std::move(scope));
  for (std::uint32_t i = 0; i < function.slots_count; ++i) {
    new (&frame->slot(i)) Value(Value::missing());
  }
  return Ref<Frame>(frame);
}

Frame::~Frame() {
  if (previous_link_ != nullptr) {
    *previous_link_ = next_;
    if (next_ != nullptr) {
      next_->previous_link_ = previous_link_;
    }
  }
  for (std::uint32_t i = 0; i < slots_count_; ++i) {
    slot(i).~Value();
  }
}

void Frame::clear() {
  for (std::uint32_t i = 0; i < slots_count_; ++i) {
    slot(i) = Value::missing();
  }
}

void FrameList::add(Frame& frame) {
  if (frame.previous_link_ != nullptr) {
    return;
  }
  frame.next_ = first_;
  if (first_ != nullptr) {
    first_->previous_link_ = &frame.next_;
  }
  frame.previous_link_ = &first_;
  first_ = &frame;
}

void FrameList::clear() {
  while (first_ != nullptr) {
    const Ref<Frame> frame(first_);
    first_ = frame->next_;
    if (first_ != nullptr) {
      first_->previous_link_ = &first_;
    }
    frame->previous_link_ = nullptr;
    frame->next_ = nullptr;
    frame->clear();
  }
}
}  // namespace weir::jinja
