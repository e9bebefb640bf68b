#include <fmt/format.h>

#include "jinja/operators.h"
#include "jinja/renderer.h"
#include "jinja/repr.h"

namespace weir::jinja {
Result<Value> Renderer::eval(const Expr& expr, Frame& frame) {
  if (expr.kind == ExprKind::kConst) {
    return static_cast<const ConstExpr&>(expr).value;
  }
  auto value = eval_node(expr, frame);
  if (!value) [[unlikely]] {
    return std::unexpected(at(std::move(value).error(), expr.offset));
  }
  return value;
}

Result<Value> Renderer::eval_node(const Expr& expr, Frame& frame) {
  switch (expr.kind) {
    case ExprKind::kConst:
      return static_cast<const ConstExpr&>(expr).value;
    case ExprKind::kName: {
      WEIR_TRY_ASSIGN(const Value* value, load_name(static_cast<const NameExpr&>(expr), frame));
      return *value;
    }
    case ExprKind::kList: {
      WEIR_TRY_ASSIGN(auto items, eval_items(static_cast<const SequenceExpr&>(expr).items, frame));
      return Value::list(std::move(items));
    }
    case ExprKind::kTuple: {
      WEIR_TRY_ASSIGN(auto items, eval_items(static_cast<const SequenceExpr&>(expr).items, frame));
      return Value::tuple(std::move(items));
    }
    case ExprKind::kDict:
      return eval_dict(static_cast<const DictExpr&>(expr), frame);
    case ExprKind::kConditional:
      return eval_conditional(static_cast<const ConditionalExpr&>(expr), frame);
    case ExprKind::kAnd:
    case ExprKind::kOr:
      return eval_logical(static_cast<const BinaryExpr&>(expr), frame);
    case ExprKind::kNot: {
      WEIR_TRY_ASSIGN(const bool truth, eval_truth(*static_cast<const UnaryExpr&>(expr).operand, frame));
      return Value(!truth);
    }
    case ExprKind::kNegate: {
      WEIR_TRY_ASSIGN(const Value value, eval(*static_cast<const UnaryExpr&>(expr).operand, frame));
      return negate(value);
    }
    case ExprKind::kPositive: {
      WEIR_TRY_ASSIGN(const Value value, eval(*static_cast<const UnaryExpr&>(expr).operand, frame));
      return positive(value);
    }
    case ExprKind::kBinary:
      return eval_binary(static_cast<const BinaryExpr&>(expr), frame);
    case ExprKind::kConcat:
      return eval_concat(static_cast<const ConcatExpr&>(expr), frame);
    case ExprKind::kCompare:
      return eval_compare(static_cast<const CompareExpr&>(expr), frame);
    case ExprKind::kAttribute:
      return eval_attribute(static_cast<const AttributeExpr&>(expr), frame);
    case ExprKind::kItem:
      return eval_item(static_cast<const ItemExpr&>(expr), frame);
    case ExprKind::kSlice:
      return eval_slice(static_cast<const SliceExpr&>(expr), frame);
    case ExprKind::kCall:
      return eval_call(static_cast<const CallExpr&>(expr), frame, nullptr);
    case ExprKind::kFilter:
      return eval_filter(static_cast<const FilterExpr&>(expr), frame);
    case ExprKind::kTest:
      return eval_test(static_cast<const TestExpr&>(expr), frame);
  }
  return fail(ErrorCode::kInternal, "an unknown kind of expression");
}

Result<const Value*> Renderer::peek(const Expr& expr, Frame& frame, Value& store) {
  if (expr.kind == ExprKind::kConst) {
    return &static_cast<const ConstExpr&>(expr).value;
  }
  if (expr.kind == ExprKind::kName) {
    auto value = load_name(static_cast<const NameExpr&>(expr), frame);
    if (!value) [[unlikely]] {
      return std::unexpected(at(std::move(value).error(), expr.offset));
    }
    return value;
  }
  WEIR_TRY_ASSIGN(store, eval(expr, frame));
  return &store;
}

Result<const Value*> Renderer::load_name(const NameExpr& node, Frame& frame) {
  const Value& slot = frame.at(node.address);
  if (slot.kind() > Kind::kUnresolved) [[likely]] {
    return &slot;
  }
  WEIR_TRY_ASSIGN(const Value* found, load_slot(node.address, node.name, frame));
  return found == nullptr ? &node.undefined : found;
}

Result<const Value*> Renderer::load_slot(Address address, const Value& name, Frame& frame) {
  Value& slot = frame.at(address);
  if (slot.is(Kind::kUnresolved)) {
    if (is_finished()) {
      return fail(ErrorCode::kInvalid, "this macro belongs to a render that has ended");
    }
    const TemplateScope& scope = *frame.scope();
    const Value* found = scope.find(name.string());
    std::optional<Value> given;
    if (found == nullptr && scope.sees_host()) {
      WEIR_TRY_ASSIGN(given, context_->lookup(name.string()));
    }
    if (found == nullptr && !given) {
      found = environment_->globals->find(name);
    }
    slot = given ? std::move(*given) : found != nullptr ? *found : Value::missing();
  }
  return slot.is_missing() ? nullptr : &slot;
}

Result<bool> Renderer::eval_truth(const Expr& expr, Frame& frame) {
  Value store;
  WEIR_TRY_ASSIGN(const Value* value, peek(expr, frame, store));
  auto truth = truth_of(*value);
  if (!truth) [[unlikely]] {
    return std::unexpected(at(std::move(truth).error(), expr.offset));
  }
  return truth;
}

Result<std::vector<Value>> Renderer::eval_items(const std::vector<ExprPtr>& items, Frame& frame) {
  std::vector<Value> out;
  out.reserve(items.size());
  for (const auto& item : items) {
    WEIR_TRY_ASSIGN(Value value, eval(*item, frame));
    out.push_back(std::move(value));
  }
  return out;
}

Result<Value> Renderer::eval_dict(const DictExpr& node, Frame& frame) {
  auto dict = make_ref<Dict>();
  for (const auto& [key_expr, value_expr] : node.items) {
    WEIR_TRY_ASSIGN(const Value key, eval(*key_expr, frame));
    WEIR_TRY_ASSIGN(Value value, eval(*value_expr, frame));
    if (!dict->set(key, std::move(value))) {
      return fail(ErrorCode::kInvalid, fmt::format("unhashable type: '{}'", type_name(key)));
    }
  }
  return Value::dict(dict);
}

Result<Value> Renderer::eval_conditional(const ConditionalExpr& node, Frame& frame) {
  WEIR_TRY_ASSIGN(const bool passes, eval_truth(*node.test, frame));
  if (passes) {
    return eval(*node.then, frame);
  }
  if (node.otherwise != nullptr) {
    return eval(*node.otherwise, frame);
  }
  return undefined_because(
      UndefinedMode::kDefault,
      fmt::format("the inline if-expression at {} was false and has no else", source_->place(node.offset).text()));
}

Result<Value> Renderer::eval_logical(const BinaryExpr& node, Frame& frame) {
  WEIR_TRY_ASSIGN(Value left, eval(*node.left, frame));
  WEIR_TRY_ASSIGN(const bool truth, truth_of(left));
  if (truth == (node.kind == ExprKind::kOr)) {
    return left;
  }
  return eval(*node.right, frame);
}

Result<Value> Renderer::eval_binary(const BinaryExpr& node, Frame& frame) {
  Value left_store;
  // A name on the left may be changed by what stands on the right, so only constants are not copied there.
  WEIR_TRY_ASSIGN(left_store, eval(*node.left, frame));
  Value right_store;
  WEIR_TRY_ASSIGN(const Value* right, peek(*node.right, frame, right_store));
  if (left_store.is(Kind::kInt) && right->is(Kind::kInt)) {
    std::int64_t out = 0;
    if (node.op == BinaryOperator::kAdd && !__builtin_add_overflow(left_store.integer(), right->integer(), &out)) {
      return Value(out);
    }
    if (node.op == BinaryOperator::kSub && !__builtin_sub_overflow(left_store.integer(), right->integer(), &out)) {
      return Value(out);
    }
  }
  return operate(node.op, left_store, *right);
}

Result<Value> Renderer::eval_concat(const ConcatExpr& node, Frame& frame) {
  if (autoescape_) {
    // As soon as one part is markup the whole is, and the other parts are escaped.
    WEIR_TRY_ASSIGN(const auto items, eval_items(node.items, frame));
    bool is_markup = false;
    for (const Value& item : items) {
      is_markup |= item.is_string() && static_cast<Str*>(item.object())->is_markup();
    }
    std::string out;
    for (const Value& item : items) {
      if (is_markup) {
        WEIR_TRY_ASSIGN(const Value escaped, escape_value(item));
        out += escaped.string();
      } else {
        WEIR_TRY(append_text(out, item));
      }
    }
    return is_markup ? Value(Str::make_markup(out)) : Value(out);
  }
  std::string out;
  for (const auto& item : node.items) {
    Value store;
    WEIR_TRY_ASSIGN(const Value* value, peek(*item, frame, store));
    WEIR_TRY(append_text(out, *value));
  }
  WEIR_TRY(check_string_size(out.size()));
  return Value(out);
}

Result<Value> Renderer::eval_compare(const CompareExpr& node, Frame& frame) {
  WEIR_TRY_ASSIGN(Value left, eval(*node.first, frame));
  for (std::size_t i = 0; i < node.rest.size(); ++i) {
    const auto& [comparison, expr] = node.rest[i];
    Value store;
    WEIR_TRY_ASSIGN(const Value* right, peek(*expr, frame, store));
    WEIR_TRY_ASSIGN(const bool holds, compare(comparison, left, *right));
    if (!holds) {
      return Value(false);
    }
    if (i + 1 < node.rest.size()) {
      left = *right;
    }
  }
  return Value(true);
}

Result<Value> Renderer::eval_attribute(const AttributeExpr& node, Frame& frame) {
  Value store;
  WEIR_TRY_ASSIGN(const Value* object, peek(*node.object, frame, store));
  return attribute_of(*object, node.name, node.methods);
}

Result<Value> Renderer::eval_item(const ItemExpr& node, Frame& frame) {
  Value object_store;
  WEIR_TRY_ASSIGN(object_store, eval(*node.object, frame));
  Value key_store;
  WEIR_TRY_ASSIGN(const Value* key, peek(*node.key, frame, key_store));
  return item(object_store, *key);
}

Result<Value> Renderer::eval_slice(const SliceExpr& node, Frame& frame) {
  WEIR_TRY_ASSIGN(const Value object, eval(*node.object, frame));
  Value bounds[3];
  const ExprPtr* exprs[3] = {&node.start, &node.stop, &node.step};
  for (int i = 0; i < 3; ++i) {
    if (*exprs[i] != nullptr) {
      WEIR_TRY_ASSIGN(bounds[i], eval(**exprs[i], frame));
    }
  }
  return slice(object, bounds[0], bounds[1], bounds[2]);
}

Result<Value> Renderer::attribute(const Value& value, const Value& name) {
  return attribute_of(value, name, find_methods(name.string()));
}

Result<Value> Renderer::attribute_of(const Value& value, const Value& name, const MethodSet* methods) {
  if (value.is_undefined()) {
    return value.undefined().is_chainable() ? Result<Value>(value) : value.undefined().failure();
  }
  const std::string_view text = name.string();
  if (methods != nullptr) {
    if (const BuiltinEntry* entry = methods->of(value.kind())) {
      return bind_method(*entry, value);
    }
  }
  if (value.is(Kind::kHost) && !text.starts_with('_')) {
    WEIR_TRY_ASSIGN(auto found, value.host().attribute(text));
    if (found) {
      return std::move(*found);
    }
  }
  if (value.is_sequence()) {
    const auto names = static_cast<List*>(value.object())->field_names;
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == text) {
        return value.items()[i];
      }
    }
  }
  if (value.is_dict() || value.is(Kind::kHost)) {
    WEIR_TRY_ASSIGN(auto found, find_item(value, name));
    if (found) {
      return std::move(*found);
    }
  }
  if (value.is_integer() || value.is(Kind::kFloat)) {
    if (text == "real" || (text == "numerator" && value.is_integer())) {
      return positive(value);
    }
    if (text == "imag" || (text == "denominator" && value.is_integer())) {
      return value.is(Kind::kFloat) ? Value(0.0) : Value(text == "imag" ? 0 : 1);
    }
  }
  if (text.starts_with("__") && text.ends_with("__")) {
    return undefined_because(UndefinedMode::kStrict,
                             fmt::format("access to attribute '{}' of '{}' object is unsafe", text, type_name(value)));
  }
  return undefined_attribute(undefined_mode(), value, text);
}

Result<Value> Renderer::item(const Value& value, const Value& key) {
  if (value.is_undefined()) {
    return value.undefined().is_chainable() ? Result<Value>(value) : value.undefined().failure();
  }
  WEIR_TRY_ASSIGN(auto found, find_item(value, key));
  if (found) {
    return std::move(*found);
  }
  if (!key.is_string()) {
    return undefined_item(undefined_mode(), value, key);
  }
  return attribute(value, key);
}
}  // namespace weir::jinja
