#include "generate/access_log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "core/files.h"
#include "core/hash.h"
#include "generate/shop/reader_for_test.h"

namespace weir::generate {
namespace {
constexpr std::uint64_t kLines = 20'000;

// The fields of a line in the combined format: address, identity, user, [moment], "request", status, size, "referer",
// "agent", and whatever follows. Brackets and quotes are taken off; \" is a quote inside.
std::vector<std::string> fields_of(std::string_view line) {
  std::vector<std::string> out;
  while (!line.empty()) {
    std::string field;
    std::size_t i = 0;
    if (line.front() == '[') {
      i = line.find(']') + 1;
      field = line.substr(1, i - 2);
    } else if (line.front() == '"') {
      for (i = 1; line.at(i) != '"'; ++i) {
        if (line[i] == '\\') {
          field += line[i++];
        }
        field += line[i];
      }
      ++i;
    } else {
      i = std::min(line.find(' '), line.size());
      field = line.substr(0, i);
    }
    out.push_back(std::move(field));
    line.remove_prefix(std::min(i + 1, line.size()));
  }
  return out;
}

class AccessLogTest : public ::testing::Test {
 protected:
  std::string generate(AccessLogOptions options) {
    options.file = folder_.path() / "access.log";
    summary_ = generate_access_log(options).value();
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

TEST_F(AccessLogTest, WritesTheSameBytesOnEveryMachine) {
  EXPECT_EQ(hash64(generate({.lines_count = kLines})), 9'416'319'177'218'363'275U);
  EXPECT_EQ(hash64(generate({.lines_count = kLines, .has_latency = true})), 706'436'583'991'047'352U);
}

TEST_F(AccessLogTest, DoesNotDependOnTheThreads) {
  const std::string one = generate({.lines_count = kLines, .threads_max = 1});
  EXPECT_TRUE(generate({.lines_count = kLines, .threads_max = 4}) == one);
}

TEST_F(AccessLogTest, BeginsWithTheShorterLog) {
  const std::string longer = generate({.lines_count = 2 * kLines});
  EXPECT_TRUE(longer.starts_with(generate({.lines_count = kLines})));
}

TEST_F(AccessLogTest, DiffersWithTheSeed) {
  const std::string one = generate({.lines_count = 100, .seed = 1});
  EXPECT_NE(generate({.lines_count = 100, .seed = 2}), one);
}

TEST_F(AccessLogTest, HasNineFieldsAndTheStatusesItTells) {
  std::map<std::string, std::uint64_t> seen;
  for (const std::string& line : shop::lines_of(generate({.lines_count = kLines}))) {
    const auto fields = fields_of(line);
    ASSERT_EQ(fields.size(), 9U) << line;
    const std::string& request = fields[4];
    const bool is_request = request.find(" HTTP/") != std::string::npos;
    ++seen[is_request ? "status_" + fields[5] : "no_request"];
    if (is_request) {
      EXPECT_EQ(std::count(request.begin(), request.end(), ' '), 2) << line;
    }
    EXPECT_TRUE(fields[6] == "-" || std::stoul(fields[6]) > 0) << line;
  }
  for (const NamedCount& count : summary_.counts) {
    EXPECT_EQ(seen[count.name], count.count) << count.name;
    EXPECT_GT(count.count, 0U) << count.name;
  }
}

TEST_F(AccessLogTest, AnswersMostRequestsWell) {
  generate({.lines_count = kLines});
  EXPECT_GT(count_of("status_200"), kLines * 75 / 100);
  EXPECT_LT(count_of("status_500"), kLines / 200);
  EXPECT_NEAR(static_cast<double>(count_of("status_404")), 0.03 * kLines, 0.01 * kLines);
}

TEST_F(AccessLogTest, PutsTheLatencyLast) {
  for (const std::string& line : shop::lines_of(generate({.lines_count = 1'000, .has_latency = true}))) {
    const auto fields = fields_of(line);
    ASSERT_EQ(fields.size(), 10U) << line;
    EXPECT_EQ(fields[9].find('.'), fields[9].size() - 4) << line;
  }
}

TEST_F(AccessLogTest, HasVisitsOfSeveralPages) {
  std::map<std::string, int> lines_of_visitor;
  int from_the_shop = 0;
  for (const std::string& line : shop::lines_of(generate({.lines_count = kLines}))) {
    const auto fields = fields_of(line);
    ++lines_of_visitor[fields[0] + fields[8]];
    from_the_shop += fields[7].starts_with("https://shop.example/") ? 1 : 0;
  }
  EXPECT_GT(from_the_shop, static_cast<int>(kLines) / 3);
  EXPECT_LT(lines_of_visitor.size(), kLines / 3);
  EXPECT_GT(lines_of_visitor.size(), kLines / 20);
}

TEST_F(AccessLogTest, AsksForFewProductsOftenAndForManySeldom) {
  std::map<std::string, int> asked;
  int sum = 0;
  for (const std::string& line : shop::lines_of(generate({.lines_count = kLines}))) {
    const std::string path = fields_of(line)[4];
    if (const std::size_t at = path.find("/product/"); at != std::string::npos) {
      ++asked[path.substr(at, path.find_first_of(" ?", at) - at)];
      ++sum;
    }
  }
  std::vector<int> counts;
  for (const auto& [path, count] : asked) {
    counts.push_back(count);
  }
  std::sort(counts.rbegin(), counts.rend());
  EXPECT_GT(counts.size(), 1'500U);
  EXPECT_GT(counts.front(), sum / 400);
}

TEST_F(AccessLogTest, GoesOnInTime) {
  std::string last;
  for (const std::string& line : shop::lines_of(generate({.lines_count = kLines}))) {
    const std::string moment = fields_of(line)[3];
    ASSERT_TRUE(moment.starts_with("01/Jan/2024:") && moment.ends_with(" +0000")) << line;
    EXPECT_GE(moment, last);
    last = moment;
  }
}

TEST_F(AccessLogTest, StaysBelowTheSize) {
  const std::string text = generate({.size_bytes_max = 1'000'000});
  EXPECT_LE(text.size(), 1'000'000U);
  EXPECT_GT(text.size(), 999'000U);
  EXPECT_TRUE(text.ends_with('\n'));
  EXPECT_EQ(summary_.rows_count, static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n')));
}

TEST_F(AccessLogTest, RefusesToWriteNothing) {
  EXPECT_EQ(generate_access_log({.file = folder_.path() / "a"}).error().code, ErrorCode::kInvalid);
}
}  // namespace
}  // namespace weir::generate
