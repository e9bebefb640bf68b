#include "generate/app_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/files.h"
#include "core/hash.h"
#include "generate/shop/reader_for_test.h"

namespace weir::generate {
namespace {
constexpr std::uint64_t kRecords = 20'000;

bool starts_a_record(std::string_view line) {
  return line.size() > 24 && line.starts_with("20") && line[4] == '-' && line[13] == ':' && line[19] == ',' &&
         line[23] == ' ';
}
std::string level_of(std::string_view line) {
  return std::string(line.substr(24, line.find(' ', 24) - 24));
}

class AppLogTest : public ::testing::Test {
 protected:
  std::string generate(AppLogOptions options) {
    options.file = folder_.path() / "app.log";
    summary_ = generate_app_log(options).value();
    return read_file(options.file).value();
  }
  std::uint64_t count_of(std::string_view name) const {
    const auto found = std::find_if(summary_.counts.begin(), summary_.counts.end(),
                                    [name](const NamedCount& count) { return count.name == name; });
    return found == summary_.counts.end() ? 0 : found->count;
  }
  TempDir folder_ = *TempDir::create();
  GenerateSummary summary_;
};

TEST_F(AppLogTest, WritesTheSameBytesOnEveryMachine) {
  EXPECT_EQ(hash64(generate({.records_count = kRecords})), 2'364'655'451'200'889'711U);
}

TEST_F(AppLogTest, DoesNotDependOnTheThreads) {
  const std::string one = generate({.records_count = kRecords, .threads_max = 1});
  EXPECT_TRUE(generate({.records_count = kRecords, .threads_max = 4}) == one);
}

TEST_F(AppLogTest, BeginsWithTheShorterLog) {
  const std::string longer = generate({.records_count = 2 * kRecords});
  EXPECT_TRUE(longer.starts_with(generate({.records_count = kRecords})));
}

TEST_F(AppLogTest, HasTheLevelsItTells) {
  std::map<std::string, std::uint64_t> seen;
  const auto lines = shop::lines_of(generate({.records_count = kRecords}));
  for (const std::string& line : lines) {
    if (starts_a_record(line)) {
      ++seen["level_" + level_of(line)];
    }
  }
  std::uint64_t records = 0;
  for (const auto& [name, count] : seen) {
    EXPECT_EQ(count, count_of(name)) << name;
    records += count;
  }
  EXPECT_EQ(seen.size(), 6U);
  EXPECT_EQ(records, kRecords);
  EXPECT_EQ(lines.size(), count_of("lines"));
}

TEST_F(AppLogTest, HasStackTracesAfterErrorsOnly) {
  std::uint64_t traces = 0;
  std::string level;
  bool is_in_trace = false;
  for (const std::string& line : shop::lines_of(generate({.records_count = kRecords}))) {
    if (starts_a_record(line)) {
      level = level_of(line);
      is_in_trace = false;
    } else if (line.starts_with("\tat ") && !is_in_trace) {
      EXPECT_TRUE(level == "ERROR" || level == "FATAL") << level;
      is_in_trace = true;
      ++traces;
    }
  }
  EXPECT_EQ(traces, count_of("with_trace"));
  EXPECT_GT(traces, count_of("level_ERROR") / 2);
  EXPECT_LT(traces, count_of("level_ERROR") * 3 / 4 + count_of("level_FATAL"));
}

TEST_F(AppLogTest, NamesLevelsInMessagesToo) {
  std::uint64_t misleading = 0;
  for (const std::string& line : shop::lines_of(generate({.records_count = kRecords}))) {
    const bool names_error = line.find("ERROR") != std::string::npos;
    misleading += names_error && !(starts_a_record(line) && level_of(line) == "ERROR") ? 1U : 0U;
  }
  EXPECT_GT(misleading, 100U);
}

TEST_F(AppLogTest, HasStretchesOfTrouble) {
  std::map<std::size_t, int> errors;
  std::size_t record = 0;
  for (const std::string& line : shop::lines_of(generate({.records_count = 400'000}))) {
    if (starts_a_record(line)) {
      errors[record++ / 2'048] += level_of(line) == "ERROR" ? 1 : 0;
    }
  }
  const auto in_trouble =
      std::count_if(errors.begin(), errors.end(), [](const auto& entry) { return entry.second > 150; });
  EXPECT_GT(in_trouble, 0);
  EXPECT_LT(in_trouble, 10);
}

TEST_F(AppLogTest, GoesOnInTime) {
  std::string last;
  for (const std::string& line : shop::lines_of(generate({.records_count = kRecords}))) {
    if (starts_a_record(line)) {
      EXPECT_GE(line.substr(0, 23), last);
      last = line.substr(0, 23);
    }
  }
}

TEST_F(AppLogTest, EndsWithAWholeRecordBelowTheSize) {
  const std::string text = generate({.size_bytes_max = 500'000});
  EXPECT_LE(text.size(), 500'000U);
  EXPECT_GT(text.size(), 490'000U);
  const std::uint64_t records = summary_.rows_count;
  EXPECT_TRUE(generate({.records_count = records}) == text);
}
}  // namespace
}  // namespace weir::generate
