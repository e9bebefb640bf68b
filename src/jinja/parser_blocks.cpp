#include <fmt/format.h>

#include <algorithm>

#include "jinja/parser.h"

namespace weir::jinja {
namespace {
bool is_blank(const Body& body) {
  return std::all_of(body.begin(), body.end(), [](const StmtPtr& statement) {
    if (statement->kind != StmtKind::kOutput) {
      return false;
    }
    const auto& parts = static_cast<const OutputStmt&>(*statement).parts;
    return std::all_of(parts.begin(), parts.end(), [](const OutputStmt::Part& part) {
      return part.expr == nullptr && part.text.find_first_not_of(" \t\n\r\v\f") == std::string_view::npos;
    });
  });
}
}  // namespace

Result<StmtPtr> Parser::parse_macro(std::string_view tag) {
  auto node = std::make_unique<MacroStmt>(advance().offset);
  node->tag = tag;
  node->function = std::make_shared<Function>();
  node->function->source = source_;
  WEIR_TRY(parse_macro_header(tag, *node));
  skip_if(Token::kColon);
  node->body_begin = current().offset + static_cast<std::uint32_t>(current().text.size());
  const std::string end = fmt::format("end{}", tag);
  // Both words close either: dbt renamed the tag.
  const bool is_test = tag == "test" || tag == "data_test";
  WEIR_TRY_ASSIGN(node->function->body, is_test ? parse_body({"endtest", "enddata_test"}) : parse_body({end}));
  node->body_end = lexemes_[at_ - 1].offset;
  advance();
  return node;
}

Status Parser::parse_macro_header(std::string_view tag, MacroStmt& macro) {
  WEIR_TRY_ASSIGN(const Lexeme name, expect(Token::kName));
  macro.function->name = name.text;
  macro.target.offset = name.offset;
  // A name with a blank cannot be written in a template.
  macro.target.name = tag == "macro" ? Value(name.text) : Value(fmt::format("{} {}", tag, name.text));
  if (tag == "macro" || tag == "test" || tag == "data_test") {
    return parse_signature(*macro.function);
  }
  return tag == "materialization" ? parse_materialization_settings(macro) : Status{};
}

// {% materialization table, adapter='postgres', supported_languages=['sql', 'python'] %} or ", default".
Status Parser::parse_materialization_settings(MacroStmt& macro) {
  while (skip_if(Token::kComma)) {
    WEIR_TRY_ASSIGN(const Lexeme name, expect(Token::kName));
    if (name.text == "default") {
      macro.settings.emplace_back("default", Value(true));
      continue;
    }
    WEIR_TRY(expect(Token::kAssign));
    WEIR_TRY_ASSIGN(Value value, parse_setting());
    macro.settings.emplace_back(name.text, std::move(value));
  }
  return {};
}

Result<Value> Parser::parse_setting() {
  const std::uint32_t offset = current().offset;
  WEIR_TRY_ASSIGN(ExprPtr expr, parse_expression());
  if (expr->kind == ExprKind::kConst) {
    return static_cast<ConstExpr&>(*expr).value;
  }
  std::vector<Value> items;
  if (expr->kind == ExprKind::kList) {
    for (const auto& item : static_cast<SequenceExpr&>(*expr).items) {
      if (item->kind != ExprKind::kConst) {
        return fail_offset(offset, "a constant was expected");
      }
      items.push_back(static_cast<ConstExpr&>(*item).value);
    }
    return Value::list(std::move(items));
  }
  return fail_offset(offset, "a constant or a list of constants was expected");
}

Status Parser::parse_signature(Function& function) {
  WEIR_TRY(expect(Token::kLeftParen));
  bool had_default = false;
  while (!is(Token::kRightParen)) {
    if (!function.parameters.empty()) {
      WEIR_TRY(expect(Token::kComma));
    }
    WEIR_TRY_ASSIGN(const Target target, parse_name_target());
    Function::Parameter parameter;
    parameter.name = target.name;
    if (skip_if(Token::kAssign)) {
      had_default = true;
      WEIR_TRY_ASSIGN(parameter.standard, parse_expression());
    } else if (had_default) {
      return fail_here("a parameter without a default stands behind one with a default");
    }
    for (const auto& other : function.parameters) {
      if (other.name == parameter.name) {
        return fail_offset(target.offset, fmt::format("the parameter '{}' is there twice", other.name.string()));
      }
    }
    function.parameters.push_back(std::move(parameter));
  }
  WEIR_TRY(expect(Token::kRightParen));
  return {};
}

// "with context" or "without context".
bool Parser::parse_context_words(bool& with_context) {
  if ((is_name("with") || is_name("without")) && next_is_name("context")) {
    with_context = advance().text == "with";
    advance();
    return true;
  }
  return false;
}

Result<StmtPtr> Parser::parse_include() {
  auto node = std::make_unique<IncludeStmt>(advance().offset);
  WEIR_TRY_ASSIGN(node->name, parse_expression());
  if (is_name("ignore") && next_is_name("missing")) {
    node->ignore_missing = true;
    advance();
    advance();
  }
  parse_context_words(node->with_context);
  return node;
}

Result<StmtPtr> Parser::parse_import() {
  auto node = std::make_unique<ImportStmt>(advance().offset);
  WEIR_TRY_ASSIGN(node->name, parse_expression());
  WEIR_TRY(expect_name("as"));
  WEIR_TRY_ASSIGN(node->target, parse_name_target());
  parse_context_words(node->with_context);
  return node;
}

Result<StmtPtr> Parser::parse_from() {
  auto node = std::make_unique<FromImportStmt>(advance().offset);
  WEIR_TRY_ASSIGN(node->name, parse_expression());
  WEIR_TRY(expect_name("import"));
  while (true) {
    if (!node->names.empty()) {
      WEIR_TRY(expect(Token::kComma));
    }
    if (parse_context_words(node->with_context)) {
      return node;
    }
    WEIR_TRY_ASSIGN(Target target, parse_name_target());
    std::string name(target.name.string());
    if (name.starts_with('_')) {
      return fail_offset(target.offset, "names that begin with an underscore cannot be imported");
    }
    if (skip_if_name("as")) {
      WEIR_TRY_ASSIGN(target, parse_name_target());
    }
    node->names.emplace_back(std::move(name), std::move(target));
    if (parse_context_words(node->with_context) || !is(Token::kComma)) {
      return node;
    }
  }
}

Result<StmtPtr> Parser::parse_extends() {
  auto node = std::make_unique<ExtendsStmt>(advance().offset);
  WEIR_TRY_ASSIGN(node->name, parse_expression());
  return node;
}

Result<StmtPtr> Parser::parse_block() {
  auto node = std::make_unique<BlockStmt>(advance().offset);
  WEIR_TRY_ASSIGN(const Lexeme name, expect(Token::kName));
  node->name = name.text;
  node->scoped = skip_if_name("scoped");
  node->required = skip_if_name("required");
  if (is(Token::kSub)) {
    return fail_here("the name of a block cannot contain a hyphen, use an underscore instead");
  }
  node->function = std::make_shared<Function>();
  node->function->source = source_;
  node->function->name = node->name;
  WEIR_TRY_ASSIGN(node->function->body, parse_closed_body("endblock"));
  if (node->required && !is_blank(node->function->body)) {
    return fail_offset(node->offset, "a required block can only contain comments and white space");
  }
  skip_if_name(node->name);
  return node;
}
}  // namespace weir::jinja
