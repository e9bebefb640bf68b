#include "duck/type.h"

#include <fmt/format.h>

#include "core/text.h"

namespace weir::duck {
std::string Type::sql() const {
  switch (id) {
    case TypeId::kBoolean:
      return "BOOLEAN";
    case TypeId::kTinyInt:
      return "TINYINT";
    case TypeId::kSmallInt:
      return "SMALLINT";
    case TypeId::kInteger:
      return "INTEGER";
    case TypeId::kBigInt:
      return "BIGINT";
    case TypeId::kHugeInt:
      return "HUGEINT";
    case TypeId::kUTinyInt:
      return "UTINYINT";
    case TypeId::kUSmallInt:
      return "USMALLINT";
    case TypeId::kUInteger:
      return "UINTEGER";
    case TypeId::kUBigInt:
      return "UBIGINT";
    case TypeId::kUHugeInt:
      return "UHUGEINT";
    case TypeId::kFloat:
      return "FLOAT";
    case TypeId::kDouble:
      return "DOUBLE";
    case TypeId::kDecimal:
      return fmt::format("DECIMAL({},{})", width, scale);
    case TypeId::kVarchar:
      return "VARCHAR";
    case TypeId::kBlob:
      return "BLOB";
    case TypeId::kDate:
      return "DATE";
    case TypeId::kTime:
      return "TIME";
    case TypeId::kTimeTz:
      return "TIME WITH TIME ZONE";
    case TypeId::kTimestamp:
      return "TIMESTAMP";
    case TypeId::kTimestampTz:
      return "TIMESTAMP WITH TIME ZONE";
    case TypeId::kTimestampS:
      return "TIMESTAMP_S";
    case TypeId::kTimestampMs:
      return "TIMESTAMP_MS";
    case TypeId::kTimestampNs:
      return "TIMESTAMP_NS";
    case TypeId::kInterval:
      return "INTERVAL";
    case TypeId::kUuid:
      return "UUID";
    case TypeId::kBit:
      return "BIT";
    case TypeId::kNull:
      return "\"NULL\"";
    case TypeId::kEnum: {
      std::vector<std::string> quoted;
      for (const std::string& label : labels) {
        quoted.push_back(sql_string(label));
      }
      return fmt::format("ENUM({})", join(quoted, ", "));
    }
    case TypeId::kList:
      return children.at(0).type.sql() + "[]";
    case TypeId::kArray:
      return fmt::format("{}[{}]", children.at(0).type.sql(), array_length);
    case TypeId::kMap:
      return fmt::format("MAP({}, {})", children.at(0).type.sql(), children.at(1).type.sql());
    case TypeId::kStruct:
    case TypeId::kUnion: {
      std::vector<std::string> fields;
      for (const Child& child : children) {
        fields.push_back(sql_name(child.name) + " " + child.type.sql());
      }
      return fmt::format("{}({})", id == TypeId::kStruct ? "STRUCT" : "UNION", join(fields, ", "));
    }
    case TypeId::kInvalid:
    case TypeId::kOther:
      break;
  }
  return "UNKNOWN";
}

bool Type::is_number() const { return id >= TypeId::kTinyInt && id <= TypeId::kDecimal; }
bool Type::is_nested() const { return id >= TypeId::kList && id <= TypeId::kUnion; }

bool Type::operator==(const Type& other) const {
  return id == other.id && width == other.width && scale == other.scale && array_length == other.array_length &&
         children == other.children && labels == other.labels;
}
}  // namespace weir::duck
