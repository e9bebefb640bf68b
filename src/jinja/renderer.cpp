#include "jinja/renderer.h"

#include <fmt/format.h>

#include "jinja/loop.h"
#include "jinja/macro.h"
#include "jinja/namespace.h"
#include "jinja/operators.h"
#include "jinja/repr.h"
#include "jinja/string_literal.h"

namespace weir::jinja {
namespace {
/// Puts a value back when the block is left.
template <typename T>
class Restore {
 public:
  Restore(T& variable, T value) : variable_(variable), saved_(std::exchange(variable, std::move(value))) {}
  Restore(const Restore&) = delete;
  Restore& operator=(const Restore&) = delete;
  ~Restore() { variable_ = std::move(saved_); }

 private:
  T& variable_;
  T saved_;
};
}  // namespace

Renderer::Renderer(std::shared_ptr<const EnvironmentState> environment, Context& context)
    : environment_(std::move(environment)),
      context_(&context),
      base_scope_(make_scope({})),
      autoescape_(environment_->options.autoescape),
      stack_begin_(static_cast<const char*>(__builtin_frame_address(0))) {}

Renderer::~Renderer() {
  finish();
}

void Renderer::finish() {
  context_ = nullptr;
  modules_.clear();
  closures_.clear();
  for (const auto& scope : scopes_) {
    scope->clear();
  }
  scopes_.clear();
}

Error Renderer::at(Error error, std::uint32_t offset) const {
  if (!error.place && source_ != nullptr && !returned_) {
    error.place = source_->place(offset);
  }
  return error;
}

Status Renderer::count_steps(std::uint64_t count) {
  steps_count_ += count;
  if (steps_count_ > environment_->options.limits.steps_max) [[unlikely]] {
    return fail(ErrorCode::kInvalid, fmt::format("the template takes more than {} steps; does it loop without end?",
                                                 environment_->options.limits.steps_max));
  }
  return {};
}

Value Renderer::finished_text(std::string_view text) const {
  return autoescape_ ? Value(Str::make_markup(text)) : Value(text);
}

Result<std::string> Renderer::render(const CompiledTemplate& compiled) {
  std::string out;
  out_ = &out;
  auto status = run_root(compiled, scope_for(compiled));
  out_ = nullptr;
  finish();
  if (!status) {
    return std::unexpected(std::move(status).error());
  }
  return out;
}

Result<Value> Renderer::render_native(const CompiledTemplate& compiled, NativeMode mode) {
  std::vector<Value> parts;
  native_parts_ = &parts;
  std::string out;
  out_ = &out;
  auto status = run_root(compiled, scope_for(compiled));
  native_parts_ = nullptr;
  out_ = nullptr;
  if (!status) {
    finish();
    return std::unexpected(std::move(status).error());
  }
  if (!out.empty()) {
    parts.push_back(Value(out));
  }
  Result<Value> result = Value();
  if (parts.size() == 1 && !parts[0].is_string()) {
    result = parts[0];
    if (parts[0].as<Iterator>() != nullptr) {
      auto items = collect(parts[0]);
      result = items ? Result<Value>(Value::list(std::move(*items))) : std::unexpected(std::move(items).error());
    }
  } else if (!parts.empty() || mode == NativeMode::kExpression) {
    std::string text;
    for (const Value& part : parts) {
      if (Status appended = append_text(text, part); !appended) {
        finish();
        return std::unexpected(std::move(appended).error());
      }
    }
    const auto literal = mode == NativeMode::kLiteral ? read_literal(text) : std::nullopt;
    result = literal ? *literal : Value(text);
  }
  finish();
  return result;
}

Result<Value> Renderer::call_macro_of(const CompiledTemplate& compiled, std::string_view name, Arguments& arguments) {
  std::string ignored;
  out_ = &ignored;
  const auto scope = scope_for(compiled);
  Result<Value> result = Value();
  if (Status status = run_root(compiled, scope); !status) {
    result = std::unexpected(std::move(status).error());
  } else if (const Value* macro = scope->variables->find(name); macro == nullptr || macro->as<Macro>() == nullptr) {
    result = fail(ErrorCode::kNotFound, fmt::format("there is no macro '{}'", name), compiled.source->file);
  } else {
    const Value callable = *macro;
    result = call(callable, arguments.positional(), arguments.keywords());
  }
  out_ = nullptr;
  finish();
  return result;
}

std::unexpected<Error> Renderer::return_from_macro(Value value) {
  returned_ = std::move(value);
  return fail(ErrorCode::kInvalid, "return() outside of a macro");
}

Result<Renderer::Flow> Renderer::run(const Body& body, Frame& frame) {
  for (const auto& statement : body) {
    WEIR_TRY_ASSIGN(const Flow flow, run(*statement, frame));
    if (flow != Flow::kNext) {
      return flow;
    }
  }
  return Flow::kNext;
}

Result<Renderer::Flow> Renderer::run(const Stmt& statement, Frame& frame) {
  auto flow = run_statement(statement, frame);
  if (!flow) [[unlikely]] {
    return std::unexpected(at(std::move(flow).error(), statement.offset));
  }
  return flow;
}

Result<Renderer::Flow> Renderer::run_statement(const Stmt& statement, Frame& frame) {
  WEIR_TRY(count_steps());
  switch (statement.kind) {
    case StmtKind::kOutput:
      WEIR_TRY(run_output(static_cast<const OutputStmt&>(statement), frame));
      return Flow::kNext;
    case StmtKind::kFor:
      return run_for(static_cast<const ForStmt&>(statement), frame);
    case StmtKind::kIf:
      return run_if(static_cast<const IfStmt&>(statement), frame);
    case StmtKind::kSet: {
      const auto& node = static_cast<const SetStmt&>(statement);
      WEIR_TRY_ASSIGN(Value value, eval(*node.value, frame));
      WEIR_TRY(assign(node.target, std::move(value), frame));
      return Flow::kNext;
    }
    case StmtKind::kSetBlock:
      return run_set_block(static_cast<const SetBlockStmt&>(statement), frame);
    case StmtKind::kWith:
      return run_with(static_cast<const WithStmt&>(statement), frame);
    case StmtKind::kMacro:
      WEIR_TRY(define_macro(static_cast<const MacroStmt&>(statement), frame));
      return Flow::kNext;
    case StmtKind::kCallBlock:
      WEIR_TRY(run_call_block(static_cast<const CallBlockStmt&>(statement), frame));
      return Flow::kNext;
    case StmtKind::kFilterBlock:
      return run_filter_block(static_cast<const FilterBlockStmt&>(statement), frame);
    case StmtKind::kInclude:
      WEIR_TRY(run_include(static_cast<const IncludeStmt&>(statement), frame));
      return Flow::kNext;
    case StmtKind::kImport:
      WEIR_TRY(run_import(static_cast<const ImportStmt&>(statement), frame));
      return Flow::kNext;
    case StmtKind::kFromImport:
      WEIR_TRY(run_from_import(static_cast<const FromImportStmt&>(statement), frame));
      return Flow::kNext;
    case StmtKind::kExtends:
      WEIR_TRY(run_extends(static_cast<const ExtendsStmt&>(statement), frame));
      return Flow::kNext;
    case StmtKind::kBlock:
      WEIR_TRY(run_block_statement(static_cast<const BlockStmt&>(statement), frame));
      return Flow::kNext;
    case StmtKind::kDo: {
      WEIR_TRY_ASSIGN(const Value ignored, eval(*static_cast<const DoStmt&>(statement).expr, frame));
      return Flow::kNext;
    }
    case StmtKind::kBreak:
      return Flow::kBreak;
    case StmtKind::kContinue:
      return Flow::kContinue;
    case StmtKind::kAutoescape:
      return run_autoescape(static_cast<const AutoescapeStmt&>(statement), frame);
  }
  return Flow::kNext;
}

Status Renderer::run_output(const OutputStmt& node, Frame& frame) {
  if (node.in_child && frame.scope()->parent != nullptr) {
    return {};
  }
  for (const auto& part : node.parts) {
    if (part.expr != nullptr) {
      WEIR_TRY(print(*part.expr, frame));
    } else {
      out_->append(part.text);
    }
  }
  if (out_->size() > environment_->options.limits.output_bytes_max) {
    return fail(ErrorCode::kInvalid,
                fmt::format("the template prints more than {} bytes", environment_->options.limits.output_bytes_max));
  }
  return {};
}

Status Renderer::print(const Expr& expr, Frame& frame) {
  if (expr.kind == ExprKind::kCall && native_parts_ == nullptr) {
    // What a macro prints goes straight to where it belongs.
    auto result = call_into(static_cast<const CallExpr&>(expr), frame, nullptr, *out_);
    if (!result) {
      return std::unexpected(at(std::move(result).error(), expr.offset));
    }
    return *result ? print_value(**result) : Status{};
  }
  Value store;
  WEIR_TRY_ASSIGN(const Value* value, peek(expr, frame, store));
  Status status = print_value(*value);
  if (!status) {
    return std::unexpected(at(std::move(status).error(), expr.offset));
  }
  return {};
}

Status Renderer::print_value(const Value& value) {
  if (native_parts_ != nullptr) {
    if (!out_->empty()) {
      native_parts_->push_back(Value(std::exchange(*out_, {})));
    }
    native_parts_->push_back(value);
    return {};
  }
  if (environment_->options.finalize) {
    WEIR_TRY_ASSIGN(const Value shown, environment_->options.finalize(value));
    return append_value(shown);
  }
  return append_value(value);
}

Status Renderer::append_value(const Value& value) {
  if (autoescape_) {
    WEIR_TRY_ASSIGN(const Value escaped, escape_value(value));
    out_->append(escaped.string());
    return {};
  }
  return append_text(*out_, value);
}

Status Renderer::print_unescaped(const Value& value) {
  const Restore restore(autoescape_, false);
  return print_value(value);
}

Result<Renderer::Flow> Renderer::run_if(const IfStmt& node, Frame& frame) {
  for (const auto& branch : node.branches) {
    if (branch.test != nullptr) {
      WEIR_TRY_ASSIGN(const bool passes, eval_truth(*branch.test, frame));
      if (!passes) {
        continue;
      }
    }
    return run(branch.body, frame);
  }
  return Flow::kNext;
}

void Renderer::enter_scope(const ScopeInfo& scope, Frame& frame) {
  for (const SlotLoad& load : scope.loads) {
    switch (load.action) {
      case SlotLoad::Action::kResolve:
        frame.slot(load.slot) = Value::unresolved();
        break;
      case SlotLoad::Action::kAlias:
        frame.slot(load.slot) = frame.at(load.from);
        break;
      case SlotLoad::Action::kUndefined:
        frame.slot(load.slot) = Value::missing();
        break;
    }
  }
}

void Renderer::leave_scope(const ScopeInfo& scope, Frame& frame) {
  for (const SlotLoad& load : scope.loads) {
    frame.slot(load.slot) = Value::missing();
  }
  for (const std::uint32_t slot : scope.parameters) {
    frame.slot(slot) = Value::missing();
  }
}

Result<Renderer::Flow> Renderer::run_for(const ForStmt& node, Frame& frame) {
  WEIR_TRY_ASSIGN(const Value iterable, eval(*node.iterable, frame));
  if (!node.recursive) {
    return run_loop(node, frame, iterable, 0);
  }
  WEIR_TRY_ASSIGN(const Value text, run_recursive_loop(node, Ref<Frame>(&frame), iterable, 0));
  out_->append(text.string());
  return Flow::kNext;
}

Result<Value> Renderer::run_recursive_loop(const ForStmt& node, const Ref<Frame>& outer, const Value& iterable,
                                           std::int64_t depth) {
  if (is_finished()) {
    return fail(ErrorCode::kInvalid, "this loop belongs to a render that has ended");
  }
  WEIR_TRY(check_stack());
  const auto frame = Frame::make(*node.function, outer, outer->scope());
  std::string out;
  const Restore restore(out_, &out);
  const Restore no_native(native_parts_, static_cast<std::vector<Value>*>(nullptr));
  WEIR_TRY(run_loop(node, *frame, iterable, depth));
  return finished_text(out);
}

Result<Renderer::Flow> Renderer::run_loop(const ForStmt& node, Frame& frame, const Value& iterable,
                                          std::int64_t depth) {
  bool had_any = false;
  Result<Flow> flow = Flow::kNext;
  if (!node.loop_slot) {
    flow = run_plain_loop(node, frame, iterable, had_any);
  } else {
    WEIR_TRY_ASSIGN(Cursor cursor, Cursor::open(iterable));
    const auto loop = make_ref<Loop>(*this, node, frame, std::move(cursor), depth);
    flow = run_loop_with_object(node, frame, loop, had_any);
    loop->end();
  }
  leave_scope(node.body_scope, frame);
  leave_scope(node.test_scope, frame);
  if (!flow) {
    return flow;
  }
  if (!had_any && !node.otherwise.empty()) {
    enter_scope(node.else_scope, frame);
    return run(node.otherwise, frame);
  }
  return Flow::kNext;
}

Result<Renderer::Flow> Renderer::run_plain_loop(const ForStmt& node, Frame& frame, const Value& iterable,
                                                bool& had_any) {
  WEIR_TRY_ASSIGN(Cursor cursor, Cursor::open(iterable));
  LoopSource source(*this, node, frame, std::move(cursor));
  Value value;
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, source.next(value));
    if (!more) {
      return Flow::kNext;
    }
    WEIR_TRY(count_steps());
    WEIR_TRY(assign(node.target, std::move(value), frame));
    enter_scope(node.body_scope, frame);
    WEIR_TRY_ASSIGN(const Flow flow, run(node.body, frame));
    if (flow == Flow::kBreak) {
      // Jinja2's else is for loops whose body never came to its end.
      return Flow::kNext;
    }
    had_any |= flow == Flow::kNext;
  }
}

Result<Renderer::Flow> Renderer::run_loop_with_object(const ForStmt& node, Frame& frame, const Ref<Loop>& loop,
                                                      bool& had_any) {
  const Value loop_value(loop);
  Value value;
  while (true) {
    WEIR_TRY_ASSIGN(const bool more, loop->advance(value));
    if (!more) {
      return Flow::kNext;
    }
    WEIR_TRY(count_steps());
    WEIR_TRY(assign(node.target, std::move(value), frame));
    frame.slot(*node.loop_slot) = loop_value;
    enter_scope(node.body_scope, frame);
    WEIR_TRY_ASSIGN(const Flow flow, run(node.body, frame));
    if (flow == Flow::kBreak) {
      return Flow::kNext;
    }
    had_any |= flow == Flow::kNext;
  }
}

Result<bool> Renderer::passes_test(const ForStmt& node, Frame& frame, const Value& value) {
  enter_scope(node.test_scope, frame);
  WEIR_TRY(assign(node.test_target, value, frame));
  return eval_truth(*node.test, frame);
}

Result<Renderer::Flow> Renderer::run_set_block(const SetBlockStmt& node, Frame& frame) {
  enter_scope(node.scope, frame);
  std::string out;
  {
    const Restore restore(out_, &out);
    const Restore no_native(native_parts_, static_cast<std::vector<Value>*>(nullptr));
    WEIR_TRY_ASSIGN(const Flow flow, run(node.body, frame));
    if (flow != Flow::kNext) {
      return flow;
    }
  }
  Value value = finished_text(out);
  if (node.filter != nullptr) {
    const Restore restore(filter_text_, std::move(value));
    WEIR_TRY_ASSIGN(value, eval(*node.filter, frame));
    if (autoescape_ && value.is_string()) {
      value = Value(Str::make_markup(value.string()));
    }
  }
  WEIR_TRY(assign(node.target, std::move(value), frame));
  return Flow::kNext;
}

Result<Renderer::Flow> Renderer::run_with(const WithStmt& node, Frame& frame) {
  enter_scope(node.scope, frame);
  for (std::size_t i = 0; i < node.targets.size(); ++i) {
    WEIR_TRY_ASSIGN(Value value, eval(*node.values[i], frame));
    WEIR_TRY(assign(node.targets[i], std::move(value), frame));
  }
  return run(node.body, frame);
}

Result<Renderer::Flow> Renderer::run_filter_block(const FilterBlockStmt& node, Frame& frame) {
  enter_scope(node.scope, frame);
  std::string out;
  {
    const Restore restore(out_, &out);
    const Restore no_native(native_parts_, static_cast<std::vector<Value>*>(nullptr));
    WEIR_TRY_ASSIGN(const Flow flow, run(node.body, frame));
    if (flow != Flow::kNext) {
      return flow;
    }
  }
  const Restore restore(filter_text_, finished_text(out));
  WEIR_TRY_ASSIGN(const Value value, eval(*node.filter, frame));
  WEIR_TRY(print_unescaped(value));
  return Flow::kNext;
}

Result<Renderer::Flow> Renderer::run_autoescape(const AutoescapeStmt& node, Frame& frame) {
  enter_scope(node.scope, frame);
  WEIR_TRY_ASSIGN(const bool enabled, eval_truth(*node.enabled, frame));
  const Restore restore(autoescape_, enabled);
  return run(node.body, frame);
}

Status Renderer::run_call_block(const CallBlockStmt& node, Frame& frame) {
  closures_.add(frame);
  const Value caller(make_ref<Macro>(node.function, Ref<Frame>(&frame)));
  auto result = call_into(static_cast<const CallExpr&>(*node.call), frame, &caller, *out_);
  if (!result) {
    return std::unexpected(at(std::move(result).error(), node.call->offset));
  }
  return *result ? print_unescaped(**result) : Status{};
}

Status Renderer::define_macro(const MacroStmt& node, Frame& frame) {
  closures_.add(frame);
  return assign(node.target, Value(make_ref<Macro>(node.function, Ref<Frame>(&frame))), frame);
}

Status Renderer::assign(const Target& target, Value value, Frame& frame) {
  switch (target.kind) {
    case Target::Kind::kTuple:
      return unpack(target, value, frame);
    case Target::Kind::kNamespace: {
      WEIR_TRY_ASSIGN(const Value* holder, load_slot(target.address, target.name, frame));
      Namespace* space = holder == nullptr ? nullptr : holder->as<Namespace>();
      if (space == nullptr) {
        Error error;
        error.code = ErrorCode::kInvalid;
        error.message = "attributes can only be set on a namespace; make one with namespace()";
        return std::unexpected(at(std::move(error), target.offset));
      }
      return space->set(target.attribute, std::move(value));
    }
    case Target::Kind::kName:
      break;
  }
  if (target.exports) {
    TemplateScope& scope = *frame.scope();
    std::ignore = scope.variables->set(target.name, value);
    if (!target.name.string().starts_with('_')) {
      scope.exported.emplace(target.name.string());
    }
  }
  frame.slot(target.address.slot) = std::move(value);
  return {};
}

Status Renderer::unpack(const Target& target, const Value& value, Frame& frame) {
  std::vector<Value> collected;
  std::span<const Value> items;
  if (value.is_sequence()) {
    items = value.items();
  } else {
    auto all = collect(value);
    if (!all) {
      Error error = std::move(all).error();
      error.message = fmt::format("cannot unpack: {}", error.message);
      return std::unexpected(at(std::move(error), target.offset));
    }
    collected = std::move(*all);
    items = collected;
  }
  if (items.size() != target.items.size()) {
    Error error;
    error.code = ErrorCode::kInvalid;
    error.message =
        fmt::format("{} values to unpack (expected {}, got {})",
                    items.size() < target.items.size() ? "not enough" : "too many", target.items.size(), items.size());
    return std::unexpected(at(std::move(error), target.offset));
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    WEIR_TRY(assign(target.items[i], items[i], frame));
  }
  return {};
}
}  // namespace weir::jinja
