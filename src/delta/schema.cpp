#include "delta/schema.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "core/json.h"
#include "core/text.h"

namespace weir::delta {
namespace {
constexpr int kDepthMax = 64;

struct PrimitiveName {
  std::string_view name;
  TypeKind kind;
};
constexpr std::array kPrimitiveNames = {
    PrimitiveName{"string", TypeKind::kString},       PrimitiveName{"long", TypeKind::kLong},
    PrimitiveName{"integer", TypeKind::kInteger},     PrimitiveName{"short", TypeKind::kShort},
    PrimitiveName{"byte", TypeKind::kByte},           PrimitiveName{"float", TypeKind::kFloat},
    PrimitiveName{"double", TypeKind::kDouble},       PrimitiveName{"boolean", TypeKind::kBoolean},
    PrimitiveName{"binary", TypeKind::kBinary},       PrimitiveName{"date", TypeKind::kDate},
    PrimitiveName{"timestamp", TypeKind::kTimestamp}, PrimitiveName{"timestamp_ntz", TypeKind::kTimestampNtz},
    PrimitiveName{"void", TypeKind::kVoid},           PrimitiveName{"variant", TypeKind::kVariant},
};

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::unexpected<Error> corrupt(std::string message) {
  return fail(ErrorCode::kCorrupt, "schema: " + std::move(message));
}

// "decimal(10,2)" -> its digits; "decimal" alone is decimal(10,0).
std::optional<DataType> parse_decimal(std::string_view text) {
  if (text == "decimal") {
    return DataType::decimal(10, 0);
  }
  if (!text.starts_with("decimal(") || !text.ends_with(')')) {
    return std::nullopt;
  }
  const auto parts = split(text.substr(8, text.size() - 9), ',');
  std::array<int, 2> numbers = {0, 0};
  if (parts.size() > 2) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view digits = trim(parts[i]);
    if (digits.empty() || digits.size() > 2 ||
        !std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; })) {
      return std::nullopt;
    }
    numbers[i] = std::stoi(std::string(digits));
  }
  if (numbers[0] < 1 || numbers[0] > 38 || numbers[1] > numbers[0]) {
    return std::nullopt;
  }
  return DataType::decimal(static_cast<std::uint8_t>(numbers[0]), static_cast<std::uint8_t>(numbers[1]));
}

Result<DataType> parse_primitive(const std::string& text) {
  for (const PrimitiveName& primitive : kPrimitiveNames) {
    if (primitive.name == text) {
      return DataType{primitive.kind, 0, 0, {}};
    }
  }
  if (text == "null") {
    return DataType{TypeKind::kVoid, 0, 0, {}};
  }
  if (auto decimal = parse_decimal(text)) {
    return *decimal;
  }
  // Spark writes the collation behind the type's name in some versions; it changes comparisons, not what is stored.
  if (text.starts_with("string collate ")) {
    return DataType{TypeKind::kString, 0, 0, {}};
  }
  return fail(ErrorCode::kUnsupported, fmt::format("the column type \"{}\" is not known", excerpt(text)));
}

Result<bool> flag(const Json& object, const char* key) {
  const auto at = object.find(key);
  if (at == object.end()) {
    return true;
  }
  if (!at->is_boolean()) {
    return corrupt(fmt::format("\"{}\" must be true or false", key));
  }
  return at->get<bool>();
}

Result<DataType> parse_type(const Json& json, int depth);

Result<Field> parse_field(const Json& json, int depth) {
  if (!json.is_object() || !json.contains("name") || !json["name"].is_string() || !json.contains("type")) {
    return corrupt("a field needs a name and a type");
  }
  Field field;
  field.name = json["name"].get<std::string>();
  auto type = parse_type(json["type"], depth);
  if (!type) {
    return std::unexpected(std::move(type).error().within(field.name));
  }
  field.type = *std::move(type);
  WEIR_TRY_ASSIGN(field.nullable, flag(json, "nullable"));
  if (const auto metadata = json.find("metadata"); metadata != json.end() && metadata->is_object()) {
    for (const auto& [key, value] : metadata->items()) {
      field.metadata.emplace(key, dump(value));
    }
  }
  return field;
}

Result<Field> parse_element(const Json& json, const char* type_key, const char* nullable_key, const char* name,
                            int depth) {
  if (!json.contains(type_key)) {
    return corrupt(fmt::format("\"{}\" is missing", type_key));
  }
  Field field;
  field.name = name;
  WEIR_TRY_ASSIGN(field.type, parse_type(json[type_key], depth));
  if (nullable_key == nullptr) {
    field.nullable = false;
  } else {
    WEIR_TRY_ASSIGN(field.nullable, flag(json, nullable_key));
  }
  return field;
}

Result<DataType> parse_struct(const Json& json, int depth) {
  DataType type{TypeKind::kStruct, 0, 0, {}};
  const auto fields = json.find("fields");
  if (fields == json.end() || !fields->is_array()) {
    return corrupt("a struct needs a list of fields");
  }
  for (const Json& field : *fields) {
    WEIR_TRY_ASSIGN(Field parsed, parse_field(field, depth));
    type.fields.push_back(std::move(parsed));
  }
  return type;
}

Result<DataType> parse_type(const Json& json, int depth) {
  if (depth > kDepthMax) {
    return corrupt("nested too deeply");
  }
  if (json.is_string()) {
    return parse_primitive(json.get<std::string>());
  }
  if (!json.is_object() || !json.contains("type") || !json["type"].is_string()) {
    return corrupt("a type is a name or an object with \"type\"");
  }
  const std::string kind = json["type"].get<std::string>();
  if (kind == "struct") {
    return parse_struct(json, depth + 1);
  }
  if (kind == "array") {
    DataType type{TypeKind::kArray, 0, 0, {}};
    WEIR_TRY_ASSIGN(Field element, parse_element(json, "elementType", "containsNull", "element", depth + 1));
    type.fields.push_back(std::move(element));
    return type;
  }
  if (kind == "map") {
    DataType type{TypeKind::kMap, 0, 0, {}};
    WEIR_TRY_ASSIGN(Field key, parse_element(json, "keyType", nullptr, "key", depth + 1));
    WEIR_TRY_ASSIGN(Field value, parse_element(json, "valueType", "valueContainsNull", "value", depth + 1));
    type.fields.push_back(std::move(key));
    type.fields.push_back(std::move(value));
    return type;
  }
  return parse_primitive(kind);
}

Json type_to_json(const DataType& type);

Json struct_to_json(const std::vector<Field>& fields) {
  Json list = Json::array();
  for (const Field& field : fields) {
    Json metadata = Json::object();
    for (const auto& [key, value] : field.metadata) {
      metadata[key] = Json::parse(value, nullptr, false);
    }
    list.push_back({{"name", field.name},
                    {"type", type_to_json(field.type)},
                    {"nullable", field.nullable},
                    {"metadata", metadata}});
  }
  return {{"type", "struct"}, {"fields", std::move(list)}};
}

Json type_to_json(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kStruct:
      return struct_to_json(type.fields);
    case TypeKind::kArray:
      return {{"type", "array"},
              {"elementType", type_to_json(type.fields[0].type)},
              {"containsNull", type.fields[0].nullable}};
    case TypeKind::kMap:
      return {{"type", "map"},
              {"keyType", type_to_json(type.fields[0].type)},
              {"valueType", type_to_json(type.fields[1].type)},
              {"valueContainsNull", type.fields[1].nullable}};
    default:
      return type_text(type);
  }
}
}  // namespace

bool DataType::operator==(const DataType& other) const {
  return kind == other.kind && precision == other.precision && scale == other.scale && fields == other.fields;
}

DataType DataType::decimal(std::uint8_t precision, std::uint8_t scale) {
  return {TypeKind::kDecimal, precision, scale, {}};
}

std::optional<std::string> Field::metadata_text(std::string_view key) const {
  const auto at = metadata.find(std::string(key));
  if (at == metadata.end()) {
    return std::nullopt;
  }
  const Json value = Json::parse(at->second, nullptr, false);
  return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
}

void Field::set_metadata_text(std::string_view key, std::string_view text) {
  metadata.insert_or_assign(std::string(key), dump(Json(text)));
}

const Field* Schema::find(std::string_view name) const {
  for (const Field& field : fields) {
    if (field.name == name) {
      return &field;
    }
  }
  for (const Field& field : fields) {
    if (equals_ignoring_case(field.name, name)) {
      return &field;
    }
  }
  return nullptr;
}

std::vector<std::string> Schema::names() const {
  std::vector<std::string> names;
  names.reserve(fields.size());
  for (const Field& field : fields) {
    names.push_back(field.name);
  }
  return names;
}

Result<Schema> parse_schema(std::string_view json) {
  WEIR_TRY_ASSIGN(const DataType type, parse_type_json(json));
  if (type.kind != TypeKind::kStruct) {
    return corrupt("the schema of a table is a struct");
  }
  return Schema{type.fields};
}

std::string schema_json(const Schema& schema) {
  return dump(struct_to_json(schema.fields));
}

Result<DataType> parse_type_json(std::string_view json) {
  auto document = parse_json(json, "schema");
  if (!document) {
    return fail(ErrorCode::kCorrupt, document.error().text());
  }
  return parse_type(*document, 0);
}

std::string type_json(const DataType& type) {
  return dump(type_to_json(type));
}

std::string type_text(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kDecimal:
      return fmt::format("decimal({},{})", type.precision, type.scale);
    case TypeKind::kArray:
      return fmt::format("array<{}>", type_text(type.fields[0].type));
    case TypeKind::kMap:
      return fmt::format("map<{}, {}>", type_text(type.fields[0].type), type_text(type.fields[1].type));
    case TypeKind::kStruct: {
      std::string out = "struct<";
      for (const Field& field : type.fields) {
        out += fmt::format("{}{}: {}", out.size() > 7 ? ", " : "", field.name, type_text(field.type));
      }
      return out + '>';
    }
    default:
      for (const PrimitiveName& primitive : kPrimitiveNames) {
        if (primitive.kind == type.kind) {
          return std::string(primitive.name);
        }
      }
      WEIR_ASSERT(false, "every primitive type has a name");
  }
}

Status check_schema(const Schema& schema, std::span<const std::string> partition_columns) {
  if (schema.fields.empty()) {
    return fail(ErrorCode::kInvalid, "a table needs at least one column");
  }
  std::vector<std::string> seen;
  for (const Field& field : schema.fields) {
    if (field.name.empty() || !is_valid_utf8(field.name)) {
      return fail(ErrorCode::kInvalid, "a column has an empty or malformed name; give it one with AS");
    }
    std::string name = to_lower(field.name);
    if (std::find(seen.begin(), seen.end(), name) != seen.end()) {
      return fail(ErrorCode::kInvalid,
                  "two columns have this name (upper and lower case count as the same); rename one with AS",
                  field.name);
    }
    seen.push_back(std::move(name));
  }
  std::vector<const Field*> partitions;
  for (const std::string& name : partition_columns) {
    const Field* field = schema.find(name);
    if (field == nullptr) {
      return fail(
          ErrorCode::kInvalid,
          "the table is to be partitioned by a column that it does not have" + did_you_mean(name, schema.names()),
          name);
    }
    if (field->type.is_nested() || field->type.kind == TypeKind::kVariant || field->type.kind == TypeKind::kVoid) {
      return fail(ErrorCode::kInvalid, "a table cannot be partitioned by a column of type " + type_text(field->type),
                  name);
    }
    if (std::find(partitions.begin(), partitions.end(), field) != partitions.end()) {
      return fail(ErrorCode::kInvalid, "named twice as a partition column", name);
    }
    partitions.push_back(field);
  }
  if (partitions.size() == schema.fields.size()) {
    return fail(ErrorCode::kInvalid, "all columns are partition columns; at least one must not be");
  }
  return {};
}

bool contains_kind(const DataType& type, TypeKind kind) {
  return type.kind == kind || std::any_of(type.fields.begin(), type.fields.end(),
                                          [&](const Field& field) { return contains_kind(field.type, kind); });
}

bool contains_kind(const Schema& schema, TypeKind kind) {
  return std::any_of(schema.fields.begin(), schema.fields.end(),
                     [&](const Field& field) { return contains_kind(field.type, kind); });
}
}  // namespace weir::delta
