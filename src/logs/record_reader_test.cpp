#include "logs/record_reader.h"

#include <gmock/gmock.h>
#include <zlib.h>

#include <filesystem>

#include "core/clock.h"
#include "core/files.h"
#include "core/text.h"

namespace weir::logs {
namespace {
/// A record whose texts are its own.
struct Kept {
  Record record;
  std::string raw, thread, logger, message, host, user, method, path, query, protocol, referer, user_agent, stream, time;
};

Kept keep(const Record& record) {
  Kept kept;
  kept.record = record;
  const auto copy = [](std::string_view text) { return text.data() == nullptr ? "-" : std::string(text); };
  kept.raw = copy(record.raw);
  kept.thread = copy(record.thread);
  kept.logger = copy(record.logger);
  kept.message = copy(record.message);
  kept.host = copy(record.host);
  kept.user = copy(record.user);
  kept.method = copy(record.method);
  kept.path = copy(record.path);
  kept.query = copy(record.query);
  kept.protocol = copy(record.protocol);
  kept.referer = copy(record.referer);
  kept.user_agent = copy(record.user_agent);
  kept.stream = copy(record.stream);
  kept.time = record.time ? format_timestamp(Timestamp(std::chrono::microseconds(*record.time))) : "-";
  return kept;
}

std::vector<Kept> read_file_records(const std::filesystem::path& path, Format format = Format::kAuto) {
  std::vector<Kept> records;
  auto blocks = RecordBlocks::open(path.string(), format);
  EXPECT_TRUE(blocks) << blocks.error().text();
  RecordBlocks::Buffer buffer;
  constexpr std::int64_t kNewest = 1'700'000'000'000'000;  // 2023-11-14
  RecordReader reader((*blocks)->recognition(), kNewest);
  for (;;) {
    const auto more = (*blocks)->next(buffer);
    EXPECT_TRUE(more) << more.error().text();
    if (!more || !*more) {
      return records;
    }
    reader.start(buffer.block());
    Record record;
    while (reader.next(record)) {
      records.push_back(keep(record));
    }
  }
}

std::vector<Kept> read_text(std::string_view text, Format format = Format::kAuto) {
  const auto folder = TempDir::create();
  EXPECT_TRUE(folder);
  const auto path = folder->path() / "a.log";
  EXPECT_TRUE(write_file(path, text));
  return read_file_records(path, format);
}

TEST(RecordReaderTest, ReadsARequest) {
  const auto records = read_text(
      "2001:db8::7 - anna17 [01/Jan/2024:20:15:01 +0100] \"GET /product/17?ref=mail HTTP/1.1\" 404 8123 "
      "\"http://shop/\" \"Mozilla/5.0 (X)\" 0.123\n");
  ASSERT_EQ(records.size(), 1U);
  const Kept& one = records[0];
  EXPECT_EQ(one.time, "2024-01-01T19:15:01Z");
  EXPECT_EQ(one.host, "2001:db8::7");
  EXPECT_EQ(one.user, "anna17");
  EXPECT_EQ(one.method, "GET");
  EXPECT_EQ(one.path, "/product/17");
  EXPECT_EQ(one.query, "ref=mail");
  EXPECT_EQ(one.protocol, "HTTP/1.1");
  EXPECT_EQ(one.referer, "http://shop/");
  EXPECT_EQ(one.user_agent, "Mozilla/5.0 (X)");
  EXPECT_EQ(one.record.status, 404);
  EXPECT_EQ(one.record.bytes, 8123);
  EXPECT_EQ(one.record.duration_us, 123'000);
}
TEST(RecordReaderTest, ReadsOddRequests) {
  const auto records = read_text(
      "h - - [01/Jan/2024:20:15:01 +0000] \"\\x16\\x03\" 400 -\n"
      "h - a [b] [01/Jan/2024:20:15:01 +0000] \"GET /\"q\" HTTP/1.0\" 200 7\n"
      "shop:443 1.2.3.4 - - [01/Jan/2024:20:15:01 +0000] \"GET /a\" 301 7 \"-\" \"-\" 1500 \"x\"\n");
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].method, "-");
  EXPECT_EQ(records[0].path, "\\x16\\x03");
  EXPECT_EQ(records[0].record.bytes, -1);
  EXPECT_EQ(records[0].record.duration_us, -1);
  EXPECT_EQ(records[1].path, "/\"q\"");
  EXPECT_EQ(records[1].user, "a [b]");
  EXPECT_EQ(records[2].host, "1.2.3.4");
  EXPECT_EQ(records[2].user, "-");
  EXPECT_EQ(records[2].path, "/a");
  EXPECT_EQ(records[2].record.duration_us, 1500);
}
TEST(RecordReaderTest, JoinsTracesToTheirRecord) {
  const auto records = read_text(
      "2024-01-01 20:15:01,123 INFO [http exec 7] com.shop.Order - Order 4711 confirmed\r\n"
      "\n"
      "2024-01-01 20:15:02,000 ERROR [main] com.shop.Pay - failed\n"
      "java.io.IOException: no\n"
      "\n"
      "\tat c.P.x(P.java:1)\n"
      "\n"
      "2024-01-01 20:15:03,000 nothing\n"
      "2024-01-01 20:15:03,000 WARN [main] com.shop.Pay - x");
  ASSERT_EQ(records.size(), 4U);
  EXPECT_EQ(records[0].time, "2024-01-01T20:15:01.123000Z");
  EXPECT_EQ(records[0].record.level, Level::kInfo);
  EXPECT_EQ(records[0].thread, "http exec 7");
  EXPECT_EQ(records[0].logger, "com.shop.Order");
  EXPECT_EQ(records[0].message, "Order 4711 confirmed");
  EXPECT_EQ(records[1].message, "failed\njava.io.IOException: no\n\n\tat c.P.x(P.java:1)");
  EXPECT_EQ(records[1].record.line_number, 3U);
  EXPECT_FALSE(records[2].record.is_parsed);
  EXPECT_EQ(records[2].raw, "2024-01-01 20:15:03,000 nothing");
  EXPECT_EQ(records[2].record.line_number, 8U);
  EXPECT_EQ(records[3].record.line_number, 9U);
  EXPECT_EQ(records[3].record.level, Level::kWarn);
}

struct TextCase {
  const char* lines;
  const char* time;
  const char* thread;
  const char* logger;
  const char* message;
};
class TextRecordTest : public ::testing::TestWithParam<TextCase> {};
TEST_P(TextRecordTest, ReadsTheLastLine) {
  const auto records = read_text(GetParam().lines);
  ASSERT_FALSE(records.empty());
  EXPECT_EQ(records.back().time, GetParam().time);
  EXPECT_EQ(records.back().thread, GetParam().thread);
  EXPECT_EQ(records.back().logger, GetParam().logger);
  EXPECT_EQ(records.back().message, GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    Formats, TextRecordTest,
    ::testing::Values(
        TextCase{"WARNING:root:text\nINFO:a.b:more text", "-", "-", "a.b", "more text"},
        TextCase{"2024-05-07 12:00:00,123 - root - CRITICAL - x\n2024-05-07 12:00:00,123 - root - INFO - y z",
                 "2024-05-07T12:00:00.123000Z", "-", "root", "y z"},
        TextCase{"[Sun Dec 04 04:47:44 2005] [notice] a b\n[Sun Dec 04 04:47:44 2005] [error] c d", "2005-12-04T04:47:44Z",
                 "-", "-", "c d"},
        TextCase{"2024/05/07 12:00:00 [warn] 12#0: *3 open() failed", "2024-05-07T12:00:00Z", "-", "-",
                 "12#0: *3 open() failed"},
        TextCase{"[2016-12-20 00:00:36,888] INFO Deleting segment 1 (kafka.log.Log)", "2016-12-20T00:00:36.888000Z", "-",
                 "kafka.log.Log", "Deleting segment 1"},
        TextCase{"2024-05-07T12:00:00Z \x1b[33mWARN\x1b[0m a::b: x\n2024-05-07T12:00:00Z \x1b[32mINFO\x1b[0m a::b: x y",
                 "2024-05-07T12:00:00Z", "-", "a::b", "x y"},
        TextCase{"05-07 12:00:00.1 12 34 I Tag: x\n05-07 12:00:00.1 12 34 E Tag: y", "2023-05-07T12:00:00.100000Z", "12", "Tag",
                 "y"},
        TextCase{"<34>Oct 11 22:14:15 mymachine su: 'su root' failed", "2023-10-11T22:14:15Z", "-", "su",
                 "'su root' failed"},
        TextCase{"<165>1 2003-10-11T22:14:15.003Z host app 8710 ID47 [x@1 a=\"b] c\"] An event", "2003-10-11T22:14:15.003000Z",
                 "8710", "app", "An event"},
        TextCase{"I0507 12:04:17.597069       1 descheduler.go:169] \"Number\" total=0", "2023-05-07T12:04:17.597069Z", "1",
                 "descheduler.go:169", "\"Number\" total=0"},
        TextCase{R"({"ts":1700000000.5,"level":"warn","logger":"a.b","msg":"say \"hi\"\n\u00e9"})",
                 "2023-11-14T22:13:20.500000Z", "-", "a.b", "say \"hi\"\n\xc3\xa9"},
        TextCase{R"(time="2024-05-07T11:59:43.950000Z" level=info caller=a.go:1 msg="Start \"x\"")", "2024-05-07T11:59:43.950000Z",
                 "-", "a.go:1", "Start \"x\""}));

TEST(RecordReaderTest, JoinsContainersLines) {
  const auto records = read_text(
      "2024-05-07T10:00:00.123456789Z stderr P 2024-01-01 20:15:01 ERROR first \n"
      "2024-05-07T10:00:00.2Z stderr F half\n"
      "2024-05-07T10:00:01Z stdout F \tat x\n"
      "2024-05-07T10:00:02Z stdout F 2024-01-01 20:15:01 INFO y\n");
  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].time, "2024-05-07T10:00:00.123456Z");
  EXPECT_EQ(records[0].stream, "stderr");
  EXPECT_EQ(records[0].message, "first half\n\tat x");
  EXPECT_EQ(records[0].record.level, Level::kError);
  EXPECT_EQ(records[1].message, "y");
  EXPECT_EQ(records[1].record.line_number, 4U);
}

TEST(RecordReaderTest, TakesOddBytes) {
  using namespace std::string_literals;
  EXPECT_TRUE(read_text("").empty());
  EXPECT_TRUE(read_text("\n\n\n").empty());
  const auto records = read_text(std::string(3000, '\0') + "2024-01-01 20:15:01 INFO \xff\xfe x\0y\n"s);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].message, "\xff\xfe x\0y"s);
  const auto wide = read_text("\xff\xfe<\0\x31\0>\0x\0\n\0"s);
  ASSERT_EQ(wide.size(), 1U);
  EXPECT_EQ(wide[0].message, "x");
}
TEST(RecordReaderTest, TakesMarksThatNothingFollows) {
  const auto records = read_text("17/06/09 20:10:40 |INFO a.b: x\n17/06/09 20:10:40 [|]INFO a.b: y\n");
  ASSERT_FALSE(records.empty());
  EXPECT_EQ(records[0].message, "x");
}
TEST(RecordReaderTest, KeepsTheBeginningOfLongLines) {
  constexpr std::size_t kLong = 9'000'000;
  const std::string text = "2024-01-01 20:15:01 INFO a\n2024-01-01 20:15:02 INFO " + std::string(kLong, 'x') +
                           "\n2024-01-01 20:15:03 WARN b\n";
  for (const bool is_packed : {false, true}) {
    // UTF-16 is read as a stream.
    std::string wide = "\xff\xfe";
    for (const char c : text) {
      wide += c;
      wide += '\0';
    }
    const auto records = read_text(is_packed ? wide : text);
    ASSERT_EQ(records.size(), 3U) << is_packed;
    EXPECT_GE(records[1].message.size(), RecordBlocks::kRecordBytesMax);
    EXPECT_LT(records[1].message.size(), kLong);
    EXPECT_EQ(records[2].record.line_number, 3U);
    EXPECT_EQ(records[2].message, "b");
  }
}
TEST(RecordReaderTest, KeepsTheBeginningOfLongRecords) {
  std::string text = "2024-01-01 20:15:01 INFO a\n";
  constexpr std::size_t kLines = 200'000;
  for (std::size_t i = 0; i < kLines; ++i) {
    text += "\tat some.place.in.code(Code.java:1)\n";
  }
  text += "2024-01-01 20:15:03 WARN b\n";
  const auto records = read_text(text);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_GE(records[0].raw.size(), RecordBlocks::kRecordBytesMax);
  EXPECT_EQ(records[1].record.line_number, kLines + 2);
}
TEST(RecordReaderTest, BlocksHaveEachRecordOnce) {
  std::string text;
  constexpr std::size_t kRecords = 60'000;
  for (std::size_t i = 0; i < kRecords; ++i) {
    text += "2024-01-01 20:15:01,123 INFO [main] c.O - number " + std::to_string(i) + "\n";
    if (i % 3 == 0) {
      text += "java.x: y\n\tat z\n";
    }
  }
  const auto records = read_text(text);
  ASSERT_EQ(records.size(), kRecords);
  std::uint64_t line = 1;
  for (std::size_t i = 0; i < kRecords; ++i) {
    ASSERT_EQ(records[i].record.line_number, line);
    ASSERT_EQ(records[i].message, "number " + std::to_string(i) + (i % 3 == 0 ? "\njava.x: y\n\tat z" : ""));
    line += i % 3 == 0 ? 3U : 1U;
  }
}

TEST(RecordReaderTest, GivesWhatIsSoundOfAPackedFileThatIsCutOff) {
  std::string text;
  constexpr std::size_t kRecords = 200'000;
  for (std::size_t i = 0; i < kRecords; ++i) {
    text += "2024-01-01 20:15:01 INFO number " + std::to_string(i * 7919) + "\n";
  }
  std::string packed(text.size(), '\0');
  z_stream stream{};
  ASSERT_EQ(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(text.data());
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  ASSERT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out / 2);
  deflateEnd(&stream);
  const auto folder = TempDir::create();
  const auto path = folder->path() / "a.log.gz";
  ASSERT_TRUE(write_file(path, packed));
  const auto blocks = RecordBlocks::open(path.string());
  ASSERT_TRUE(blocks);
  RecordReader reader((*blocks)->recognition(), 0);
  RecordBlocks::Buffer buffer;
  std::uint64_t last_line = 0;
  auto more = (*blocks)->next(buffer);
  for (; more && *more; more = (*blocks)->next(buffer)) {
    reader.start(buffer.block());
    for (Record record; reader.next(record);) {
      EXPECT_EQ(record.line_number, last_line + 1);
      last_line = record.line_number;
    }
  }
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, ErrorCode::kCorrupt);
  EXPECT_GT(last_line, kRecords / 3);
}

/// The fields of one line of a CSV file without line breaks in fields.
std::vector<std::string> csv_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"') {
      for (++i; i < line.size() && (line[i] != '"' || (i + 1 < line.size() && line[i + 1] == '"')); ++i) {
        fields.back() += line[i];
        i += line[i] == '"' ? 1U : 0U;
      }
    } else if (line[i] == ',') {
      fields.emplace_back();
    } else {
      fields.back() += line[i];
    }
  }
  return fields;
}

struct System {
  const char* name;
  const char* time;  ///< of columns, as "{Date}T{Time}"
};
/// "2015-10-18T18:01:47,978" and the like as weir writes times: only digits are compared, to the second and what is left of its fraction.
std::string digits_of(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digits += c;
    }
  }
  while (digits.size() > 14 && digits.back() == '0') {
    digits.pop_back();  // of the fraction
  }
  return digits;
}

class LoghubRecordsTest : public ::testing::TestWithParam<System> {};
TEST_P(LoghubRecordsTest, TimesLevelsAndMessagesAgreeLineByLine) {
  const std::filesystem::path folder = "../shared/data/app-logs/loghub-2k";
  if (!std::filesystem::exists(folder)) {
    GTEST_SKIP() << "the folder shared/data is not here";
  }
  const auto structured = read_file(folder / (std::string(GetParam().name) + "_2k.log_structured.csv"));
  ASSERT_TRUE(structured);
  const auto records = read_file_records(folder / (std::string(GetParam().name) + "_2k.log"));
  ASSERT_EQ(records.size(), 2000U);
  const auto rows = split(*structured, '\n');
  const auto header = csv_fields(trim(rows[0]));
  const bool has_levels = std::ranges::find(header, "Level") != header.end() && std::string_view(GetParam().name) != "Linux";
  std::size_t messages_agree = 0;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const auto fields = csv_fields(trim(rows[i + 1]));
    std::string time = GetParam().time;
    std::string content;
    for (std::size_t k = 0; k < header.size(); ++k) {
      if (header[k] == "Content") {
        content = fields[k];
      } else if (header[k] == "Level") {
        EXPECT_EQ(records[i].record.level, has_levels ? parse_level(fields[k]) : Level::kNone);
      }
      std::string value = fields[k];
      constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
      if (value.size() == 3 && kMonths.find(value) != std::string_view::npos) {
        value = std::to_string(kMonths.find(value) / 3 + 101).substr(1);
      } else if (value.size() < 2) {
        value.insert(0, 1, '0');
      }
      time = replace_all(time, "{" + header[k] + "}", value);
    }
    if (std::string_view(GetParam().name) == "Apache") {
      // "Sun Dec 04 04:47:44 2005"
      time = fields[1].substr(20) + (fields[1].substr(4, 3) == "Dec" ? "12" : "?") + fields[1].substr(8, 11);
    }
    EXPECT_EQ(records[i].record.line_number, i + 1);
    EXPECT_EQ(digits_of(records[i].time), digits_of(time)) << i + 1 << ": " << records[i].raw;
    // OpenStack's request ids in brackets stay with the message.
    const bool agrees = std::string_view(GetParam().name) == "OpenStack"
                            ? trim(records[i].message).ends_with(trim(content))
                            : trim(content) == trim(records[i].message);
    messages_agree += agrees ? 1U : 0U;
  }
  // What stands in front of the message is guessed, and loghub's own parse of it is not beyond doubt.
  EXPECT_GE(messages_agree, 1950U);
}
INSTANTIATE_TEST_SUITE_P(Systems, LoghubRecordsTest,
                         ::testing::Values(System{"Hadoop", "{Date}T{Time}"}, System{"HDFS", "20{Date}T{Time}"},
                                           System{"Zookeeper", "{Date}T{Time}"}, System{"OpenStack", "{Date}T{Time}"},
                                           System{"Linux", "2023{Month}{Date}T{Time}"}, System{"Apache", ""},
                                           System{"OpenSSH", "2022{Date}{Day}T{Time}"}, System{"Spark", "20{Date}T{Time}"}),
                         [](const auto& system) { return std::string(system.param.name); });
}  // namespace
}  // namespace weir::logs
