#include <fmt/format.h>

#include <algorithm>

#include "jinja/ast_visit.h"
#include "jinja/number.h"
#include "jinja/parser.h"
#include "jinja/string_literal.h"

namespace weir::jinja {
namespace {
constexpr int kNestingMax = 200;
constexpr std::uint16_t kDepthMax = 2'000;

std::optional<Comparison> comparison_of(Token token) {
  switch (token) {
    case Token::kEqual:
      return Comparison::kEqual;
    case Token::kNotEqual:
      return Comparison::kNotEqual;
    case Token::kLess:
      return Comparison::kLess;
    case Token::kLessEqual:
      return Comparison::kLessEqual;
    case Token::kGreater:
      return Comparison::kGreater;
    case Token::kGreaterEqual:
      return Comparison::kGreaterEqual;
    default:
      return std::nullopt;
  }
}

bool is_number(const Expr& expr) {
  if (expr.kind != ExprKind::kConst) {
    return false;
  }
  const Value& value = static_cast<const ConstExpr&>(expr).value;
  return value.is(Kind::kInt) || value.is(Kind::kFloat);
}

bool is_reserved(std::string_view name) {
  return name == "true" || name == "false" || name == "none" || name == "True" || name == "False" || name == "None";
}

/// Counts how deep the parser's own calls are, for as long as it lives.
class Nesting {
 public:
  explicit Nesting(int& depth) : depth_(depth) { ++depth_; }
  ~Nesting() { --depth_; }

 private:
  int& depth_;
};
}  // namespace

Result<ExprPtr> Parser::finish(ExprPtr node) {
  std::uint16_t deepest = 0;
  for_each_child(*node, [&](const Expr& child) { deepest = std::max(deepest, child.depth); });
  if (deepest >= kDepthMax) {
    return fail_offset(node->offset, "this expression is too long");
  }
  node->depth = static_cast<std::uint16_t>(deepest + 1);
  return node;
}

Result<ExprPtr> Parser::parse_only_expression() {
  WEIR_TRY(expect(Token::kVariableBegin));
  WEIR_TRY_ASSIGN(ExprPtr expr, parse_tuple(true));
  WEIR_TRY(expect(Token::kVariableEnd));
  WEIR_TRY(expect(Token::kEnd));
  return expr;
}

Result<ExprPtr> Parser::parse_expression(bool with_condition) {
  const Nesting nesting(nesting_);
  if (nesting_ > kNestingMax) {
    return fail_here("this expression is nested too deeply");
  }
  return with_condition ? parse_condition() : parse_or();
}

Result<ExprPtr> Parser::parse_condition() {
  WEIR_TRY_ASSIGN(ExprPtr left, parse_or());
  while (is_name("if")) {
    auto node = std::make_unique<ConditionalExpr>(advance().offset);
    node->then = std::move(left);
    WEIR_TRY_ASSIGN(node->test, parse_or());
    if (skip_if_name("else")) {
      WEIR_TRY_ASSIGN(node->otherwise, parse_expression());
    }
    WEIR_TRY_ASSIGN(left, finish(std::move(node)));
  }
  return left;
}

Result<ExprPtr> Parser::parse_or() {
  WEIR_TRY_ASSIGN(ExprPtr left, parse_and());
  while (is_name("or")) {
    auto node = std::make_unique<BinaryExpr>(ExprKind::kOr, advance().offset);
    node->left = std::move(left);
    WEIR_TRY_ASSIGN(node->right, parse_and());
    WEIR_TRY_ASSIGN(left, finish(std::move(node)));
  }
  return left;
}

Result<ExprPtr> Parser::parse_and() {
  WEIR_TRY_ASSIGN(ExprPtr left, parse_not());
  while (is_name("and")) {
    auto node = std::make_unique<BinaryExpr>(ExprKind::kAnd, advance().offset);
    node->left = std::move(left);
    WEIR_TRY_ASSIGN(node->right, parse_not());
    WEIR_TRY_ASSIGN(left, finish(std::move(node)));
  }
  return left;
}

Result<ExprPtr> Parser::parse_not() {
  if (!is_name("not")) {
    return parse_compare();
  }
  const Nesting nesting(nesting_);
  if (nesting_ > kNestingMax) {
    return fail_here("this expression is nested too deeply");
  }
  auto node = std::make_unique<UnaryExpr>(ExprKind::kNot, advance().offset);
  WEIR_TRY_ASSIGN(node->operand, parse_not());
  return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_compare() {
  WEIR_TRY_ASSIGN(ExprPtr first, parse_sum());
  auto node = std::make_unique<CompareExpr>(current().offset);
  while (true) {
    std::optional<Comparison> comparison = comparison_of(current().token);
    if (comparison) {
      advance();
    } else if (skip_if_name("in")) {
      comparison = Comparison::kIn;
    } else if (is_name("not") && next_is_name("in")) {
      advance();
      advance();
      comparison = Comparison::kNotIn;
    } else {
      break;
    }
    WEIR_TRY_ASSIGN(ExprPtr operand, parse_sum());
    node->rest.emplace_back(*comparison, std::move(operand));
  }
  if (node->rest.empty()) {
    return first;
  }
  node->first = std::move(first);
  return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_sum() {
  WEIR_TRY_ASSIGN(ExprPtr left, parse_concat());
  while (is(Token::kAdd) || is(Token::kSub)) {
    const Lexeme sign = advance();
    auto node = std::make_unique<BinaryExpr>(ExprKind::kBinary, sign.offset);
    node->op = sign.token == Token::kAdd ? BinaryOperator::kAdd : BinaryOperator::kSub;
    node->left = std::move(left);
    WEIR_TRY_ASSIGN(node->right, parse_concat());
    WEIR_TRY_ASSIGN(left, finish(std::move(node)));
  }
  return left;
}

Result<ExprPtr> Parser::parse_concat() {
  WEIR_TRY_ASSIGN(ExprPtr first, parse_product());
  if (!is(Token::kTilde)) {
    return first;
  }
  auto node = std::make_unique<ConcatExpr>(current().offset);
  node->items.push_back(std::move(first));
  while (skip_if(Token::kTilde)) {
    WEIR_TRY_ASSIGN(ExprPtr item, parse_product());
    node->items.push_back(std::move(item));
  }
  return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_product() {
  WEIR_TRY_ASSIGN(ExprPtr left, parse_power());
  while (is(Token::kMul) || is(Token::kDiv) || is(Token::kFloorDiv) || is(Token::kMod)) {
    const Lexeme sign = advance();
    auto node = std::make_unique<BinaryExpr>(ExprKind::kBinary, sign.offset);
    node->op = sign.token == Token::kMul        ? BinaryOperator::kMul
               : sign.token == Token::kDiv      ? BinaryOperator::kDiv
               : sign.token == Token::kFloorDiv ? BinaryOperator::kFloorDiv
                                                : BinaryOperator::kMod;
    node->left = std::move(left);
    WEIR_TRY_ASSIGN(node->right, parse_power());
    WEIR_TRY_ASSIGN(left, finish(std::move(node)));
  }
  return left;
}

Result<ExprPtr> Parser::parse_power() {
  WEIR_TRY_ASSIGN(ExprPtr left, parse_unary(true));
  while (is(Token::kPow)) {
    auto node = std::make_unique<BinaryExpr>(ExprKind::kBinary, advance().offset);
    node->op = BinaryOperator::kPow;
    node->left = std::move(left);
    WEIR_TRY_ASSIGN(node->right, parse_unary(true));
    WEIR_TRY_ASSIGN(left, finish(std::move(node)));
  }
  return left;
}

Result<ExprPtr> Parser::parse_unary(bool with_filter) {
  const Nesting nesting(nesting_);
  if (nesting_ > kNestingMax) {
    return fail_here("this expression is nested too deeply");
  }
  ExprPtr node;
  if (is(Token::kSub) || is(Token::kAdd)) {
    const Lexeme sign = advance();
    const bool is_minus = sign.token == Token::kSub;
    WEIR_TRY_ASSIGN(ExprPtr operand, parse_unary(false));
    if (is_minus && is_number(*operand)) {
      auto& value = static_cast<ConstExpr&>(*operand).value;
      value = value.is(Kind::kFloat) ? Value(-value.real()) : integer_negate(value);
      node = std::move(operand);
    } else {
      auto unary = std::make_unique<UnaryExpr>(is_minus ? ExprKind::kNegate : ExprKind::kPositive, sign.offset);
      unary->operand = std::move(operand);
      WEIR_TRY_ASSIGN(node, finish(std::move(unary)));
    }
  } else {
    WEIR_TRY_ASSIGN(node, parse_primary());
  }
  WEIR_TRY_ASSIGN(node, parse_postfix(std::move(node)));
  return with_filter ? parse_filters_and_tests(std::move(node)) : std::move(node);
}

Result<ExprPtr> Parser::parse_primary() {
  switch (current().token) {
    case Token::kName:
      return parse_name_or_constant();
    case Token::kString:
      return parse_strings();
    case Token::kInteger: {
      const Lexeme lexeme = advance();
      const auto value = parse_integer(lexeme.text, 0);
      if (!value) {
        return fail_offset(lexeme.offset, fmt::format("'{}' is not an integer", lexeme.text));
      }
      return std::make_unique<ConstExpr>(lexeme.offset, *value);
    }
    case Token::kFloat: {
      const Lexeme lexeme = advance();
      return std::make_unique<ConstExpr>(lexeme.offset, Value(parse_float(lexeme.text).value_or(0)));
    }
    case Token::kLeftParen: {
      advance();
      WEIR_TRY_ASSIGN(ExprPtr node, parse_tuple(true, {}, true));
      WEIR_TRY(expect(Token::kRightParen));
      return node;
    }
    case Token::kLeftBracket:
      return parse_list();
    case Token::kLeftBrace:
      return parse_dict();
    case Token::kEnd:
      return fail_here("unexpected end of template, an expression was expected");
    default:
      return fail_here(fmt::format("unexpected '{}', an expression was expected", describe(current())));
  }
}

Result<ExprPtr> Parser::parse_name_or_constant() {
  const Lexeme name = advance();
  if (name.text == "true" || name.text == "True") {
    return std::make_unique<ConstExpr>(name.offset, Value(true));
  }
  if (name.text == "false" || name.text == "False") {
    return std::make_unique<ConstExpr>(name.offset, Value(false));
  }
  if (is_reserved(name.text)) {
    return std::make_unique<ConstExpr>(name.offset, Value());
  }
  return std::make_unique<NameExpr>(name.offset, name.text);
}

// Strings that stand side by side are one.
Result<ExprPtr> Parser::parse_strings() {
  const std::uint32_t offset = current().offset;
  std::string text;
  while (is(Token::kString)) {
    const Lexeme lexeme = advance();
    auto part = unescape_string(lexeme.text.substr(1, lexeme.text.size() - 2));
    if (!part) {
      return fail_offset(lexeme.offset, part.error().message);
    }
    text += *part;
  }
  return std::make_unique<ConstExpr>(offset, Value(text));
}

Result<ExprPtr> Parser::parse_tuple(bool with_condition, std::string_view end_name, bool in_parentheses) {
  const std::uint32_t offset = current().offset;
  const auto at_end = [&] {
    return is(Token::kVariableEnd) || is(Token::kBlockEnd) || is(Token::kRightParen) ||
           (!end_name.empty() && is_name(end_name));
  };
  std::vector<ExprPtr> items;
  bool is_tuple = false;
  while (true) {
    if (!items.empty()) {
      WEIR_TRY(expect(Token::kComma));
    }
    if (at_end()) {
      break;
    }
    WEIR_TRY_ASSIGN(ExprPtr item, parse_expression(with_condition));
    items.push_back(std::move(item));
    if (!is(Token::kComma)) {
      break;
    }
    is_tuple = true;
  }
  if (!is_tuple && !items.empty()) {
    return std::move(items.front());
  }
  if (!is_tuple && !in_parentheses) {
    return fail_here(fmt::format("expected an expression, got '{}'", describe(current())));
  }
  auto node = std::make_unique<SequenceExpr>(ExprKind::kTuple, offset);
  node->items = std::move(items);
  return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_list() {
  auto node = std::make_unique<SequenceExpr>(ExprKind::kList, advance().offset);
  while (!is(Token::kRightBracket)) {
    if (!node->items.empty()) {
      WEIR_TRY(expect(Token::kComma));
    }
    if (is(Token::kRightBracket)) {
      break;
    }
    WEIR_TRY_ASSIGN(ExprPtr item, parse_expression());
    node->items.push_back(std::move(item));
  }
  WEIR_TRY(expect(Token::kRightBracket));
  return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_dict() {
  auto node = std::make_unique<DictExpr>(advance().offset);
  while (!is(Token::kRightBrace)) {
    if (!node->items.empty()) {
      WEIR_TRY(expect(Token::kComma));
    }
    if (is(Token::kRightBrace)) {
      break;
    }
    WEIR_TRY_ASSIGN(ExprPtr key, parse_expression());
    WEIR_TRY(expect(Token::kColon));
    WEIR_TRY_ASSIGN(ExprPtr value, parse_expression());
    node->items.emplace_back(std::move(key), std::move(value));
  }
  WEIR_TRY(expect(Token::kRightBrace));
  return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_postfix(ExprPtr node) {
  while (is(Token::kDot) || is(Token::kLeftBracket) || is(Token::kLeftParen)) {
    WEIR_TRY_ASSIGN(node, is(Token::kLeftParen) ? parse_call(std::move(node)) : parse_subscript(std::move(node)));
  }
  return node;
}

Result<ExprPtr> Parser::parse_filters_and_tests(ExprPtr node) {
  while (true) {
    if (is(Token::kPipe)) {
      WEIR_TRY_ASSIGN(node, parse_filter(std::move(node), false));
    } else if (is_name("is")) {
      WEIR_TRY_ASSIGN(node, parse_test(std::move(node)));
    } else if (is(Token::kLeftParen)) {
      WEIR_TRY_ASSIGN(node, parse_call(std::move(node)));
    } else {
      return node;
    }
  }
}

Result<ExprPtr> Parser::parse_subscript(ExprPtr object) {
  const Lexeme sign = advance();
  if (sign.token == Token::kLeftBracket) {
    return parse_slice_or_index(std::move(object), sign.offset);
  }
  const Lexeme name = advance();
  if (name.token == Token::kName) {
    auto node = std::make_unique<AttributeExpr>(sign.offset);
    node->object = std::move(object);
    node->name = Value(name.text);
    return finish(std::move(node));
  }
  const auto index = name.token == Token::kInteger ? parse_integer(name.text, 0) : std::nullopt;
  if (!index) {
    return fail_offset(name.offset, "a name or a number was expected after the dot");
  }
  auto node = std::make_unique<ItemExpr>(sign.offset);
  node->object = std::move(object);
  node->key = std::make_unique<ConstExpr>(name.offset, *index);
  return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_slice_or_index(ExprPtr object, std::uint32_t offset) {
  ExprPtr start;
  if (!is(Token::kColon)) {
    std::vector<ExprPtr> keys;
    while (!is(Token::kRightBracket) && !is(Token::kColon)) {
      if (!keys.empty()) {
        WEIR_TRY(expect(Token::kComma));
      }
      WEIR_TRY_ASSIGN(ExprPtr key, parse_expression());
      keys.push_back(std::move(key));
    }
    if (is(Token::kRightBracket)) {
      advance();
      auto node = std::make_unique<ItemExpr>(offset);
      node->object = std::move(object);
      if (keys.size() == 1) {
        node->key = std::move(keys.front());
      } else {
        auto tuple = std::make_unique<SequenceExpr>(ExprKind::kTuple, offset);
        tuple->items = std::move(keys);
        WEIR_TRY_ASSIGN(node->key, finish(std::move(tuple)));
      }
      return finish(std::move(node));
    }
    if (keys.size() != 1) {
      return fail_here("a slice cannot be one of several subscripts");
    }
    start = std::move(keys.front());
  }
  auto node = std::make_unique<SliceExpr>(offset);
  node->object = std::move(object);
  node->start = std::move(start);
  WEIR_TRY(expect(Token::kColon));
  if (!is(Token::kColon) && !is(Token::kRightBracket)) {
    WEIR_TRY_ASSIGN(node->stop, parse_expression());
  }
  if (skip_if(Token::kColon) && !is(Token::kRightBracket)) {
    WEIR_TRY_ASSIGN(node->step, parse_expression());
  }
  WEIR_TRY(expect(Token::kRightBracket));
  return finish(std::move(node));
}

Result<ExprPtr> Parser::parse_call(ExprPtr callee) {
  auto node = std::make_unique<CallExpr>(current().offset);
  node->callee = std::move(callee);
  WEIR_TRY(parse_arguments(node->arguments));
  return finish(std::move(node));
}

Status Parser::parse_arguments(CallArguments& arguments) {
  WEIR_TRY(expect(Token::kLeftParen));
  bool first = true;
  while (!is(Token::kRightParen)) {
    if (!first) {
      WEIR_TRY(expect(Token::kComma));
      if (is(Token::kRightParen)) {
        break;
      }
    }
    first = false;
    WEIR_TRY(parse_argument(arguments));
  }
  WEIR_TRY(expect(Token::kRightParen));
  return {};
}

Status Parser::parse_argument(CallArguments& arguments) {
  constexpr std::string_view kOrder = "arguments stand in the order: by position, by name, *args, **kwargs";
  if (skip_if(Token::kMul)) {
    if (arguments.star != nullptr || arguments.star_star != nullptr) {
      return fail_here(std::string(kOrder));
    }
    WEIR_TRY_ASSIGN(arguments.star, parse_expression());
    return {};
  }
  if (skip_if(Token::kPow)) {
    if (arguments.star_star != nullptr) {
      return fail_here(std::string(kOrder));
    }
    WEIR_TRY_ASSIGN(arguments.star_star, parse_expression());
    return {};
  }
  if (is(Token::kName) && ahead().token == Token::kAssign) {
    if (arguments.star_star != nullptr) {
      return fail_here(std::string(kOrder));
    }
    const Lexeme name = advance();
    advance();
    for (const auto& [other, expr] : arguments.keywords) {
      if (other.string() == name.text) {
        return fail_offset(name.offset, fmt::format("the argument '{}' is given twice", name.text));
      }
    }
    WEIR_TRY_ASSIGN(ExprPtr value, parse_expression());
    arguments.keywords.emplace_back(Value(name.text), std::move(value));
    return {};
  }
  if (!arguments.is_plain()) {
    return fail_here(std::string(kOrder));
  }
  WEIR_TRY_ASSIGN(ExprPtr value, parse_expression());
  arguments.positional.push_back(std::move(value));
  return {};
}

Result<std::string> Parser::parse_dotted_name() {
  WEIR_TRY_ASSIGN(const Lexeme first, expect(Token::kName));
  std::string name(first.text);
  while (skip_if(Token::kDot)) {
    WEIR_TRY_ASSIGN(const Lexeme part, expect(Token::kName));
    name += fmt::format(".{}", part.text);
  }
  return name;
}

Result<ExprPtr> Parser::parse_filter(ExprPtr node, bool at_name) {
  while (at_name || skip_if(Token::kPipe)) {
    at_name = false;
    auto filter = std::make_unique<FilterExpr>(current().offset);
    WEIR_TRY_ASSIGN(filter->name, parse_dotted_name());
    filter->target = std::move(node);
    if (is(Token::kLeftParen)) {
      WEIR_TRY(parse_arguments(filter->arguments));
    }
    WEIR_TRY_ASSIGN(node, finish(std::move(filter)));
  }
  return node;
}

Result<ExprPtr> Parser::parse_test(ExprPtr target) {
  const std::uint32_t offset = advance().offset;
  const bool negated = skip_if_name("not");
  auto node = std::make_unique<TestExpr>(offset);
  node->target = std::move(target);
  WEIR_TRY_ASSIGN(node->name, parse_dotted_name());
  const Token next = current().token;
  const bool takes_one = next == Token::kString || next == Token::kInteger || next == Token::kFloat ||
                         next == Token::kLeftBracket || next == Token::kLeftBrace ||
                         (next == Token::kName && !is_name("else") && !is_name("or") && !is_name("and"));
  if (next == Token::kLeftParen) {
    WEIR_TRY(parse_arguments(node->arguments));
  } else if (takes_one) {
    if (is_name("is")) {
      return fail_here("tests cannot be chained with 'is'");
    }
    WEIR_TRY_ASSIGN(ExprPtr argument, parse_primary());
    WEIR_TRY_ASSIGN(argument, parse_postfix(std::move(argument)));
    node->arguments.positional.push_back(std::move(argument));
  }
  WEIR_TRY_ASSIGN(ExprPtr test, finish(std::move(node)));
  if (!negated) {
    return test;
  }
  auto negation = std::make_unique<UnaryExpr>(ExprKind::kNot, offset);
  negation->operand = std::move(test);
  return finish(std::move(negation));
}

Result<Target> Parser::parse_name_target() {
  WEIR_TRY_ASSIGN(const Lexeme name, expect(Token::kName));
  if (is_reserved(name.text)) {
    return fail_offset(name.offset, fmt::format("cannot assign to '{}'", name.text));
  }
  Target target;
  target.offset = name.offset;
  target.name = Value(name.text);
  return target;
}

Result<Target> Parser::parse_one_target() {
  if (!is(Token::kLeftParen)) {
    return parse_name_target();
  }
  const Nesting nesting(nesting_);
  if (nesting_ > kNestingMax) {
    return fail_here("this target is nested too deeply");
  }
  advance();
  WEIR_TRY_ASSIGN(Target target, parse_target());
  WEIR_TRY(expect(Token::kRightParen));
  return target;
}

Result<Target> Parser::parse_target(std::string_view end_name, bool allow_namespace) {
  const std::uint32_t offset = current().offset;
  if (allow_namespace && ahead().token == Token::kDot) {
    WEIR_TRY_ASSIGN(Target target, parse_name_target());
    advance();
    WEIR_TRY_ASSIGN(const Lexeme attribute, expect(Token::kName));
    target.kind = Target::Kind::kNamespace;
    target.attribute = Value(attribute.text);
    return target;
  }
  Target tuple;
  tuple.kind = Target::Kind::kTuple;
  tuple.offset = offset;
  const auto at_end = [&] {
    return is(Token::kVariableEnd) || is(Token::kBlockEnd) || is(Token::kRightParen) ||
           (!end_name.empty() && is_name(end_name));
  };
  bool is_tuple = false;
  while (!at_end()) {
    WEIR_TRY_ASSIGN(Target item, parse_one_target());
    tuple.items.push_back(std::move(item));
    if (!skip_if(Token::kComma)) {
      break;
    }
    is_tuple = true;
  }
  if (tuple.items.empty()) {
    return fail_here("a name to assign to was expected");
  }
  if (!is_tuple) {
    return std::move(tuple.items.front());
  }
  return tuple;
}
}  // namespace weir::jinja
