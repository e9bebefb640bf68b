// Reads all orders of a shop's API, and the rate of each currency once: a client that tries again, remembers and logs.
//   python3 server.py &            prints its address
//   api_client http://127.0.0.1:8000
#include <fmt/format.h>

#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "core/cached.h"
#include "core/interrupt.h"
#include "core/json.h"
#include "core/log_calls.h"
#include "core/pages.h"
#include "core/retry.h"
#include "net/http_client.h"
#include "net/url.h"

namespace {
using namespace std::chrono_literals;
using weir::ErrorCode;
using weir::Json;
using weir::Result;

struct Page {
  Json orders;
  std::optional<std::string> next;
};

class ShopApi {
 public:
  ShopApi(weir::net::Url root, std::string token) : root_(std::move(root)), token_(std::move(token)) {}

  /// The JSON document at a path of the API, fetched once.
  Result<Json> get(const std::string& path_and_query) {
    WEIR_TRY_ASSIGN(const weir::net::Url url, root_.resolve(path_and_query));
    WEIR_TRY_ASSIGN(weir::net::HttpResponse response,
                    client_.send({.url = url.text(), .headers = {{"Authorization", "Bearer " + token_}}, .timeout = 10s}));
    WEIR_TRY_ASSIGN(response, weir::net::require_success(std::move(response)));
    return weir::parse_json(response.body, url.text_without_secrets());
  }

 private:
  weir::net::HttpClient client_;
  weir::net::Url root_;
  std::string token_;
};

weir::Status run(const std::string& address) {
  WEIR_TRY_ASSIGN(weir::net::Url root, weir::net::Url::parse(address));
  ShopApi api(std::move(root), "a-token");
  const std::stop_token stop = weir::install_interrupt_handler();

  // All three wrappers, from the inside out: tries again, answers from memory, logs.
  auto get = [&](const std::string& path) { return api.get(path); } |
             weir::retry({.attempts_max = 5, .delay = 100ms, .jitter = 0.5, .stop = stop, .name = "shop api"}) |
             weir::cached({.ttl = 60s, .entries_max = 1000, .name = "shop api"}) |
             weir::log_calls("get", {.arguments = {"path"}, .level = weir::LogLevel::kInfo});

  const auto fetch_page = [&](const std::optional<std::string>& cursor) -> Result<Page> {
    WEIR_TRY_ASSIGN(const Json document, get("/orders" + (cursor ? "?cursor=" + *cursor : std::string())));
    const std::string next = document.value("next", "");
    return Page{document.at("orders"), next.empty() ? std::nullopt : std::optional(next)};
  };

  std::map<std::string, double> totals;
  std::size_t orders_count = 0;
  for (const Result<Page>& page : weir::pages(fetch_page)) {
    WEIR_TRY(page);
    for (const Json& order : page->orders) {
      const std::string currency = order.at("currency").get<std::string>();
      WEIR_TRY_ASSIGN(const Json rate, get("/rates/" + currency));  // mostly from memory
      totals[currency] += order.at("amount").get<double>() * rate.at("rate").get<double>();
      ++orders_count;
    }
  }
  for (const auto& [currency, total] : totals) {
    fmt::print("{} {:.2f}\n", currency, total);
  }
  const auto& cache = get.inner();
  const weir::CallCounts tries = cache.inner().counts();
  fmt::print("{} orders; {} calls, {} of them from memory, {} fetches in {} attempts\n", orders_count, cache.counts().calls,
             cache.counts().hits, tries.calls, tries.attempts);
  return {};
}
}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: api_client http://HOST:PORT\n");
    return 2;
  }
  try {
    if (const weir::Status status = run(argv[1]); !status) {
      fmt::print(stderr, "api_client: {}\n", status.error().text());
      return 3;
    }
  } catch (const std::exception& error) {  // a document that is not as the API promises
    fmt::print(stderr, "api_client: {}\n", error.what());
    return 3;
  }
  return 0;
}
