#pragma once

#include "jinja/ast.h"

/// Going through the tree without knowing each kind of node.
namespace weir::jinja {
template <typename Visit>
void for_each_argument(const CallArguments& arguments, const Visit& visit) {
  for (const auto& item : arguments.positional) {
    visit(*item);
  }
  for (const auto& [name, item] : arguments.keywords) {
    visit(*item);
  }
  for (const ExprPtr* item : {&arguments.star, &arguments.star_star}) {
    if (*item != nullptr) {
      visit(**item);
    }
  }
}

/// Calls `visit` with each expression right below `expr`.
template <typename Visit>
void for_each_child(const Expr& expr, const Visit& visit) {
  const auto maybe = [&](const ExprPtr& child) {
    if (child != nullptr) {
      visit(*child);
    }
  };
  switch (expr.kind) {
    case ExprKind::kConst:
    case ExprKind::kName:
      break;
    case ExprKind::kList:
    case ExprKind::kTuple:
      for (const auto& item : static_cast<const SequenceExpr&>(expr).items) {
        visit(*item);
      }
      break;
    case ExprKind::kDict:
      for (const auto& [key, value] : static_cast<const DictExpr&>(expr).items) {
        visit(*key);
        visit(*value);
      }
      break;
    case ExprKind::kConditional: {
      const auto& node = static_cast<const ConditionalExpr&>(expr);
      visit(*node.test);
      visit(*node.then);
      maybe(node.otherwise);
      break;
    }
    case ExprKind::kNot:
    case ExprKind::kNegate:
    case ExprKind::kPositive:
      visit(*static_cast<const UnaryExpr&>(expr).operand);
      break;
    case ExprKind::kAnd:
    case ExprKind::kOr:
    case ExprKind::kBinary: {
      const auto& node = static_cast<const BinaryExpr&>(expr);
      visit(*node.left);
      visit(*node.right);
      break;
    }
    case ExprKind::kConcat:
      for (const auto& item : static_cast<const ConcatExpr&>(expr).items) {
        visit(*item);
      }
      break;
    case ExprKind::kCompare: {
      const auto& node = static_cast<const CompareExpr&>(expr);
      visit(*node.first);
      for (const auto& [comparison, item] : node.rest) {
        visit(*item);
      }
      break;
    }
    case ExprKind::kAttribute:
      visit(*static_cast<const AttributeExpr&>(expr).object);
      break;
    case ExprKind::kItem:
      visit(*static_cast<const ItemExpr&>(expr).object);
      visit(*static_cast<const ItemExpr&>(expr).key);
      break;
    case ExprKind::kSlice: {
      const auto& node = static_cast<const SliceExpr&>(expr);
      visit(*node.object);
      maybe(node.start);
      maybe(node.stop);
      maybe(node.step);
      break;
    }
    case ExprKind::kCall:
      visit(*static_cast<const CallExpr&>(expr).callee);
      for_each_argument(static_cast<const CallExpr&>(expr).arguments, visit);
      break;
    case ExprKind::kFilter:
      maybe(static_cast<const FilterExpr&>(expr).target);
      for_each_argument(static_cast<const FilterExpr&>(expr).arguments, visit);
      break;
    case ExprKind::kTest:
      visit(*static_cast<const TestExpr&>(expr).target);
      for_each_argument(static_cast<const TestExpr&>(expr).arguments, visit);
      break;
  }
}
}  // namespace weir::jinja
