#include "jinja/symbols.h"

#include "jinja/ast_visit.h"

namespace weir::jinja {
std::optional<Symbols::Place> Symbols::find(std::string_view name) const {
  for (const Symbols* scope = this; scope != nullptr; scope = scope->parent_) {
    const auto found = scope->references_.find(name);
    if (found != scope->references_.end()) {
      return Place{scope->function_, found->second};
    }
  }
  return std::nullopt;
}

Address Symbols::address_of(const Place& place) const {
  Address address{0, place.slot};
  for (const FunctionScope* at = function_; at != place.function; at = at->outer) {
    WEIR_ASSERT(at != nullptr, "a name belongs to a function around the one that reads it");
    ++address.hops;
  }
  return address;
}

Address Symbols::address(std::string_view name) const {
  const auto place = find(name);
  WEIR_ASSERT(place.has_value(), "names are visited before they get addresses");
  return address_of(*place);
}

std::uint32_t Symbols::define(std::string_view name, Load load) {
  auto known = own_slots_->find(name);
  if (known == own_slots_->end()) {
    known = own_slots_->emplace(std::string(name), function_->slots_count++).first;
  }
  references_.insert_or_assign(std::string(name), known->second);
  loads_[known->second] = load;
  return known->second;
}

std::uint32_t Symbols::declare_parameter(std::string_view name) {
  stores_.emplace(name);
  return define(name, {Load::Action::kParameter, {}});
}

void Symbols::load(std::string_view name) {
  if (!find(name)) {
    define(name, {Load::Action::kResolve, {}});
  }
}

void Symbols::store(std::string_view name) {
  stores_.emplace(name);
  if (references_.contains(name)) {
    return;
  }
  const auto outside = parent_ == nullptr ? std::nullopt : parent_->find(name);
  define(name, outside ? Load{Load::Action::kAlias, *outside} : Load{Load::Action::kUndefined, {}});
}

void Symbols::visit(const Expr& expr) {
  if (expr.kind == ExprKind::kName) {
    load(static_cast<const NameExpr&>(expr).text());
    return;
  }
  for_each_child(expr, [&](const Expr& child) { visit(child); });
}

void Symbols::visit_target(const Target& target) {
  if (target.kind == Target::Kind::kName) {
    store(target.name.string());
  } else if (target.kind == Target::Kind::kNamespace) {
    load(target.name.string());
  }
  for (const Target& item : target.items) {
    visit_target(item);
  }
}

void Symbols::visit_target_as_parameter(const Target& target) {
  if (target.kind == Target::Kind::kName) {
    declare_parameter(target.name.string());
  }
  for (const Target& item : target.items) {
    visit_target_as_parameter(item);
  }
}

void Symbols::visit_body(const Body& body) {
  for (const auto& statement : body) {
    visit_statement(*statement);
  }
}

void Symbols::visit_statement(const Stmt& statement) {
  switch (statement.kind) {
    case StmtKind::kOutput:
      for (const auto& part : static_cast<const OutputStmt&>(statement).parts) {
        if (part.expr != nullptr) {
          visit(*part.expr);
        }
      }
      break;
    case StmtKind::kFor:
      visit(*static_cast<const ForStmt&>(statement).iterable);
      break;
    case StmtKind::kIf:
      visit_if(static_cast<const IfStmt&>(statement).branches);
      break;
    case StmtKind::kSet:
      visit(*static_cast<const SetStmt&>(statement).value);
      visit_target(static_cast<const SetStmt&>(statement).target);
      break;
    case StmtKind::kSetBlock: {
      const auto& node = static_cast<const SetBlockStmt&>(statement);
      if (node.filter != nullptr) {
        visit(*node.filter);
      }
      visit_target(node.target);
      break;
    }
    case StmtKind::kWith:
      for (const auto& value : static_cast<const WithStmt&>(statement).values) {
        visit(*value);
      }
      break;
    case StmtKind::kMacro:
      visit_target(static_cast<const MacroStmt&>(statement).target);
      break;
    case StmtKind::kCallBlock:
      visit(*static_cast<const CallBlockStmt&>(statement).call);
      break;
    case StmtKind::kFilterBlock:
      visit(*static_cast<const FilterBlockStmt&>(statement).filter);
      break;
    case StmtKind::kInclude:
      visit(*static_cast<const IncludeStmt&>(statement).name);
      break;
    case StmtKind::kImport:
      visit(*static_cast<const ImportStmt&>(statement).name);
      visit_target(static_cast<const ImportStmt&>(statement).target);
      break;
    case StmtKind::kFromImport:
      visit(*static_cast<const FromImportStmt&>(statement).name);
      for (const auto& [name, target] : static_cast<const FromImportStmt&>(statement).names) {
        visit_target(target);
      }
      break;
    case StmtKind::kExtends:
      visit(*static_cast<const ExtendsStmt&>(statement).name);
      break;
    case StmtKind::kDo:
      visit(*static_cast<const DoStmt&>(statement).expr);
      break;
    case StmtKind::kBlock:
    case StmtKind::kBreak:
    case StmtKind::kContinue:
    case StmtKind::kAutoescape:
      break;
  }
}

// An `if` with its `elif`s is visited as Jinja2 does: each `elif` is an `if` of its own within one common branch.
void Symbols::visit_if(std::span<const IfStmt::Branch> branches) {
  visit(*branches[0].test);
  std::vector<Symbols> copies(3, *this);
  copies[0].visit_body(branches[0].body);
  for (const auto& branch : branches.subspan(1)) {
    if (branch.test != nullptr) {
      copies[1].visit_if({&branch, 1});
    } else {
      copies[2].visit_body(branch.body);
    }
  }
  merge(copies);
}

void Symbols::merge(std::span<const Symbols> branches) {
  std::map<std::string, std::size_t, std::less<>> counts;
  for (const Symbols& branch : branches) {
    for (const std::string& name : branch.stores_) {
      if (!stores_.contains(name)) {
        ++counts[name];
      }
    }
  }
  for (const Symbols& branch : branches) {
    for (const auto& [name, slot] : branch.references_) {
      references_.insert_or_assign(name, slot);
    }
    for (const auto& [slot, load] : branch.loads_) {
      loads_[slot] = load;
    }
    stores_.insert(branch.stores_.begin(), branch.stores_.end());
  }
  for (const auto& [name, count] : counts) {
    if (count == branches.size()) {
      continue;
    }
    // Set in some branches only: without them it is what it was outside.
    const auto outside = parent_ == nullptr ? std::nullopt : parent_->find(name);
    loads_[references_.find(name)->second] =
        outside ? Load{Load::Action::kAlias, *outside} : Load{Load::Action::kResolve, {}};
  }
}

ScopeInfo Symbols::scope_info() const {
  ScopeInfo info;
  for (const auto& [slot, load] : loads_) {
    switch (load.action) {
      case Load::Action::kParameter:
        info.parameters.push_back(slot);
        break;
      case Load::Action::kResolve:
        info.loads.push_back({slot, SlotLoad::Action::kResolve, {}});
        break;
      case Load::Action::kAlias:
        info.loads.push_back({slot, SlotLoad::Action::kAlias, address_of(load.from)});
        break;
      case Load::Action::kUndefined:
        info.loads.push_back({slot, SlotLoad::Action::kUndefined, {}});
        break;
    }
  }
  return info;
}

VisibleNames Symbols::visible_names() const {
  VisibleNames out;
  std::set<std::string_view> seen;
  for (const Symbols* scope = this; scope != nullptr; scope = scope->parent_) {
    for (const std::string& name : scope->stores_) {
      if (seen.insert(name).second) {
        out.names.emplace_back(Value(name), address(name));
      }
    }
  }
  return out;
}
}  // namespace weir::jinja
