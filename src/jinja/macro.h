#pragma once

#include <memory>

#include "jinja/scope.h"

namespace weir::jinja {
/// A macro, or the body of a call block, with the variables around it.
class Macro final : public HostObject {
 public:
  /// `outer` is null for a macro that stands alone: it runs in the scope of the render that calls it.
  Macro(std::shared_ptr<const Function> function, Ref<Frame> outer)
      : function_(std::move(function)), outer_(std::move(outer)) {}

  const Function& function() const { return *function_; }
  const Ref<Frame>& outer() const { return outer_; }

  std::string_view type_name() const override { return "Macro"; }
  Result<std::optional<Value>> attribute(std::string_view name) override;
  bool is_callable() const override { return true; }
  Result<Value> call(Arguments& arguments) override;
  Result<std::string> text() override;

 private:
  std::shared_ptr<const Function> function_;
  Ref<Frame> outer_;
};
}  // namespace weir::jinja
