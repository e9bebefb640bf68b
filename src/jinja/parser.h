#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "jinja/ast.h"
#include "jinja/lexer.h"

namespace weir::jinja {
struct ParseOptions {
  Syntax syntax;
  bool dbt_blocks = true;  ///< know {% materialization %}, {% test %}, {% data_test %}, {% snapshot %}, {% docs %}
};

/// Parses a template into its statements. Errors: kInvalid with the place of what was not expected.
Result<Body> parse_template(const std::shared_ptr<const Source>& source, const ParseOptions& options);
/// Parses text that is one expression and nothing else, as it stands between {{ and }}.
Result<ExprPtr> parse_expression(const std::shared_ptr<const Source>& source, const Syntax& syntax);

/// Grammar of statements and expressions over the lexemes of one template.
class Parser {
 public:
  Parser(std::shared_ptr<const Source> source, const ParseOptions& options, std::vector<Lexeme> lexemes)
      : source_(std::move(source)), options_(options), lexemes_(std::move(lexemes)) {}

  Result<Body> parse_all();
  Result<ExprPtr> parse_only_expression();

 private:
  using Names = std::vector<std::string_view>;

  // parser.cpp: lexemes and statements
  const Lexeme& current() const { return lexemes_[at_]; }
  const Lexeme& ahead() const { return lexemes_[std::min(at_ + 1, lexemes_.size() - 1)]; }
  bool is(Token token) const { return current().token == token; }
  bool is_name(std::string_view name) const { return is(Token::kName) && current().text == name; }
  bool next_is_name(std::string_view name) const { return ahead().token == Token::kName && ahead().text == name; }
  const Lexeme& advance();
  bool skip_if(Token token);
  bool skip_if_name(std::string_view name);
  Result<Lexeme> expect(Token token);
  Status expect_name(std::string_view name);
  std::unexpected<Error> fail_here(std::string message) const;
  std::unexpected<Error> fail_offset(std::uint32_t offset, std::string message) const;
  std::unexpected<Error> unknown_tag(std::string_view name) const;

  Result<Body> parse_until(const Names& ends);
  Result<Body> parse_body(const Names& ends);
  Result<Body> parse_closed_body(std::string_view end);
  Result<StmtPtr> parse_statement();
  Result<StmtPtr> parse_statement_named(std::string_view tag);
  Status parse_output(Body& out);
  Result<StmtPtr> parse_for();
  Result<StmtPtr> parse_if();
  Result<StmtPtr> parse_set();
  Result<StmtPtr> parse_with();
  Result<StmtPtr> parse_call_block();
  Result<StmtPtr> parse_filter_block();
  Result<StmtPtr> parse_print();
  Result<StmtPtr> parse_autoescape();

  // parser_blocks.cpp: statements about templates and macros
  Result<StmtPtr> parse_macro(std::string_view tag);
  Status parse_macro_header(std::string_view tag, MacroStmt& macro);
  Status parse_materialization_settings(MacroStmt& macro);
  Result<Value> parse_setting();
  Status parse_signature(Function& function);
  Result<StmtPtr> parse_include();
  Result<StmtPtr> parse_import();
  Result<StmtPtr> parse_from();
  Result<StmtPtr> parse_extends();
  Result<StmtPtr> parse_block();
  bool parse_context_words(bool& with_context);

  // parser_expressions.cpp
  Result<ExprPtr> parse_expression(bool with_condition = true);
  Result<ExprPtr> parse_condition();
  Result<ExprPtr> parse_or();
  Result<ExprPtr> parse_and();
  Result<ExprPtr> parse_not();
  Result<ExprPtr> parse_compare();
  Result<ExprPtr> parse_sum();
  Result<ExprPtr> parse_concat();
  Result<ExprPtr> parse_product();
  Result<ExprPtr> parse_power();
  Result<ExprPtr> parse_unary(bool with_filter);
  Result<ExprPtr> parse_primary();
  Result<ExprPtr> parse_name_or_constant();
  Result<ExprPtr> parse_strings();
  Result<ExprPtr> parse_tuple(bool with_condition, std::string_view end_name = {}, bool in_parentheses = false);
  Result<ExprPtr> parse_list();
  Result<ExprPtr> parse_dict();
  Result<ExprPtr> parse_postfix(ExprPtr node);
  Result<ExprPtr> parse_filters_and_tests(ExprPtr node);
  Result<ExprPtr> parse_subscript(ExprPtr node);
  Result<ExprPtr> parse_slice_or_index(ExprPtr object, std::uint32_t offset);
  Result<ExprPtr> parse_call(ExprPtr callee);
  Status parse_arguments(CallArguments& arguments);
  Status parse_argument(CallArguments& arguments);
  /// A chain of filters upon `node`; null is the text of a filter block, whose first name is already at hand.
  Result<ExprPtr> parse_filter(ExprPtr node, bool at_name);
  Result<ExprPtr> parse_test(ExprPtr node);
  Result<std::string> parse_dotted_name();
  Result<Target> parse_target(std::string_view end_name = {}, bool allow_namespace = false);
  Result<Target> parse_one_target();
  Result<Target> parse_name_target();
  /// Sets the depth of a finished node. Errors: too deep.
  Result<ExprPtr> finish(ExprPtr node);
  Status enter_nesting();

  std::shared_ptr<const Source> source_;
  const ParseOptions& options_;
  std::vector<Lexeme> lexemes_;
  std::size_t at_ = 0;
  int nesting_ = 0;
  std::vector<std::string> open_tags_;
  std::vector<Names> expected_ends_;
};
}  // namespace weir::jinja
