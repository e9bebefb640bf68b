#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "jinja/ast.h"
#include "jinja/dict.h"
#include "jinja/template.h"

namespace weir::jinja {
/// The variables at the top of one template that is being rendered, and where its other names come from.
class TemplateScope final : public Object {
 public:
  /// Looks through the template's own variables, those it was given, and around it.
  /// Does not ask the host's context; nothing means that it should be asked if `sees_host`.
  const Value* find(std::string_view name) const;
  bool sees_host() const;
  void clear();

  std::string name;
  Ref<Dict> variables = make_ref<Dict>();
  std::set<std::string, std::less<>> exported;
  Ref<Dict> given;            ///< from the template that includes or imports this one; may be null
  Ref<TemplateScope> around;  ///< that template's scope; null at the outermost
  bool is_isolated = false;   ///< imported without context: sees globals only
  std::map<std::string, std::vector<std::shared_ptr<const Function>>, std::less<>> blocks;
  std::shared_ptr<const CompiledTemplate> parent;  ///< set by `extends`
};

/// The variables of one call of a function; its slots follow the object in one allocation.
class Frame final : public Object {
 public:
  static Ref<Frame> make(const Function& function, Ref<Frame> outer, Ref<TemplateScope> scope);
  ~Frame() override;

  Value& slot(std::uint32_t index) { return reinterpret_cast<Value*>(this + 1)[index]; }
  Value& at(Address address) {
    Frame* frame = this;
    for (std::uint16_t i = 0; i < address.hops; ++i) {
      frame = frame->outer_.get();
    }
    return frame->slot(address.slot);
  }
  const Ref<Frame>& outer() const { return outer_; }
  const Ref<TemplateScope>& scope() const { return scope_; }
  void clear();

  static void operator delete(void* memory) { ::operator delete(memory); }

 private:
  friend class FrameList;
  Frame(std::uint32_t slots_count, Ref<Frame> outer, Ref<TemplateScope> scope)
      : slots_count_(slots_count), outer_(std::move(outer)), scope_(std::move(scope)) {}

  std::uint32_t slots_count_;
  Ref<Frame> outer_;
  Ref<TemplateScope> scope_;
  // In the list of frames that closures look at.
  Frame** previous_link_ = nullptr;
  Frame* next_ = nullptr;
};

/// The frames of one render that macros refer to. Macros live in the variables of the frames they refer to, so these
/// circles are cut when the render ends.
class FrameList {
 public:
  FrameList() = default;
  FrameList(const FrameList&) = delete;
  FrameList& operator=(const FrameList&) = delete;
  ~FrameList() { clear(); }
  void add(Frame& frame);
  /// Empties all frames of the list.
  void clear();

 private:
  Frame* first_ = nullptr;
};
}  // namespace weir::jinja
