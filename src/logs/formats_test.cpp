#include <gmock/gmock.h>

#include "logs/level.h"
#include "logs/line_formats.h"
#include "logs/newlines.h"

namespace weir::logs {
namespace {
Level level_of(const std::optional<LineVerdict>& verdict) {
  EXPECT_TRUE(verdict.has_value());
  return verdict ? verdict->level : Level::kNone;
}

TEST(LevelTest, KnowsSpellingsInAnyCase) {
  EXPECT_EQ(parse_level("warn"), Level::kWarn);
  EXPECT_EQ(parse_level("Warning"), Level::kWarn);
  EXPECT_EQ(parse_level("SEVERE"), Level::kError);
  EXPECT_EQ(parse_level("crit"), Level::kFatal);
  EXPECT_EQ(parse_level("dbug"), Level::kDebug);
  EXPECT_EQ(parse_level("Informational"), Level::kInfo);
  EXPECT_EQ(parse_level("E"), Level::kError);
  EXPECT_EQ(parse_level("errors"), Level::kNone);
  EXPECT_EQ(parse_level(""), Level::kNone);
}

TEST(LevelTest, KnowsNumbersOfPinoAndSyslog) {
  EXPECT_EQ(level_of_number("30"), Level::kInfo);
  EXPECT_EQ(level_of_number("60"), Level::kFatal);
  EXPECT_EQ(level_of_number("3"), Level::kError);
  EXPECT_EQ(level_of_number("35"), Level::kNone);
  EXPECT_EQ(level_of_number("99999999999999"), Level::kNone);
}

TEST(NewlinesTest, AllKernelsFindTheSame) {
  std::string text;
  for (std::size_t i = 0; i < 3000; ++i) {
    text += i % 7 == 0 || i % 64 == 63 || i % 100 < 3 ? '\n' : static_cast<char>(i);
  }
  for (const NewlineKernel& kernel : newline_kernels()) {
    for (std::size_t size = 0; size < 200; ++size) {
      const std::string_view part = std::string_view(text).substr(size, size * 7);
      std::vector<std::uint32_t> expected;
      for (std::size_t i = 0; i < part.size(); ++i) {
        if (part[i] == '\n') {
          expected.push_back(static_cast<std::uint32_t>(i));
        }
      }
      std::vector<std::uint32_t> found(part.size() + 1);
      found.resize(kernel.find(part, found.data()));
      EXPECT_EQ(found, expected) << kernel.name << " " << size;
    }
  }
}

TEST(AccessTest, TellsTheStatusClass) {
  const auto verdict = parse_access(R"(1.2.3.4 - - [01/Jan/2024:20:15:01 +0000] "GET / HTTP/1.1" 404 12 "-" "x")");
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->status_class, 4);
  EXPECT_EQ(verdict->level, Level::kNone);
}
TEST(AccessTest, TakesOddRequestsAndUsers) {
  EXPECT_TRUE(parse_access(R"(h - a [b] [01/Jan/2024:20:15:01 +0000] "\x16\x03" 400 0)"));
  EXPECT_TRUE(parse_access(R"(h - - [01/Jan/2024:20:15:01 +0000] "GET /"q" HTTP/1.0" 200 -)"));
  EXPECT_TRUE(parse_access(R"(h - - [01/Jan/2024:20:15:01 +0000] "GET /\"q" 301 7)"));
}
TEST(AccessTest, RefusesABrokenLine) {
  EXPECT_FALSE(parse_access(R"(h - - [01/Jan/2024:20:15:01 +0000] "GET / HTTP/1.0")"));
  EXPECT_FALSE(parse_access(R"(h - - [01/Jan/2024:20:15:01 +0000] "GET / HTTP/1.0" 200)"));
  EXPECT_FALSE(parse_access(R"(/shuttle.gif HTTP/1.0" 200 1204)"));
  EXPECT_FALSE(parse_access("[01/"));
}

TEST(SyslogTest, TakesTheSeverityOfThePriority) {
  EXPECT_EQ(level_of(parse_syslog("<34>Oct 11 22:14:15 mymachine su: 'su root' failed")), Level::kFatal);
  EXPECT_EQ(level_of(parse_syslog("<165>1 2003-10-11T22:14:15.003Z host app - ID47 - text")), Level::kNotice);
  EXPECT_EQ(level_of(parse_syslog("<191>x")), Level::kDebug);
}
TEST(SyslogTest, HasNoLevelWithoutPriority) {
  EXPECT_EQ(level_of(parse_syslog("Jun  9 06:06:20 combo syslogd 1.4.1: restart.")), Level::kNone);
}
TEST(SyslogTest, RefusesOtherText) {
  EXPECT_FALSE(parse_syslog("<192>x"));
  EXPECT_FALSE(parse_syslog("<>x"));
  EXPECT_FALSE(parse_syslog("<12"));
  EXPECT_FALSE(parse_syslog("Jux  9 06:06:20 combo x"));
  EXPECT_FALSE(parse_syslog("Jun  9 06:06:20 ERROR x"));
  EXPECT_FALSE(parse_syslog("Jun"));
}

TEST(JsonLineTest, FindsTheLevelKeyAtTheTopOnly) {
  EXPECT_EQ(level_of(parse_json_line(R"({"msg":"level \" ERROR","ctx":{"level":"error"},"level":"warn"})")),
            Level::kWarn);
  EXPECT_EQ(level_of(parse_json_line(R"({ "a" : [1,{"b":"]"}] , "Severity" : "ERROR" })")), Level::kError);
  EXPECT_EQ(level_of(parse_json_line(R"({"lvl":50,"x":1})")), Level::kError);
  EXPECT_EQ(level_of(parse_json_line(R"({"log":{"x":1,"level":"debug"},"y":2})")), Level::kDebug);
}
TEST(JsonLineTest, HasNoLevelWithoutTheKey) {
  EXPECT_EQ(level_of(parse_json_line(R"({"message":"ERROR"})")), Level::kNone);
  EXPECT_EQ(level_of(parse_json_line("{}")), Level::kNone);
  EXPECT_EQ(level_of(parse_json_line(R"({"level":"audit"})")), Level::kNone);
}
TEST(JsonLineTest, RefusesWhatIsCutOff) {
  EXPECT_FALSE(parse_json_line(R"({"message":"ERR)"));
  EXPECT_FALSE(parse_json_line(R"({"message")"));
  EXPECT_FALSE(parse_json_line(R"({"a":{"level":"info")"));
  EXPECT_FALSE(parse_json_line("[1]"));
}

TEST(LogfmtTest, FindsTheLevelOutsideOfQuotes) {
  EXPECT_EQ(level_of(parse_logfmt(R"(time="2024-05-07" msg="a level=error b" level=info x=1)")), Level::kInfo);
  EXPECT_EQ(level_of(parse_logfmt("ts=1 flag lvl=\"WRN\"")), Level::kWarn);
}
TEST(LogfmtTest, RefusesOtherText) {
  EXPECT_FALSE(parse_logfmt("the level=info is prose"));
  EXPECT_FALSE(parse_logfmt("a=1 b=2"));
  EXPECT_FALSE(parse_logfmt("a=\"open level=info"));
  EXPECT_FALSE(parse_logfmt("=x level=info"));
}

TEST(GlogTest, TakesTheLetter) {
  EXPECT_EQ(level_of(parse_glog("W0507 12:04:17.597069       1 descheduler.go:169] text")), Level::kWarn);
  EXPECT_EQ(level_of(parse_glog("F20240507 12:04:17.597069 1 a.cc:1] text")), Level::kFatal);
  EXPECT_FALSE(parse_glog("I am text"));
  EXPECT_FALSE(parse_glog("X0507 12:04:17.597069"));
}

TEST(CriTest, CutsTheRuntimesPartOff) {
  const auto line = parse_cri("2024-05-07T10:00:00.123456789Z stderr P first half");
  ASSERT_TRUE(line);
  EXPECT_TRUE(line->is_partial);
  EXPECT_EQ(line->text, "first half");
  EXPECT_FALSE(parse_cri("2024-05-07T10:00:00Z INFO text"));
  EXPECT_FALSE(parse_cri("2024-05-07T10:00:00Z stdout X text"));
}
}  // namespace
}  // namespace weir::logs
