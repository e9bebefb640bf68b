#include "jinja/name_search.h"

#include "jinja/ast_visit.h"

namespace weir::jinja {
namespace {
/// Goes through a tree in the order in which Jinja2 keeps the parts of a statement.
class NameWalker {
 public:
  virtual ~NameWalker() = default;
  void walk(const Body& body) {
    for (const auto& statement : body) {
      walk(*statement);
    }
  }

 protected:
  virtual void on_read(const NameExpr& name) = 0;
  virtual void on_assign(const Target& target) = 0;
  virtual void on_parameter(const Function::Parameter& parameter) = 0;

  void walk(const ExprPtr& expr) {
    if (expr != nullptr) {
      walk(*expr);
    }
  }

  void walk(const Expr& expr) {
    if (expr.kind == ExprKind::kName) {
      on_read(static_cast<const NameExpr&>(expr));
      return;
    }
    for_each_child(expr, [&](const Expr& child) { walk(child); });
  }

  void walk(const Target& target) {
    if (target.kind == Target::Kind::kName) {
      on_assign(target);
    }
    for (const Target& item : target.items) {
      walk(item);
    }
  }

  void walk(const Function& function) {
    for (const auto& parameter : function.parameters) {
      on_parameter(parameter);
    }
    for (const auto& parameter : function.parameters) {
      walk(parameter.standard);
    }
    walk(function.body);
  }

  void walk(const Stmt& statement) {
    switch (statement.kind) {
      case StmtKind::kOutput:
        for (const auto& part : static_cast<const OutputStmt&>(statement).parts) {
          walk(part.expr);
        }
        break;
      case StmtKind::kFor: {
        const auto& node = static_cast<const ForStmt&>(statement);
        walk(node.target);
        walk(node.iterable);
        walk(node.body);
        walk(node.otherwise);
        walk(node.test);
        break;
      }
      case StmtKind::kIf:
        for (const auto& branch : static_cast<const IfStmt&>(statement).branches) {
          walk(branch.test);
          walk(branch.body);
        }
        break;
      case StmtKind::kSet:
        walk(static_cast<const SetStmt&>(statement).target);
        walk(static_cast<const SetStmt&>(statement).value);
        break;
      case StmtKind::kSetBlock: {
        const auto& node = static_cast<const SetBlockStmt&>(statement);
        walk(node.target);
        walk(node.filter);
        walk(node.body);
        break;
      }
      case StmtKind::kWith: {
        const auto& node = static_cast<const WithStmt&>(statement);
        for (const auto& target : node.targets) {
          walk(target);
        }
        for (const auto& value : node.values) {
          walk(value);
        }
        walk(node.body);
        break;
      }
      case StmtKind::kMacro:
        walk(*static_cast<const MacroStmt&>(statement).function);
        break;
      case StmtKind::kCallBlock:
        walk(static_cast<const CallBlockStmt&>(statement).call);
        walk(*static_cast<const CallBlockStmt&>(statement).function);
        break;
      case StmtKind::kFilterBlock:
        walk(static_cast<const FilterBlockStmt&>(statement).body);
        walk(static_cast<const FilterBlockStmt&>(statement).filter);
        break;
      case StmtKind::kInclude:
        walk(static_cast<const IncludeStmt&>(statement).name);
        break;
      case StmtKind::kImport:
        walk(static_cast<const ImportStmt&>(statement).name);
        break;
      case StmtKind::kFromImport:
        walk(static_cast<const FromImportStmt&>(statement).name);
        break;
      case StmtKind::kExtends:
        walk(static_cast<const ExtendsStmt&>(statement).name);
        break;
      case StmtKind::kDo:
        walk(static_cast<const DoStmt&>(statement).expr);
        break;
      case StmtKind::kAutoescape:
        walk(static_cast<const AutoescapeStmt&>(statement).enabled);
        walk(static_cast<const AutoescapeStmt&>(statement).body);
        break;
      case StmtKind::kBlock:
      case StmtKind::kBreak:
      case StmtKind::kContinue:
        break;
    }
  }
};

class ReadSearch final : public NameWalker {
 public:
  explicit ReadSearch(std::string_view name) : name_(name) {}
  bool found() const { return found_; }

 protected:
  void on_read(const NameExpr& name) override { found_ |= !hidden_ && name.text() == name_; }
  void on_assign(const Target& target) override { hidden_ |= target.name.string() == name_; }
  void on_parameter(const Function::Parameter& parameter) override { hidden_ |= parameter.name.string() == name_; }

 private:
  std::string_view name_;
  bool found_ = false;
  bool hidden_ = false;
};

class AssignSearch final : public NameWalker {
 public:
  explicit AssignSearch(std::string_view name) : name_(name) {}
  void run(const ForStmt& loop) { walk(loop); }
  std::optional<std::uint32_t> offset() const { return offset_; }

 protected:
  void on_read(const NameExpr&) override {}
  void on_assign(const Target& target) override {
    if (!offset_ && target.name.string() == name_) {
      offset_ = target.offset;
    }
  }
  void on_parameter(const Function::Parameter&) override {}

 private:
  std::string_view name_;
  std::optional<std::uint32_t> offset_;
};
}  // namespace

bool reads_name(const Body& body, std::string_view name) {
  ReadSearch search(name);
  search.walk(body);
  return search.found();
}

std::optional<std::uint32_t> find_assignment(const ForStmt& loop, std::string_view name) {
  AssignSearch search(name);
  search.run(loop);
  return search.offset();
}

void for_each_statement(const Body& body, const std::function<void(Stmt&)>& visit) {
  for (const auto& statement : body) {
    visit(*statement);
    switch (statement->kind) {
      case StmtKind::kFor:
        for_each_statement(static_cast<ForStmt&>(*statement).body, visit);
        for_each_statement(static_cast<ForStmt&>(*statement).otherwise, visit);
        break;
      case StmtKind::kIf:
        for (const auto& branch : static_cast<IfStmt&>(*statement).branches) {
          for_each_statement(branch.body, visit);
        }
        break;
      case StmtKind::kSetBlock:
        for_each_statement(static_cast<SetBlockStmt&>(*statement).body, visit);
        break;
      case StmtKind::kWith:
        for_each_statement(static_cast<WithStmt&>(*statement).body, visit);
        break;
      case StmtKind::kMacro:
        for_each_statement(static_cast<MacroStmt&>(*statement).function->body, visit);
        break;
      case StmtKind::kCallBlock:
        for_each_statement(static_cast<CallBlockStmt&>(*statement).function->body, visit);
        break;
      case StmtKind::kFilterBlock:
        for_each_statement(static_cast<FilterBlockStmt&>(*statement).body, visit);
        break;
      case StmtKind::kBlock:
        for_each_statement(static_cast<BlockStmt&>(*statement).function->body, visit);
        break;
      case StmtKind::kAutoescape:
        for_each_statement(static_cast<AutoescapeStmt&>(*statement).body, visit);
        break;
      default:
        break;
    }
  }
}

bool has_scoped_block(const Body& body) {
  bool found = false;
  for_each_statement(body, [&](Stmt& statement) {
    found |= statement.kind == StmtKind::kBlock && static_cast<BlockStmt&>(statement).scoped;
  });
  return found;
}
}  // namespace weir::jinja
