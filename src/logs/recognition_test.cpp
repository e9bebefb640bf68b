#include "logs/recognition.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "core/files.h"
#include "core/text.h"

namespace weir::logs {
namespace {
/// The levels of the lines, "CONT" for continuations, "?" for what is not understood, "-" for records without a level.
std::string levels_in(std::string_view text, Format format = Format::kAuto) {
  const Recognition recognition = Recognition::recognise(text, format);
  std::vector<std::string> levels;
  for (const std::string& line : split(text, '\n')) {
    const LineVerdict verdict = recognition.classify(line);
    switch (verdict.kind) {
      case LineKind::kRecord:
        levels.emplace_back(verdict.level == Level::kNone ? "-" : level_name(verdict.level));
        break;
      case LineKind::kContinuation:
        levels.emplace_back("CONT");
        break;
      case LineKind::kBlank:
        levels.emplace_back("BLANK");
        break;
      case LineKind::kUnparsed:
        levels.emplace_back("?");
        break;
    }
  }
  return join(levels, " ");
}

TEST(RecognitionTest, FindsTheLevelOfLog4jAtItsPlace) {
  EXPECT_EQ(levels_in("2024-01-01 20:15:01,123 INFO [a b] c.O - ERROR in text\n"
                      "2024-01-01 20:15:01,140 ERROR [c] c.P - failed\n"
                      "java.io.IOException: WARN no\n"
                      "\tat c.P.x(P.java:1)\n"
                      "\n"
                      "2024-01-01 20:15:01,150 WARN [c] c.P - x"),
            "INFO ERROR CONT CONT BLANK WARN");
}
TEST(RecognitionTest, FindsTheLevelBehindAThreadWithSpaces) {
  EXPECT_EQ(levels_in("12:00:00.001 [http exec 7] DEBUG c.A - x\n12:00:00.002 [main] INFO  c.B - y"), "DEBUG INFO");
}
TEST(RecognitionTest, KnowsPythonsPatterns) {
  EXPECT_EQ(levels_in("WARNING:root:text\nINFO:a.b:text"), "WARN INFO");
  EXPECT_EQ(levels_in("2024-05-07 12:00:00,123 - root - CRITICAL - x\n2024-05-07 12:00:00,123 - root - INFO - x"),
            "FATAL INFO");
  EXPECT_EQ(levels_in("2024-05-07 12:00:00,123:INFO:root:x\n2024-05-07 12:00:00,123:ERROR:root:x"), "INFO ERROR");
}
TEST(RecognitionTest, KnowsBracketsColoursAndPipes) {
  EXPECT_EQ(levels_in("[INFO] a\n[ERROR] b"), "INFO ERROR");
  EXPECT_EQ(levels_in("[Sun Dec 04 04:47:44 2005] [notice] a\n[Sun Dec 04 04:47:44 2005] [error] b"), "NOTICE ERROR");
  EXPECT_EQ(
      levels_in("[Wed Oct 11 14:32:52.1 2023] [core:error] [pid 1] a\n[Wed Oct 11 14:32:52.1 2023] [:warn] [pid 1] a"),
      "ERROR WARN");
  EXPECT_EQ(levels_in("2024/05/07 12:00:00 [warn] 12#0: *3 open() failed"), "WARN");
  EXPECT_EQ(
      levels_in("2024-05-07 12:00:00.123 | INFO     | m:f:12 - x\n2024-05-07 12:00:00.123 | ERROR    | m:f:12 - x"),
      "INFO ERROR");
  EXPECT_EQ(
      levels_in("2024-05-07T12:00:00Z \x1b[33mWARN\x1b[0m a::b: x\n2024-05-07T12:00:00Z \x1b[32mINFO\x1b[0m a::b: x"),
      "WARN INFO");
  EXPECT_EQ(levels_in("[2024-05-07T12:00:00Z INFO  crate] x\n[2024-05-07T12:00:00Z WARN  crate::deep] x"), "INFO WARN");
}
TEST(RecognitionTest, TakesPlainWordsWhenMostLinesHaveThem) {
  EXPECT_EQ(levels_in("12:00:01 info started\n12:00:02 error an info\n12:00:03 debug x"), "INFO ERROR DEBUG");
  EXPECT_EQ(levels_in("05-07 12:00:00.1 12 34 I Tag: x\n05-07 12:00:00.1 12 34 E Tag: y"), "INFO ERROR");
}
TEST(RecognitionTest, DoesNotTakeProseForLevels) {
  EXPECT_EQ(levels_in("an error came up\nall is fine\nno warning at all, none"), "? ? ?");
}
TEST(RecognitionTest, AMomentWithoutALevelIsNotUnderstood) {
  EXPECT_EQ(
      levels_in("2024-01-01 20:15:01,123 INFO x\n2024-01-01 20:15:01,124 nothing\n2024-01-01 20:15:01,125 WARN y"),
      "INFO ? WARN");
}
TEST(RecognitionTest, AFileMayMixFormats) {
  const std::string text =
      "I0507 11:59:44.523502    4727 a.go:187] x\ntime=\"2024\" level=warn msg=\"y\"\n{\"level\":\"error\"}\nwhat?";
  EXPECT_EQ(levels_in(text), "INFO WARN ERROR ?");
  EXPECT_EQ(Recognition::recognise(text).name(), "json+glog+logfmt");
}
TEST(RecognitionTest, LooksIntoContainersLines) {
  EXPECT_EQ(levels_in("2024-05-07T10:00:00.1Z stdout F {\"level\":\"warn\"}\n2024-05-07T10:00:00.1Z stderr F "
                      "{\"level\":\"info\"}\nbroken"),
            "WARN INFO ?");
  EXPECT_EQ(
      levels_in("2024-05-07T10:00:00.1Z stdout F 2024-01-01 20:15:01 ERROR x\n2024-05-07T10:00:00.1Z stdout F \tat x"),
      "ERROR CONT");
}
TEST(RecognitionTest, TakesAGivenFormat) {
  EXPECT_EQ(levels_in("{\"level\":\"warn\"}\n<11>x", Format::kSyslog), "? ERROR");
  EXPECT_EQ(levels_in("{\"level\":\"warn\"}\n<11>x", Format::kJson), "WARN ?");
}
TEST(RecognitionTest, SkipsNulsAndCarriageReturns) {
  const std::string text = "2024-01-01 20:15:01 INFO x\r\n" + std::string(50, '\0') + "2024-01-01 20:15:01 WARN\r\n\r";
  EXPECT_EQ(levels_in(text), "INFO WARN BLANK");
}
TEST(RecognitionTest, HasNoFormatForNothing) {
  EXPECT_EQ(Recognition::recognise("").name(), "none");
}

TEST(TextLayoutTest, TheFastPathAgrees) {
  const std::string text = "2024-01-01 20:15:01,123 INFO [a] c.O - x\n2024-01-01 20:15:01,140 ERROR [c] c.P - failed";
  const Recognition recognition = Recognition::recognise(text);
  const TextLayout* layout = recognition.fast_layout();
  ASSERT_NE(layout, nullptr);
  for (const std::string line :
       {"2025-12-31 23:59:59,999 WARN [x] ", "2025-12-31 23:59:59,999 WARNING x", "2025-12-31 23:59:59,999 FATAL",
        "2025-12-31 23:59:59.999 WARN x", "2025:12-31 23:59:59,999 WARN x", "2025-12-31 23:59:5:,999 WARN x",
        "2025-12-31 23:59:59,999 WARNED x", "2025-12-31 23:59:59,999\nWARN x", "", "x"}) {
    const Level fast = layout->parse_fast((line + std::string(TextLayout::kFastReadBytes, '\0')).c_str());
    if (fast != Level::kNone) {
      EXPECT_EQ(fast, recognition.classify(line).level) << line;
    }
  }
  const std::string padding(TextLayout::kFastReadBytes, '\0');
  EXPECT_TRUE(recognition.continues_fast_layout());
  for (const std::string line : {"  at c.O.run(O.java:7)", "\tat x", "Caused by: y", "     and z"}) {
    EXPECT_TRUE(layout->cannot_begin((line + padding).c_str())) << line;
    EXPECT_EQ(recognition.classify(line).kind, LineKind::kContinuation) << line;
  }
  for (const std::string line : {"  2025-12-31 23:59:59,999 WARN x", "[2025-12-31 23:59:59,999 WARN x", "7 rows", "{", ""}) {
    EXPECT_FALSE(layout->cannot_begin((line + padding).c_str())) << line;
  }
  EXPECT_EQ(layout->parse_fast(("2025-12-31 23:59:59,999 FATAL x" + padding).c_str()), Level::kFatal);
  EXPECT_EQ(layout->parse_fast(("2025-12-31 23:59:5:,999 FATAL x" + padding).c_str()), Level::kNone);
}

/// The fields of one line of a CSV file without line breaks in fields.
std::vector<std::string> csv_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

class LoghubTest : public ::testing::TestWithParam<const char*> {};

TEST_P(LoghubTest, LevelsAgreeLineByLine) {
  const std::filesystem::path folder = "../shared/data/app-logs/loghub-2k";
  if (!std::filesystem::exists(folder)) {
    GTEST_SKIP() << "the folder shared/data is not here";
  }
  const auto log = read_file(folder / (std::string(GetParam()) + "_2k.log"));
  const auto fields = read_file(folder / (std::string(GetParam()) + "_2k.log_structured.csv"));
  ASSERT_TRUE(log && fields);
  const Recognition recognition = Recognition::recognise(*log);
  const auto lines = split(*log, '\n');
  const auto rows = split(*fields, '\n');
  const auto header = csv_fields(trim(rows[0]));
  const auto column = std::ranges::find(header, "Level");
  // In Linux's file the column named Level holds the host, and OpenSSH's has none: their lines carry no severity.
  const bool has_levels = column != header.end() && std::string_view(GetParam()) != "Linux";
  for (std::size_t i = 0; i < 2000; ++i) {
    const LineVerdict verdict = recognition.classify(lines[i]);
    EXPECT_EQ(verdict.kind, LineKind::kRecord) << i + 1 << ": " << lines[i];
    const Level expected = has_levels
                               ? parse_level(csv_fields(rows[i + 1])[static_cast<std::size_t>(column - header.begin())])
                               : Level::kNone;
    EXPECT_EQ(verdict.level, expected) << i + 1 << ": " << lines[i];
    EXPECT_EQ(verdict.level == Level::kNone, !has_levels);
  }
}
INSTANTIATE_TEST_SUITE_P(Systems, LoghubTest,
                         ::testing::Values("Hadoop", "HDFS", "Zookeeper", "OpenStack", "Linux", "Apache", "OpenSSH",
                                           "Spark"),
                         [](const auto& system) { return std::string(system.param); });
}  // namespace
}  // namespace weir::logs
