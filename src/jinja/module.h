#pragma once

#include <string>

#include "jinja/scope.h"

namespace weir::jinja {
/// What `import` gives: the exported names of a template; printed, it is the template's text.
class Module final : public HostObject {
 public:
  Module(std::string name, Value text, Ref<Dict> exported)
      : name_(std::move(name)), text_(std::move(text)), exported_(std::move(exported)) {}
  const std::string& name() const { return name_; }

  std::string_view type_name() const override { return "TemplateModule"; }
  Result<std::optional<Value>> attribute(std::string_view name) override;
  Result<std::string> text() override { return std::string(text_.string()); }
  Result<std::string> repr() override;

 private:
  std::string name_;
  Value text_;
  Ref<Dict> exported_;
};

/// A block of a template to be called: self.name() or super().
class BlockReference final : public HostObject {
 public:
  BlockReference(Ref<TemplateScope> scope, std::string name, std::size_t depth)
      : scope_(std::move(scope)), name_(std::move(name)), depth_(depth) {}

  std::string_view type_name() const override { return "BlockReference"; }
  /// `super` of it.
  Result<std::optional<Value>> attribute(std::string_view name) override;
  bool is_callable() const override { return true; }
  Result<Value> call(Arguments& arguments) override;

 private:
  Ref<TemplateScope> scope_;
  std::string name_;
  std::size_t depth_;
};

/// The variable `self`: the template's blocks by name.
class TemplateReference final : public HostObject {
 public:
  explicit TemplateReference(Ref<TemplateScope> scope) : scope_(std::move(scope)) {}
  std::string_view type_name() const override { return "TemplateReference"; }
  Result<std::optional<Value>> item(const Value& key) override;
  Result<std::string> text() override;

 private:
  Ref<TemplateScope> scope_;
};
}  // namespace weir::jinja
