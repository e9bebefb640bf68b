#include "net/http_client.h"

#include <gtest/gtest.h>

#include <latch>

#include "core/retry.h"
#include "net/server_for_test.h"

namespace weir::net {
namespace {
using namespace std::chrono_literals;
using Server = ServerForTest;


TEST(HttpClientTest, SendsMethodHeadersAndBody) {
  HttpClient client;
  const Server server([](const std::string& head, const std::string& body) { return Server::reply(201, head + body, "X-Kind: echo\r\n"); });
  const auto response = client.send({.method = "PUT", .url = server.url("/a?b=c"), .headers = {{"X-Token", "t1"}, {"X-Empty", ""}}, .body = "hello"});
  ASSERT_TRUE(response) << response.error().text();
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->header("x-kind"), "echo");
  EXPECT_EQ(response->header("missing"), std::nullopt);
  EXPECT_TRUE(response->body.starts_with("PUT /a?b=c HTTP/1.1\r\n")) << response->body;
  EXPECT_TRUE(response->body.contains("X-Token: t1\r\n"));
  EXPECT_TRUE(response->body.contains("X-Empty:"));
  EXPECT_TRUE(response->body.contains("User-Agent: weir/"));
  EXPECT_TRUE(response->body.ends_with("\r\n\r\nhello"));
}

TEST(HttpClientTest, UsesAConnectionAgain) {
  HttpClient client;
  const Server server([](const std::string&, const std::string&) { return Server::reply(200, "ok"); });
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(client.send({.url = server.url("/")})->body, "ok");
  }
  EXPECT_EQ(server.connections_count(), 1U);
}

TEST(HttpClientTest, FollowsRedirectsOnlyAsFarAsAsked) {
  HttpClient client;
  const Server server([](const std::string& head, const std::string&) {
    return head.starts_with("GET /old") ? Server::reply(302, "moved", "Location: /new\r\n")
           : head.starts_with("GET /new") ? Server::reply(200, "here")
                                          : Server::reply(302, "", "Location: /loop\r\n");
  });
  const auto followed = client.send({.url = server.url("/old")});
  EXPECT_EQ(followed->body, "here");
  EXPECT_EQ(followed->url, server.url("/new"));
  EXPECT_EQ(client.send({.url = server.url("/old"), .redirects_max = 0})->status, 302);
  EXPECT_EQ(client.send({.url = server.url("/loop")}).error().code, ErrorCode::kInvalid);
}

TEST(HttpClientTest, BrokenAndRefusedConnectionsMayPass) {
  HttpClient client;
  std::string gone;
  {
    const Server server([](const std::string&, const std::string&) { return std::string(); });
    const auto broken = client.send({.url = server.url("/x?token=secret")});
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, ErrorCode::kIo);
    EXPECT_EQ(broken.error().subject, server.url("/x")) << "the query may hold secrets";
    gone = server.url("/");
  }
  EXPECT_TRUE(client.send({.url = gone}).error().may_pass());
}

TEST(HttpClientTest, ATimeoutAndAStopEndIt) {
  HttpClient client;
  std::latch done(1);
  const Server server([&](const std::string&, const std::string&) {
    done.wait();
    return std::string();
  });
  EXPECT_EQ(client.send({.url = server.url("/"), .timeout = 20ms}).error().code, ErrorCode::kTimeout);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(client.send({.url = server.url("/"), .stop = stop.get_token()}).error().code, ErrorCode::kCancelled);
  done.count_down();
}

TEST(HttpClientTest, RefusesWhatIsTooLargeOrNoRequest) {
  HttpClient client;
  const Server server([](const std::string&, const std::string&) { return Server::reply(200, std::string(2000, 'x')); });
  EXPECT_EQ(client.send({.url = server.url("/"), .body_bytes_max = 1000}).error().message, "the answer is larger than 1000 B");
  EXPECT_EQ(client.send({.url = "ftp://example.com/"}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(client.send({.url = "not an address"}).error().code, ErrorCode::kInvalid);
  EXPECT_EQ(client.send({.url = server.url("/"), .headers = {{"X", "a\r\nHost: evil"}}}).error().code, ErrorCode::kInvalid);
}

TEST(HttpClientTest, StatusesBecomeErrorsThatSayWhetherTheyPass) {
  const auto error_of = [](int status, std::string retry_after) {
    HttpResponse response{.status = status, .body = " try\nlater ", .url = "http://a/b?c"};
    if (!retry_after.empty()) {
      response.headers = {{"retry-after", retry_after}};
    }
    static const ManualClock clock(parse_timestamp("2024-01-31T06:00:00Z").value());
    return require_success(response, clock).error();
  };
  EXPECT_EQ(error_of(404, "").code, ErrorCode::kNotFound);
  EXPECT_FALSE(error_of(401, "").may_pass());
  EXPECT_TRUE(error_of(503, "").may_pass());
  EXPECT_EQ(error_of(503, "").text(), "http://a/b: the server answers 503: try\\nlater");
  EXPECT_EQ(error_of(429, "120").retry_after, 120s);
  EXPECT_EQ(error_of(503, "Wed, 31 Jan 2024 06:00:30 GMT").retry_after, 30s);
  EXPECT_EQ(error_of(503, "Wed, 31 Jan 2024 05:00:00 GMT").retry_after, 0s);
  EXPECT_EQ(error_of(503, "soon").retry_after, std::nullopt);
  EXPECT_TRUE(require_success({.status = 204}));
}

TEST(HttpClientTest, StacksWithRetry) {
  HttpClient client;
  std::atomic<int> asked = 0;
  const Server server([&](const std::string&, const std::string&) {
    return ++asked < 3 ? Server::reply(503, "busy", "Retry-After: 7\r\n") : Server::reply(200, "ok");
  });
  const ManualClock clock;
  const auto get = [&](const std::string& url) -> Result<std::string> {
    WEIR_TRY_ASSIGN(HttpResponse response, client.send({.url = url}));
    WEIR_TRY_ASSIGN(response, require_success(std::move(response)));
    return response.body;
  };
  const auto careful = get | retry({.clock = &clock});
  EXPECT_EQ(careful(server.url("/")).value(), "ok");
  EXPECT_EQ(clock.monotonic(), 14s);
}

TEST(HttpClientTest, IsSafeFromManyThreads) {
  HttpClient client;
  const Server server([](const std::string& head, const std::string&) { return Server::reply(200, head.substr(0, head.find(' ', 5))); });
  std::atomic<int> right = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 10; ++i) {
          const std::string path = "/" + std::to_string(t) + "-" + std::to_string(i);
          const auto response = client.send({.url = server.url(path)});
          right += response && response->body == "GET " + path;
        }
      });
    }
  }
  EXPECT_EQ(right, 40);
  EXPECT_LE(server.connections_count(), 4U);
}
}  // namespace
}  // namespace weir::net
