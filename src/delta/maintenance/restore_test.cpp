#include "delta/maintenance/restore.h"

#include <gtest/gtest.h>

#include "delta/dml/dml.h"
#include "delta/table_fixture_test.h"

namespace weir::delta {
namespace {
class RestoreTest : public TableTest {
 protected:
  RestoreResult restore_to(std::int64_t version) {
    clock_.advance(std::chrono::seconds(1));
    auto result = restore(store(), location_, {.version = version, .clock = &clock_, .random = &random_, .durable = false, .connection = &*connection_});
    EXPECT_TRUE(result) << result.error().text();
    check();
    return result.value_or(RestoreResult());
  }
};

TEST_F(RestoreTest, RowsComeBackAndGoAgain) {
  create("select 1 as id");
  append("select 2 as id");
  append("select 3 as id");
  const RestoreResult back = restore_to(0);
  EXPECT_EQ(back.version, 3);
  EXPECT_EQ(back.files_removed, 2);
  EXPECT_EQ(back.files_restored, 0);
  EXPECT_EQ(rows(), std::vector<std::string>{"1"});
  EXPECT_EQ(restore_to(2).files_restored, 2);
  EXPECT_EQ(rows(), (std::vector<std::string>{"1", "2", "3"}));
}

TEST_F(RestoreTest, TheSameStateIsNoCommit) {
  create("select 1 as id");
  EXPECT_TRUE(restore_to(0).unchanged);
  EXPECT_EQ(load()->version(), 0);
}

TEST_F(RestoreTest, SchemaAndPropertiesComeBack) {
  create("select 1 as id");
  auto transaction = Transaction::begin(load()).value();
  Schema wider = transaction.schema();
  wider.fields.push_back({.name = "note", .type = {.kind = TypeKind::kString}});
  ASSERT_TRUE(transaction.set_schema(wider));
  ASSERT_TRUE(transaction.set_properties({{"delta.checkpointInterval", "5"}}));
  transaction.add_files(write("select 2 as id, 'x' as note", wider));
  commit(transaction);
  restore_to(0);
  EXPECT_EQ(load()->schema().fields.size(), 1U);
  EXPECT_FALSE(load()->property("delta.checkpointInterval"));
  EXPECT_EQ(rows(), std::vector<std::string>{"1"});
}

TEST_F(RestoreTest, DeletedRowsOfAVectorComeBack) {
  create("select range as id from range(10)", {}, {{"delta.enableDeletionVectors", "true"}});
  auto transaction = Transaction::begin(load()).value();
  ASSERT_TRUE(delete_rows(connection(), store(), transaction, {.where = "id > 3"}, {.clock = &clock_, .random = &random_, .durable = false}));
  commit(transaction);
  ASSERT_EQ(rows().size(), 4U);
  restore_to(0);
  EXPECT_EQ(rows().size(), 10U);
  restore_to(1);
  EXPECT_EQ(rows().size(), 4U);
}

TEST_F(RestoreTest, AnUnknownVersionIsAnError) {
  create("select 1 as id");
  const auto result = restore(store(), location_, {.version = 7});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::kNotFound);
}

TEST_F(RestoreTest, AppendOnlyTablesRefuse) {
  create("select 1 as id", {}, {{"delta.appendOnly", "true"}});
  append("select 2 as id");
  EXPECT_FALSE(restore(store(), location_, {.version = 0, .durable = false}));
  EXPECT_EQ(rows().size(), 2U);
}
}  // namespace
}  // namespace weir::delta
