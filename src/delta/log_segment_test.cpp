#include "delta/log_segment.h"

#include <gtest/gtest.h>

#include "storage/memory_store.h"

namespace weir::delta {
namespace {
using Kind = LogFile::Kind;

class LogSegmentTest : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& text = "") {
    ASSERT_TRUE(store_->put("t/_delta_log/" + name, text, {}));
  }
  void commits(std::int64_t first, std::int64_t last) {
    for (; first <= last; ++first) {
      put(version_digits(first) + ".json");
    }
  }
  void checkpoint(std::int64_t version) { put(version_digits(version) + ".checkpoint.parquet"); }
  Result<LogSegment> find(std::optional<std::int64_t> version = std::nullopt) {
    return find_segment(*store_, TableLocation::at("t"), version);
  }
  std::unique_ptr<storage::ObjectStore> store_ = storage::make_memory_store();
};

TEST(LogFileName, KnowsEveryKind) {
  EXPECT_EQ(parse_log_file_name("00000000000000000012.json")->kind, Kind::kCommit);
  EXPECT_EQ(parse_log_file_name("00000000000000000012.json")->version, 12);
  EXPECT_EQ(parse_log_file_name("00000000000000000010.checkpoint.parquet")->kind, Kind::kCheckpoint);
  const auto part = parse_log_file_name("00000000000000000010.checkpoint.0000000002.0000000003.parquet");
  EXPECT_EQ(part->kind, Kind::kCheckpointPart);
  EXPECT_EQ(part->part, 2);
  EXPECT_EQ(part->parts_count, 3);
  EXPECT_EQ(parse_log_file_name("00000000000000000010.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json")->kind,
            Kind::kUuidCheckpoint);
  const auto compacted = parse_log_file_name("00000000000000000004.00000000000000000006.compacted.json");
  EXPECT_EQ(compacted->kind, Kind::kCompacted);
  EXPECT_EQ(compacted->end_version, 6);
  EXPECT_EQ(parse_log_file_name("00000000000000000012.crc")->kind, Kind::kChecksum);
}

TEST(LogFileName, LeavesOtherFilesAlone) {
  for (const char* name :
       {"_last_checkpoint", "12.json", "", ".", "00000000000000000012", "00000000000000000012.json.tmp",
        ".00000000000000000012.json.crc", "00000000000000000010.checkpoint", "0000000000000000001x.json",
        "00000000000000000010.checkpoint.0000000004.0000000003.parquet", "-0000000000000000012.json",
        "00000000000000000006.00000000000000000004.compacted.json"}) {
    EXPECT_FALSE(parse_log_file_name(name)) << name;
  }
}

TEST_F(LogSegmentTest, WithoutCommitsThereIsNoTable) {
  EXPECT_EQ(find().error().code, ErrorCode::kNotFound);
}

TEST_F(LogSegmentTest, ReadsFromTheStart) {
  commits(0, 3);
  EXPECT_EQ(find()->version, 3);
  EXPECT_EQ(find()->commits.size(), 4U);
  EXPECT_EQ(find(1)->commits.size(), 2U);
}

TEST_F(LogSegmentTest, StartsAtTheNewestCheckpoint) {
  commits(0, 25);
  checkpoint(10);
  checkpoint(20);
  EXPECT_EQ(find()->checkpoint_version(), 20);
  EXPECT_EQ(find()->commits.size(), 5U);
  EXPECT_EQ(find(15)->checkpoint_version(), 10);
  EXPECT_EQ(find(9)->checkpoint_version(), std::nullopt);
}

TEST_F(LogSegmentTest, FollowsTheHintAndForgivesAWrongOne) {
  commits(8, 12);
  checkpoint(10);
  put("_last_checkpoint", R"({"version":10,"size":3})");
  EXPECT_EQ(find()->checkpoint_version(), 10);
  put("_last_checkpoint", R"({"version":11,"size":3})");
  EXPECT_EQ(find()->checkpoint_version(), 10);
  put("_last_checkpoint", "{half");
  EXPECT_EQ(find()->checkpoint_version(), 10);
}

TEST_F(LogSegmentTest, IgnoresCheckpointsWithMissingParts) {
  commits(0, 10);
  put("00000000000000000010.checkpoint.0000000001.0000000002.parquet");
  EXPECT_EQ(find()->checkpoint_version(), std::nullopt);
  put("00000000000000000010.checkpoint.0000000002.0000000002.parquet");
  EXPECT_EQ(find()->checkpoint.size(), 2U);
}

TEST_F(LogSegmentTest, UsesCompactedFilesThatFit) {
  commits(0, 9);
  put("00000000000000000002.00000000000000000004.compacted.json");
  put("00000000000000000002.00000000000000000006.compacted.json");
  put("00000000000000000005.00000000000000000009.compacted.json");
  EXPECT_EQ(find()->commits.size(), 6U);   // 0, 1, 2-6, 7, 8, 9
  EXPECT_EQ(find(5)->commits.size(), 4U);  // 0, 1, 2-4, 5
}

TEST_F(LogSegmentTest, ReportsGaps) {
  commits(0, 0);
  commits(2, 2);
  EXPECT_EQ(find().error().code, ErrorCode::kCorrupt);
  EXPECT_NE(find().error().text().find("version 1 is missing"), std::string::npos);
  EXPECT_TRUE(find(0));
}

TEST_F(LogSegmentTest, SaysWhichVersionsThereAre) {
  commits(5, 12);
  EXPECT_EQ(find().error().code, ErrorCode::kCorrupt);
  checkpoint(10);
  EXPECT_EQ(find(13).error().code, ErrorCode::kNotFound);
  EXPECT_NE(find(13).error().text().find("the newest is 12"), std::string::npos);
  EXPECT_EQ(find(7).error().code, ErrorCode::kNotFound);
}
}  // namespace
}  // namespace weir::delta
