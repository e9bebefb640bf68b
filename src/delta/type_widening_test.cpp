#include "delta/type_widening.h"

#include <gtest/gtest.h>

namespace weir::delta {
namespace {
DataType of(TypeKind kind) {
  return {.kind = kind};
}

TEST(TypeWidening, DecimalsKeepDigitsOnBothSides) {
  EXPECT_TRUE(can_widen(DataType::decimal(5, 2), DataType::decimal(7, 3)));
  EXPECT_FALSE(can_widen(DataType::decimal(5, 2), DataType::decimal(5, 3)));
  EXPECT_FALSE(can_widen(DataType::decimal(5, 2), DataType::decimal(5, 2)));
}

TEST(TypeWidening, IntegersNeedDecimalsThatHoldThem) {
  EXPECT_TRUE(can_widen(of(TypeKind::kByte), DataType::decimal(10, 0)));
  EXPECT_FALSE(can_widen(of(TypeKind::kByte), DataType::decimal(9, 0)));
  EXPECT_TRUE(can_widen(of(TypeKind::kLong), DataType::decimal(22, 2)));
  EXPECT_FALSE(can_widen(of(TypeKind::kLong), DataType::decimal(20, 1)));
}

TEST(TypeWidening, WhatLosesDigitsIsNoWidening) {
  EXPECT_FALSE(can_widen(of(TypeKind::kLong), of(TypeKind::kDouble)));
  EXPECT_FALSE(can_widen(of(TypeKind::kLong), of(TypeKind::kInteger)));
  EXPECT_FALSE(can_widen(of(TypeKind::kShort), of(TypeKind::kFloat)));
  EXPECT_FALSE(can_widen(of(TypeKind::kDate), of(TypeKind::kTimestamp)));
}

TEST(TypeWidening, ChangesInsideListsNameTheirPlace) {
  const auto list_of = [](TypeKind kind) {
    return DataType{.kind = TypeKind::kArray, .fields = {{"element", {.kind = kind}, true, {}}}};
  };
  const Schema before{{{"l", list_of(TypeKind::kByte), true, {}}}};
  Schema schema{{{"l", list_of(TypeKind::kShort), true, {}}}};
  record_type_changes(schema, before, ColumnMapping::kNone);
  EXPECT_EQ(schema.fields[0].metadata.at("delta.typeChanges"),
            R"([{"toType":"short","fromType":"byte","fieldPath":"element"}])");
}
}  // namespace
}  // namespace weir::delta
