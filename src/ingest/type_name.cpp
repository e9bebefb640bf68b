#include "ingest/type_name.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "core/text.h"

namespace weir::ingest {
namespace {
using duck::Type;
using duck::TypeId;

struct Named {
  std::string_view name;
  TypeId id;
};
// The first name of an id is the one that messages use.
constexpr std::array kNames = {
    Named{"text", TypeId::kVarchar},        Named{"varchar", TypeId::kVarchar},
    Named{"string", TypeId::kVarchar},      Named{"char", TypeId::kVarchar},
    Named{"json", TypeId::kVarchar},        Named{"bigint", TypeId::kBigInt},
    Named{"long", TypeId::kBigInt},         Named{"int8", TypeId::kBigInt},
    Named{"int64", TypeId::kBigInt},        Named{"integer", TypeId::kInteger},
    Named{"int", TypeId::kInteger},         Named{"int4", TypeId::kInteger},
    Named{"int32", TypeId::kInteger},       Named{"smallint", TypeId::kSmallInt},
    Named{"short", TypeId::kSmallInt},      Named{"int2", TypeId::kSmallInt},
    Named{"int16", TypeId::kSmallInt},      Named{"tinyint", TypeId::kTinyInt},
    Named{"byte", TypeId::kTinyInt},        Named{"double", TypeId::kDouble},
    Named{"float8", TypeId::kDouble},       Named{"double precision", TypeId::kDouble},
    Named{"float", TypeId::kFloat},         Named{"real", TypeId::kFloat},
    Named{"float4", TypeId::kFloat},        Named{"decimal", TypeId::kDecimal},
    Named{"numeric", TypeId::kDecimal},     Named{"boolean", TypeId::kBoolean},
    Named{"bool", TypeId::kBoolean},        Named{"date", TypeId::kDate},
    Named{"timestamp", TypeId::kTimestamp}, Named{"timestamp_ntz", TypeId::kTimestamp},
    Named{"datetime", TypeId::kTimestamp},  Named{"timestamp without time zone", TypeId::kTimestamp},
    Named{"timestamptz", TypeId::kTimestampTz},
    Named{"timestamp with time zone", TypeId::kTimestampTz},
    Named{"binary", TypeId::kBlob},         Named{"blob", TypeId::kBlob},
    Named{"bytea", TypeId::kBlob},
};

/// Reads one type from left to right.
class Parser {
 public:
  Parser(std::string_view text, const Place& place) : whole_(text), rest_(text), place_(place) {}

  Result<Type> whole() {
    WEIR_TRY_ASSIGN(Type type, one(0));
    skip_space();
    if (!rest_.empty()) {
      return error(fmt::format("\"{}\" is left over in the type \"{}\"", rest_, whole_));
    }
    return type;
  }

 private:
  static constexpr int kDepthMax = 32;

  std::unexpected<Error> error(std::string message) const { return fail_at(place_, std::move(message)); }

  void skip_space() {
    while (!rest_.empty() && rest_.front() == ' ') {
      rest_.remove_prefix(1);
    }
  }
  bool take(char character) {
    skip_space();
    if (rest_.empty() || rest_.front() != character) {
      return false;
    }
    rest_.remove_prefix(1);
    return true;
  }
  Status expect(char character) {
    if (!take(character)) {
      return error(fmt::format("'{}' is missing in the type \"{}\"", character, whole_));
    }
    return {};
  }
  // A field's name: a word, or anything in double quotes.
  Result<std::string> name() {
    skip_space();
    std::size_t end = 0;
    if (rest_.starts_with('"')) {
      end = rest_.find('"', 1);
      if (end == std::string_view::npos || end == 1) {
        return error(fmt::format("a name in quotes is wrong in the type \"{}\"", whole_));
      }
      std::string out(rest_.substr(1, end - 1));
      rest_.remove_prefix(end + 1);
      return out;
    }
    end = rest_.find_first_of(" ,()[]");
    std::string out(rest_.substr(0, end));
    if (out.empty()) {
      return error(fmt::format("a name is missing in the type \"{}\"", whole_));
    }
    rest_.remove_prefix(out.size());
    return out;
  }
  Result<std::uint8_t> number(int max) {
    skip_space();
    int value = -1;
    const auto [end, code] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (code != std::errc() || value < 0 || value > max) {
      return error(fmt::format("a number from 0 to {} is missing in the type \"{}\"", max, whole_));
    }
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return static_cast<std::uint8_t>(value);
  }

  Result<Type> one(int depth) {
    if (depth > kDepthMax) {
      return error("the type is nested too deeply");
    }
    skip_space();
    const std::size_t end = rest_.find_first_of(",()[]");
    const std::string word = to_lower(trim(rest_.substr(0, end)));
    rest_.remove_prefix(std::min(end, rest_.size()));
    WEIR_TRY_ASSIGN(Type type, named(word, depth));
    while (take('[')) {
      WEIR_TRY(expect(']'));
      type = {.id = TypeId::kList, .children = {{"element", std::move(type)}}};
    }
    return type;
  }

  Result<Type> named(const std::string& word, int depth) {
    if (word == "struct" || word == "row") {
      return struct_fields(depth);
    }
    if (word == "map") {
      WEIR_TRY(expect('('));
      WEIR_TRY_ASSIGN(Type key, one(depth + 1));
      WEIR_TRY(expect(','));
      WEIR_TRY_ASSIGN(Type value, one(depth + 1));
      WEIR_TRY(expect(')'));
      return Type{.id = TypeId::kMap, .children = {{"key", std::move(key)}, {"value", std::move(value)}}};
    }
    for (const Named& known : kNames) {
      if (known.name == word) {
        return parameters(known.id);
      }
    }
    std::vector<std::string> candidates = {"struct", "map"};
    for (const Named& known : kNames) {
      candidates.emplace_back(known.name);
    }
    return error(fmt::format("unknown type \"{}\"{}", word, did_you_mean(word, candidates)));
  }

  Result<Type> struct_fields(int depth) {
    Type type{.id = TypeId::kStruct};
    WEIR_TRY(expect('('));
    do {
      WEIR_TRY_ASSIGN(std::string field, name());
      for (const Type::Child& other : type.children) {
        if (equals_ignoring_case(other.name, field)) {
          return error(fmt::format("the field {} stands twice in the type \"{}\"", field, whole_));
        }
      }
      WEIR_TRY_ASSIGN(Type field_type, one(depth + 1));
      type.children.push_back({std::move(field), std::move(field_type)});
    } while (take(','));
    WEIR_TRY(expect(')'));
    return type;
  }

  // What stands in parentheses behind a simple type: decimal(12,2), varchar(20); a text's length is not kept.
  Result<Type> parameters(TypeId id) {
    Type type{.id = id};
    if (id == TypeId::kDecimal) {
      type.width = 18;
      type.scale = 3;
    }
    if (!take('(')) {
      return type;
    }
    if (id == TypeId::kVarchar) {
      WEIR_TRY(number(255));
      WEIR_TRY(expect(')'));
      return type;
    }
    if (id != TypeId::kDecimal) {
      return error(fmt::format("only decimal has parameters, not \"{}\"", whole_));
    }
    WEIR_TRY_ASSIGN(type.width, number(38));
    type.scale = 0;
    if (take(',')) {
      WEIR_TRY_ASSIGN(type.scale, number(38));
    }
    if (type.width == 0 || type.scale > type.width) {
      return error(fmt::format("\"{}\" is no decimal: digits from 1 to 38, of which at most all stand behind the point", whole_));
    }
    WEIR_TRY(expect(')'));
    return type;
  }

  std::string_view whole_;
  std::string_view rest_;
  const Place& place_;
};

TypeId simple_id(delta::TypeKind kind) {
  switch (kind) {
    case delta::TypeKind::kString:
      return TypeId::kVarchar;
    case delta::TypeKind::kLong:
      return TypeId::kBigInt;
    case delta::TypeKind::kInteger:
    case delta::TypeKind::kVoid:
      return TypeId::kInteger;
    case delta::TypeKind::kShort:
      return TypeId::kSmallInt;
    case delta::TypeKind::kByte:
      return TypeId::kTinyInt;
    case delta::TypeKind::kFloat:
      return TypeId::kFloat;
    case delta::TypeKind::kDouble:
      return TypeId::kDouble;
    case delta::TypeKind::kDecimal:
      return TypeId::kDecimal;
    case delta::TypeKind::kBoolean:
      return TypeId::kBoolean;
    case delta::TypeKind::kBinary:
      return TypeId::kBlob;
    case delta::TypeKind::kDate:
      return TypeId::kDate;
    case delta::TypeKind::kTimestamp:
      return TypeId::kTimestampTz;
    case delta::TypeKind::kTimestampNtz:
      return TypeId::kTimestamp;
    case delta::TypeKind::kStruct:
      return TypeId::kStruct;
    case delta::TypeKind::kArray:
      return TypeId::kList;
    case delta::TypeKind::kMap:
      return TypeId::kMap;
    case delta::TypeKind::kVariant:
      break;
  }
  return TypeId::kInvalid;
}
}  // namespace

Result<Type> parse_type(std::string_view text, const Place& place) { return Parser(text, place).whole(); }

Result<Type> type_from_delta(const delta::DataType& type) {
  Type out{.id = simple_id(type.kind)};
  if (out.id == TypeId::kInvalid) {
    return fail(ErrorCode::kUnsupported, "a source cannot write into a column of type " + delta::type_text(type));
  }
  if (type.kind == delta::TypeKind::kDecimal) {
    out.width = type.precision;
    out.scale = type.scale;
  }
  for (const delta::Field& field : type.fields) {
    WEIR_TRY_ASSIGN(Type child, type_from_delta(field.type));
    out.children.push_back({field.name, std::move(child)});
  }
  return out;
}

std::string type_name(const Type& type) {
  switch (type.id) {
    case TypeId::kDecimal:
      return fmt::format("decimal({},{})", type.width, type.scale);
    case TypeId::kList:
      return type_name(type.children.at(0).type) + "[]";
    case TypeId::kMap:
      return fmt::format("map({}, {})", type_name(type.children.at(0).type), type_name(type.children.at(1).type));
    case TypeId::kStruct: {
      std::vector<std::string> fields;
      for (const Type::Child& child : type.children) {
        fields.push_back(child.name + " " + type_name(child.type));
      }
      return fmt::format("struct({})", join(fields, ", "));
    }
    default:
      break;
  }
  for (const Named& known : kNames) {
    if (known.id == type.id) {
      return std::string(known.name);
    }
  }
  return to_lower(type.sql());
}
}  // namespace weir::ingest
