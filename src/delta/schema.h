#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace weir::duck {
struct Column;
struct Type;
}  // namespace weir::duck

/// A table's columns and their types, as Delta's log keeps them and as DuckDB knows them.
///
///   Delta          DuckDB                     Delta            DuckDB
///   string         VARCHAR                    date             DATE
///   byte           TINYINT                    timestamp        TIMESTAMP WITH TIME ZONE (a moment, microseconds)
///   short          SMALLINT                   timestamp_ntz    TIMESTAMP (no zone, microseconds)
///   integer        INTEGER                    void             INTEGER, always NULL
///   long           BIGINT                     variant          VARIANT
///   float          FLOAT                      struct           STRUCT
///   double         DOUBLE                     array            LIST
///   decimal(p,s)   DECIMAL(p,s)               map              MAP
///   boolean        BOOLEAN                    binary           BLOB
namespace weir::delta {
enum class TypeKind : std::uint8_t {
  kString,
  kLong,
  kInteger,
  kShort,
  kByte,
  kFloat,
  kDouble,
  kDecimal,
  kBoolean,
  kBinary,
  kDate,
  kTimestamp,
  kTimestampNtz,
  kVoid,
  kVariant,
  kStruct,
  kArray,
  kMap,
};

struct Field;

struct DataType {
  TypeKind kind = TypeKind::kString;
  std::uint8_t precision = 0;  ///< kDecimal: 1 to 38
  std::uint8_t scale = 0;      ///< kDecimal: 0 to precision
  std::vector<Field> fields;  ///< kStruct: the fields; kArray: one, "element"; kMap: two, "key" and "value"; else empty

  bool is_nested() const { return kind == TypeKind::kStruct || kind == TypeKind::kArray || kind == TypeKind::kMap; }
  bool is_integer() const {
    return kind == TypeKind::kLong || kind == TypeKind::kInteger || kind == TypeKind::kShort || kind == TypeKind::kByte;
  }
  /// Also compares names, nullability and metadata of the fields.
  bool operator==(const DataType& other) const;
  static DataType decimal(std::uint8_t precision, std::uint8_t scale);
};

/// A column, a field of a struct, or what a list or map holds (its `nullable` is Delta's containsNull).
struct Field {
  std::string name;
  DataType type;
  bool nullable = true;
  std::map<std::string, std::string> metadata;  ///< values are JSON texts: "comment" -> "\"the key\""

  /// The metadata value when it is a JSON string, unquoted.
  std::optional<std::string> metadata_text(std::string_view key) const;
  void set_metadata_text(std::string_view key, std::string_view text);
  bool operator==(const Field& other) const = default;
};

/// The columns of a table in order. Names are unique whatever their case.
struct Schema {
  std::vector<Field> fields;

  /// Finds a column by its name, exactly first, then ignoring case; nullptr when there is none.
  const Field* find(std::string_view name) const;
  std::vector<std::string> names() const;
  bool operator==(const Schema&) const = default;
};

/// Reads the `schemaString` of the log. Errors: kCorrupt, kUnsupported for a type that is not in the list above
/// (named).
Result<Schema> parse_schema(std::string_view json);
std::string schema_json(const Schema& schema);
/// Reads and prints one type as it stands in the schema's JSON: `"long"`, `{"type":"array",...}`.
Result<DataType> parse_type_json(std::string_view json);
std::string type_json(const DataType& type);

/// For messages: "long", "decimal(10,2)", "array<struct<a: integer>>".
std::string type_text(const DataType& type);
/// As SQL for DuckDB writes it: BIGINT, DECIMAL(10,2), STRUCT("a" INTEGER)[].
std::string duck_type_sql(const DataType& type);
/// The Delta type that holds any value of a DuckDB type: UBIGINT gives decimal(20,0), HUGEINT decimal(38,0), UUID,
/// ENUM, TIME, INTERVAL, JSON and NULL give string, TIMESTAMP_S/MS/NS give timestamp_ntz. Errors: kUnsupported for
/// UNION and types unknown to weir.
Result<DataType> type_from_duck(const duck::Type& type);
/// A schema for the columns of a query, all nullable.
/// Errors: kInvalid for two names that differ by case only or an empty one, kUnsupported; both name the column.
Result<Schema> schema_from_duck(std::span<const duck::Column> columns);
/// Errors: kInvalid for a schema that no table can have: no columns, duplicate or empty names, bad partition columns
/// (unknown, nested, twice, or all columns).
Status check_schema(const Schema& schema, std::span<const std::string> partition_columns);

/// True when `type`, or a type inside it, is of `kind`.
bool contains_kind(const DataType& type, TypeKind kind);
bool contains_kind(const Schema& schema, TypeKind kind);
}  // namespace weir::delta
