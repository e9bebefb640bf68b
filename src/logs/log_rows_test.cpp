#include "logs/log_rows.h"

#include <gmock/gmock.h>

#include "core/files.h"

namespace weir::logs {
namespace {
class LogRowsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    database_ = duck::Database::open({.threads_count = 4}).value();
    connection_.emplace(database_->connect().value());
    ASSERT_TRUE(register_logs_function(*connection_, folder_.path().string()));
  }
  void write(std::string_view name, std::string_view text) { ASSERT_TRUE(write_file(folder_.path() / name, text)); }
  /// All rows of a query as "a|b;c|d", NULL as "-"; the error's text when it fails.
  std::string query(std::string_view sql) {
    const auto rows = connection_->query_rows(sql);
    if (!rows) {
      return rows.error().text();
    }
    std::string text;
    for (const auto& row : *rows) {
      text += text.empty() ? "" : ";";
      for (std::size_t i = 0; i < row.size(); ++i) {
        text += (i == 0 ? "" : "|") + row[i].value_or("-");
      }
    }
    return text;
  }

  TempDir folder_ = *TempDir::create();
  std::shared_ptr<duck::Database> database_;
  std::optional<duck::Connection> connection_;
};

constexpr std::string_view kAccess =
    "a - - [01/Jan/2024:10:00:00 +0000] \"GET /x?y=1 HTTP/1.1\" 200 100 \"-\" \"agent of more than twelve\" 0.0105\n"
    "broken\n"
    "b - bo [01/Jan/2024:10:00:01 +0000] \"POST /z HTTP/1.1\" 500 - \"http://r/\" \"-\"\n";

TEST_F(LogRowsTest, GivesRequests) {
  write("access.log", kAccess);
  EXPECT_EQ(query("SELECT time, host, user_name, method, path, query, protocol, status, bytes, referer, user_agent, "
                  "duration_ms, line FROM logs('access.log') ORDER BY line"),
            "2024-01-01 10:00:00|a|-|GET|/x|y=1|HTTP/1.1|200|100|-|agent of more than twelve|10.5|1;"
            "2024-01-01 10:00:01|b|bo|POST|/z|-|HTTP/1.1|500|-|http://r/|-|-|3");
}
TEST_F(LogRowsTest, GivesUnparsedLinesWhenAsked) {
  write("access.log", kAccess);
  EXPECT_EQ(query("SELECT count(*) FROM logs('access.log')"), "2");
  EXPECT_EQ(query("SELECT line, raw, status FROM logs('access.log', unparsed => 'true') WHERE time IS NULL"), "2|broken|-");
}
TEST_F(LogRowsTest, GivesMessages) {
  write("app.log",
        "2024-01-01 20:15:01,123 INFO [main] c.shop.Order - hello\n"
        "2024-01-01 20:15:02,000 ERROR [main] c.shop.Pay - failed\n\tat x\n");
  EXPECT_EQ(query("SELECT time, level, thread, logger, message FROM logs('app.log') ORDER BY line"),
            "2024-01-01 20:15:01.123|INFO|main|c.shop.Order|hello;2024-01-01 20:15:02|ERROR|main|c.shop.Pay|failed\n\tat x");
}
TEST_F(LogRowsTest, ReadsPatternsAndThePathsOfFiles) {
  write("a.log", kAccess);
  write("b.log", kAccess);
  EXPECT_EQ(query("SELECT count(*), count(DISTINCT file) FROM logs('" + folder_.path().string() + "/*.log')"), "4|2");
}
TEST_F(LogRowsTest, TakesAFormat) {
  write("a.log", kAccess);
  EXPECT_EQ(query("SELECT count(level), count(*) FROM logs('a.log', format => 'json', unparsed => 'true')"), "0|3");
  EXPECT_THAT(query("SELECT 1 FROM logs('a.log', format => 'jsn')"), ::testing::HasSubstr("did you mean \"json\"?"));
}
TEST_F(LogRowsTest, MendsWhatIsNoUtf8) {
  write("a.log", "2024-01-01 20:15:01 INFO a\xff\xe2\x82\xac\xc3 b\n");
  EXPECT_EQ(query("SELECT message FROM logs('a.log')"), "a\uFFFD\u20ac\uFFFD b");
}
TEST_F(LogRowsTest, TellsWhatIsMissing) {
  EXPECT_THAT(query("SELECT 1 FROM logs('none.log')"), ::testing::HasSubstr("none.log: cannot open"));
  EXPECT_THAT(query("SELECT 1 FROM logs('none*.log')"), ::testing::HasSubstr("no file matches"));
  EXPECT_THAT(query("SELECT 1 FROM logs('-')"), ::testing::HasSubstr("name a file"));
}
TEST_F(LogRowsTest, ThreadsGiveEachRecordOnce) {
  std::string text;
  constexpr int kRecords = 100'000;
  for (int i = 0; i < kRecords; ++i) {
    text += "2024-01-01 20:15:01 INFO number " + std::to_string(i) + "\n";
  }
  write("a.log", text);
  EXPECT_EQ(query("SELECT count(*), count(DISTINCT message), count(DISTINCT line), max(line), "
                  "count_if(message <> 'number ' || (line - 1)) FROM logs('a.log')"),
            "100000|100000|100000|100000|0");
}
}  // namespace
}  // namespace weir::logs
