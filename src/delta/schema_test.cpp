#include "delta/schema.h"

#include <gtest/gtest.h>

#include "duck/type.h"

namespace weir::delta {
namespace {
constexpr std::string_view kSchema =
    R"x({"type":"struct","fields":[)x"
    R"x({"name":"id","type":"long","nullable":false,"metadata":{"comment":"the key"}},)x"
    R"x({"name":"price","type":"decimal(10,2)","nullable":true,"metadata":{}},)x"
    R"x({"name":"tags","type":{"type":"array","elementType":"string","containsNull":false},"nullable":true,"metadata":{}},)x"
    R"x({"name":"attributes","type":{"type":"map","keyType":"string","valueType":{"type":"struct","fields":[)x"
    R"x({"name":"n","type":"timestamp_ntz","nullable":true,"metadata":{}}]},"valueContainsNull":true},"nullable":true,"metadata":{}}]})x";

TEST(Schema, KeepsEverythingThroughJson) {
  const auto schema = parse_schema(kSchema);
  ASSERT_TRUE(schema) << schema.error().text();
  EXPECT_EQ(schema_json(*schema), kSchema);
  EXPECT_FALSE(schema->fields[0].nullable);
  EXPECT_EQ(schema->fields[0].metadata_text("comment"), "the key");
  EXPECT_FALSE(schema->fields[2].type.fields[0].nullable);
}

TEST(Schema, SpeaksDuckDb) {
  const auto schema = parse_schema(kSchema);
  EXPECT_EQ(duck_type_sql(schema->fields[1].type), "DECIMAL(10,2)");
  EXPECT_EQ(duck_type_sql(schema->fields[2].type), "VARCHAR[]");
  EXPECT_EQ(duck_type_sql(schema->fields[3].type), "MAP(VARCHAR, STRUCT(\"n\" TIMESTAMP))");
  EXPECT_EQ(type_text(schema->fields[3].type), "map<string, struct<n: timestamp_ntz>>");
}

TEST(Schema, KnowsEveryPrimitiveType) {
  for (const char* name : {"string", "long", "integer", "short", "byte", "float", "double", "boolean", "binary", "date",
                           "timestamp", "timestamp_ntz", "void", "variant", "decimal(38,18)"}) {
    const auto type = parse_type_json('"' + std::string(name) + '"');
    ASSERT_TRUE(type) << name;
    EXPECT_EQ(type_text(*type), name);
  }
}

TEST(Schema, RefusesWhatItDoesNotKnow) {
  EXPECT_EQ(parse_type_json("\"interval year\"").error().code, ErrorCode::kUnsupported);
  for (const char* json : {"\"decimal(39,0)\"", "\"decimal(5,6)\"", "\"decimal(x)\""}) {
    EXPECT_EQ(parse_type_json(json).error().code, ErrorCode::kUnsupported) << json;
  }
  for (const char* json : {"", "{", "[]", "{\"type\":\"array\"}", "{\"type\":\"struct\"}",
                           "{\"type\":\"struct\",\"fields\":[{}]}", "{\"type\":\"map\",\"keyType\":\"string\"}",
                           "{\"type\":\"array\",\"elementType\":\"long\",\"containsNull\":\"yes\"}"}) {
    EXPECT_EQ(parse_type_json(json).error().code, ErrorCode::kCorrupt) << json;
  }
}

TEST(Schema, BoundsItsDepth) {
  std::string json = "\"long\"";
  for (int i = 0; i < 100; ++i) {
    json = "{\"type\":\"array\",\"elementType\":" + json + "}";
  }
  EXPECT_EQ(parse_type_json(json).error().code, ErrorCode::kCorrupt);
}

TEST(Schema, NamesWhereAnUnknownTypeStands) {
  const auto schema = parse_schema(R"({"type":"struct","fields":[{"name":"a","type":"geo"}]})");
  EXPECT_EQ(schema.error().subject, "a");
}

TEST(Schema, WidensDuckDbTypesThatDeltaLacks) {
  using duck::TypeId;
  const auto text = [](TypeId id) {
    duck::Type type;
    type.id = id;
    return type_text(type_from_duck(type).value());
  };
  EXPECT_EQ(text(TypeId::kUTinyInt), "short");
  EXPECT_EQ(text(TypeId::kUInteger), "long");
  EXPECT_EQ(text(TypeId::kUBigInt), "decimal(20,0)");
  EXPECT_EQ(text(TypeId::kHugeInt), "decimal(38,0)");
  EXPECT_EQ(text(TypeId::kUuid), "string");
  EXPECT_EQ(text(TypeId::kTimestampNs), "timestamp_ntz");
  duck::Type type;
  type.id = TypeId::kUnion;
  EXPECT_EQ(type_from_duck(type).error().code, ErrorCode::kUnsupported);
}

TEST(Schema, ChecksDefinitions) {
  const auto check = [](std::vector<std::string> names, const std::vector<std::string>& partitions) {
    Schema schema;
    for (const std::string& name : names) {
      schema.fields.push_back({name, {}, true, {}});
    }
    const Status status = check_schema(schema, partitions);
    return status ? "" : status.error().text();
  };
  EXPECT_EQ(check({"a", "b"}, {"b"}), "");
  EXPECT_NE(check({}, {}), "");
  EXPECT_NE(check({"a", "A"}, {}), "");
  EXPECT_NE(check({""}, {}), "");
  EXPECT_NE(check({"a"}, {"a"}), "");
  EXPECT_NE(check({"a", "b"}, {"b", "B"}), "");
  EXPECT_NE(check({"country", "b"}, {"contry"}).find("did you mean \"country\""), std::string::npos);
}
}  // namespace
}  // namespace weir::delta
