#include "jinja/parser.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.h"

namespace weir::jinja {
namespace {
constexpr std::size_t kOpenTagsMax = 100;

const std::vector<std::string>& tag_names() {
  static const std::vector<std::string> names = {"for",
                                                 "if",
                                                 "block",
                                                 "extends",
                                                 "print",
                                                 "macro",
                                                 "include",
                                                 "from",
                                                 "import",
                                                 "set",
                                                 "with",
                                                 "filter",
                                                 "autoescape",
                                                 "call",
                                                 "do",
                                                 "break",
                                                 "continue",
                                                 "raw",
                                                 "elif",
                                                 "else",
                                                 "endif",
                                                 "endfor",
                                                 "endmacro",
                                                 "endcall",
                                                 "endset",
                                                 "test",
                                                 "data_test",
                                                 "snapshot",
                                                 "docs",
                                                 "materialization",
                                                 "endmaterialization",
                                                 "endtest",
                                                 "endsnapshot",
                                                 "enddocs"};
  return names;
}

std::string quoted_list(const std::vector<std::string_view>& names) {
  std::string out;
  for (const auto name : names) {
    out += fmt::format("{}'{}'", out.empty() ? "" : " or ", name);
  }
  return out;
}
}  // namespace

const Lexeme& Parser::advance() {
  const Lexeme& lexeme = lexemes_[at_];
  if (at_ + 1 < lexemes_.size()) {
    ++at_;
  }
  return lexeme;
}

bool Parser::skip_if(Token token) {
  if (!is(token)) {
    return false;
  }
  advance();
  return true;
}

bool Parser::skip_if_name(std::string_view name) {
  if (!is_name(name)) {
    return false;
  }
  advance();
  return true;
}

std::unexpected<Error> Parser::fail_offset(std::uint32_t offset, std::string message) const {
  return fail_at(source_->place(offset), std::move(message));
}

std::unexpected<Error> Parser::fail_here(std::string message) const {
  return fail_offset(current().offset, std::move(message));
}

Result<Lexeme> Parser::expect(Token token) {
  if (is(token)) {
    return advance();
  }
  if (is(Token::kEnd)) {
    return fail_here(fmt::format("unexpected end of template, expected '{}'", token_name(token)));
  }
  return fail_here(fmt::format("expected '{}', got '{}'", token_name(token), describe(current())));
}

Status Parser::expect_name(std::string_view name) {
  if (skip_if_name(name)) {
    return {};
  }
  return fail_here(fmt::format("expected '{}', got '{}'", name, describe(current())));
}

std::unexpected<Error> Parser::unknown_tag(std::string_view name) const {
  std::string message = name.empty() ? "unexpected end of template" : fmt::format("unknown tag '{}'", name);
  const bool was_expected_outside = std::any_of(expected_ends_.begin(), expected_ends_.end(), [&](const Names& ends) {
    return std::find(ends.begin(), ends.end(), name) != ends.end();
  });
  if (!expected_ends_.empty()) {
    message += fmt::format("; {}{} was expected", was_expected_outside ? "a tag is closed in the wrong order: " : "",
                           quoted_list(expected_ends_.back()));
  }
  if (!open_tags_.empty()) {
    message += fmt::format(", the innermost block to be closed is '{}'", open_tags_.back());
  } else if (!name.empty()) {
    message += did_you_mean(name, tag_names());
  }
  return fail_here(std::move(message));
}

Result<Body> Parser::parse_all() {
  WEIR_TRY_ASSIGN(Body body, parse_until({}));
  return body;
}

// Up to one of the tags in `ends`, whose name is then the current lexeme, or to the end of the template.
Result<Body> Parser::parse_until(const Names& ends) {
  Body body;
  if (!ends.empty()) {
    expected_ends_.push_back(ends);
  }
  while (!is(Token::kEnd)) {
    if (is(Token::kData) || is(Token::kVariableBegin)) {
      WEIR_TRY(parse_output(body));
      continue;
    }
    const std::uint32_t begin = current().offset;
    WEIR_TRY(expect(Token::kBlockBegin));
    if (is(Token::kName) && std::find(ends.begin(), ends.end(), current().text) != ends.end()) {
      expected_ends_.pop_back();
      return body;
    }
    WEIR_TRY_ASSIGN(StmtPtr statement, parse_statement());
    WEIR_TRY_ASSIGN(const Lexeme close, expect(Token::kBlockEnd));
    if (statement->kind == StmtKind::kMacro) {
      auto& macro = static_cast<MacroStmt&>(*statement);
      macro.begin = begin;
      macro.end = close.offset + static_cast<std::uint32_t>(close.text.size());
    }
    body.push_back(std::move(statement));
  }
  if (!ends.empty()) {
    return unknown_tag({});
  }
  return body;
}

// The rest of a tag and all up to one of `ends`.
Result<Body> Parser::parse_body(const Names& ends) {
  skip_if(Token::kColon);
  WEIR_TRY(expect(Token::kBlockEnd));
  return parse_until(ends);
}

Result<Body> Parser::parse_closed_body(std::string_view end) {
  WEIR_TRY_ASSIGN(Body body, parse_body({end}));
  advance();
  return body;
}

Status Parser::parse_output(Body& out) {
  auto output = std::make_unique<OutputStmt>(current().offset);
  while (true) {
    if (is(Token::kData)) {
      output->parts.push_back({advance().text, nullptr});
    } else if (skip_if(Token::kVariableBegin)) {
      WEIR_TRY_ASSIGN(ExprPtr expr, parse_tuple(true));
      WEIR_TRY(expect(Token::kVariableEnd));
      output->parts.push_back({{}, std::move(expr)});
    } else {
      break;
    }
  }
  out.push_back(std::move(output));
  return {};
}

Result<StmtPtr> Parser::parse_statement() {
  if (!is(Token::kName)) {
    return fail_here("the name of a tag was expected");
  }
  if (open_tags_.size() >= kOpenTagsMax) {
    return fail_here("too many tags within each other");
  }
  const std::string tag(current().text);
  open_tags_.push_back(tag);
  auto statement = parse_statement_named(tag);
  if (statement) {
    open_tags_.pop_back();
  }
  return statement;
}

Result<StmtPtr> Parser::parse_statement_named(std::string_view tag) {
  using Parse = Result<StmtPtr> (Parser::*)();
  static constexpr std::pair<std::string_view, Parse> kParsers[] = {
      {"for", &Parser::parse_for},         {"if", &Parser::parse_if},
      {"set", &Parser::parse_set},         {"with", &Parser::parse_with},
      {"call", &Parser::parse_call_block}, {"filter", &Parser::parse_filter_block},
      {"print", &Parser::parse_print},     {"autoescape", &Parser::parse_autoescape},
      {"include", &Parser::parse_include}, {"import", &Parser::parse_import},
      {"from", &Parser::parse_from},       {"extends", &Parser::parse_extends},
      {"block", &Parser::parse_block},
  };
  for (const auto& [name, parse] : kParsers) {
    if (name == tag) {
      return (this->*parse)();
    }
  }
  const std::uint32_t offset = current().offset;
  if (tag == "do") {
    advance();
    auto statement = std::make_unique<DoStmt>(offset);
    WEIR_TRY_ASSIGN(statement->expr, parse_tuple(true));
    return statement;
  }
  if (tag == "break" || tag == "continue") {
    advance();
    return std::make_unique<Stmt>(tag == "break" ? StmtKind::kBreak : StmtKind::kContinue, offset);
  }
  static constexpr std::string_view kDbtTags[] = {"materialization", "test", "data_test", "snapshot", "docs"};
  const bool is_dbt =
      options_.dbt_blocks && std::find(std::begin(kDbtTags), std::end(kDbtTags), tag) != std::end(kDbtTags);
  if (tag == "macro" || is_dbt) {
    return parse_macro(tag);
  }
  open_tags_.pop_back();
  return unknown_tag(tag);
}

Result<StmtPtr> Parser::parse_for() {
  auto node = std::make_unique<ForStmt>(advance().offset);
  WEIR_TRY_ASSIGN(node->target, parse_target("in"));
  WEIR_TRY(expect_name("in"));
  WEIR_TRY_ASSIGN(node->iterable, parse_tuple(false, "recursive"));
  if (skip_if_name("if")) {
    WEIR_TRY_ASSIGN(node->test, parse_expression());
  }
  node->recursive = skip_if_name("recursive");
  WEIR_TRY_ASSIGN(node->body, parse_body({"endfor", "else"}));
  if (advance().text == "else") {
    WEIR_TRY_ASSIGN(node->otherwise, parse_closed_body("endfor"));
  }
  return node;
}

Result<StmtPtr> Parser::parse_if() {
  auto node = std::make_unique<IfStmt>(advance().offset);
  while (true) {
    IfStmt::Branch branch;
    WEIR_TRY_ASSIGN(branch.test, parse_tuple(false));
    WEIR_TRY_ASSIGN(branch.body, parse_body({"elif", "else", "endif"}));
    node->branches.push_back(std::move(branch));
    const std::string_view end = advance().text;
    if (end == "else") {
      IfStmt::Branch otherwise;
      WEIR_TRY_ASSIGN(otherwise.body, parse_closed_body("endif"));
      node->branches.push_back(std::move(otherwise));
    }
    if (end != "elif") {
      return node;
    }
  }
}

Result<StmtPtr> Parser::parse_set() {
  const std::uint32_t offset = advance().offset;
  WEIR_TRY_ASSIGN(Target target, parse_target({}, true));
  if (skip_if(Token::kAssign)) {
    auto node = std::make_unique<SetStmt>(offset);
    node->target = std::move(target);
    WEIR_TRY_ASSIGN(node->value, parse_tuple(true));
    return node;
  }
  auto node = std::make_unique<SetBlockStmt>(offset);
  node->target = std::move(target);
  WEIR_TRY_ASSIGN(node->filter, parse_filter(nullptr, false));
  WEIR_TRY_ASSIGN(node->body, parse_closed_body("endset"));
  return node;
}

Result<StmtPtr> Parser::parse_with() {
  auto node = std::make_unique<WithStmt>(advance().offset);
  while (!is(Token::kBlockEnd)) {
    if (!node->targets.empty()) {
      WEIR_TRY(expect(Token::kComma));
    }
    WEIR_TRY_ASSIGN(Target target, parse_target());
    WEIR_TRY(expect(Token::kAssign));
    WEIR_TRY_ASSIGN(ExprPtr value, parse_expression());
    node->targets.push_back(std::move(target));
    node->values.push_back(std::move(value));
  }
  WEIR_TRY_ASSIGN(node->body, parse_closed_body("endwith"));
  return node;
}

Result<StmtPtr> Parser::parse_call_block() {
  auto node = std::make_unique<CallBlockStmt>(advance().offset);
  node->function = std::make_shared<Function>();
  node->function->source = source_;
  node->function->name = "caller";
  node->function->is_call_block = true;
  if (is(Token::kLeftParen)) {
    WEIR_TRY(parse_signature(*node->function));
  }
  WEIR_TRY_ASSIGN(node->call, parse_expression());
  if (node->call->kind != ExprKind::kCall) {
    return fail_offset(node->offset, "{% call %} needs a call, as in {% call my_macro() %}");
  }
  WEIR_TRY_ASSIGN(node->function->body, parse_closed_body("endcall"));
  return node;
}

Result<StmtPtr> Parser::parse_filter_block() {
  auto node = std::make_unique<FilterBlockStmt>(advance().offset);
  WEIR_TRY_ASSIGN(node->filter, parse_filter(nullptr, true));
  WEIR_TRY_ASSIGN(node->body, parse_closed_body("endfilter"));
  return node;
}

Result<StmtPtr> Parser::parse_print() {
  auto node = std::make_unique<OutputStmt>(advance().offset);
  while (!is(Token::kBlockEnd)) {
    if (!node->parts.empty()) {
      WEIR_TRY(expect(Token::kComma));
    }
    WEIR_TRY_ASSIGN(ExprPtr expr, parse_expression());
    node->parts.push_back({{}, std::move(expr)});
  }
  return node;
}

Result<StmtPtr> Parser::parse_autoescape() {
  auto node = std::make_unique<AutoescapeStmt>(advance().offset);
  WEIR_TRY_ASSIGN(node->enabled, parse_expression());
  WEIR_TRY_ASSIGN(node->body, parse_closed_body("endautoescape"));
  return node;
}

Result<Body> parse_template(const std::shared_ptr<const Source>& source, const ParseOptions& options) {
  WEIR_TRY_ASSIGN(auto lexemes, tokenize(*source, options.syntax));
  return Parser(source, options, std::move(lexemes)).parse_all();
}

Result<ExprPtr> parse_expression(const std::shared_ptr<const Source>& source, const Syntax& syntax) {
  // The text is put between the delimiters, so that one lexer serves for both.
  Source wrapped{syntax.variable_start + " " + source->text + " " + syntax.variable_end, source->file};
  auto shared = std::make_shared<const Source>(std::move(wrapped));
  const ParseOptions options{syntax, false};
  WEIR_TRY_ASSIGN(auto lexemes, tokenize(*shared, syntax));
  return Parser(shared, options, std::move(lexemes)).parse_only_expression();
}
}  // namespace weir::jinja
