#include <fmt/format.h>

#include <algorithm>

#include "jinja/module.h"
#include "jinja/operators.h"
#include "jinja/renderer.h"

namespace weir::jinja {
namespace {
/// `super` in a block: the block of the same name one template further up, as a value to be called.
Value super_of(const std::shared_ptr<const Function>& current, const Ref<TemplateScope>& scope, UndefinedMode mode) {
  const auto found = scope->blocks.find(current->name);
  if (found != scope->blocks.end()) {
    const auto at = std::find(found->second.begin(), found->second.end(), current);
    if (at != found->second.end() && at + 1 != found->second.end()) {
      return make_ref<BlockReference>(scope, current->name, static_cast<std::size_t>(at + 1 - found->second.begin()));
    }
  }
  return undefined_because(mode, fmt::format("there is no parent block called '{}'.", current->name), "super");
}
}  // namespace

Ref<TemplateScope> Renderer::make_scope(std::string name) {
  if (scopes_.size() >= scopes_count_limit_) {
    std::erase_if(scopes_, [](const Ref<TemplateScope>& scope) { return scope->references() == 1; });
    scopes_count_limit_ = std::max<std::size_t>(64, scopes_.size() * 2);
  }
  scopes_.push_back(make_ref<TemplateScope>());
  scopes_.back()->name = std::move(name);
  return scopes_.back();
}

Ref<TemplateScope> Renderer::scope_for(const CompiledTemplate& compiled) {
  auto scope = make_scope(compiled.source->file);
  for (const BlockStmt* block : compiled.program.blocks) {
    scope->blocks[block->name].push_back(block->function);
  }
  return scope;
}

Status Renderer::run_root(const CompiledTemplate& compiled, const Ref<TemplateScope>& scope) {
  WEIR_TRY(check_stack());
  const Function& root = *compiled.program.root;
  const Source* outer_source = std::exchange(source_, root.source.get());
  const auto frame = Frame::make(root, nullptr, scope);
  enter_scope(root.scope, *frame);
  if (root.self_slot) {
    frame->slot(*root.self_slot) = Value(make_ref<TemplateReference>(scope));
  }
  auto flow = run(root.body, *frame);
  source_ = outer_source;
  if (!flow) {
    return std::unexpected(std::move(flow).error());
  }
  // A template that extends another one is only a set of blocks and variables for it.
  if (const auto parent = std::exchange(scope->parent, nullptr)) {
    return run_root(*parent, scope);
  }
  return {};
}

Result<std::shared_ptr<const CompiledTemplate>> Renderer::load(const Value& name) {
  if (name.is_undefined()) {
    return name.undefined().failure();
  }
  if (name.is_sequence()) {
    for (const Value& candidate : name.items()) {
      auto loaded = load(candidate);
      if (loaded || loaded.error().code != ErrorCode::kNotFound) {
        return loaded;
      }
    }
    return fail(ErrorCode::kNotFound, "none of the templates was found");
  }
  if (!name.is_string()) {
    return fail(ErrorCode::kInvalid, fmt::format("the name of a template must be a str, not {}", type_name(name)));
  }
  WEIR_TRY_ASSIGN(auto compiled, environment_->load(name.string()));
  templates_.push_back(compiled);
  return compiled;
}

Ref<Dict> Renderer::collect_visible(const VisibleNames& visible, Frame& frame) {
  auto names = make_ref<Dict>();
  for (const auto& [name, address] : visible.names) {
    const Value& value = frame.at(address);
    if (value.kind() > Kind::kUnresolved) {
      std::ignore = names->set(name, value);
    }
  }
  return names;
}

Status Renderer::run_include(const IncludeStmt& node, Frame& frame) {
  WEIR_TRY_ASSIGN(const Value name, eval(*node.name, frame));
  auto compiled = load(name);
  if (!compiled) {
    return node.ignore_missing && compiled.error().code == ErrorCode::kNotFound
               ? Status{}
               : Status(std::unexpected(std::move(compiled).error()));
  }
  auto scope = scope_for(**compiled);
  scope->is_isolated = !node.with_context;
  if (node.with_context) {
    scope->around = frame.scope();
    scope->given = collect_visible(node.visible, frame);
  }
  return run_root(**compiled, scope);
}

Result<Value> Renderer::import_module(const Expr& name_expr, bool with_context, const VisibleNames& visible,
                                      Frame& frame) {
  WEIR_TRY_ASSIGN(const Value name, eval(name_expr, frame));
  WEIR_TRY_ASSIGN(const auto compiled, load(name));
  if (!with_context) {
    for (const auto& [known, module] : modules_) {
      if (known == compiled.get()) {
        return module;
      }
    }
  }
  auto scope = scope_for(*compiled);
  scope->is_isolated = !with_context;
  if (with_context) {
    // The module keeps what the names were now.
    scope->around = frame.scope()->around;
    scope->is_isolated = frame.scope()->is_isolated;
    auto given = frame.scope()->given ? frame.scope()->given->copy() : make_ref<Dict>();
    for (const Ref<Dict>& names : {frame.scope()->variables, collect_visible(visible, frame)}) {
      for (const auto& entry : names->entries()) {
        std::ignore = entry.key.is_missing() || given->set(entry.key, entry.value);
      }
    }
    scope->given = given;
  }
  std::string text;
  std::string* outer_out = std::exchange(out_, &text);
  auto* outer_native = std::exchange(native_parts_, nullptr);
  Status status = run_root(*compiled, scope);
  out_ = outer_out;
  native_parts_ = outer_native;
  WEIR_TRY(std::move(status));
  auto exported = make_ref<Dict>();
  for (const std::string& key : scope->exported) {
    if (const Value* value = scope->variables->find(key)) {
      exported->set(key, *value);
    }
  }
  Value module(make_ref<Module>(compiled->source->file, finished_text(text), exported));
  if (!with_context) {
    modules_.emplace_back(compiled.get(), module);
  }
  return module;
}

Status Renderer::run_import(const ImportStmt& node, Frame& frame) {
  WEIR_TRY_ASSIGN(Value module, import_module(*node.name, node.with_context, node.visible, frame));
  WEIR_TRY(assign(node.target, std::move(module), frame));
  if (node.target.exports) {
    frame.scope()->exported.erase(std::string(node.target.name.string()));
  }
  return {};
}

Status Renderer::run_from_import(const FromImportStmt& node, Frame& frame) {
  WEIR_TRY_ASSIGN(const Value module, import_module(*node.name, node.with_context, node.visible, frame));
  for (const auto& [name, target] : node.names) {
    WEIR_TRY_ASSIGN(auto found, module.host().attribute(name));
    Value value = found ? std::move(*found)
                        : undefined_because(undefined_mode(),
                                            fmt::format("the template '{}' does not export the requested name '{}'",
                                                        module.as<Module>()->name(), name),
                                            name);
    WEIR_TRY(assign(target, std::move(value), frame));
    if (target.exports) {
      frame.scope()->exported.erase(std::string(target.name.string()));
    }
  }
  return {};
}

Status Renderer::run_extends(const ExtendsStmt& node, Frame& frame) {
  const Ref<TemplateScope>& scope = frame.scope();
  if (scope->parent != nullptr) {
    return fail(ErrorCode::kInvalid, "a template extends two others");
  }
  WEIR_TRY_ASSIGN(const Value name, eval(*node.name, frame));
  WEIR_TRY_ASSIGN(scope->parent, load(name));
  for (const BlockStmt* block : scope->parent->program.blocks) {
    scope->blocks[block->name].push_back(block->function);
  }
  return {};
}

Status Renderer::run_block_statement(const BlockStmt& node, Frame& frame) {
  if (node.at_top && frame.scope()->parent != nullptr) {
    return {};
  }
  const auto& stack = frame.scope()->blocks[node.name];
  if (node.required && stack.size() <= 1) {
    return fail(ErrorCode::kInvalid, fmt::format("the required block '{}' was not found", node.name));
  }
  if (stack.empty()) {
    return fail(ErrorCode::kInternal, fmt::format("the block '{}' is not known", node.name));
  }
  Ref<TemplateScope> scope = frame.scope();
  if (node.scoped) {
    auto derived = make_scope(scope->name);
    derived->around = scope;
    derived->given = collect_visible(node.visible, frame);
    derived->blocks = scope->blocks;
    scope = derived;
  }
  WEIR_TRY_ASSIGN(const Value text, run_block(stack.front(), scope));
  out_->append(text.string());
  return {};
}

Result<Value> Renderer::run_block(const std::shared_ptr<const Function>& function, const Ref<TemplateScope>& scope) {
  if (is_finished()) {
    return fail(ErrorCode::kInvalid, fmt::format("the block '{}' belongs to a render that has ended", function->name));
  }
  WEIR_TRY(check_stack());
  const auto frame = Frame::make(*function, nullptr, scope);
  enter_scope(function->scope, *frame);
  if (function->self_slot) {
    frame->slot(*function->self_slot) = Value(make_ref<TemplateReference>(scope));
  }
  if (function->super_slot) {
    frame->slot(*function->super_slot) = super_of(function, scope, undefined_mode());
  }
  const Source* outer_source = std::exchange(source_, function->source.get());
  std::string text;
  std::string* outer_out = std::exchange(out_, &text);
  auto* outer_native = std::exchange(native_parts_, nullptr);
  auto flow = run(function->body, *frame);
  out_ = outer_out;
  native_parts_ = outer_native;
  source_ = outer_source;
  if (!flow) {
    return std::unexpected(std::move(flow).error());
  }
  return finished_text(text);
}
}  // namespace weir::jinja
