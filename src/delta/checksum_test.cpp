#include "delta/checksum.h"

#include <gtest/gtest.h>

#include "delta/log_segment.h"
#include "delta/table_fixture_test.h"

namespace weir::delta {
namespace {
class ChecksumTest : public TableTest {
 protected:
  VersionChecksum read(std::int64_t version) {
    const auto text = store().read(checksum_key(location_, version));
    EXPECT_TRUE(text) << text.error().text();
    return parse_checksum(text.value_or("{}"), "crc").value_or(VersionChecksum{});
  }
};

TEST_F(ChecksumTest, FollowsEachCommit) {
  create("SELECT 1 AS id");
  append("SELECT 2 AS id");
  const auto snapshot = load();
  const VersionChecksum checksum = read(1);
  EXPECT_EQ(checksum.files_count, 2);
  EXPECT_EQ(checksum.table_bytes, snapshot->files().total_bytes());
  EXPECT_EQ(checksum.metadata, snapshot->metadata());
  EXPECT_EQ(checksum.protocol, snapshot->protocol());
  EXPECT_EQ(read(0).files_count, 1);
}

TEST_F(ChecksumTest, ARebasedCommitHasNone) {
  create("SELECT 1 AS id");
  auto late = Transaction::begin(load()).value();
  append("SELECT 2 AS id");
  late.add_files(write("SELECT 3 AS id", late.schema()));
  ASSERT_EQ(commit(late).version, 2);
  EXPECT_FALSE(store().head(checksum_key(location_, 2)));
}

TEST_F(ChecksumTest, AWrongOneIsFound) {
  create("SELECT 1 AS id");
  std::string text = store().read(checksum_key(location_, 0)).value();
  text.replace(text.find("\"numFiles\":1"), 12, "\"numFiles\":7");
  ASSERT_TRUE(store().put(checksum_key(location_, 0), text, {}));
  const auto problems = check_table(store(), location_, connection()).value();
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_NE(problems[0].find("checksum of version 0 has 7 files"), std::string::npos) << problems[0];
}
}  // namespace
}  // namespace weir::delta
