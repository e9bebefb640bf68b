#include "lake/statements/columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/text.h"

namespace weir::lake {
namespace {
constexpr std::array<std::string_view, 10> kBehindType = {",",       "NOT",     "NULL",       "COMMENT", "DEFAULT",
                                                                 "GENERATED", "PRIMARY", "CONSTRAINT", "CHECK",   "UNIQUE"};

// Spark's way to write types in DuckDB's words.
class TypeTranslator {
 public:
  explicit TypeTranslator(std::string_view text) : cursor_(text) {}

  Result<std::string> type() {
    if (cursor_.accept("ARRAY <")) {
      WEIR_TRY_ASSIGN(const std::string element, type());
      WEIR_TRY(cursor_.expect(">"));
      return element + "[]";
    }
    if (cursor_.accept("MAP <")) {
      WEIR_TRY_ASSIGN(const std::string key, type());
      WEIR_TRY(cursor_.expect(","));
      WEIR_TRY_ASSIGN(const std::string value, type());
      WEIR_TRY(cursor_.expect(">"));
      return fmt::format("MAP({}, {})", key, value);
    }
    if (cursor_.accept("STRUCT <")) {
      std::vector<std::string> fields;
      do {
        WEIR_TRY_ASSIGN(const std::string name, cursor_.name("the name of a field"));
        cursor_.accept(":");
        WEIR_TRY_ASSIGN(const std::string field, type());
        fields.push_back(sql_name(name) + " " + field);
      } while (cursor_.accept(","));
      WEIR_TRY(cursor_.expect(">"));
      return fmt::format("STRUCT({})", join(fields, ", "));
    }
    if (cursor_.accept("TIMESTAMP_NTZ")) {
      return "TIMESTAMP";
    }
    if (cursor_.accept("BYTE")) {
      return "TINYINT";
    }
    WEIR_TRY_ASSIGN(const SqlPiece piece, cursor_.until({",", ">"}, "a type"));
    return piece.text;
  }

 private:
  SqlCursor cursor_;
};

// MAP<STRING, INT> has a comma inside, which `until` takes for the end.
Result<SqlPiece> read_type(SqlCursor& cursor) {
  WEIR_TRY_ASSIGN(SqlPiece piece, cursor.until(kBehindType, "a type"));
  while (std::ranges::count(piece.text, '<') > std::ranges::count(piece.text, '>')) {
    WEIR_TRY(cursor.expect(","));
    WEIR_TRY_ASSIGN(const SqlPiece rest, cursor.until(kBehindType, "a type"));
    piece.text = cursor.sql().substr(piece.offset, rest.offset + rest.text.size() - piece.offset);
  }
  return piece;
}

Result<delta::DataType> parse_type(StatementRun& run, const SqlPiece& piece) {
  auto text = TypeTranslator(piece.text).type();
  if (!text) {
    return run.cursor.error_at(piece.offset, "not a type: " + piece.text);
  }
  const auto columns = run.session.connection().describe(fmt::format("SELECT NULL::{} AS c", *text));
  if (!columns) {
    return run.cursor.error_at(piece.offset, columns.error().message);
  }
  auto type = delta::type_from_duck((*columns)[0].type);
  if (!type) {
    return run.cursor.error_at(piece.offset, type.error().message);
  }
  return type;
}
}  // namespace

Result<delta::DataType> read_column_type(StatementRun& run) {
  WEIR_TRY_ASSIGN(const SqlPiece type, read_type(run.cursor));
  return parse_type(run, type);
}

Result<delta::Field> read_column(StatementRun& run) {
  SqlCursor& cursor = run.cursor;
  delta::Field field;
  WEIR_TRY_ASSIGN(field.name, cursor.name("the name of a column"));
  WEIR_TRY_ASSIGN(field.type, read_column_type(run));
  for (;;) {
    if (cursor.accept("NOT NULL")) {
      field.nullable = false;
    } else if (cursor.accept("COMMENT")) {
      WEIR_TRY_ASSIGN(const std::string comment, cursor.string_literal("a comment"));
      field.set_metadata_text("comment", comment);
    } else if (cursor.accept("DEFAULT")) {
      WEIR_TRY_ASSIGN(const SqlPiece value, cursor.until(kBehindType, "a value"));
      WEIR_TRY(run.expression(value, "(SELECT 1)"));
      field.set_metadata_text("CURRENT_DEFAULT", value.text);
    } else if (cursor.is_next("GENERATED")) {
      Error error = cursor.error("generated columns are not supported").error();
      error.code = ErrorCode::kUnsupported;
      return std::unexpected(std::move(error));
    } else if (cursor.is_next("PRIMARY") || cursor.is_next("UNIQUE")) {
      return cursor.error("Delta tables have no keys; a test can check that values are unique");
    } else if (!cursor.accept("NULL")) {
      return field;
    }
  }
}

Result<ColumnList> read_columns(StatementRun& run) {
  SqlCursor& cursor = run.cursor;
  ColumnList list;
  WEIR_TRY(cursor.expect("("));
  do {
    std::string name = fmt::format("check_{}", list.checks.size() + 1);
    const bool named = cursor.accept("CONSTRAINT");
    if (named) {
      WEIR_TRY_ASSIGN(name, cursor.name("the name of a constraint"));
    }
    if (named || cursor.is_next("CHECK")) {
      WEIR_TRY(cursor.expect("CHECK"));
      WEIR_TRY_ASSIGN(list.checks[to_lower(name)], cursor.parenthesized("a condition"));
      continue;
    }
    WEIR_TRY_ASSIGN(delta::Field field, read_column(run));
    list.schema.fields.push_back(std::move(field));
  } while (cursor.accept(","));
  WEIR_TRY(cursor.expect(")"));
  return list;
}

Result<delta::StringMap> read_properties(SqlCursor& cursor) {
  delta::StringMap properties;
  WEIR_TRY(cursor.expect("("));
  do {
    std::string key;
    if (cursor.peek() != nullptr && cursor.peek()->kind == SqlTokenKind::kString) {
      WEIR_TRY_ASSIGN(key, cursor.string_literal("a property"));
    } else {
      WEIR_TRY_ASSIGN(key, cursor.name("a property"));
      while (cursor.accept(".")) {
        WEIR_TRY_ASSIGN(const std::string part, cursor.name("a property"));
        key += "." + part;
      }
    }
    WEIR_TRY(cursor.expect("="));
    WEIR_TRY_ASSIGN(const SqlPiece value, cursor.until({","}, "a value"));
    const std::vector<SqlToken> tokens = sql_tokens(value.text);
    properties[key] = tokens.size() == 1 && tokens[0].kind == SqlTokenKind::kString ? tokens[0].value() : value.text;
  } while (cursor.accept(","));
  WEIR_TRY(cursor.expect(")"));
  return properties;
}

Result<std::vector<std::string>> read_names(SqlCursor& cursor, std::string_view what) {
  std::vector<std::string> names;
  WEIR_TRY(cursor.expect("("));
  do {
    WEIR_TRY_ASSIGN(names.emplace_back(), cursor.name(what));
  } while (cursor.accept(","));
  WEIR_TRY(cursor.expect(")"));
  return names;
}

Result<bool> read_version(SqlCursor& cursor, std::optional<std::int64_t>& version, std::optional<Timestamp>& as_of) {
  if (cursor.accept("VERSION AS OF")) {
    WEIR_TRY_ASSIGN(version, cursor.integer("a version"));
    return true;
  }
  if (!cursor.accept("TIMESTAMP AS OF")) {
    return false;
  }
  const std::size_t offset = cursor.offset();
  WEIR_TRY_ASSIGN(const std::string time, cursor.string_literal("a time"));
  const auto parsed = parse_timestamp(time);
  if (!parsed) {
    return cursor.error_at(offset, parsed.error().message);
  }
  as_of = *parsed;
  return true;
}
}  // namespace weir::lake
