#include "logs/analysis.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/files.h"
#include "core/json.h"
#include "core/text.h"
#include "generate/app_log.h"
#include "generate/access_log.h"
#include "logs/analysis_output.h"
#include "logs/counted_texts.h"
#include "logs/endpoint.h"
#include "logs/quantiles.h"
#include "logs/templates.h"

namespace weir::logs {
namespace {
class AnalysisTest : public ::testing::Test {
 protected:
  std::string write(std::string_view name, std::string_view text) {
    const auto path = folder_.path() / name;
    EXPECT_TRUE(write_file(path, text));
    return path.string();
  }
  AnalysisResult analyze(const AnalyzeOptions& options) {
    auto result = analyze_logs(options);
    EXPECT_TRUE(result) << result.error().text();
    return result ? *std::move(result) : AnalysisResult();
  }
  /// A result as CSV.
  static std::string csv(AnalysisResult result, std::string_view table) {
    std::erase_if(result.tables, [table](const AnalysisTable& one) { return one.name != table; });
    return analysis_csv(result);
  }
  const std::filesystem::path& folder() const { return folder_.path(); }

 private:
  TempDir folder_ = *TempDir::create();
};

std::string request(std::string_view host, std::string_view time, std::string_view target, int status, std::string_view seconds) {
  return std::string(host) + " - - [01/Jan/2024:" + std::string(time) + " +0000] \"GET " + std::string(target) +
         " HTTP/1.1\" " + std::to_string(status) + " 100 \"-\" \"agent\" " + std::string(seconds) + "\n";
}

TEST_F(AnalysisTest, CountsRequests) {
  const std::string log = write("a.log", request("a", "10:00:00", "/users/1?x=1", 200, "0.010") +
                                             request("b", "10:04:59", "/users/22", 500, "0.030") +
                                             request("a", "10:05:00", "/css/x.css", 404, "0.020") + "broken\n" +
                                             request("a", "11:00:00", "/users/22", 200, "1.000"));
  const AnalysisResult result = analyze({.inputs = {log}, .fold_ids = true});
  EXPECT_EQ(result.requests_count, 4U);
  EXPECT_EQ(result.unparsed_count, 1U);
  EXPECT_EQ(result.files[0].unparsed, (std::vector<UnparsedLine>{{4, "broken"}}));
  EXPECT_EQ(csv(result, "requests_per_hour"),
            "hour,requests,client_errors,server_errors,bytes\n2024-01-01 10:00:00,3,1,1,300\n2024-01-01 11:00:00,1,0,0,100\n");
  EXPECT_EQ(csv(result, "error_rate"),
            "window,requests,client_errors,server_errors,error_rate\n2024-01-01 10:00:00,2,0,1,0.5\n"
            "2024-01-01 10:05:00,1,1,0,0\n2024-01-01 11:00:00,1,0,0,0\n");
  EXPECT_EQ(csv(result, "endpoints"),
            "endpoint,requests,share,client_errors,server_errors,bytes,mean_ms\n"
            "GET /users/{id},3,0.75,0,1,300,346.6666666666667\nGET /css/x.css,1,0.25,1,0,100,20\n");
  EXPECT_EQ(csv(result, "latency"),
            "statuses,requests,mean_ms,p50_ms,p90_ms,p95_ms,p99_ms,max_ms\nall,4,265,20,1000,1000,1000,1000\n"
            "2xx,2,505,10,1000,1000,1000,1000\n4xx,1,20,20,20,20,20,20\n5xx,1,30,30,30,30,30,30\n");
  EXPECT_EQ(csv(result, "entry_pages"), "page,sessions,share\n/users/{id},2,1\n");
  EXPECT_THAT(csv(result, "sessions"), ::testing::HasSubstr("\n2,3,1.5,2,"));
}
TEST_F(AnalysisTest, KeepsTheSlowest) {
  std::string text;
  for (int i = 0; i < 50; ++i) {
    text += request("a", "10:00:00", "/" + std::to_string(i), 200, "0.0" + std::to_string(10 + i % 25));
  }
  const AnalysisResult result = analyze({.inputs = {write("a.log", text)}, .top_count = 3});
  const std::string file = result.files[0].path;
  EXPECT_EQ(csv(result, "slowest"), "ms,time,status,request,host,file,line\n34,2024-01-01 10:00:00,200,GET /24,a," + file +
                                        ",25\n34,2024-01-01 10:00:00,200,GET /49,a," + file +
                                        ",50\n33,2024-01-01 10:00:00,200,GET /23,a," + file + ",24\n");
}
TEST_F(AnalysisTest, GroupsMessages) {
  const std::string log = write("a.log",
                                "2024-01-01 10:00:00,000 INFO [main] c.O - Order 1 confirmed in 3 ms\n"
                                "2024-01-01 10:00:01,000 INFO [main] c.O - Order 22 confirmed in 12 ms\n"
                                "2024-01-01 10:00:01,000 ERROR [main] c.O - user anna is gone\n\tat x\n"
                                "2024-01-01 11:00:01,000 ERROR [main] c.O - user bert is gone\n");
  const AnalysisResult result = analyze({.inputs = {log}});
  EXPECT_EQ(result.messages_count, 4U);
  EXPECT_EQ(csv(result, "levels_per_hour"),
            "hour,fatal,error,warn,notice,info,debug,trace,no_level\n2024-01-01 10:00:00,0,1,0,0,2,0,0,0\n"
            "2024-01-01 11:00:00,0,1,0,0,0,0,0,0\n");
  EXPECT_EQ(csv(result, "templates"),
            "records,share,level,template\n2,0.5,INFO,Order <*> confirmed in <*> ms\n2,0.5,ERROR,user <*> is gone\n");
}
TEST_F(AnalysisTest, FilesAreReadInTheOrderOfTheirTime) {
  // The second file is the older one: the session goes on from it to the first.
  const std::string newer = write("access.log", request("a", "10:20:00", "/b", 200, "0.1"));
  const std::string older = write("access.log.1", request("a", "10:00:00", "/a", 200, "0.1"));
  const AnalysisResult result = analyze({.inputs = {newer, older}});
  EXPECT_THAT(csv(result, "sessions"), ::testing::HasSubstr("\n1,1,1,1,1200,"));
  EXPECT_EQ(csv(result, "entry_pages"), "page,sessions,share\n/a,1,1\n");
}
TEST_F(AnalysisTest, ThreadsChangeNothing) {
  const auto file = folder() / "access.log";
  ASSERT_TRUE(generate::generate_access_log({.file = file, .lines_count = 60'000, .has_latency = true}));
  AnalyzeOptions options{.inputs = {file.string()}, .threads_max = 1};
  const AnalysisResult one = analyze(options);
  options.threads_max = 5;
  const AnalysisResult five = analyze(options);
  EXPECT_EQ(one.requests_count, 60'000U);
  EXPECT_EQ(analysis_csv(one), analysis_csv(five));
}
TEST_F(AnalysisTest, TellsTheTemplatesOfAGeneratedLog) {
  const auto file = folder() / "app.log";
  ASSERT_TRUE(generate::generate_app_log({.file = file, .records_count = 20'000}));
  const AnalysisResult result = analyze({.inputs = {file.string()}});
  EXPECT_EQ(result.messages_count, 20'000U);
  EXPECT_EQ(result.unparsed_count, 0U);
  EXPECT_THAT(csv(result, "templates"), ::testing::HasSubstr("INFO,Order <*> confirmed in <*> ms\n"));
}
TEST_F(AnalysisTest, OneBadFileDoesNotSpoilTheOthers) {
  const std::string good = write("a.log", request("a", "10:00:00", "/", 200, "0.1"));
  const AnalysisResult result = analyze({.inputs = {good, "no/such.log"}});
  EXPECT_EQ(result.requests_count, 1U);
  EXPECT_EQ(result.failed_files_count, 1U);
  EXPECT_THAT(analysis_notes(result), ::testing::Contains("no/such.log: cannot open: No such file or directory"));
}
TEST_F(AnalysisTest, WritesJson) {
  const AnalysisResult result = analyze({.inputs = {write("a.log", request("\xff", "10:00:00", "/\xfe", 200, "0.1"))}});
  EXPECT_TRUE(parse_json(analysis_json(result), "x"));
}
TEST_F(AnalysisTest, NeedsInputs) {
  EXPECT_FALSE(analyze_logs({}));
  EXPECT_FALSE(analyze_logs({.inputs = {"no/such/*.log"}}));
}

TEST(EndpointTest, FoldsIds) {
  std::string scratch;
  EXPECT_EQ(fold_ids("/users/123/orders/4", scratch), "/users/{id}/orders/{id}");
  EXPECT_EQ(fold_ids("/a/3f2504e0-4f89-11d3-9a0c-0305e82c3301", scratch), "/a/{id}");
  EXPECT_EQ(fold_ids("/commit/9fceb02d0ae598e9/", scratch), "/commit/{id}/");
  EXPECT_EQ(fold_ids("/v2/item1/deadbeef", scratch), "/v2/item1/deadbeef");
  EXPECT_EQ(fold_ids("7", scratch), "{id}");
  EXPECT_EQ(fold_ids("", scratch), "");
}
TEST(EndpointTest, TellsPages) {
  const auto page = [](std::string_view path, std::string_view method = "GET", int status = 200) {
    Record record;
    record.method = method;
    record.path = path;
    record.status = status;
    return is_page(record);
  };
  EXPECT_TRUE(page("/"));
  EXPECT_TRUE(page("/a.html"));
  EXPECT_TRUE(page("/v1.2/b"));
  EXPECT_FALSE(page("/a.css"));
  EXPECT_FALSE(page("/", "POST"));
  EXPECT_FALSE(page("/", "GET", 404));
}

TEST(QuantilesTest, AreThoseOfSortedNumbers) {
  Quantiles numbers;
  EXPECT_EQ(numbers.at(0.5), 0U);
  for (std::uint64_t i = 1; i <= 100; ++i) {
    numbers.add(i * 1000);
  }
  EXPECT_EQ(numbers.at(0), 1000U);
  EXPECT_EQ(numbers.at(0.5), 50'000U);
  EXPECT_EQ(numbers.at(0.951), 96'000U);
  EXPECT_EQ(numbers.largest(), 100'000U);
  numbers.add(60'002'000);
  numbers.add(60'003'001);
  EXPECT_EQ(numbers.at(101.0 / 102), 60'002'000U);
  numbers.add(~std::uint64_t{0});
  EXPECT_EQ(numbers.largest(), ~std::uint64_t{0});
}

TEST(TemplatesTest, MasksWordsWithDigits) {
  std::string scratch;
  EXPECT_EQ(mask_variables("a b", scratch), "a b");
  EXPECT_EQ(mask_variables("took 12ms (user=u1, x=[1.2.3.4:80])", scratch), "took <*> (user=<*>, x=[<*>:<*>])");
  EXPECT_EQ(mask_variables("1\nnext 2", scratch), "<*>");
  EXPECT_EQ(mask_variables("", scratch), "");
}

TEST(CountedTextsTest, GivesUpTheRarest) {
  CountedTexts<MessageCounts> texts(1000);
  constexpr std::uint64_t kDifferent = 20'000;
  for (std::uint64_t i = 0; i < kDifferent; ++i) {
    texts.at(i * 0x9E3779B97F4A7C15U + 1, [&] { return std::to_string(i); }) += {.count = 1};
    texts.at(42, [] { return "often"; }) += {.count = 1};
  }
  const auto* often = texts.get(42);
  ASSERT_NE(often, nullptr);
  EXPECT_EQ(often->counts.count, kDifferent);
  EXPECT_EQ(texts.text(*often), "often");
  EXPECT_LE(texts.size(), 1000U);
  EXPECT_EQ(texts.others().count + texts.size() - 1, kDifferent);
}
}  // namespace
}  // namespace weir::logs
