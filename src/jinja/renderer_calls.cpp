#include <fmt/format.h>

#include "core/text.h"
#include "jinja/cursor.h"
#include "jinja/macro.h"
#include "jinja/operators.h"
#include "jinja/renderer.h"

namespace weir::jinja {
namespace {
constexpr int kTraceLinesMax = 16;

std::unexpected<Error> not_callable(const Value& value) {
  if (value.is_undefined()) {
    return value.undefined().failure();
  }
  return fail(ErrorCode::kInvalid, fmt::format("'{}' object is not callable", type_name(value)));
}

bool is_dbt_undefined(const Value& value) {
  return value.is_undefined() && value.undefined().mode() == UndefinedMode::kDbt;
}
}  // namespace

Status Renderer::check_stack() const {
  const char* here = static_cast<const char*>(__builtin_frame_address(0));
  const auto used = here < stack_begin_ ? stack_begin_ - here : here - stack_begin_;
  if (static_cast<std::size_t>(used) > environment_->options.limits.stack_bytes_max) {
    return fail(ErrorCode::kInvalid, "macros call each other too deeply; do they recurse without end?");
  }
  return {};
}

Status Renderer::eval_arguments(const CallArguments& node, Frame& frame, ArgumentList& out) {
  for (const auto& expr : node.positional) {
    WEIR_TRY_ASSIGN(Value value, eval(*expr, frame));
    out.add(std::move(value));
  }
  for (const auto& [name, expr] : node.keywords) {
    WEIR_TRY_ASSIGN(Value value, eval(*expr, frame));
    out.add(name, std::move(value));
  }
  if (node.star != nullptr) {
    WEIR_TRY_ASSIGN(const Value star, eval(*node.star, frame));
    WEIR_TRY_ASSIGN(Cursor cursor, Cursor::open(star, "argument after * must be an iterable, not {}"));
    Value value;
    while (true) {
      WEIR_TRY_ASSIGN(const bool more, cursor.next(value));
      if (!more) {
        break;
      }
      WEIR_TRY(check_items_count(out.positional().size() + 1));
      out.add(std::move(value));
    }
  }
  if (node.star_star == nullptr) {
    return {};
  }
  WEIR_TRY_ASSIGN(const Value star_star, eval(*node.star_star, frame));
  if (!star_star.is_dict()) {
    return fail(ErrorCode::kInvalid, fmt::format("argument after ** must be a mapping, not {}", type_name(star_star)));
  }
  for (const auto& entry : star_star.dictionary().entries()) {
    if (entry.key.is_missing()) {
      continue;
    }
    if (!entry.key.is_string()) {
      return fail(ErrorCode::kInvalid, "keywords must be strings");
    }
    if (out.has_keyword(entry.key.string())) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("got multiple values for keyword argument '{}'", entry.key.string()));
    }
    out.add(entry.key, entry.value);
  }
  return {};
}

Result<Value> Renderer::eval_call(const CallExpr& node, Frame& frame, const Value* caller) {
  std::string out;
  WEIR_TRY_ASSIGN(auto value, call_into(node, frame, caller, out));
  return value ? std::move(*value) : finished_text(out);
}

Result<std::optional<Value>> Renderer::call_into(const CallExpr& node, Frame& frame, const Value* caller,
                                                 std::string& out) {
  WEIR_TRY(check_stack());
  Value callee;
  const BuiltinEntry* method = nullptr;
  if (node.callee->kind == ExprKind::kAttribute) {
    const auto& attribute = static_cast<const AttributeExpr&>(*node.callee);
    WEIR_TRY_ASSIGN(callee, eval(*attribute.object, frame));
    method = attribute.methods == nullptr ? nullptr : attribute.methods->of(callee.kind());
    if (method == nullptr) {
      auto found = attribute_of(callee, attribute.name, attribute.methods);
      if (!found) {
        return std::unexpected(at(std::move(found).error(), attribute.offset));
      }
      callee = std::move(*found);
    }
  } else {
    WEIR_TRY_ASSIGN(callee, eval(*node.callee, frame));
  }
  ArgumentList arguments;
  WEIR_TRY(eval_arguments(node.arguments, frame, arguments));
  if (caller != nullptr) {
    arguments.add(Value("caller"), *caller);
  }
  WEIR_TRY(count_steps());
  call_offset_ = node.offset;
  if (method != nullptr) {
    Arguments given(*this, arguments.positional(), arguments.keywords());
    WEIR_TRY_ASSIGN(Value value, call_builtin(*method, callee, given));
    return std::optional(std::move(value));
  }
  if (const Macro* macro = callee.as<Macro>()) {
    return run_macro(*macro, arguments.positional(), arguments.keywords(), out);
  }
  WEIR_TRY_ASSIGN(Value value, call(callee, arguments.positional(), arguments.keywords()));
  return std::optional(std::move(value));
}

Result<Value> Renderer::call(const Value& callable, std::span<Value> positional, std::span<Keyword> keywords) {
  if (callable.is(Kind::kHost) && callable.host().is_callable()) {
    if (is_finished()) {
      return fail(ErrorCode::kInvalid, "this render has ended");
    }
    Arguments arguments(*this, positional, keywords);
    return callable.host().call(arguments);
  }
  return is_dbt_undefined(callable) ? Result<Value>(callable) : not_callable(callable);
}

Status Renderer::bind_macro(const Macro& macro, std::span<Value> positional, std::span<Keyword> keywords,
                            Frame& frame) {
  const Function& function = macro.function();
  const std::size_t direct = std::min(positional.size(), function.parameters.size());
  for (std::size_t i = 0; i < direct; ++i) {
    frame.slot(function.parameters[i].slot) = positional[i];
  }
  std::vector<Value> rest;
  if (positional.size() > direct) {
    if (!function.varargs_slot) {
      return fail(ErrorCode::kInvalid, fmt::format("macro '{}' takes not more than {} argument(s), {} were given",
                                                   function.name, function.parameters.size(), positional.size()));
    }
    rest.assign(positional.begin() + static_cast<std::ptrdiff_t>(direct), positional.end());
  }
  Ref<Dict> others;
  for (Keyword& keyword : keywords) {
    const std::string_view name = keyword.name.string();
    bool is_bound = false;
    for (std::size_t i = direct; i < function.parameters.size() && !is_bound; ++i) {
      if (function.parameters[i].name.string() == name) {
        frame.slot(function.parameters[i].slot) = keyword.value;
        is_bound = true;
      }
    }
    if (is_bound) {
      continue;
    }
    if (name == "caller" && function.caller_slot) {
      frame.slot(*function.caller_slot) = keyword.value;
    } else if (function.kwargs_slot) {
      if (!others) {
        others = make_ref<Dict>();
      }
      std::ignore = others->set(keyword.name, keyword.value);
    } else {
      std::vector<std::string> names;
      for (const auto& parameter : function.parameters) {
        names.emplace_back(parameter.name.string());
      }
      return fail(ErrorCode::kInvalid, fmt::format("macro '{}' takes no keyword argument '{}'{}", function.name, name,
                                                   did_you_mean(name, names)));
    }
  }
  if (function.varargs_slot) {
    frame.slot(*function.varargs_slot) = Value::tuple(std::move(rest));
  }
  if (function.kwargs_slot) {
    frame.slot(*function.kwargs_slot) = others ? Value::dict(others) : Value::dict();
  }
  if (function.caller_slot) {
    Value& caller = frame.slot(*function.caller_slot);
    if (caller.is_missing() || caller.is_none()) {
      caller = undefined_because(undefined_mode(), "No caller defined", "caller");
    }
  }
  return {};
}

Result<std::optional<Value>> Renderer::run_macro(const Macro& macro, std::span<Value> positional,
                                                 std::span<Keyword> keywords, std::string& out) {
  if (is_finished()) {
    return fail(ErrorCode::kInvalid,
                fmt::format("the macro '{}' belongs to a render that has ended", macro.function().name));
  }
  WEIR_TRY(check_stack());
  const Function& function = macro.function();
  const std::size_t out_begin = out.size();
  const auto frame = Frame::make(function, macro.outer(), macro.outer() ? macro.outer()->scope() : base_scope_);
  enter_scope(function.scope, *frame);
  WEIR_TRY(bind_macro(macro, positional, keywords, *frame));

  const Source* caller_source = std::exchange(source_, function.source.get());
  const std::uint32_t caller_offset = call_offset_;
  std::string* caller_out = std::exchange(out_, &out);
  auto* caller_native = std::exchange(native_parts_, nullptr);
  Result<Flow> flow = Flow::kNext;
  for (const auto& parameter : function.parameters) {
    Value& slot = frame->slot(parameter.slot);
    if (!slot.is_missing()) {
      continue;
    }
    if (parameter.standard == nullptr) {
      slot = parameter.undefined;
      continue;
    }
    auto value = eval(*parameter.standard, *frame);
    if (!value) {
      flow = std::unexpected(std::move(value).error());
      break;
    }
    frame->slot(parameter.slot) = std::move(*value);
  }
  if (flow) {
    flow = run(function.body, *frame);
  }
  native_parts_ = caller_native;
  out_ = caller_out;
  source_ = caller_source;
  call_offset_ = caller_offset;
  return finish_macro(std::move(flow), macro, out_begin, out);
}

Result<std::optional<Value>> Renderer::finish_macro(Result<Flow> result, const Macro& macro, std::size_t out_begin,
                                                    std::string& out) {
  if (result) {
    return std::nullopt;
  }
  // return() ends the macro around it, also from within the body of a call block.
  if (returned_ && !macro.function().is_call_block) {
    out.resize(out_begin);
    return std::exchange(returned_, std::nullopt);
  }
  Error error = std::move(result).error();
  if (!returned_ && trace_lines_count_ < kTraceLinesMax) {
    ++trace_lines_count_;
    const std::string from = source_ == nullptr ? std::string("the host") : source_->place(call_offset_).text();
    error.message += macro.function().is_call_block
                         ? fmt::format("\n  in the body of a call block, called at {}", from)
                         : fmt::format("\n  in macro '{}', called at {}", macro.function().name, from);
  }
  return std::unexpected(std::move(error));
}

Result<Value> Renderer::eval_filter(const FilterExpr& node, Frame& frame) {
  Value store;
  const Value* target = &filter_text_;
  if (node.target != nullptr) {
    WEIR_TRY_ASSIGN(store, eval(*node.target, frame));
    target = &store;
  } else {
    store = filter_text_;
    target = &store;
  }
  if (node.entry == nullptr) {
    return fail(ErrorCode::kInvalid, fmt::format("there is no filter '{}'", node.name));
  }
  ArgumentList arguments;
  WEIR_TRY(eval_arguments(node.arguments, frame, arguments));
  if (node.entry->builtin != nullptr) {
    Arguments given(*this, arguments.positional(), arguments.keywords());
    return call_builtin(*node.entry->builtin, *target, given);
  }
  ArgumentList with_target;
  with_target.add(*target);
  for (Value& value : arguments.positional()) {
    with_target.add(std::move(value));
  }
  return call(node.entry->host, with_target.positional(), arguments.keywords());
}

Result<Value> Renderer::eval_test(const TestExpr& node, Frame& frame) {
  Value store;
  WEIR_TRY_ASSIGN(const Value* target, peek(*node.target, frame, store));
  if (node.entry == nullptr) {
    return fail(ErrorCode::kInvalid, fmt::format("there is no test '{}'", node.name));
  }
  if (target != &store) {
    store = *target;
  }
  ArgumentList arguments;
  WEIR_TRY(eval_arguments(node.arguments, frame, arguments));
  if (node.entry->builtin != nullptr) {
    Arguments given(*this, arguments.positional(), arguments.keywords());
    return call_builtin(*node.entry->builtin, store, given);
  }
  ArgumentList with_target;
  with_target.add(store);
  for (Value& value : arguments.positional()) {
    with_target.add(std::move(value));
  }
  return call(node.entry->host, with_target.positional(), arguments.keywords());
}

Result<Value> Renderer::call_filter(std::string_view name, const Value& value, Arguments& arguments) {
  const FilterEntry* entry = environment_->find_filter(name);
  if (entry == nullptr) {
    return fail(ErrorCode::kInvalid, fmt::format("there is no filter '{}'", name));
  }
  if (entry->builtin != nullptr) {
    return call_builtin(*entry->builtin, value, arguments);
  }
  std::vector<Value> values{value};
  values.insert(values.end(), arguments.positional().begin(), arguments.positional().end());
  return call(entry->host, values, arguments.keywords());
}

Result<Value> Renderer::call_test(std::string_view name, const Value& value, Arguments& arguments) {
  const TestEntry* entry = environment_->find_test(name);
  if (entry == nullptr) {
    return fail(ErrorCode::kInvalid, fmt::format("there is no test '{}'", name));
  }
  if (entry->builtin != nullptr) {
    return call_builtin(*entry->builtin, value, arguments);
  }
  std::vector<Value> values{value};
  values.insert(values.end(), arguments.positional().begin(), arguments.positional().end());
  return call(entry->host, values, arguments.keywords());
}
}  // namespace weir::jinja
