#include "delta/log_replay.h"

#include <gtest/gtest.h>

namespace weir::delta {
namespace {
class LogReplayTest : public testing::Test {
 protected:
  // Commits come newest first.
  Status add(const std::string& text, LogReplay::Source source = LogReplay::Source::kCommit) {
    auto padded = std::make_shared<std::string>(text);
    padded->reserve(text.size() + 64);
    return replay_.add_lines(padded, "test.json", source);
  }
  std::vector<std::string> paths() {
    std::vector<std::string> out;
    const FileList files = replay_.take_files();
    for (std::size_t i = 0; i < files.size(); ++i) {
      out.emplace_back(files.path(i));
    }
    return out;
  }
  LogReplay replay_;
};
using Paths = std::vector<std::string>;

std::string add_line(const std::string& path, const std::string& more = "") {
  return R"({"add":{"path":")" + path + R"(","partitionValues":{},"size":1,"modificationTime":1,"dataChange":true)" +
         more + "}}\n";
}
std::string remove_line(const std::string& path, const std::string& more = "") {
  return R"({"remove":{"path":")" + path + R"(","deletionTimestamp":1,"dataChange":true)" + more + "}}\n";
}
std::string vector_of(const std::string& name) {
  return R"(,"deletionVector":{"storageType":"u","pathOrInlineDv":")" + name +
         R"(","offset":1,"sizeInBytes":1,"cardinality":1})";
}

TEST_F(LogReplayTest, TheNewestActionOfAFileHolds) {
  ASSERT_TRUE(add(add_line("c") + remove_line("a")));
  ASSERT_TRUE(add(add_line("a") + add_line("b")));
  EXPECT_EQ(paths(), (Paths{"b", "c"}));
  EXPECT_EQ(replay_.take_tombstones().size(), 1U);
}

TEST_F(LogReplayTest, AFileThatComesBackLives) {
  ASSERT_TRUE(add(add_line("a")));
  ASSERT_TRUE(add(remove_line("a")));
  ASSERT_TRUE(add(add_line("a")));
  EXPECT_EQ(paths(), Paths{"a"});
}

TEST_F(LogReplayTest, DeletionVectorsAreAPartOfTheKey) {
  ASSERT_TRUE(add(remove_line("a", vector_of("one")) + add_line("a", vector_of("two"))));
  ASSERT_TRUE(add(remove_line("a") + add_line("a", vector_of("one"))));
  ASSERT_TRUE(add(add_line("a")));
  const FileList files = replay_.take_files();
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files.deletion_vector(0)->path_or_inline, "two");
  EXPECT_EQ(replay_.take_tombstones().size(), 2U);
}

TEST_F(LogReplayTest, WithinACommitTheLastLineHolds) {
  ASSERT_TRUE(add(add_line("a") + remove_line("a") + remove_line("b") + add_line("b")));
  EXPECT_EQ(paths(), Paths{"b"});
}

TEST_F(LogReplayTest, InReconciledFilesTheFirstLineHolds) {
  ASSERT_TRUE(add(add_line("a") + remove_line("a"), LogReplay::Source::kReconciled));
  EXPECT_EQ(paths(), Paths{"a"});
}

TEST_F(LogReplayTest, AbsolutePathsHaveOneMeaningInEverySpelling) {
  ASSERT_TRUE(add(remove_line("file:///data/a")));
  ASSERT_TRUE(add(add_line("/data/a")));
  EXPECT_EQ(paths(), Paths{});
}

TEST_F(LogReplayTest, ReadsEscapesAndOddOrder) {
  ASSERT_TRUE(add(
      R"( { "add" : { "dataChange" : false , "stats" : "{\"numRecords\":5}" , "size" : 7, "new": [1,{"a":2}], )"
      R"("partitionValues" : { "p" : "\u00e9\"" , "q" : null } , "path" : "a\/b\u0020" , "tags":{"x":"y"}, "baseRowId":3 } } )"));
  const FileList files = replay_.take_files();
  ASSERT_EQ(files.size(), 1U);
  AddFile expected;
  expected.path = "a/b ";
  expected.partition_values = {{"p", "é\""}, {"q", std::nullopt}};
  expected.size_bytes = 7;
  expected.data_change = false;
  expected.stats = R"({"numRecords":5})";
  expected.tags = {{"x", "y"}};
  expected.base_row_id = 3;
  EXPECT_EQ(files.add_file(0), expected);
  EXPECT_EQ(files.rows_estimate(0), 5);
}

TEST_F(LogReplayTest, OtherActionsKeepTheirNewest) {
  ASSERT_TRUE(
      add("{\"txn\":{\"appId\":\"a\",\"version\":2}}\n{\"domainMetadata\":{\"domain\":\"d\",\"configuration\":\"\","
          "\"removed\":true}}\n"));
  ASSERT_TRUE(
      add("{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":2}}\n{\"txn\":{\"appId\":\"a\",\"version\":1}}\n"
          "{\"txn\":{\"appId\":\"b\",\"version\":9}}\n{\"domainMetadata\":{\"domain\":\"d\",\"configuration\":\"x\","
          "\"removed\":false}}\n"));
  EXPECT_EQ(replay_.transactions.at("a").version, 2);
  EXPECT_EQ(replay_.transactions.at("b").version, 9);
  EXPECT_TRUE(replay_.domains.at("d").removed);
  EXPECT_EQ(replay_.protocol->min_writer_version, 2);
}

TEST_F(LogReplayTest, SharesEqualPartitions) {
  ASSERT_TRUE(add(add_line("a") + R"({"add":{"path":"b","partitionValues":{"p":"1"},"size":1}})" + "\n" +
                  R"({"add":{"path":"c","partitionValues":{ "p" : "1" },"size":1}})"));
  const FileList files = replay_.take_files();
  EXPECT_EQ(files.partitions_count(), 2U);
  EXPECT_EQ(files.partition(1), files.partition(2));
}

TEST_F(LogReplayTest, DamageIsReportedWithItsLine) {
  for (const char* line :
       {"{\"add\":{\"path\":\"a\"", "x", "{\"add\":{\"size\":1}}", "{\"add\":{\"path\":5}}",
        "{\"add\":{\"path\":\"a\",\"stats\":{}}}", "{\"add\":{\"path\":\"a\",\"partitionValues\":{\"p\":1}}}",
        "{\"add\":{\"path\":\"a\",\"size\":\"1\"}}", "{\"add\":1}"}) {
    LogReplay replay;
    auto text = std::make_shared<std::string>(add_line("z") + line);
    text->reserve(text->size() + 64);
    const Status status = replay.add_lines(text, "5.json", LogReplay::Source::kCommit);
    ASSERT_FALSE(status) << line;
    EXPECT_EQ(status.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(status.error().text().find("5.json: line 2"), std::string::npos) << status.error().text();
  }
}

TEST(FileKeySet, GrowsAndFinds) {
  FileKeySet set;
  std::vector<std::string> keys;
  for (int i = 0; i < 5000; ++i) {
    keys.push_back("file-" + std::to_string(i));
  }
  for (const std::string& key : keys) {
    EXPECT_TRUE(set.insert(key, ""));
    EXPECT_FALSE(set.insert(key, ""));
  }
  EXPECT_TRUE(set.contains("file-77", ""));
  EXPECT_FALSE(set.contains("file-77", "x"));
  EXPECT_FALSE(FileKeySet().contains("a", ""));
}
}  // namespace
}  // namespace weir::delta
