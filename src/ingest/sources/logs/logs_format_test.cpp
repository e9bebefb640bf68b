#include <gmock/gmock.h>

#include "ingest/reading_for_test.h"

namespace weir::ingest {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kAccess =
    "a - - [01/Jan/2024:10:00:00 +0000] \"GET /x?y=1 HTTP/1.1\" 200 100\n"
    "broken \xff\n"
    "b - bo [01/Jan/2024:10:00:01 +0000] \"POST /z HTTP/1.1\" 500 -\n";
constexpr std::string_view kApp =
    "2024-01-01 20:15:01,123 INFO [main] c.shop.Order - hello\n"
    "2024-01-01 20:15:02,000 ERROR [main] c.shop.Pay - failed\n\tat x\n";

ReadOutcome read(std::string_view text, const std::string& yaml = "{}", const ReadSetup& setup = {}) {
  const TestFolder folder;
  return read_files("logs", yaml, {folder.write("in.log", text)}, setup);
}

TEST(LogsFormat, GivesRequestsAndRejectsTheRest) {
  const ReadOutcome outcome = read(kAccess);
  EXPECT_THAT(outcome.names(), ElementsAre("time", "host", "user_name", "method", "path", "query", "protocol", "status", "bytes", "referer", "user_agent",
                                           "duration_ms", "line"));
  EXPECT_THAT(outcome.lines(), ElementsAre("2024-01-01 10:00:00|a|NULL|GET|/x|y=1|HTTP/1.1|200|100|NULL|NULL|NULL|1",
                                           "2024-01-01 10:00:01|b|bo|POST|/z|NULL|HTTP/1.1|500|NULL|NULL|NULL|NULL|3"));
  EXPECT_THAT(outcome.reject_lines(), ElementsAre("2"));
  EXPECT_EQ(outcome.rejects.at(0).reason, "is no record of the format access");
  EXPECT_EQ(outcome.rejects.at(0).raw_text, "broken \\xFF");
  EXPECT_EQ(outcome.records_count, 3U);
}
TEST(LogsFormat, GivesMessagesWithTheirFurtherLines) {
  const ReadOutcome outcome = read(kApp);
  EXPECT_THAT(outcome.lines(), ElementsAre("2024-01-01 20:15:01.123|INFO|main|c.shop.Order|hello|1",
                                           "2024-01-01 20:15:02|ERROR|main|c.shop.Pay|failed\n\tat x|2"));
}
TEST(LogsFormat, FilesOfDifferentFormatsHaveAllColumns) {
  const TestFolder folder;
  const ReadOutcome outcome = read_files("logs", "{}", {folder.write("a.log", kAccess), folder.write("b.log", kApp)});
  EXPECT_THAT(outcome.names(), ElementsAre("time", "level", "thread", "logger", "message", "host", "user_name", "method", "path", "query", "protocol",
                                           "status", "bytes", "referer", "user_agent", "duration_ms", "line"));
  EXPECT_EQ(outcome.rows.size(), 4U);
}
TEST(LogsFormat, TheRawTextComesWhenDeclared) {
  const ReadOutcome outcome = read("{\"level\":\"info\",\"msg\":\"x\"}\n", "{}", {.declared = {{"raw", {.id = duck::TypeId::kVarchar}}}});
  EXPECT_EQ(outcome.names().back(), "raw");
  EXPECT_EQ(outcome.rows.at(0).back(), "{\"level\":\"info\",\"msg\":\"x\"}");
}
TEST(LogsFormat, TimesMayBeMoments) {
  const ReadOutcome outcome = read(kApp, "{}", {.declared = {{"time", {.id = duck::TypeId::kTimestampTz}}}});
  EXPECT_EQ(outcome.rows.at(1).at(0), "2024-01-01 20:15:02+00");
}
TEST(LogsFormat, OtherTypesAreRefused) {
  const ReadOutcome outcome = read(kAccess, "{}", {.declared = {{"status", {.id = duck::TypeId::kVarchar}}}});
  ASSERT_TRUE(outcome.error);
  EXPECT_THAT(outcome.error->text(), HasSubstr("status: logs give it as INTEGER, not as VARCHAR"));
}
TEST(LogsFormat, ARecordWithoutItsKeyIsRejected) {
  const ReadOutcome outcome = read(kAccess, "{}", {.keys = {"user_name"}});
  EXPECT_THAT(outcome.reject_lines(), ElementsAre("1 user_name", "2"));
}
TEST(LogsFormat, AFileWithoutAFormatIsBad) {
  const ReadOutcome outcome = read("once upon a time\nthere was\n");
  ASSERT_EQ(outcome.bad_files.size(), 1U);
  EXPECT_THAT(outcome.bad_files[0].error.text(), HasSubstr("log_format"));
}
TEST(LogsFormat, TakesAFormat) {
  EXPECT_EQ(read("<11>x\n{\"level\":\"warn\"}\n", "log_format: syslog").rows.size(), 1U);
  const ReadOutcome wrong = read("x", "log_format: sylog");
  ASSERT_TRUE(wrong.error);
  EXPECT_THAT(wrong.error->text(), HasSubstr("ingest/test.yml:1:13: "));
  EXPECT_THAT(wrong.error->text(), HasSubstr("did you mean \"syslog\"?"));
}
}  // namespace
}  // namespace weir::ingest
