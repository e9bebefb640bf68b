#include "delta/history.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "delta/log_segment.h"
#include "delta/snapshot.h"
#include "storage/memory_store.h"

namespace weir::delta {
namespace {
constexpr std::string_view kMetadata =
    R"x({"metaData":{"id":"i","format":{"provider":"parquet","options":{}},"schemaString":"{\"type\":\"struct\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"}]}","partitionColumns":[],"configuration":{}}})x";

class HistoryTest : public testing::Test {
 protected:
  // Commits at the given second of the first minute of 2024.
  void write_commit(std::int64_t version, int second, const std::string& info = "") {
    clock_.set(at(second));
    std::string text = info.empty() ? "" : "{\"commitInfo\":" + info + "}\n";
    if (version == 0) {
      text += "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":2}}\n" + std::string(kMetadata) + "\n";
    }
    ASSERT_TRUE(store_->put(commit_key(location_, version), text, {}));
  }
  static Timestamp at(int second) {
    return parse_timestamp("2024-01-01T00:00:00Z").value() + std::chrono::seconds(second);
  }
  Result<std::int64_t> as_of(int second) { return version_as_of(*store_, location_, at(second)); }

  ManualClock clock_;
  std::unique_ptr<storage::ObjectStore> store_ = storage::make_memory_store(clock_);
  TableLocation location_ = TableLocation::at("t");
};

TEST_F(HistoryTest, KnowsTheNewestVersionFromTheListing) {
  EXPECT_EQ(newest_version(*store_, location_).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(find_newest_version(*store_, location_).value(), std::nullopt);
  write_commit(0, 0);
  write_commit(1, 1);
  EXPECT_EQ(newest_version(*store_, location_).value(), 1);
  EXPECT_EQ(newest_version(*store_, location_, 1).value(), 1);
  EXPECT_EQ(newest_version(*store_, location_, 7).value(), 1);
}

TEST_F(HistoryTest, GoesBackFromTheNewestCommit) {
  write_commit(0, 0, R"({"operation":"CREATE TABLE"})");
  write_commit(
      1, 1,
      R"({"operation":"WRITE","operationParameters":{"mode":"Append"},"isBlindAppend":true,"readVersion":0,"weir":{"node":"x"}})");
  write_commit(2, 2);
  const auto history = read_history(*store_, location_).value();
  ASSERT_EQ(history.size(), 3U);
  EXPECT_EQ(history[0].version, 2);
  EXPECT_EQ(history[0].operation, "");
  EXPECT_EQ(history[0].timestamp, at(2));
  EXPECT_EQ(history[1].operation_parameters_json, R"({"mode":"Append"})");
  EXPECT_EQ(history[1].is_blind_append, true);
  EXPECT_NE(history[1].commit_info_json.find("\"weir\""), std::string::npos);
  EXPECT_EQ(history[2].operation, "CREATE TABLE");
  EXPECT_EQ(read_history(*store_, location_, {.up_to_version = 1, .limit_count = 1})->front().version, 1);
}

TEST_F(HistoryTest, EndsWhereCommitsWereCleanedUp) {
  write_commit(7, 0);
  write_commit(8, 1);
  EXPECT_EQ(read_history(*store_, location_)->size(), 2U);
  EXPECT_EQ(read_history_entry(*store_, location_, 6).error().code, ErrorCode::kNotFound);
}

TEST_F(HistoryTest, TravelsByTheTimesOfCommits) {
  write_commit(0, 10);
  write_commit(1, 20);
  write_commit(2, 30);
  EXPECT_EQ(as_of(10).value(), 0);
  EXPECT_EQ(as_of(19).value(), 0);
  EXPECT_EQ(as_of(20).value(), 1);
  EXPECT_EQ(as_of(99).value(), 2);
  const auto too_early = as_of(9);
  EXPECT_EQ(too_early.error().code, ErrorCode::kNotFound);
  EXPECT_NE(too_early.error().text().find("2024-01-01T00:00:10Z"), std::string::npos) << too_early.error().text();
  const auto snapshot = Snapshot::load(*store_, location_, {.as_of = at(25)});
  ASSERT_TRUE(snapshot) << snapshot.error().text();
  EXPECT_EQ((*snapshot)->version(), 1);
  EXPECT_EQ((*snapshot)->timestamp(), at(20));
}

TEST_F(HistoryTest, TimesHaveMilliseconds) {
  write_commit(0, 30);
  clock_.advance(std::chrono::microseconds(700));
  ASSERT_TRUE(store_->put(commit_key(location_, 1), "", {}));
  EXPECT_EQ(read_history_entry(*store_, location_, 1)->timestamp, at(30));
  write_commit(2, 40);
  EXPECT_EQ(version_as_of(*store_, location_, at(30) + std::chrono::milliseconds(1)).value(), 1) << "one after the version before";
}

TEST_F(HistoryTest, ClocksThatWentBackDoNotHideVersions) {
  write_commit(0, 30);
  write_commit(1, 10);
  write_commit(2, 40);
  EXPECT_EQ(as_of(30).value(), 0);
  EXPECT_EQ(as_of(31).value(), 1);
  EXPECT_EQ(as_of(40).value(), 2);
}

TEST_F(HistoryTest, InCommitTimestampsComeBeforeFileTimes) {
  write_commit(0, 50);
  write_commit(1, 51);
  for (int version = 2; version < 9; ++version) {
    write_commit(version, 55, fmt::format(R"({{"inCommitTimestamp":{}}})", to_milliseconds(at(version * 100))));
  }
  EXPECT_EQ(as_of(50).value(), 0);
  EXPECT_EQ(as_of(199).value(), 1);
  EXPECT_EQ(as_of(200).value(), 2);
  EXPECT_EQ(as_of(650).value(), 6);
  EXPECT_EQ(as_of(5000).value(), 8);
}
}  // namespace
}  // namespace weir::delta
