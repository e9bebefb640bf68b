// Delta types as DuckDB types and the other way round.
#include <fmt/format.h>

#include "core/text.h"
#include "delta/schema.h"
#include "duck/type.h"

namespace weir::delta {
namespace {
DataType plain(TypeKind kind) {
  return {kind, 0, 0, {}};
}

Result<Field> child_from_duck(const duck::Type::Child& child, std::string_view name) {
  auto type = type_from_duck(child.type);
  if (!type) {
    return std::unexpected(std::move(type).error().within(name));
  }
  return Field{std::string(name), *std::move(type), true, {}};
}
}  // namespace

std::string duck_type_sql(const DataType& type) {
  switch (type.kind) {
    case TypeKind::kString:
      return "VARCHAR";
    case TypeKind::kLong:
      return "BIGINT";
    case TypeKind::kInteger:
    case TypeKind::kVoid:
      return "INTEGER";
    case TypeKind::kShort:
      return "SMALLINT";
    case TypeKind::kByte:
      return "TINYINT";
    case TypeKind::kFloat:
      return "FLOAT";
    case TypeKind::kDouble:
      return "DOUBLE";
    case TypeKind::kDecimal:
      return fmt::format("DECIMAL({},{})", type.precision, type.scale);
    case TypeKind::kBoolean:
      return "BOOLEAN";
    case TypeKind::kBinary:
      return "BLOB";
    case TypeKind::kDate:
      return "DATE";
    case TypeKind::kTimestamp:
      return "TIMESTAMP WITH TIME ZONE";
    case TypeKind::kTimestampNtz:
      return "TIMESTAMP";
    case TypeKind::kVariant:
      return "VARIANT";
    case TypeKind::kStruct: {
      std::string out = "STRUCT(";
      for (std::size_t i = 0; i < type.fields.size(); ++i) {
        out += fmt::format("{}{} {}", i > 0 ? ", " : "", sql_name(type.fields[i].name),
                           duck_type_sql(type.fields[i].type));
      }
      return out + ')';
    }
    case TypeKind::kArray:
      return duck_type_sql(type.fields[0].type) + "[]";
    case TypeKind::kMap:
      return fmt::format("MAP({}, {})", duck_type_sql(type.fields[0].type), duck_type_sql(type.fields[1].type));
  }
  WEIR_ASSERT(false, "all kinds are handled above");
}

Result<DataType> type_from_duck(const duck::Type& type) {
  using duck::TypeId;
  switch (type.id) {
    case TypeId::kBoolean:
      return plain(TypeKind::kBoolean);
    case TypeId::kTinyInt:
      return plain(TypeKind::kByte);
    case TypeId::kSmallInt:
    case TypeId::kUTinyInt:
      return plain(TypeKind::kShort);
    case TypeId::kInteger:
    case TypeId::kUSmallInt:
      return plain(TypeKind::kInteger);
    case TypeId::kBigInt:
    case TypeId::kUInteger:
      return plain(TypeKind::kLong);
    case TypeId::kUBigInt:
      return DataType::decimal(20, 0);
    case TypeId::kHugeInt:
    case TypeId::kUHugeInt:
      return DataType::decimal(38, 0);
    case TypeId::kFloat:
      return plain(TypeKind::kFloat);
    case TypeId::kDouble:
      return plain(TypeKind::kDouble);
    case TypeId::kDecimal:
      return DataType::decimal(type.width, type.scale);
    case TypeId::kVarchar:
    case TypeId::kUuid:
    case TypeId::kEnum:
    case TypeId::kTime:
    case TypeId::kTimeTz:
    case TypeId::kInterval:
    case TypeId::kBit:
      return plain(TypeKind::kString);
    case TypeId::kBlob:
      return plain(TypeKind::kBinary);
    case TypeId::kDate:
      return plain(TypeKind::kDate);
    case TypeId::kTimestampTz:
      return plain(TypeKind::kTimestamp);
    case TypeId::kTimestamp:
    case TypeId::kTimestampS:
    case TypeId::kTimestampMs:
    case TypeId::kTimestampNs:
      return plain(TypeKind::kTimestampNtz);
    case TypeId::kList:
    case TypeId::kArray: {
      DataType out = plain(TypeKind::kArray);
      WEIR_TRY_ASSIGN(Field element, child_from_duck(type.children[0], "element"));
      out.fields.push_back(std::move(element));
      return out;
    }
    case TypeId::kMap: {
      DataType out = plain(TypeKind::kMap);
      WEIR_TRY_ASSIGN(Field key, child_from_duck(type.children[0], "key"));
      WEIR_TRY_ASSIGN(Field value, child_from_duck(type.children[1], "value"));
      key.nullable = false;
      out.fields.push_back(std::move(key));
      out.fields.push_back(std::move(value));
      return out;
    }
    case TypeId::kStruct: {
      DataType out = plain(TypeKind::kStruct);
      for (const duck::Type::Child& child : type.children) {
        WEIR_TRY_ASSIGN(Field field, child_from_duck(child, child.name));
        out.fields.push_back(std::move(field));
      }
      return out;
    }
    case TypeId::kNull:
      // DuckDB gives a list of nothing the element type NULL.
      return plain(TypeKind::kString);
    case TypeId::kUnion:
    case TypeId::kInvalid:
    case TypeId::kOther:
      return fail(ErrorCode::kUnsupported,
                  fmt::format("a Delta table cannot store the type {}; cast it, for example to VARCHAR", type.sql()));
  }
  WEIR_ASSERT(false, "all types are handled above");
}

Result<Schema> schema_from_duck(std::span<const duck::Column> columns) {
  Schema schema;
  for (const duck::Column& column : columns) {
    auto type = type_from_duck(column.type);
    if (!type) {
      return std::unexpected(std::move(type).error().within(column.name));
    }
    schema.fields.push_back({column.name, *std::move(type), true, {}});
  }
  WEIR_TRY(check_schema(schema, {}));
  return schema;
}
}  // namespace weir::delta
