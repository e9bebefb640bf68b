#include "logs/access_pattern.h"

#include <gmock/gmock.h>

#include "core/clock.h"

namespace weir::logs {
namespace {
using ::testing::HasSubstr;

constexpr std::string_view kNginx =
    R"($remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" $request_time)";
constexpr std::string_view kApache = R"(%h %l %u %t "%r" %>s %b "%{Referer}i" "%{User-Agent}i" %D)";

/// The record of `line`, which must outlive it. parse() has to say the same as read().
std::optional<Record> read(std::string_view format, std::string_view line) {
  const auto pattern = AccessPattern::compile(format);
  EXPECT_TRUE(pattern) << pattern.error().text();
  MomentReader moments;
  Record record;
  const bool is_record = pattern->read(line, moments, record);
  EXPECT_EQ(pattern->parse(line).has_value(), is_record);
  return is_record ? std::optional(record) : std::nullopt;
}
std::string error(std::string_view format) {
  const auto pattern = AccessPattern::compile(format);
  return pattern ? "compiled" : pattern.error().text();
}
std::string time_of(const Record& record) {
  return record.time ? format_timestamp(Timestamp(std::chrono::microseconds(*record.time))) : "none";
}

TEST(AccessPattern, ReadsNginx) {
  const auto record = read(
      kNginx,
      R"~(10.0.0.1 - anna [31/Jan/2024:20:15:01 +0100] "GET /a?b=c HTTP/1.1" 503 812 "http://ref/" "Mozilla/5.0 (X11; Linux)" 0.25)~");
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->is_request);
  EXPECT_EQ(record->host, "10.0.0.1");
  EXPECT_EQ(record->user, "anna");
  EXPECT_EQ(time_of(*record), "2024-01-31T19:15:01Z");
  EXPECT_EQ(record->method, "GET");
  EXPECT_EQ(record->path, "/a");
  EXPECT_EQ(record->query, "b=c");
  EXPECT_EQ(record->protocol, "HTTP/1.1");
  EXPECT_EQ(record->status, 503);
  EXPECT_EQ(record->bytes, 812);
  EXPECT_EQ(record->referer, "http://ref/");
  EXPECT_EQ(record->user_agent, "Mozilla/5.0 (X11; Linux)");
  EXPECT_EQ(record->duration_us, 250'000);
}

TEST(AccessPattern, ReadsApache) {
  const auto record = read(
      kApache,
      R"(10.0.0.1 - - [31/Jan/2024:20:15:01 +0000] "POST /a HTTP/1.0" 204 - "-" "curl \"8\"" 1234)");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->host, "10.0.0.1");
  EXPECT_EQ(record->user.data(), nullptr);
  EXPECT_EQ(time_of(*record), "2024-01-31T20:15:01Z");
  EXPECT_EQ(record->method, "POST");
  EXPECT_EQ(record->status, 204);
  EXPECT_EQ(record->bytes, -1);
  EXPECT_EQ(record->referer.data(), nullptr);
  EXPECT_EQ(record->user_agent, R"(curl \"8\")");
  EXPECT_EQ(record->duration_us, 1234);
}

TEST(AccessPattern, LeavesEscapesInQuotedFields) {
  const auto record = read(
      kNginx,
      R"(::1 - - [31/Jan/2024:20:15:01 +0000] "GET /\x22 HTTP/1.1" 200 1 "-" "a \x22b\x22 \x5C" 0.001)");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->path, R"(/\x22)");
  EXPECT_EQ(record->user_agent, R"(a \x22b\x22 \x5C)");
}

TEST(AccessPattern, TakesBareQuotesAndBracketsWithinFields) {
  const auto record = read(
      kApache, R"(::1 - a [b [31/Jan/2024:20:15:01 +0000] "GET /"x" y HTTP/1.1" 200 1 "-" "-" -)");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->user, "a [b");
  EXPECT_EQ(record->path, R"(/"x" y)");
  EXPECT_EQ(record->duration_us, -1);
}

TEST(AccessPattern, WantsEveryTextBetween) {
  EXPECT_FALSE(read(kNginx, "not a request"));
  EXPECT_FALSE(read(kNginx, R"(::1 - - [31/Jan/2024:20:15:01 +0000] "GET / HTTP/1.1" 200 1)"));
  EXPECT_FALSE(read(R"("$request" $status;)", R"("GET / HTTP/1.1" 200; more)"));
  EXPECT_FALSE(read("[$status]", "200]"));
  EXPECT_FALSE(read("[$status]", ""));
}

TEST(AccessPattern, ReadsPartsOfTheRequest) {
  const auto nginx = read("$msec|$request_method|$uri$is_args$args|$server_protocol|${status}ms",
                          "1706732101.250|GET|/a?b=c|HTTP/2.0|404ms");
  ASSERT_TRUE(nginx);
  EXPECT_EQ(time_of(*nginx), "2024-01-31T20:15:01.250000Z");
  EXPECT_EQ(nginx->method, "GET");
  EXPECT_EQ(nginx->path, "/a");
  EXPECT_EQ(nginx->query, "b=c");
  EXPECT_EQ(nginx->protocol, "HTTP/2.0");
  EXPECT_EQ(nginx->status, 404);
  const auto apache = read("%{%Y-%m-%d %H:%M:%S}t %m %U %q %s %%", "2024-01-31 20:15:01 GET /a ?b=c 404 %");
  ASSERT_TRUE(apache);
  EXPECT_EQ(time_of(*apache), "2024-01-31T20:15:01Z");
  EXPECT_EQ(apache->path, "/a");
  EXPECT_EQ(apache->query, "b=c");
}

TEST(AccessPattern, SkipsWhatNoRecordHas) {
  const auto record = read(R"($host [$time_iso8601] "$http_x_forwarded_for" $upstream_response_time $request_time $status)",
                           R"(shop.example [2024-01-31T20:15:01+00:00] "1.2.3.4, 5.6.7.8" 0.1, 0.2 : 0.3 0.5 200)");
  ASSERT_TRUE(record);
  EXPECT_EQ(record->host.data(), nullptr);
  EXPECT_EQ(time_of(*record), "2024-01-31T20:15:01Z");
  EXPECT_EQ(record->duration_us, 500'000);
  EXPECT_EQ(record->status, 200);
}

TEST(AccessPattern, TakesTheFinestDurationAndElseTheFirst) {
  EXPECT_EQ(read("%T/%D", "1/1234567")->duration_us, 1'234'567);
  EXPECT_EQ(read("%{ms}T", "17")->duration_us, 17'000);
  EXPECT_EQ(read("%T", "2")->duration_us, 2'000'000);
  EXPECT_EQ(read("%b %O", "1 2")->bytes, 1);
}

TEST(AccessPattern, TakesTheQuotesOfAConfiguration) {
  EXPECT_EQ(read(R"(%h\t\"%r\")", "::1\t\"GET / HTTP/1.1\"")->path, "/");
  EXPECT_EQ(read(R"($remote_addr \"$request\")", R"(::1 "GET / HTTP/1.1")")->path, "/");
}

TEST(AccessPattern, MissesNothingBehindTheCutOfALongLine) {
  EXPECT_TRUE(read(R"("$request" $status)", "\"GET /" + std::string(20'000, 'x')));
}

TEST(AccessPattern, RefusesWithThePlace) {
  EXPECT_THAT(error("%h %y"), HasSubstr("column 4 of the log format: Apache has no directive %y"));
  EXPECT_THAT(error("%h %{Referer"), HasSubstr("column 4"));
  EXPECT_THAT(error("%h %"), HasSubstr("the letter of a directive is missing"));
  EXPECT_THAT(error("%h %^xx"), HasSubstr("no directive %^xx"));
  EXPECT_THAT(error("$status $"), HasSubstr("column 9"));
  EXPECT_THAT(error("${status"), HasSubstr("the brace of ${status is not closed"));
  EXPECT_THAT(error("a $remote_addr$status"), HasSubstr("column 15 of the log format: $status follows $remote_addr"));
  EXPECT_THAT(error("%h%r"), HasSubstr("%r follows %h"));
  EXPECT_THAT(error("$host"), HasSubstr("no variable that weir knows"));
}
}  // namespace
}  // namespace weir::logs
