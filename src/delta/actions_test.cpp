#include "delta/actions.h"

#include <gtest/gtest.h>

namespace weir::delta {
namespace {
Action round_trip(const Action& action) {
  const auto actions = parse_commit(action_json(action), "test");
  EXPECT_TRUE(actions) << actions.error().text();
  EXPECT_EQ(actions->size(), 1U);
  return actions->front();
}

AddFile full_add() {
  AddFile file;
  file.path = "p=a%20b/part-0.parquet";
  file.partition_values = {{"p", "a b"}, {"q", std::nullopt}};
  file.size_bytes = 841;
  file.modification_time = 1512909768000;
  file.data_change = false;
  file.stats = R"({"numRecords":1,"minValues":{"v":"\"quoted\" \\ text"}})";
  file.tags = {{"k", "v"}};
  file.deletion_vector = DeletionVector{'u', "ab^-aqEH.-t@S}K{vb[*k^", 4, 40, 6};
  file.base_row_id = 7;
  file.default_row_commit_version = 3;
  file.clustering_provider = "liquid";
  return file;
}

TEST(Actions, KeepEverythingThroughJson) {
  EXPECT_EQ(round_trip(full_add()), Action(full_add()));
  RemoveFile remove;
  remove.path = "a";
  remove.deletion_timestamp = 5;
  remove.extended_file_metadata = true;
  remove.partition_values = {{"p", "1"}};
  remove.size_bytes = 10;
  EXPECT_EQ(round_trip(remove), Action(remove));
  EXPECT_EQ(round_trip(Protocol{3, 7, {"timestampNtz"}, {"timestampNtz"}}),
            Action(Protocol{3, 7, {"timestampNtz"}, {"timestampNtz"}}));
  EXPECT_EQ(round_trip(TransactionId{"app", 5, 6}), Action(TransactionId{"app", 5, 6}));
  EXPECT_EQ(round_trip(DomainMetadata{"d", "{\"a\":1}", true}), Action(DomainMetadata{"d", "{\"a\":1}", true}));
  EXPECT_EQ(round_trip(CdcFile{"c", {{"p", "1"}}, 9, {}}), Action(CdcFile{"c", {{"p", "1"}}, 9, {}}));
  EXPECT_EQ(round_trip(CommitInfo{R"({"operation":"WRITE"})"}), Action(CommitInfo{R"({"operation":"WRITE"})"}));
  Metadata metadata;
  metadata.id = "id";
  metadata.name = "orders";
  metadata.schema_string = R"({"type":"struct","fields":[]})";
  metadata.partition_columns = {"p"};
  metadata.configuration = {{"delta.appendOnly", "true"}};
  metadata.created_time = 1;
  EXPECT_EQ(round_trip(metadata), Action(metadata));
}

TEST(Actions, ProtocolWithoutFeaturesHasNoLists) {
  EXPECT_EQ(action_json(Protocol{1, 2, {}, {}}), R"({"protocol":{"minReaderVersion":1,"minWriterVersion":2}})");
}

TEST(Actions, UnknownActionsAndMembersAreLeftOut) {
  const auto actions = parse_commit(
      "{\"future\":{\"x\":1}}\n\n{\"txn\":{\"appId\":\"a\",\"version\":1,\"new\":[1]}}\r\n{\"add\":null}\n", "test");
  ASSERT_TRUE(actions);
  EXPECT_EQ(actions->size(), 1U);
}

TEST(Actions, DeletionVectorsHaveUniqueIds) {
  EXPECT_EQ((DeletionVector{'u', "abc", 4, 40, 6}.unique_id()), "uabc@4");
  EXPECT_EQ((DeletionVector{'i', "abc", std::nullopt, 40, 6}.unique_id()), "iabc");
}

TEST(Actions, BrokenLinesAreReportedWithTheirNumber) {
  for (const char* line : {"{\"add\":{\"path\":\"a\"", "[1]", "{\"add\":{\"size\":1}}", "{\"add\":{\"path\":1}}",
                           "{\"protocol\":{\"minReaderVersion\":\"1\"}}",
                           "{\"txn\":{\"appId\":\"a\",\"version\":99999999999999999999}}"}) {
    const auto actions = parse_commit("{\"txn\":{\"appId\":\"a\",\"version\":1}}\n" + std::string(line), "0.json");
    ASSERT_FALSE(actions) << line;
    EXPECT_EQ(actions.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(actions.error().text().find("0.json: line 2"), std::string::npos) << actions.error().text();
  }
}
}  // namespace
}  // namespace weir::delta
