#include "delta/constraints.h"

#include <gtest/gtest.h>

#include "delta/table_fixture_test.h"

namespace weir::delta {
namespace {
class ConstraintsTest : public TableTest {
 protected:
  Result<std::vector<AddFile>> try_write(const std::string& sql, Schema schema, const StringMap& properties) {
    WEIR_TRY_ASSIGN(const auto plan, plan_write(connection(), sql, schema));
    return write_data_files(connection(), store(), location_, plan, {.properties = properties});
  }
  Schema schema(const std::string& sql) { return schema_from_duck(connection().describe(sql).value()).value(); }
};

TEST_F(ConstraintsTest, AViolationIsNamedCountedAndShown) {
  const std::string sql = "SELECT i::INTEGER AS id, 'x' AS s FROM range(5) r(i)";
  const auto files = try_write(sql, schema(sql), {{"delta.constraints.small", "`id` < 3 -- at most"}});
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, ErrorCode::kInvalid);
  const std::string text = files.error().text();
  EXPECT_NE(text.find("2 rows break the constraint small"), std::string::npos) << text;
  EXPECT_NE(text.find("'id': 3"), std::string::npos) << text;
  EXPECT_TRUE(store().list({}).value().empty());
}

TEST_F(ConstraintsTest, NullIsAViolation) {
  const std::string sql = "SELECT NULL::INTEGER AS id";
  EXPECT_FALSE(try_write(sql, schema(sql), {{"delta.constraints.small", "id < 3"}}));
  EXPECT_TRUE(try_write(sql, schema(sql), {{"delta.constraints.small", "id < 3 OR id IS NULL"}}));
}

TEST_F(ConstraintsTest, RowsThatTheQueryLeavesOutAreNotChecked) {
  const std::string sql = "SELECT i::INTEGER AS id FROM range(100000) r(i) WHERE i < 3";
  EXPECT_TRUE(try_write(sql, schema(sql), {{"delta.constraints.small", "id < 3"}}));
}

TEST_F(ConstraintsTest, InvariantsOfColumnsHold) {
  const std::string sql = "SELECT i::INTEGER AS id FROM range(5) r(i)";
  Schema with = schema(sql);
  with.fields[0].set_metadata_text("delta.invariants", R"({"expression":{"expression":"id < 4"}})");
  const auto files = try_write(sql, with, {});
  ASSERT_FALSE(files);
  EXPECT_NE(files.error().text().find("1 row breaks the constraint id"), std::string::npos) << files.error().text();
}

TEST_F(ConstraintsTest, WhatDuckDbDoesNotUnderstandIsRefused) {
  const std::string sql = "SELECT 1 AS id";
  const auto files = try_write(sql, schema(sql), {{"delta.constraints.odd", "spark_only(id)"}});
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, ErrorCode::kUnsupported);
  EXPECT_NE(files.error().text().find("constraint odd"), std::string::npos) << files.error().text();
}

TEST_F(ConstraintsTest, TheTableNeedsTheFeature) {
  create("SELECT 1 AS id", {}, {{"delta.constraints.positive", "id > 0"}});
  EXPECT_TRUE(load()->protocol().has_writer_feature("checkConstraints"));
}
}  // namespace
}  // namespace weir::delta
