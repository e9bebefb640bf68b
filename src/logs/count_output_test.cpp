#include "logs/count_output.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "core/json.h"

namespace weir::logs {
namespace {
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

CountResult two_files() {
  CountResult result;
  FileCount app{.path = "app.log", .format = "text", .tally = {.size_bytes = 90, .lines_count = 1005}};
  for (int i = 0; i < 1000; ++i) {
    app.tally.records_count++;
    app.tally.status_classes[0]++;
    app.tally.levels[static_cast<std::size_t>(i < 250 ? Level::kError : Level::kInfo)]++;
  }
  app.tally.unparsed_lines_count = 5;
  app.unparsed = {{.line_number = 7, .text = "what\xff"}};
  FileCount access{.path = "a,b.gz",
                   .format = "access",
                   .tally = {.lines_count = 4, .records_count = 4, .records_without_level_count = 4}};
  access.tally.status_classes = {0, 0, 3, 0, 1, 0};
  access.error = Error{.code = ErrorCode::kCorrupt, .message = "the gzip data ends too early", .subject = "a,b.gz"};
  result.total += app.tally;
  result.total += access.tally;
  result.files = {app, access};
  result.failed_files_count = 1;
  return result;
}

TEST(CountOutputTest, TheTableHasTheGravestFirst) {
  EXPECT_EQ(count_table(two_files()),
            "level              records    share\n"
            "FATAL                    0    0.0 %\n"
            "ERROR                  250   24.9 %\n"
            "WARN                     0    0.0 %\n"
            "INFO                   750   74.7 %\n"
            "DEBUG                    0    0.0 %\n"
            "TRACE                    0    0.0 %\n"
            "(none)                   4    0.4 %\n"
            "\n"
            "status             records    share\n"
            "1xx                      0    0.0 %\n"
            "2xx                      3    0.3 %\n"
            "3xx                      0    0.0 %\n"
            "4xx                      1    0.1 %\n"
            "5xx                      0    0.0 %\n"
            "\n"
            "1,009 lines: 1,004 records, 5 not understood\n");
}
TEST(CountOutputTest, RequestsAloneAreCountedByStatusOnly) {
  CountResult result;
  result.total = {.lines_count = 2, .records_count = 2, .records_without_level_count = 2, .status_classes = {0, 0, 2, 0, 0, 0}};
  EXPECT_THAT(count_table(result), StartsWith("status             records    share\n1xx  "));
}
TEST(CountOutputTest, TheJsonBeginsWithTheLevels) {
  const std::string text = count_json(two_files());
  EXPECT_THAT(text, StartsWith("{\n  \"FATAL\": 0,\n  \"ERROR\": 250,\n  \"WARN\": 0,"));
  const auto json = parse_json(text, "count");
  ASSERT_TRUE(json);
  EXPECT_EQ((*json)["files"][0]["unparsed"][0]["line"], 7);
  EXPECT_EQ((*json)["files"][1]["4xx"], 1);
  EXPECT_EQ((*json)["files"][1]["error"], "a,b.gz: the gzip data ends too early");
  EXPECT_FALSE((*json)["files"][0].contains("2xx"));
}
TEST(CountOutputTest, TheCsvHasALineForEachFile) {
  EXPECT_THAT(count_csv(two_files()), HasSubstr("\napp.log,text,1005,1000,0,250,0,0,750,0,0,0,0,0,0,0,0,0,0,5,90,\n"
                                                "\"a,b.gz\",access,4,4,0,0,0,0,0,0,0,4,0,3,0,1,0,0,0,0,0,"
                                                "\"a,b.gz: the gzip data ends too early\"\n"));
}
TEST(CountOutputTest, NotesTellOfFailuresAndLinesNotUnderstood) {
  EXPECT_THAT(count_notes(two_files()),
              ElementsAre("app.log: 5 lines not understood (format text):", "app.log:7: what\xff",
                          "a,b.gz: the gzip data ends too early; counted are the 4 lines before"));
}
TEST(CountOutputTest, NothingIsATableOfZeros) {
  EXPECT_THAT(count_table({}), HasSubstr("\n0 lines: 0 records\n"));
}
}  // namespace
}  // namespace weir::logs
