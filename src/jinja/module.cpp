#include "jinja/module.h"

#include <fmt/format.h>

#include "jinja/renderer.h"
#include "jinja/undefined.h"

namespace weir::jinja {
Result<std::optional<Value>> Module::attribute(std::string_view name) {
  const Value* found = exported_->find(name);
  return found == nullptr ? std::nullopt : std::optional(*found);
}

Result<std::string> Module::repr() {
  return fmt::format("<TemplateModule '{}'>", name_);
}

Result<std::optional<Value>> BlockReference::attribute(std::string_view name) {
  if (name != "super") {
    return std::nullopt;
  }
  if (depth_ + 1 >= scope_->blocks[name_].size()) {
    return std::optional(undefined_because(UndefinedMode::kDefault,
                                           fmt::format("there is no parent block called '{}'.", name_), "super"));
  }
  return std::optional(Value(make_ref<BlockReference>(scope_, name_, depth_ + 1)));
}

Result<Value> BlockReference::call(Arguments& arguments) {
  const auto& stack = scope_->blocks[name_];
  if (depth_ >= stack.size()) {
    return fail(ErrorCode::kInvalid, fmt::format("there is no block called '{}'", name_));
  }
  // A copy: the block may extend the list while it runs.
  const auto function = stack[depth_];
  return arguments.renderer().run_block(function, scope_);
}

Result<std::optional<Value>> TemplateReference::item(const Value& key) {
  if (!key.is_string() || !scope_->blocks.contains(key.string())) {
    return std::nullopt;
  }
  return std::optional(Value(make_ref<BlockReference>(scope_, std::string(key.string()), std::size_t{0})));
}

Result<std::string> TemplateReference::text() {
  return fmt::format("<TemplateReference '{}'>", scope_->name);
}
}  // namespace weir::jinja
