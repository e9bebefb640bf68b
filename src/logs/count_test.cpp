#include "logs/count.h"

#include <gmock/gmock.h>
#include <zlib.h>
#include <zstd.h>

#include "core/files.h"
#include "core/text.h"
#include "generate/app_log.h"

namespace weir::logs {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string gzip(std::string_view text) {
  z_stream state{};
  deflateInit2(&state, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(text.size() + 1000, '\0');
  state.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  state.avail_in = static_cast<uInt>(text.size());
  state.next_out = reinterpret_cast<Bytef*>(packed.data());
  state.avail_out = static_cast<uInt>(packed.size());
  deflate(&state, Z_FINISH);
  packed.resize(state.total_out);
  deflateEnd(&state);
  return packed;
}
std::string zstd(std::string_view text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  packed.resize(ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 3));
  return packed;
}
std::string utf16(std::string_view text, bool big_endian) {
  std::string result = big_endian ? "\xfe\xff" : "\xff\xfe";
  for (const char c : text) {
    const std::string pair = {c, '\0'};
    result += big_endian ? std::string(pair.rbegin(), pair.rend()) : pair;
  }
  return result;
}

class CountTest : public ::testing::Test {
 protected:
  std::string write(std::string_view name, std::string_view bytes) {
    const auto path = folder_.path() / name;
    EXPECT_TRUE(write_file(path, bytes));
    return path.string();
  }
  FileCount count(std::string_view bytes, CountOptions options = {}) {
    options.inputs = {write("x.log", bytes)};
    auto result = count_logs(options);
    EXPECT_TRUE(result);
    return result->files.at(0);
  }
  TempDir folder_ = TempDir::create().value();
};

/// Records of which one in five goes on for three lines, and some of which are long.
std::string long_log(std::size_t records_count) {
  std::string text;
  for (std::size_t i = 0; i < records_count; ++i) {
    text += "2024-01-01 20:15:01,123 " + std::string(i % 5 == 0 ? "ERROR" : "INFO") + " [main] c.A - " +
            std::string(i % 300, 'x') + "\n";
    text += i % 5 == 0 ? "java.lang.X: ERROR\n\tat a.b\n\tat c.d\n" : "";
  }
  return text;
}
void expect_long_log(const FileCount& file, std::size_t records_count) {
  EXPECT_FALSE(file.error) << file.error->text();
  EXPECT_EQ(file.tally.records_count, records_count);
  EXPECT_EQ(file.tally.level(Level::kError), records_count / 5);
  EXPECT_EQ(file.tally.level(Level::kInfo), records_count - records_count / 5);
  EXPECT_EQ(file.tally.continuation_lines_count, records_count / 5 * 3);
  EXPECT_EQ(file.tally.unparsed_lines_count, 0);
}

TEST_F(CountTest, CountsOverManyBlocksAndThreads) {
  const std::string text = long_log(20'000);
  for (const unsigned threads : {1U, 2U, 5U}) {
    const FileCount file = count(text, {.threads_max = threads});
    expect_long_log(file, 20'000);
    EXPECT_EQ(file.tally.size_bytes, text.size());
    EXPECT_EQ(file.format, "text");
  }
}
TEST_F(CountTest, FindsWhatTheGeneratorWrote) {
  const auto path = folder_.path() / "app.log";
  const auto written = generate::generate_app_log({.file = path, .records_count = 20'000});
  ASSERT_TRUE(written);
  const auto result = count_logs({.inputs = {path.string()}});
  ASSERT_TRUE(result);
  for (const auto& known : written->counts) {
    if (known.name.starts_with("level_")) {
      EXPECT_EQ(result->total.level(parse_level(known.name.substr(6))), known.count) << known.name;
    } else if (known.name == "lines") {
      EXPECT_EQ(result->total.lines_count, known.count);
    }
  }
  EXPECT_EQ(result->total.records_count, 20'000);
  EXPECT_EQ(result->total.unparsed_lines_count, 0);
}
TEST_F(CountTest, UnpacksGzipOfSeveralMembersAndZstdOfSeveralFrames) {
  const std::string text = long_log(10'000);
  const auto half = text.substr(0, text.size() / 2);
  const auto rest = text.substr(text.size() / 2);
  expect_long_log(count(gzip(half) + gzip(rest)), 10'000);
  expect_long_log(count(zstd(half) + zstd(rest)), 10'000);
  expect_long_log(count(gzip(text) + std::string(512, '\0')), 10'000);
}
TEST_F(CountTest, ATruncatedFileGivesItsCountsAndAnError) {
  for (const std::string& packed : {gzip(long_log(10'000)), zstd(long_log(10'000))}) {
    const FileCount file = count(std::string_view(packed).substr(0, packed.size() - 20));
    ASSERT_TRUE(file.error);
    EXPECT_EQ(file.error->code, ErrorCode::kCorrupt);
    EXPECT_THAT(file.error->text(), HasSubstr("x.log: the "));
    EXPECT_THAT(file.error->text(), HasSubstr("ends too early"));
    EXPECT_GT(file.tally.records_count, 100);
    EXPECT_LE(file.tally.records_count, 10'000);
  }
}
TEST_F(CountTest, BrokenGzipIsAnError) {
  std::string packed = gzip(long_log(10'000));
  packed[packed.size() / 2] = static_cast<char>(packed[packed.size() / 2] ^ 0x55);
  packed += "no member";
  EXPECT_EQ(count(packed).error.value().code, ErrorCode::kCorrupt);
  EXPECT_EQ(count("\x1f\x8b").error.value().code, ErrorCode::kCorrupt);
}
TEST_F(CountTest, ReadsUtf16OfBothKinds) {
  const std::string text = "2024-01-01 20:15:01 INFO x\r\n2024-01-01 20:15:01 WARN y";
  for (const bool big_endian : {false, true}) {
    const FileCount file = count(utf16(text, big_endian));
    EXPECT_EQ(file.tally.lines_count, 2);
    EXPECT_EQ(file.tally.level(Level::kWarn), 1);
  }
  EXPECT_EQ(count(std::string_view("\xff\xfe\x00\xd8z", 5)).tally.lines_count,
            1);  // a lone surrogate and half a character
  EXPECT_EQ(count("\xef\xbb\xbf" + text).tally.level(Level::kInfo), 1);
}
TEST_F(CountTest, CountsTheLastLineWithoutALineBreak) {
  EXPECT_EQ(count("a\nb").tally.lines_count, 2);
  EXPECT_EQ(count("a\nb\n").tally.lines_count, 2);
  EXPECT_EQ(count("\n").tally.blank_lines_count, 1);
  EXPECT_EQ(count("").tally.lines_count, 0);
}
TEST_F(CountTest, CountsLinesLongerThanBlocks) {
  const std::string record = "2024-01-01 20:15:01 INFO x\n";
  const std::string text = record + "2024-01-01 20:15:01 WARN " + std::string(5'000'000, 'y') + "\n" + record;
  for (const std::string& bytes : {text, gzip(text)}) {
    const FileCount file = count(bytes);
    EXPECT_EQ(file.tally.lines_count, 3);
    EXPECT_EQ(file.tally.level(Level::kWarn), 1);
    EXPECT_EQ(file.tally.level(Level::kInfo), 2);
  }
}
TEST_F(CountTest, BytesThatAreNoTextDoNoHarm) {
  std::string text = "2024-01-01 20:15:01 INFO \xff\xfe\xc3\n";
  text += std::string(1000, '\0') + "\n\x80\x81\n2024-01-01 20:15:01 WARN x\n";
  const FileCount file = count(text);
  EXPECT_EQ(file.tally.lines_count, 4);
  EXPECT_EQ(file.tally.level(Level::kInfo), 1);
  EXPECT_EQ(file.tally.level(Level::kWarn), 1);
}
TEST_F(CountTest, KeepsTheFirstLinesThatItDoesNotUnderstand) {
  std::string text = "\tat nothing above\n";
  for (int i = 0; i < 30'000; ++i) {
    text += i == 29'000 ? "2024-01-01 20:15:01,123 no level\n" : "2024-01-01 20:15:01,123 INFO [main] text\n";
  }
  const FileCount file = count(text, {.examples_max = 3});
  EXPECT_EQ(file.tally.unparsed_lines_count, 2);
  ASSERT_THAT(file.unparsed, SizeIs(2));
  EXPECT_EQ(file.unparsed[0].line_number, 1);
  EXPECT_EQ(file.unparsed[1], (UnparsedLine{.line_number = 29'002, .text = "2024-01-01 20:15:01,123 no level"}));
  EXPECT_THAT(count(text, {.examples_max = 1}).unparsed, SizeIs(1));
}
TEST_F(CountTest, PartsOfAContainersLineAreOneRecord) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) {
    text += "2024-05-07T10:00:00.1Z stdout P {\"level\":\"warn\",\"m\":\"" +
            std::string(static_cast<std::size_t>(i % 97), 'x') + "\"}\n";
    text += "2024-05-07T10:00:00.1Z stdout P {\"level\":\"error\"}\n2024-05-07T10:00:00.1Z stdout F the rest\n";
  }
  const FileCount file = count(text);
  EXPECT_EQ(file.format, "cri(json)");
  EXPECT_EQ(file.tally.level(Level::kWarn), 20'000);
  EXPECT_EQ(file.tally.records_count, 20'000);
  EXPECT_EQ(file.tally.continuation_lines_count, 40'000);
}
TEST_F(CountTest, AMissingFileDoesNotStopTheOthers) {
  const auto result = count_logs(
      {.inputs = {(folder_.path() / "no.log").string(), write("a.log", "INFO: x\n"), folder_.path().string()}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->failed_files_count, 2);
  EXPECT_EQ(result->files[0].error->code, ErrorCode::kNotFound);
  EXPECT_EQ(result->total.level(Level::kInfo), 1);
  EXPECT_THAT(result->files[2].error->text(), HasSubstr("this is a folder"));
}
TEST_F(CountTest, ExpandsPatterns) {
  write("b.log", "INFO: x\n");
  write("a.log", "WARN: x\n");
  const auto result = count_logs({.inputs = {(folder_.path() / "*.log").string()}});
  ASSERT_TRUE(result);
  ASSERT_THAT(result->files, SizeIs(2));
  EXPECT_THAT(result->files[0].path, HasSubstr("a.log"));
  EXPECT_EQ(count_logs({.inputs = {(folder_.path() / "*.gz").string()}}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(count_logs({}).error().code, ErrorCode::kInvalid);
}
TEST_F(CountTest, ALogMayBeginWithAGapOfNuls) {
  const FileCount file =
      count(std::string(3'000'000, '\0') + "2024-01-01 20:15:01 WARN x\n2024-01-01 20:15:01 INFO y\n");
  EXPECT_EQ(file.tally.level(Level::kWarn), 1);
  EXPECT_EQ(file.tally.level(Level::kInfo), 1);
  EXPECT_EQ(count(std::string(1'000'000, '\0')).tally.lines_count, 0);
}
TEST_F(CountTest, TellsTheProgressAtTheEnd) {
  CountProgress last;
  ASSERT_TRUE(count_logs({.inputs = {write("a.log", "INFO: x\nWARN: y\n")}},
                         [&last](const CountProgress& progress) { last = progress; }));
  EXPECT_EQ(last.files_done, 1);
  EXPECT_EQ(last.lines_count, 2);
  EXPECT_EQ(last.read_bytes, 16);
  EXPECT_EQ(last.expected_bytes, 16);
}
TEST_F(CountTest, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(count_logs({.inputs = {write("a.log", "x")}}, {}, stop.get_token()).error().code, ErrorCode::kCancelled);
}
TEST(ParseFormatTest, KnowsNamesAndSuggests) {
  EXPECT_EQ(parse_format("log4j").value().format, Format::kText);
  EXPECT_EQ(parse_format("json").value().format, Format::kJson);
  EXPECT_THAT(parse_format("jason").error().text(), HasSubstr("did you mean \"json\"?"));
}

TEST(SharedLogsTest, KafkasLevelsAreAsKnown) {
  const std::string folder = "../shared/data/app-logs/kafka-broker0";
  if (!std::filesystem::exists(folder)) {
    GTEST_SKIP() << "the folder shared/data is not here";
  }
  const auto result = count_logs({.inputs = {folder + "/*"}});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->total.lines_count, 36'063);
  EXPECT_EQ(result->total.level(Level::kTrace), 8'436);
  EXPECT_EQ(result->total.level(Level::kInfo), 3'232);
  EXPECT_EQ(result->total.level(Level::kDebug), 1'064);
  EXPECT_EQ(result->total.level(Level::kWarn), 332);
  EXPECT_EQ(result->total.level(Level::kError), 119);
}
TEST(SharedLogsTest, TheShopsStatusesAreAsKnown) {
  const std::string folder = "../shared/data/access-logs";
  if (!std::filesystem::exists(folder)) {
    GTEST_SKIP() << "the folder shared/data is not here";
  }
  const auto result =
      count_logs({.inputs = {folder + "/shop_access_2019-01-26.log.gz", folder + "/nasa_aug95_broken_lines.log"}});
  ASSERT_TRUE(result);
  EXPECT_THAT(result->files[0].tally.status_classes, ElementsAre(0, 0, 92'979, 4'726, 1'253, 1'042));
  EXPECT_EQ(result->files[0].format, "access");
  EXPECT_EQ(result->files[1].tally.lines_count, 1'930);
  EXPECT_GT(result->files[1].tally.unparsed_lines_count, 50);
}
}  // namespace
}  // namespace weir::logs
