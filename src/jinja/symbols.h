#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "jinja/ast.h"

namespace weir::jinja {
/// A function while its slots are handed out.
struct FunctionScope {
  Function* function = nullptr;
  FunctionScope* outer = nullptr;  ///< the function it is defined in
  std::uint32_t slots_count = 0;
};

/// The names of one scope: a function's body, a loop's body, a `with`, ... First the statements of the scope are
/// visited in order, which settles whether a name is read before it is set, is set in some branches only, or covers a
/// name of an outer scope. After that every name has an address.
class Symbols {
 public:
  Symbols(FunctionScope* function, const Symbols* parent)
      : function_(function),
        parent_(parent),
        own_slots_(std::make_shared<std::map<std::string, std::uint32_t, std::less<>>>()) {}

  FunctionScope* function() const { return function_; }

  std::uint32_t declare_parameter(std::string_view name);
  void visit(const Expr& expr);
  void visit_body(const Body& body);
  void visit_target_as_parameter(const Target& target);

  /// Where a name that was visited lives, as seen from this scope's function.
  Address address(std::string_view name) const;
  ScopeInfo scope_info() const;
  /// All names that were set in this scope and around it.
  VisibleNames visible_names() const;

 private:
  struct Place {
    const FunctionScope* function = nullptr;
    std::uint32_t slot = 0;
  };
  struct Load {
    enum class Action : std::uint8_t { kParameter, kResolve, kAlias, kUndefined };
    Action action = Action::kUndefined;
    Place from;
  };

  std::optional<Place> find(std::string_view name) const;
  Address address_of(const Place& place) const;
  std::uint32_t define(std::string_view name, Load load);
  void load(std::string_view name);
  void store(std::string_view name);
  void visit_target(const Target& target);
  void visit_statement(const Stmt& statement);
  void visit_if(std::span<const IfStmt::Branch> branches);
  void merge(std::span<const Symbols> branches);

  FunctionScope* function_;
  const Symbols* parent_;
  std::map<std::string, std::uint32_t, std::less<>> references_;
  // Copies of a scope, made for the branches of an `if`, give one name one slot.
  std::shared_ptr<std::map<std::string, std::uint32_t, std::less<>>> own_slots_;
  std::map<std::uint32_t, Load> loads_;
  std::set<std::string, std::less<>> stores_;
};
}  // namespace weir::jinja
