#include "generate/log_writer.h"

#include <gtest/gtest.h>

#include "core/files.h"
#include "generate/text.h"

namespace weir::generate {
namespace {
// Records "0\n", "1\n", …; counts the even ones.
class Numbers final : public LogSource {
 public:
  void write_record(std::uint64_t record, LogChunk& chunk) const override {
    chunk.count(0, record % 2 == 0 ? 1 : 0);
    chunk.end_record(put(put_number(chunk.reserve(32), record), '\n'));
  }
  std::span<const std::string_view> count_names() const override { return kNames; }
  std::uint64_t record_bytes() const override { return 6; }

 private:
  static constexpr std::array<std::string_view, 1> kNames{"even"};
};

std::string numbers_below(std::uint64_t end) {
  std::string out;
  for (std::uint64_t i = 0; i < end; ++i) {
    out += std::to_string(i) + "\n";
  }
  return out;
}

class LogWriterTest : public ::testing::Test {
 protected:
  Result<GenerateSummary> write(LogLimits limits, unsigned threads_max = 1, const ProgressCallback& progress = {},
                                std::stop_token stop = {}) {
    return write_log(file(), limits, Numbers(), threads_max, progress, std::move(stop));
  }
  std::filesystem::path file() const { return folder_.path() / "new" / "numbers.log"; }
  std::string text() const { return read_file(file()).value(); }
  TempDir folder_ = *TempDir::create();
};

TEST_F(LogWriterTest, WritesExactlySoManyRecords) {
  const GenerateSummary summary = *write({.records_count = 5});
  EXPECT_EQ(text(), "0\n1\n2\n3\n4\n");
  EXPECT_EQ(summary.rows_count, 5U);
  EXPECT_EQ(summary.size_bytes, 10U);
  EXPECT_EQ(summary.counts, (std::vector<NamedCount>{{"even", 3}}));
  EXPECT_EQ(summary.files.at(0).path, "numbers.log");
}

TEST_F(LogWriterTest, KeepsTheOrderWithManyThreads) {
  ASSERT_TRUE(write({.records_count = 50'000}, 4));
  EXPECT_EQ(text(), numbers_below(50'000));
}

TEST_F(LogWriterTest, FillsUpToTheSize) {
  const GenerateSummary summary = *write({.size_bytes_max = 100'000}, 3);
  // 10 one-digit numbers, 90 with two digits, … 16,852 fit wholly.
  EXPECT_EQ(text(), numbers_below(summary.rows_count));
  EXPECT_LE(text().size(), 100'000U);
  EXPECT_GT(text().size(), 100'000U - 6);
  EXPECT_EQ(summary.counts.at(0).count, (summary.rows_count + 1) / 2);
}

TEST_F(LogWriterTest, WritesAnEmptyFileWhenNothingFits) {
  const GenerateSummary summary = *write({.size_bytes_max = 1});
  EXPECT_EQ(summary.rows_count, 0U);
  EXPECT_EQ(text(), "");
}

TEST_F(LogWriterTest, RefusesNoLimitTwoLimitsAndTooMuch) {
  EXPECT_EQ(write({}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(write({.records_count = 1, .size_bytes_max = 1}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(write({.records_count = kLogRecordsMax + 1}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(write({.size_bytes_max = kLogBytesMax + 1}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(write_log({}, {.records_count = 1}, Numbers(), 1, {}, {}).error().code, ErrorCode::kInvalid);
}

TEST_F(LogWriterTest, LeavesTheOlderFileWhenStopped) {
  ASSERT_TRUE(write_file(file(), "old"));
  std::stop_source stop;
  const auto status = write(
      {.size_bytes_max = 10'000'000}, 2, [&stop](const GenerateProgress&) { stop.request_stop(); }, stop.get_token());
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(text(), "old");
}

TEST_F(LogWriterTest, TellsOfAFullDisk) {
  if (!std::filesystem::exists("/dev/full")) {
    GTEST_SKIP() << "no /dev/full on this machine";
  }
  std::filesystem::create_directories(file().parent_path());
  std::filesystem::create_symlink("/dev/full", file().parent_path() / ".numbers.log.part");
  const auto summary = write({.size_bytes_max = 10'000'000}, 2);
  ASSERT_FALSE(summary);
  EXPECT_EQ(summary.error().code, ErrorCode::kIo);
}

TEST_F(LogWriterTest, ReportsProgress) {
  GenerateProgress last;
  ASSERT_TRUE(write({.records_count = 10'000}, 1, [&last](const GenerateProgress& progress) { last = progress; }));
  EXPECT_EQ(last.rows_count, 10'000U);
  EXPECT_EQ(last.rows_expected_count, 10'000U);
}

TEST(LogChunk, GrowsAndKeepsItsBytes) {
  LogChunk chunk;
  std::string expected;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    chunk.end_record(put(put_number(chunk.reserve(1'000), i), ' '));
    expected += std::to_string(i) + " ";
  }
  EXPECT_EQ(chunk.bytes(), expected);
  EXPECT_EQ(chunk.records_count(), 100'000U);
  chunk.clear();
  EXPECT_TRUE(chunk.bytes().empty());
}
}  // namespace
}  // namespace weir::generate
