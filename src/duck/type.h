#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weir::duck {
enum class TypeId : std::uint8_t {
  kInvalid,
  kBoolean,
  kTinyInt,
  kSmallInt,
  kInteger,
  kBigInt,
  kHugeInt,
  kUTinyInt,
  kUSmallInt,
  kUInteger,
  kUBigInt,
  kUHugeInt,
  kFloat,
  kDouble,
  kDecimal,
  kVarchar,
  kBlob,
  kDate,
  kTime,
  kTimeTz,
  kTimestamp,    ///< microseconds, no zone
  kTimestampTz,  ///< microseconds, a moment
  kTimestampS,
  kTimestampMs,
  kTimestampNs,
  kInterval,
  kUuid,
  kEnum,
  kBit,
  kList,
  kArray,
  kStruct,
  kMap,
  kUnion,
  kNull,
  kOther,  ///< a type of DuckDB that weir does not know
};

/// A DuckDB type as a value.
struct Type {
  struct Child;
  TypeId id = TypeId::kInvalid;
  std::uint8_t width = 0;            ///< kDecimal: digits
  std::uint8_t scale = 0;            ///< kDecimal: digits behind the point
  std::uint64_t array_length = 0;    ///< kArray
  std::vector<Child> children;       ///< kList, kArray: "element"; kMap: "key", "value"; kStruct, kUnion: the fields
  std::vector<std::string> labels;   ///< kEnum

  /// As SQL writes it: DECIMAL(10,2), STRUCT("a" INTEGER)[], MAP(VARCHAR, DATE).
  std::string sql() const;
  bool is_number() const;
  bool is_nested() const;
  bool operator==(const Type& other) const;
};

struct Type::Child {
  std::string name;
  Type type;
  bool operator==(const Child& other) const = default;
};

struct Column {
  std::string name;
  Type type;
  bool operator==(const Column& other) const = default;
};
}  // namespace weir::duck
