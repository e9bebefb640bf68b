#include "delta/commit_time.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/json.h"
#include "delta/log_segment.h"
#include "delta/table_fixture_test.h"

namespace weir::delta {
namespace {
const StringMap kEnabled = {{std::string(kEnableCommitTimes), "true"}};

class CommitTimeTest : public TableTest {
 protected:
  std::int64_t own_time(std::int64_t version) {
    const HistoryEntry entry = read_history_entry(store(), location_, version).value();
    return parse_json(entry.commit_info_json, "commitInfo").value().value("inCommitTimestamp", std::int64_t{-1});
  }
  Transaction begin_append(const std::string& sql) {
    Transaction transaction = Transaction::begin(load()).value();
    transaction.add_files(write(sql, transaction.schema()));
    return transaction;
  }
};

TEST_F(CommitTimeTest, StandsInEachCommit) {
  create("SELECT 1 AS id", {}, kEnabled);
  append("SELECT 2 AS id");
  EXPECT_EQ(own_time(1), to_milliseconds(clock_.now()));
  EXPECT_EQ(load()->timestamp(), clock_.now());
  EXPECT_TRUE(load()->protocol().has_writer_feature("inCommitTimestamp"));
  EXPECT_EQ(load()->protocol().min_reader_version, 1);
  EXPECT_FALSE(load()->property("delta.inCommitTimestampEnablementVersion")) << "they were on from the first version";
}

TEST_F(CommitTimeTest, GrowsThoughAClockGoesBack) {
  create("SELECT 1 AS id", {}, kEnabled);
  const std::int64_t first = own_time(0);
  clock_.advance(std::chrono::hours(-1));
  append("SELECT 2 AS id");
  append("SELECT 3 AS id");
  EXPECT_EQ(own_time(1), first + 1);
  EXPECT_EQ(own_time(2), first + 2);
}

TEST_F(CommitTimeTest, GrowsBehindACommitThatWasFaster) {
  create("SELECT 1 AS id", {}, kEnabled);
  Transaction slow = begin_append("SELECT 2 AS id");
  Transaction fast = begin_append("SELECT 3 AS id");
  clock_.advance(std::chrono::hours(1));
  EXPECT_EQ(commit(fast).version, 1);
  clock_.advance(std::chrono::hours(-1));
  EXPECT_EQ(commit(slow).version, 2);
  EXPECT_EQ(own_time(2), own_time(1) + 1);
}

TEST_F(CommitTimeTest, EnablingItLaterIsRecordedWithVersionAndMoment) {
  create("SELECT 1 AS id");
  append("SELECT 2 AS id");
  Transaction enable = Transaction::begin(load()).value();
  ASSERT_TRUE(enable.set_properties(kEnabled));
  EXPECT_EQ(commit(enable).version, 2);
  append("SELECT 3 AS id");
  EXPECT_EQ(own_time(1), -1);
  EXPECT_EQ(load()->property("delta.inCommitTimestampEnablementVersion"), "2");
  EXPECT_EQ(load()->property("delta.inCommitTimestampEnablementTimestamp"), std::to_string(own_time(2)));
}

TEST_F(CommitTimeTest, AReplacedTableKeepsTheRecordAndDisablingEndsIt) {
  create("SELECT 1 AS id");
  Transaction enable = Transaction::begin(load()).value();
  ASSERT_TRUE(enable.set_properties(kEnabled));
  commit(enable);
  Transaction replace = Transaction::begin(load()).value();
  ASSERT_TRUE(replace.replace_table({replace.schema(), {}, kEnabled, {}, {}}));
  commit(replace);
  EXPECT_EQ(load()->property("delta.inCommitTimestampEnablementVersion"), "1");
  Transaction disable = Transaction::begin(load()).value();
  ASSERT_TRUE(disable.remove_properties({std::string(kEnableCommitTimes)}));
  commit(disable);
  EXPECT_FALSE(load()->property("delta.inCommitTimestampEnablementVersion"));
  EXPECT_EQ(own_time(3), -1);
}

TEST_F(CommitTimeTest, TheCheckerWantsThemToGrow) {
  create("SELECT 1 AS id", {}, kEnabled);
  append("SELECT 2 AS id");
  const std::string key = commit_key(location_, 1);
  std::string text = store().read(key).value();
  const std::string time = "\"inCommitTimestamp\":" + std::to_string(own_time(1));
  text.replace(text.find(time), time.size(), "\"inCommitTimestamp\":5");
  ASSERT_TRUE(store().remove(key));
  ASSERT_TRUE(store().put_if_absent(key, text, {}));
  const auto problems = check_table(store(), location_, connection()).value();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0], "version 1: the in-commit timestamp 5 is not after " + std::to_string(own_time(0)));
}
}  // namespace
}  // namespace weir::delta
