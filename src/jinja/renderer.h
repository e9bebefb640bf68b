#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "jinja/argument_list.h"
#include "jinja/ast.h"
#include "jinja/environment_state.h"
#include "jinja/host_object.h"
#include "jinja/scope.h"

namespace weir::jinja {
class Loop;
class Macro;

/// One render: runs functions of templates on one thread. Host functions reach it through their Arguments to call
/// values back. Counted, because iterators that a template made may outlive the render; they fail then.
class Renderer final : public Object {
 public:
  /// How a statement ended.
  enum class Flow : std::uint8_t { kNext, kBreak, kContinue };

  Renderer(std::shared_ptr<const EnvironmentState> environment, Context& context);
  ~Renderer() override;

  Result<std::string> render(const CompiledTemplate& compiled);
  Result<Value> render_native(const CompiledTemplate& compiled, NativeMode mode);
  Result<Value> call_macro_of(const CompiledTemplate& compiled, std::string_view name, Arguments& arguments);
  /// Ends the render: what it left behind cannot be called any more.
  void finish();
  bool is_finished() const { return context_ == nullptr; }

  const EnvironmentState& environment() const { return *environment_; }
  UndefinedMode undefined_mode() const { return environment_->options.undefined; }
  bool autoescapes() const { return autoescape_; }

  /// Calls any callable value. Errors: kInvalid for what cannot be called.
  Result<Value> call(const Value& callable, std::span<Value> positional, std::span<Keyword> keywords = {});
  Result<Value> call_filter(std::string_view name, const Value& value, Arguments& arguments);
  Result<Value> call_test(std::string_view name, const Value& value, Arguments& arguments);
  /// value.name as a template sees it: methods, attributes, then items; undefined when there is none.
  Result<Value> attribute(const Value& value, const Value& name);
  /// value[key] as a template sees it: items, then attributes; undefined when there is none.
  Result<Value> item(const Value& value, const Value& key);
  Status count_steps(std::uint64_t count = 1);
  /// Where the call that is being made stands.
  Place call_place() const { return source_ == nullptr ? Place{} : source_->place(call_offset_); }
  /// Text as the template's result: markup where everything is escaped.
  Value finished_text(std::string_view text) const;

  /// Runs a macro and appends what it prints to `out`; a value when it ended with return(value).
  Result<std::optional<Value>> run_macro(const Macro& macro, std::span<Value> positional, std::span<Keyword> keywords,
                                         std::string& out);
  /// Runs a recursive loop over `iterable` and gives what it prints.
  Result<Value> run_recursive_loop(const ForStmt& node, const Ref<Frame>& outer, const Value& iterable,
                                   std::int64_t depth);
  /// Runs a template's block and gives what it prints.
  Result<Value> run_block(const std::shared_ptr<const Function>& function, const Ref<TemplateScope>& scope);
  /// Whether `value`, put into the scope of the loop's test, passes it.
  Result<bool> passes_test(const ForStmt& node, Frame& frame, const Value& value);
  /// Ends the innermost macro with `value`.
  std::unexpected<Error> return_from_macro(Value value);

 private:
  // renderer.cpp: statements
  Result<Flow> run(const Body& body, Frame& frame);
  Result<Flow> run(const Stmt& statement, Frame& frame);
  Result<Flow> run_statement(const Stmt& statement, Frame& frame);
  Status run_output(const OutputStmt& node, Frame& frame);
  Status print(const Expr& expr, Frame& frame);
  Status print_value(const Value& value);
  /// What call and filter blocks print: Jinja2 takes it as it is, also where it escapes everything else.
  Status print_unescaped(const Value& value);
  Status append_value(const Value& value);
  Result<Flow> run_if(const IfStmt& node, Frame& frame);
  Result<Flow> run_for(const ForStmt& node, Frame& frame);
  Result<Flow> run_loop(const ForStmt& node, Frame& frame, const Value& iterable, std::int64_t depth);
  Result<Flow> run_plain_loop(const ForStmt& node, Frame& frame, const Value& iterable, bool& had_any);
  Result<Flow> run_loop_with_object(const ForStmt& node, Frame& frame, const Ref<Loop>& loop, bool& had_any);
  Result<Flow> run_set_block(const SetBlockStmt& node, Frame& frame);
  Result<Flow> run_with(const WithStmt& node, Frame& frame);
  Result<Flow> run_filter_block(const FilterBlockStmt& node, Frame& frame);
  Result<Flow> run_autoescape(const AutoescapeStmt& node, Frame& frame);
  Status run_call_block(const CallBlockStmt& node, Frame& frame);
  Status define_macro(const MacroStmt& node, Frame& frame);
  Status assign(const Target& target, Value value, Frame& frame);
  Status unpack(const Target& target, const Value& value, Frame& frame);
  void enter_scope(const ScopeInfo& scope, Frame& frame);
  static void leave_scope(const ScopeInfo& scope, Frame& frame);

  // renderer_templates.cpp: what concerns several templates
  Status run_root(const CompiledTemplate& compiled, const Ref<TemplateScope>& scope);
  Status run_include(const IncludeStmt& node, Frame& frame);
  Result<Value> import_module(const Expr& name, bool with_context, const VisibleNames& visible, Frame& frame);
  Status run_import(const ImportStmt& node, Frame& frame);
  Status run_from_import(const FromImportStmt& node, Frame& frame);
  Status run_extends(const ExtendsStmt& node, Frame& frame);
  Status run_block_statement(const BlockStmt& node, Frame& frame);
  Result<std::shared_ptr<const CompiledTemplate>> load(const Value& name);
  Ref<TemplateScope> make_scope(std::string name);
  Ref<TemplateScope> scope_for(const CompiledTemplate& compiled);
  Ref<Dict> collect_visible(const VisibleNames& visible, Frame& frame);

  // renderer_expressions.cpp
  Result<Value> eval(const Expr& expr, Frame& frame);
  Result<Value> eval_node(const Expr& expr, Frame& frame);
  /// The value of the expression, where possible without a copy; `store` holds it otherwise.
  Result<const Value*> peek(const Expr& expr, Frame& frame, Value& store);
  Result<const Value*> load_name(const NameExpr& node, Frame& frame);
  /// The variable in a slot, looked up when it was not yet; null when there is none.
  Result<const Value*> load_slot(Address address, const Value& name, Frame& frame);
  Result<bool> eval_truth(const Expr& expr, Frame& frame);
  Result<Value> eval_conditional(const ConditionalExpr& node, Frame& frame);
  Result<Value> eval_logical(const BinaryExpr& node, Frame& frame);
  Result<Value> eval_binary(const BinaryExpr& node, Frame& frame);
  Result<Value> eval_concat(const ConcatExpr& node, Frame& frame);
  Result<Value> eval_compare(const CompareExpr& node, Frame& frame);
  Result<Value> eval_attribute(const AttributeExpr& node, Frame& frame);
  Result<Value> eval_item(const ItemExpr& node, Frame& frame);
  Result<Value> eval_slice(const SliceExpr& node, Frame& frame);
  Result<Value> eval_dict(const DictExpr& node, Frame& frame);
  Result<std::vector<Value>> eval_items(const std::vector<ExprPtr>& items, Frame& frame);
  Result<Value> attribute_of(const Value& value, const Value& name, const MethodSet* methods);

  // renderer_calls.cpp
  Status eval_arguments(const CallArguments& node, Frame& frame, ArgumentList& out);
  Result<Value> eval_call(const CallExpr& node, Frame& frame, const Value* caller);
  /// As eval_call, but a macro prints to `out` and gives nothing.
  Result<std::optional<Value>> call_into(const CallExpr& node, Frame& frame, const Value* caller, std::string& out);
  Result<Value> eval_filter(const FilterExpr& node, Frame& frame);
  Result<Value> eval_test(const TestExpr& node, Frame& frame);
  Status bind_macro(const Macro& macro, std::span<Value> positional, std::span<Keyword> keywords, Frame& frame);
  Result<std::optional<Value>> finish_macro(Result<Flow> result, const Macro& macro, std::size_t out_begin,
                                            std::string& out);
  Status check_stack() const;

  Error at(Error error, std::uint32_t offset) const;

  std::shared_ptr<const EnvironmentState> environment_;
  Context* context_;
  FrameList closures_;
  // Values may refer to the scopes that hold them; these circles are cut when the render ends.
  std::vector<Ref<TemplateScope>> scopes_;
  std::size_t scopes_count_limit_ = 64;
  Ref<TemplateScope> base_scope_;                                   // of macros that stand alone
  std::vector<std::shared_ptr<const CompiledTemplate>> templates_;  // those loaded on the way
  std::vector<std::pair<const CompiledTemplate*, Value>> modules_;  // imported without context
  const Source* source_ = nullptr;
  std::uint32_t call_offset_ = 0;  // of the call that is being made, for the trace
  std::string* out_ = nullptr;
  std::vector<Value>* native_parts_ = nullptr;  // where a native render puts values instead of text
  Value filter_text_;                           // what the innermost filter block printed
  bool autoescape_;
  std::uint64_t steps_count_ = 0;
  const char* stack_begin_;
  std::optional<Value> returned_;
  int trace_lines_count_ = 0;
};
}  // namespace weir::jinja
