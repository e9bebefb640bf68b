#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "jinja/lexer.h"
#include "jinja/operators.h"
#include "jinja/value.h"

/// The tree of a template. The parser builds it, the resolver puts slots in place of names, and then it never changes.
namespace weir::jinja {
struct FilterEntry;
struct TestEntry;
struct MethodSet;

enum class ExprKind : std::uint8_t {
  kConst,
  kName,
  kList,
  kTuple,
  kDict,
  kConditional,
  kAnd,
  kOr,
  kNot,
  kNegate,
  kPositive,
  kBinary,
  kConcat,
  kCompare,
  kAttribute,
  kItem,
  kSlice,
  kCall,
  kFilter,
  kTest,
};

struct Expr {
  Expr(ExprKind kind_of, std::uint32_t at) : kind(kind_of), offset(at) {}
  virtual ~Expr() = default;
  ExprKind kind;
  std::uint16_t depth = 1;  ///< of the tree below, this one included
  std::uint32_t offset;     ///< in the source
};
using ExprPtr = std::unique_ptr<Expr>;

/// Where a variable lives: `hops` functions outwards, then the slot of that function's frame.
struct Address {
  std::uint16_t hops = 0;
  std::uint32_t slot = 0;
};

struct ConstExpr : Expr {
  ConstExpr(std::uint32_t at, Value of) : Expr(ExprKind::kConst, at), value(std::move(of)) {}
  Value value;
};

struct NameExpr : Expr {
  NameExpr(std::uint32_t at, std::string_view of) : Expr(ExprKind::kName, at), name(of) {}
  std::string_view text() const { return name.string(); }
  Value name;
  Address address;
  Value undefined;  ///< what it is when it is not there; made once
};

/// A list or a tuple.
struct SequenceExpr : Expr {
  using Expr::Expr;
  std::vector<ExprPtr> items;
};

struct DictExpr : Expr {
  explicit DictExpr(std::uint32_t at) : Expr(ExprKind::kDict, at) {}
  std::vector<std::pair<ExprPtr, ExprPtr>> items;
};

struct ConditionalExpr : Expr {
  explicit ConditionalExpr(std::uint32_t at) : Expr(ExprKind::kConditional, at) {}
  ExprPtr test;
  ExprPtr then;
  ExprPtr otherwise;  ///< may be null
};

/// not, -, +.
struct UnaryExpr : Expr {
  using Expr::Expr;
  ExprPtr operand;
};

/// and, or, arithmetic.
struct BinaryExpr : Expr {
  using Expr::Expr;
  BinaryOperator op = BinaryOperator::kAdd;
  ExprPtr left;
  ExprPtr right;
};

struct ConcatExpr : Expr {
  explicit ConcatExpr(std::uint32_t at) : Expr(ExprKind::kConcat, at) {}
  std::vector<ExprPtr> items;
};

struct CompareExpr : Expr {
  explicit CompareExpr(std::uint32_t at) : Expr(ExprKind::kCompare, at) {}
  ExprPtr first;
  std::vector<std::pair<Comparison, ExprPtr>> rest;
};

struct AttributeExpr : Expr {
  explicit AttributeExpr(std::uint32_t at) : Expr(ExprKind::kAttribute, at) {}
  ExprPtr object;
  Value name;
  const MethodSet* methods = nullptr;  ///< those of the built-in kinds that have this name
};

struct ItemExpr : Expr {
  explicit ItemExpr(std::uint32_t at) : Expr(ExprKind::kItem, at) {}
  ExprPtr object;
  ExprPtr key;
};

struct SliceExpr : Expr {
  explicit SliceExpr(std::uint32_t at) : Expr(ExprKind::kSlice, at) {}
  ExprPtr object;
  ExprPtr start;  ///< null where left out, as the next two
  ExprPtr stop;
  ExprPtr step;
};

struct CallArguments {
  std::vector<ExprPtr> positional;
  std::vector<std::pair<Value, ExprPtr>> keywords;
  ExprPtr star;       ///< *args; may be null
  ExprPtr star_star;  ///< **kwargs; may be null
  bool is_plain() const { return keywords.empty() && star == nullptr && star_star == nullptr; }
};

struct CallExpr : Expr {
  explicit CallExpr(std::uint32_t at) : Expr(ExprKind::kCall, at) {}
  ExprPtr callee;
  CallArguments arguments;
};

struct FilterExpr : Expr {
  explicit FilterExpr(std::uint32_t at) : Expr(ExprKind::kFilter, at) {}
  ExprPtr target;  ///< null for the text of a filter block
  std::string name;
  const FilterEntry* entry = nullptr;  ///< null for one that is unknown, which only matters when it is reached
  CallArguments arguments;
};

struct TestExpr : Expr {
  explicit TestExpr(std::uint32_t at) : Expr(ExprKind::kTest, at) {}
  ExprPtr target;
  std::string name;
  const TestEntry* entry = nullptr;
  CallArguments arguments;
};

enum class StmtKind : std::uint8_t {
  kOutput,
  kFor,
  kIf,
  kSet,
  kSetBlock,
  kWith,
  kMacro,
  kCallBlock,
  kFilterBlock,
  kInclude,
  kImport,
  kFromImport,
  kExtends,
  kBlock,
  kDo,
  kBreak,
  kContinue,
  kAutoescape,
};

struct Stmt {
  Stmt(StmtKind kind_of, std::uint32_t at) : kind(kind_of), offset(at) {}
  virtual ~Stmt() = default;
  StmtKind kind;
  std::uint32_t offset;
};
using StmtPtr = std::unique_ptr<Stmt>;
using Body = std::vector<StmtPtr>;

/// What a slot begins with when its scope is entered.
struct SlotLoad {
  enum class Action : std::uint8_t { kResolve, kAlias, kUndefined };
  std::uint32_t slot = 0;
  Action action = Action::kUndefined;
  Address from;  ///< for kAlias
};

/// The slots of one scope, to be set when it is entered and cleared when it is left.
struct ScopeInfo {
  std::vector<SlotLoad> loads;
  std::vector<std::uint32_t> parameters;
};

/// Names and slots that an include, an import or a scoped block hands on.
struct VisibleNames {
  std::vector<std::pair<Value, Address>> names;
};

/// What can be assigned to: a name, a tuple of targets, or an attribute of a namespace.
struct Target {
  enum class Kind : std::uint8_t { kName, kTuple, kNamespace };
  Kind kind = Kind::kName;
  std::uint32_t offset = 0;
  Value name;       ///< of the variable; for kNamespace of the namespace
  Value attribute;  ///< for kNamespace
  Address address;
  std::vector<Target> items;  ///< for kTuple
  bool exports = false;       ///< at the top of the template: others may import it
};

/// Something with a frame of its own: a template's root, a block, a macro, the body of a call block.
struct Function {
  struct Parameter {
    Value name;
    ExprPtr standard;  ///< null when it must be given
    std::uint32_t slot = 0;
    Value undefined;  ///< what it is when it was not given
  };
  std::shared_ptr<const Source> source;
  std::string name;
  std::vector<Parameter> parameters;
  Body body;
  ScopeInfo scope;
  std::uint32_t slots_count = 0;
  std::optional<std::uint32_t> caller_slot;
  std::optional<std::uint32_t> kwargs_slot;
  std::optional<std::uint32_t> varargs_slot;
  std::optional<std::uint32_t> self_slot;
  std::optional<std::uint32_t> super_slot;
  bool has_caller_parameter = false;  ///< one of the parameters is called `caller`
  bool is_call_block = false;
  bool has_closures = false;  ///< functions are defined in it and may look at its frame later
};

/// Texts and expressions to be printed one after the other.
struct OutputStmt : Stmt {
  struct Part {
    std::string_view text;  ///< of the source; used when `expr` is null
    ExprPtr expr;
  };
  explicit OutputStmt(std::uint32_t at) : Stmt(StmtKind::kOutput, at) {}
  std::vector<Part> parts;
  bool in_child = false;  ///< not printed when the template extends another one
};

struct ForStmt : Stmt {
  explicit ForStmt(std::uint32_t at) : Stmt(StmtKind::kFor, at) {}
  Target target;
  Target test_target;  ///< the same names in the scope of `test`
  ExprPtr iterable;
  ExprPtr test;  ///< may be null
  bool recursive = false;
  std::shared_ptr<Function> function;  ///< of a recursive loop: each call of `loop()` has a frame of its own
  Body body;
  Body otherwise;
  ScopeInfo body_scope;
  ScopeInfo test_scope;
  ScopeInfo else_scope;
  std::optional<std::uint32_t> loop_slot;
};

struct IfStmt : Stmt {
  struct Branch {
    ExprPtr test;  ///< null for else
    Body body;
  };
  explicit IfStmt(std::uint32_t at) : Stmt(StmtKind::kIf, at) {}
  std::vector<Branch> branches;
};

struct SetStmt : Stmt {
  explicit SetStmt(std::uint32_t at) : Stmt(StmtKind::kSet, at) {}
  Target target;
  ExprPtr value;
};

struct SetBlockStmt : Stmt {
  explicit SetBlockStmt(std::uint32_t at) : Stmt(StmtKind::kSetBlock, at) {}
  Target target;
  ExprPtr filter;  ///< a chain of FilterExpr, innermost without target; may be null
  Body body;
  ScopeInfo scope;
};

struct WithStmt : Stmt {
  explicit WithStmt(std::uint32_t at) : Stmt(StmtKind::kWith, at) {}
  std::vector<Target> targets;
  std::vector<ExprPtr> values;
  Body body;
  ScopeInfo scope;
};

/// A macro, or one of dbt's named blocks, which are macros that no template can name.
struct MacroStmt : Stmt {
  explicit MacroStmt(std::uint32_t at) : Stmt(StmtKind::kMacro, at) {}
  std::string tag;  ///< "macro", "materialization", "test", "data_test", "snapshot", "docs"
  Target target;
  std::shared_ptr<Function> function;
  std::vector<std::pair<std::string, Value>> settings;  ///< of a materialization: adapter, default, supported_languages
  // Offsets in the source: of "{%", behind the first "%}", of the last "{%" and behind the last "%}".
  std::uint32_t begin = 0;
  std::uint32_t body_begin = 0;
  std::uint32_t body_end = 0;
  std::uint32_t end = 0;
};

struct CallBlockStmt : Stmt {
  explicit CallBlockStmt(std::uint32_t at) : Stmt(StmtKind::kCallBlock, at) {}
  std::shared_ptr<Function> function;
  ExprPtr call;  ///< a CallExpr
};

struct FilterBlockStmt : Stmt {
  explicit FilterBlockStmt(std::uint32_t at) : Stmt(StmtKind::kFilterBlock, at) {}
  ExprPtr filter;
  Body body;
  ScopeInfo scope;
};

struct IncludeStmt : Stmt {
  explicit IncludeStmt(std::uint32_t at) : Stmt(StmtKind::kInclude, at) {}
  ExprPtr name;
  bool ignore_missing = false;
  bool with_context = true;
  VisibleNames visible;
};

struct ImportStmt : Stmt {
  explicit ImportStmt(std::uint32_t at) : Stmt(StmtKind::kImport, at) {}
  ExprPtr name;
  bool with_context = false;
  Target target;
  VisibleNames visible;
};

struct FromImportStmt : Stmt {
  explicit FromImportStmt(std::uint32_t at) : Stmt(StmtKind::kFromImport, at) {}
  ExprPtr name;
  bool with_context = false;
  std::vector<std::pair<std::string, Target>> names;
  VisibleNames visible;
};

struct ExtendsStmt : Stmt {
  explicit ExtendsStmt(std::uint32_t at) : Stmt(StmtKind::kExtends, at) {}
  ExprPtr name;
};

struct BlockStmt : Stmt {
  explicit BlockStmt(std::uint32_t at) : Stmt(StmtKind::kBlock, at) {}
  std::string name;
  bool scoped = false;
  bool required = false;
  bool at_top = false;  ///< of the template: not shown when that extends another one
  std::shared_ptr<Function> function;
  VisibleNames visible;
};

struct DoStmt : Stmt {
  explicit DoStmt(std::uint32_t at) : Stmt(StmtKind::kDo, at) {}
  ExprPtr expr;
};

struct AutoescapeStmt : Stmt {
  explicit AutoescapeStmt(std::uint32_t at) : Stmt(StmtKind::kAutoescape, at) {}
  ExprPtr enabled;
  Body body;
  ScopeInfo scope;
};
}  // namespace weir::jinja
