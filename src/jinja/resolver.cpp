#include "jinja/resolver.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"
#include "jinja/ast_visit.h"
#include "jinja/name_search.h"
#include "jinja/symbols.h"

namespace weir::jinja {
namespace {
/// Where in the template the resolver is.
struct Frame {
  Symbols* symbols = nullptr;
  bool top_level = false;      // what is set here can be imported
  bool in_loop = false;        // break and continue are allowed
  bool is_soft = false;        // an unknown filter only matters when it is reached
  bool checks_output = false;  // not printed once the template extends another one

  Frame inner(Symbols& own) const {
    Frame frame = *this;
    frame.symbols = &own;
    frame.top_level = false;
    frame.is_soft = false;
    return frame;
  }
  Frame soft() const {
    Frame frame = *this;
    frame.is_soft = true;
    return frame;
  }
};

class Resolver {
 public:
  explicit Resolver(const Registry& registry) : registry_(registry) {}

  Result<Program> run(std::shared_ptr<Function> root) {
    Program program;
    program.root = root;
    source_ = root->source.get();
    find_blocks(root->body, program);
    for (std::size_t i = 0; i < program.blocks.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (program.blocks[i]->name == program.blocks[j]->name) {
          return fail_offset(program.blocks[i]->offset,
                             fmt::format("the block '{}' is there twice", program.blocks[i]->name));
        }
      }
    }
    FunctionScope scope{root.get(), nullptr};
    Symbols symbols(&scope, nullptr);
    if (reads_name(root->body, "self")) {
      root->self_slot = symbols.declare_parameter("self");
    }
    symbols.visit_body(root->body);
    Frame frame{&symbols};
    frame.top_level = true;
    frame.checks_output = program.has_extends;
    WEIR_TRY(resolve_body(root->body, frame));
    finish(*root, scope, symbols);
    for (BlockStmt* block : program.blocks) {
      WEIR_TRY(resolve_block_function(*block->function));
    }
    return program;
  }

  Status run_function(Function& function) {
    source_ = function.source.get();
    return resolve_macro_function(function, nullptr, 0);
  }

 private:
  std::unexpected<Error> fail_offset(std::uint32_t offset, std::string message) const {
    return fail_at(source_->place(offset), std::move(message));
  }

  static void finish(Function& function, const FunctionScope& scope, const Symbols& symbols) {
    function.scope = symbols.scope_info();
    function.slots_count = scope.slots_count;
  }

  static void find_blocks(const Body& body, Program& program) {
    for_each_statement(body, [&](Stmt& statement) {
      if (statement.kind == StmtKind::kBlock) {
        program.blocks.push_back(&static_cast<BlockStmt&>(statement));
      } else if (statement.kind == StmtKind::kExtends) {
        program.has_extends = true;
      }
    });
  }

  Status resolve_block_function(Function& function) {
    FunctionScope scope{&function, nullptr};
    Symbols symbols(&scope, nullptr);
    if (reads_name(function.body, "self")) {
      function.self_slot = symbols.declare_parameter("self");
    }
    if (reads_name(function.body, "super")) {
      function.super_slot = symbols.declare_parameter("super");
    }
    symbols.visit_body(function.body);
    const Frame frame{&symbols};
    WEIR_TRY(resolve_body(function.body, frame));
    finish(function, scope, symbols);
    return {};
  }

  Status resolve_macro_function(Function& function, Symbols* outside, std::uint32_t offset) {
    FunctionScope scope{&function, outside == nullptr ? nullptr : outside->function()};
    for (FunctionScope* outer = scope.outer; outer != nullptr; outer = outer->outer) {
      outer->function->has_closures = true;
    }
    Symbols symbols(&scope, outside);
    bool takes_caller = false;
    bool takes_kwargs = false;
    bool takes_varargs = false;
    for (auto& parameter : function.parameters) {
      const std::string_view name = parameter.name.string();
      parameter.slot = symbols.declare_parameter(name);
      parameter.undefined =
          undefined_because(registry_.undefined, fmt::format("parameter '{}' was not provided", name), name);
      if (name == "caller") {
        takes_caller = true;
        function.has_caller_parameter = true;
        if (parameter.standard == nullptr && reads_name(function.body, "caller")) {
          return fail_offset(offset, "a parameter called 'caller' must be left out or have a default");
        }
      }
      takes_kwargs |= name == "kwargs";
      takes_varargs |= name == "varargs";
    }
    const auto special = [&](std::string_view name, bool is_taken, std::optional<std::uint32_t>& slot) {
      if (!is_taken && reads_name(function.body, name)) {
        slot = symbols.declare_parameter(name);
      }
    };
    special("caller", takes_caller, function.caller_slot);
    special("kwargs", takes_kwargs, function.kwargs_slot);
    special("varargs", takes_varargs, function.varargs_slot);
    for (const auto& parameter : function.parameters) {
      if (parameter.standard != nullptr) {
        symbols.visit(*parameter.standard);
      }
    }
    symbols.visit_body(function.body);
    const Frame frame{&symbols};
    for (auto& parameter : function.parameters) {
      if (parameter.standard != nullptr) {
        WEIR_TRY(resolve(*parameter.standard, frame));
      }
    }
    WEIR_TRY(resolve_body(function.body, frame));
    finish(function, scope, symbols);
    return {};
  }

  void resolve_target(Target& target, const Frame& frame) {
    target.exports = frame.top_level;
    if (target.kind == Target::Kind::kTuple) {
      for (Target& item : target.items) {
        resolve_target(item, frame);
      }
      return;
    }
    target.address = frame.symbols->address(target.name.string());
  }

  Status resolve_body(Body& body, const Frame& frame) {
    for (auto& statement : body) {
      WEIR_TRY(resolve_statement(*statement, frame));
    }
    return {};
  }

  Status resolve_statement(Stmt& statement, const Frame& frame) {
    switch (statement.kind) {
      case StmtKind::kOutput: {
        auto& node = static_cast<OutputStmt&>(statement);
        node.in_child = frame.checks_output;
        for (auto& part : node.parts) {
          if (part.expr != nullptr) {
            WEIR_TRY(resolve(*part.expr, frame));
          }
        }
        return {};
      }
      case StmtKind::kFor:
        return resolve_for(static_cast<ForStmt&>(statement), frame);
      case StmtKind::kIf:
        for (auto& branch : static_cast<IfStmt&>(statement).branches) {
          if (branch.test != nullptr) {
            WEIR_TRY(resolve(*branch.test, frame.soft()));
          }
          WEIR_TRY(resolve_body(branch.body, frame.soft()));
        }
        return {};
      case StmtKind::kSet: {
        auto& node = static_cast<SetStmt&>(statement);
        WEIR_TRY(resolve(*node.value, frame));
        resolve_target(node.target, frame);
        return {};
      }
      case StmtKind::kSetBlock:
        return resolve_set_block(static_cast<SetBlockStmt&>(statement), frame);
      case StmtKind::kWith:
        return resolve_with(static_cast<WithStmt&>(statement), frame);
      case StmtKind::kMacro: {
        auto& node = static_cast<MacroStmt&>(statement);
        WEIR_TRY(resolve_macro_function(*node.function, frame.symbols, node.offset));
        resolve_target(node.target, frame);
        return {};
      }
      case StmtKind::kCallBlock: {
        auto& node = static_cast<CallBlockStmt&>(statement);
        WEIR_TRY(resolve_macro_function(*node.function, frame.symbols, node.offset));
        return resolve(*node.call, frame);
      }
      case StmtKind::kFilterBlock: {
        auto& node = static_cast<FilterBlockStmt&>(statement);
        Symbols symbols(frame.symbols->function(), frame.symbols);
        symbols.visit_body(node.body);
        symbols.visit(*node.filter);
        const Frame inner = frame.inner(symbols);
        WEIR_TRY(resolve_body(node.body, inner));
        WEIR_TRY(resolve(*node.filter, inner));
        node.scope = symbols.scope_info();
        return {};
      }
      case StmtKind::kDo:
        return resolve(*static_cast<DoStmt&>(statement).expr, frame);
      case StmtKind::kBreak:
      case StmtKind::kContinue:
        if (!frame.in_loop) {
          return fail_offset(statement.offset, fmt::format("'{}' outside of a loop",
                                                           statement.kind == StmtKind::kBreak ? "break" : "continue"));
        }
        return {};
      case StmtKind::kAutoescape: {
        auto& node = static_cast<AutoescapeStmt&>(statement);
        Symbols symbols(frame.symbols->function(), frame.symbols);
        symbols.visit(*node.enabled);
        symbols.visit_body(node.body);
        const Frame inner = frame.inner(symbols);
        WEIR_TRY(resolve(*node.enabled, inner));
        WEIR_TRY(resolve_body(node.body, inner));
        node.scope = symbols.scope_info();
        return {};
      }
      default:
        return resolve_template_statement(statement, frame);
    }
  }

  Status resolve_template_statement(Stmt& statement, const Frame& frame) {
    switch (statement.kind) {
      case StmtKind::kInclude: {
        auto& node = static_cast<IncludeStmt&>(statement);
        node.visible = frame.symbols->visible_names();
        return resolve(*node.name, frame);
      }
      case StmtKind::kImport: {
        auto& node = static_cast<ImportStmt&>(statement);
        node.visible = frame.symbols->visible_names();
        resolve_target(node.target, frame);
        return resolve(*node.name, frame);
      }
      case StmtKind::kFromImport: {
        auto& node = static_cast<FromImportStmt&>(statement);
        node.visible = frame.symbols->visible_names();
        for (auto& [name, target] : node.names) {
          resolve_target(target, frame);
        }
        return resolve(*node.name, frame);
      }
      case StmtKind::kExtends:
        if (!frame.top_level) {
          return fail_offset(statement.offset, "'extends' can only stand at the top of a template");
        }
        return resolve(*static_cast<ExtendsStmt&>(statement).name, frame);
      case StmtKind::kBlock: {
        auto& node = static_cast<BlockStmt&>(statement);
        node.at_top = frame.top_level;
        if (node.scoped) {
          node.visible = frame.symbols->visible_names();
        }
        return {};
      }
      default:
        return fail(ErrorCode::kInternal, "an unknown kind of statement");
    }
  }

  Status resolve_for(ForStmt& node, const Frame& frame) {
    WEIR_TRY(resolve(*node.iterable, frame));
    if (const auto offset = find_assignment(node, "loop")) {
      return fail_offset(*offset, "the special variable 'loop' cannot be assigned to");
    }
    if (!node.recursive) {
      return resolve_loop(node, frame, frame.symbols->function());
    }
    node.function = std::make_shared<Function>();
    node.function->name = "loop";
    FunctionScope scope{node.function.get(), frame.symbols->function()};
    WEIR_TRY(resolve_loop(node, frame, &scope));
    node.function->slots_count = scope.slots_count;
    return {};
  }

  Status resolve_loop(ForStmt& node, const Frame& frame, FunctionScope* function) {
    Symbols body_symbols(function, frame.symbols);
    if (node.recursive || reads_name(node.body, "loop") || has_scoped_block(node.body)) {
      node.loop_slot = body_symbols.declare_parameter("loop");
    }
    body_symbols.visit_target_as_parameter(node.target);
    body_symbols.visit_body(node.body);
    Frame body_frame = frame.inner(body_symbols);
    body_frame.in_loop = true;
    resolve_target(node.target, body_frame);
    WEIR_TRY(resolve_body(node.body, body_frame));
    node.body_scope = body_symbols.scope_info();
    if (node.test != nullptr) {
      Symbols test_symbols(function, frame.symbols);
      test_symbols.visit_target_as_parameter(node.target);
      test_symbols.visit(*node.test);
      const Frame test_frame = frame.inner(test_symbols);
      node.test_target = node.target;
      resolve_target(node.test_target, test_frame);
      WEIR_TRY(resolve(*node.test, test_frame));
      node.test_scope = test_symbols.scope_info();
    }
    if (!node.otherwise.empty()) {
      Symbols else_symbols(function, frame.symbols);
      else_symbols.visit_body(node.otherwise);
      Frame else_frame = frame.inner(else_symbols);
      else_frame.in_loop = frame.in_loop && !node.recursive;
      WEIR_TRY(resolve_body(node.otherwise, else_frame));
      node.else_scope = else_symbols.scope_info();
    }
    return {};
  }

  Status resolve_set_block(SetBlockStmt& node, const Frame& frame) {
    Symbols symbols(frame.symbols->function(), frame.symbols);
    symbols.visit_body(node.body);
    Frame inner = frame.inner(symbols);
    inner.checks_output = false;
    WEIR_TRY(resolve_body(node.body, inner));
    if (node.filter != nullptr) {
      WEIR_TRY(resolve(*node.filter, frame));
    }
    resolve_target(node.target, frame);
    node.scope = symbols.scope_info();
    return {};
  }

  Status resolve_with(WithStmt& node, const Frame& frame) {
    for (auto& value : node.values) {
      WEIR_TRY(resolve(*value, frame));
    }
    Symbols symbols(frame.symbols->function(), frame.symbols);
    for (const auto& target : node.targets) {
      symbols.visit_target_as_parameter(target);
    }
    symbols.visit_body(node.body);
    const Frame inner = frame.inner(symbols);
    for (auto& target : node.targets) {
      resolve_target(target, inner);
    }
    WEIR_TRY(resolve_body(node.body, inner));
    node.scope = symbols.scope_info();
    return {};
  }

  Status resolve(Expr& expr, const Frame& frame) {
    switch (expr.kind) {
      case ExprKind::kName: {
        auto& node = static_cast<NameExpr&>(expr);
        node.address = frame.symbols->address(node.text());
        node.undefined = undefined_name(registry_.undefined, node.text());
        return {};
      }
      case ExprKind::kAttribute: {
        auto& node = static_cast<AttributeExpr&>(expr);
        node.methods = find_methods(node.name.string());
        break;
      }
      case ExprKind::kFilter:
        WEIR_TRY(resolve_filter(static_cast<FilterExpr&>(expr), frame));
        break;
      case ExprKind::kTest:
        WEIR_TRY(resolve_test(static_cast<TestExpr&>(expr), frame));
        break;
      default:
        break;
    }
    const Frame inner = expr.kind == ExprKind::kConditional ? frame.soft() : frame;
    Status status;
    for_each_child(expr, [&](const Expr& child) {
      if (status) {
        // The tree is ours until it is finished.
        status = resolve(const_cast<Expr&>(child), inner);
      }
    });
    return status;
  }

  Status resolve_filter(FilterExpr& node, const Frame& frame) const {
    node.entry = registry_.filter(node.name);
    if (node.entry == nullptr && !frame.is_soft) {
      const auto names = registry_.filter_names();
      return fail_offset(node.offset,
                         fmt::format("there is no filter '{}'{}", node.name, did_you_mean(node.name, names)));
    }
    return {};
  }

  Status resolve_test(TestExpr& node, const Frame& frame) const {
    node.entry = registry_.test(node.name);
    if (node.entry == nullptr && !frame.is_soft) {
      const auto names = registry_.test_names();
      return fail_offset(node.offset,
                         fmt::format("there is no test '{}'{}", node.name, did_you_mean(node.name, names)));
    }
    return {};
  }

  const Registry& registry_;
  const Source* source_ = nullptr;
};
}  // namespace

Result<Program> resolve_template(std::shared_ptr<Function> root, const Registry& registry) {
  return Resolver(registry).run(std::move(root));
}

Status resolve_function(Function& function, const Registry& registry) {
  return Resolver(registry).run_function(function);
}
}  // namespace weir::jinja
