#include "generate/access_requests.h"

#include <algorithm>
#include <array>
#include <bit>

#include "generate/text.h"

namespace weir::generate {
namespace {
constexpr std::uint32_t kPeopleCount = 60'000;
constexpr std::uint32_t kProductsCount = 20'000;
constexpr std::uint64_t kStepStream = 1;
constexpr std::uint64_t kVisitorStream = 2;

constexpr std::array<std::string_view, 12> kBrowsers{
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/119.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 "
    "Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 "
    "Safari/605.1.15",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:121.0) Gecko/20100101 Firefox/121.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 "
    "Edg/120.0.0.0",
    "Mozilla/5.0 (Linux; Android 13; SAMSUNG SM-S911B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/23.0 "
    "Chrome/115.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 "
    "Safari/604.1",
    "Mozilla/5.0 (Windows NT 6.1; WOW64; Trident/7.0; rv:11.0) like Gecko",
    "Mozilla/5.0 (compatible; \\\"quoted\\\" agent; +https://agent.example/)"};
constexpr std::array<std::string_view, 3> kSearchEngines{
    "Mozilla/5.0 (compatible; CrawlBot/2.1; +http://crawl.example/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; findbot/2.0; +http://find.example/findbot.htm)",
    "SeekSpider/1.4 (+https://seek.example)"};
constexpr std::array<std::string_view, 3> kApps{"ShopApp/5.12.0 (Android 14; Scale/3.00)",
                                                "ShopApp/5.11.2 (iPhone; iOS 17.2; Scale/3.00)", "okhttp/4.12.0"};
constexpr std::array<std::string_view, 4> kProbes{"Mozilla/5.0 zgrab/0.x", "python-requests/2.31.0", "curl/7.88.1",
                                                  "-"};

constexpr std::array<std::string_view, 16> kCategories{"electronics",    "electronics/audio",
                                                       "home",           "home/lighting",
                                                       "kitchen",        "kitchen/coffee",
                                                       "fashion/women",  "fashion/men",
                                                       "sports/cycling", "books",
                                                       "books/crime",    "games",
                                                       "beauty",         "garden",
                                                       "garden/tools",   "sale"};
constexpr std::array<std::string_view, 20> kTerms{"laptop",
                                                  "usb+c+cable",
                                                  "coffee",
                                                  "r%C3%BChrei+pfanne",
                                                  "%EB%85%B8%ED%8A%B8%EB%B6%81",
                                                  "desk+lamp",
                                                  "shoes",
                                                  "bike",
                                                  "yoga+mat",
                                                  "mug",
                                                  "%E3%83%9E%E3%82%B0",
                                                  "tent",
                                                  "garden",
                                                  "chair",
                                                  "monitor",
                                                  "knife+set",
                                                  "puzzle",
                                                  "100%25+cotton+t-shirt",
                                                  "error",
                                                  "headphones"};
constexpr std::array<std::string_view, 10> kWeakSpots{
    "/wp-login.php",         "/.env",
    "/phpmyadmin/index.php", "/admin/",
    "/.git/config",          "/xmlrpc.php",
    "/backup.zip",           "/cgi-bin/luci",
    "/server-status",        "/vendor/phpunit/phpunit/src/Util/PHP/eval-stdin.php"};

// Of 64 requests of a kind of visitor, how many ask for which page.
struct Share {
  Page page;
  std::uint32_t of64;
};
constexpr std::array kPersonPages{Share{Page::kProduct, 16}, Share{Page::kImage, 15},   Share{Page::kCategory, 8},
                                  Share{Page::kSuggest, 5},  Share{Page::kSearch, 4},   Share{Page::kScript, 3},
                                  Share{Page::kStyle, 3},    Share{Page::kHome, 3},     Share{Page::kAddToCart, 2},
                                  Share{Page::kCart, 2},     Share{Page::kCheckout, 1}, Share{Page::kLogin, 1},
                                  Share{Page::kOrder, 1}};
constexpr std::array kSearchEnginePages{Share{Page::kProduct, 44}, Share{Page::kCategory, 12},
                                        Share{Page::kOldProduct, 5}, Share{Page::kRobots, 3}};
constexpr std::array kAppPages{Share{Page::kStock, 34}, Share{Page::kSuggest, 14}, Share{Page::kImage, 10},
                               Share{Page::kAddToCart, 4}, Share{Page::kCheckout, 2}};
constexpr std::array kProbePages{Share{Page::kWeakSpot, 56}, Share{Page::kHome, 6}, Share{Page::kLogin, 2}};
constexpr std::array kHealthPages{Share{Page::kHealth, 64}};

template <std::size_t size>
consteval std::array<Page, 64> table_of(const std::array<Share, size>& shares) {
  std::array<Page, 64> out{};
  std::size_t at = 0;
  for (const Share& share : shares) {
    for (std::uint32_t i = 0; i < share.of64; ++i) {
      out.at(at++) = share.page;
    }
  }
  return at == out.size() ? out : throw "the shares are not 64 in all";
}
constexpr std::array kPagesOfKind{table_of(kPersonPages), table_of(kSearchEnginePages), table_of(kAppPages),
                                  table_of(kProbePages), table_of(kHealthPages)};

struct PageFacts {
  std::string_view method;
  std::uint32_t size_bytes;  // the least; sizes go up to four times of it
  std::uint32_t latency_ms;  // of a quick answer
};
constexpr std::array<PageFacts, static_cast<std::size_t>(Page::kCount)> kPageFacts{{
    {"GET", 18'400, 24},  // kHome
    {"GET", 22'100, 38},  // kCategory
    {"GET", 12'700, 22},  // kProduct
    {"GET", 15'900, 65},  // kSearch
    {"GET", 6'200, 18},   // kCart
    {"POST", 180, 31},    // kAddToCart
    {"POST", 420, 140},   // kCheckout
    {"POST", 310, 85},    // kLogin
    {"GET", 7'300, 27},   // kOrder
    {"GET", 96, 6},       // kStock
    {"GET", 340, 9},      // kSuggest
    {"GET", 14'800, 2},   // kImage
    {"GET", 88'200, 2},   // kScript
    {"GET", 21'300, 1},   // kStyle
    {"GET", 74, 1},       // kRobots
    {"GET", 162, 1},      // kOldProduct
    {"GET", 146, 1},      // kWeakSpot
    {"GET", 2, 1},        // kHealth
}};

consteval std::uint32_t index_of_status(std::uint32_t status) {
  for (std::uint32_t i = 0; i < kStatuses.size(); ++i) {
    if (kStatuses[i] == status) {
      return i;
    }
  }
  throw "not a status that the log knows";
}

std::uint32_t status_of(const Request& request, Random& random) {
  const std::uint32_t of1000 = random.below(1'000);
  if (of1000 < 6) {  // the servers' own trouble
    constexpr std::array kTrouble{index_of_status(500), index_of_status(500), index_of_status(502),
                                  index_of_status(503), index_of_status(504), index_of_status(499)};
    return kTrouble[of1000];
  }
  const auto often = [&](std::uint32_t permille, std::uint32_t then, std::uint32_t else_) {
    return of1000 < 6 + permille ? then : else_;
  };
  constexpr std::uint32_t kOk = index_of_status(200);
  switch (request.page) {
    case Page::kImage:
      return often(140, index_of_status(304), often(170, index_of_status(404), kOk));
    case Page::kScript:
    case Page::kStyle:
      return often(300, index_of_status(304), often(310, index_of_status(206), kOk));
    case Page::kProduct:
      return often(12, index_of_status(404), kOk);
    case Page::kAddToCart:
      return often(20, index_of_status(400), index_of_status(201));
    case Page::kCheckout:
      return often(60, index_of_status(400), index_of_status(302));
    case Page::kLogin:
      return often(110, index_of_status(401), often(150, index_of_status(429), index_of_status(302)));
    case Page::kOrder:
      return often(30, index_of_status(403), kOk);
    case Page::kSuggest:
      return often(90, index_of_status(204), often(110, index_of_status(429), kOk));
    case Page::kOldProduct:
      return index_of_status(301);
    case Page::kWeakSpot:
      return often(120, index_of_status(403), often(140, index_of_status(405), index_of_status(404)));
    default:
      return kOk;
  }
}

template <typename List>
std::string_view pick(const List& list, std::uint64_t bits) {
  return list[bits % list.size()];
}
}  // namespace

AccessModel::AccessModel(std::uint64_t seed) : seed_(seed), products_(kProductsCount, 20, seed) {}

Visitor AccessModel::visitor_of(std::uint64_t session) const {
  Random random(session);
  Visitor out;
  out.session = session;
  const std::uint32_t of100 = random.below(100);
  if (of100 < 76) {
    out.kind = VisitorKind::kPerson;
    // The lesser of two draws: some come back often.
    out.number = std::min(random.below(kPeopleCount), random.below(kPeopleCount));
    const std::uint64_t own = bits_of(seed_, kVisitorStream, out.number);
    out.agent = kBrowsers[std::min(own % kBrowsers.size(), (own >> 8) % kBrowsers.size())];
    out.is_logged_in = (own >> 16) % 4 == 0 && random.chance(500);
  } else if (of100 < 84) {
    out.kind = VisitorKind::kSearchEngine;
    out.number = random.below(40);
    out.agent = pick(kSearchEngines, out.number);
  } else if (of100 < 94) {
    out.kind = VisitorKind::kApp;
    out.number = random.below(kPeopleCount);
    out.agent = pick(kApps, bits_of(seed_, kVisitorStream, out.number));
    out.is_logged_in = true;
  } else if (of100 < 97) {
    out.kind = VisitorKind::kProbe;
    out.number = random.below(500);
    out.agent = pick(kProbes, out.number);
  } else {
    out.kind = VisitorKind::kHealthCheck;
    out.number = random.below(4);
    out.agent = "kube-probe/1.28";
  }
  return out;
}

Request AccessModel::request_of(const Visitor& visitor, std::uint32_t step) const {
  Random random(visitor.session, kStepStream, step);
  Request out;
  out.page = kPagesOfKind[static_cast<std::size_t>(visitor.kind)][random.next() >> 58];
  out.id = products_.draw(random) + 1;
  out.extra = static_cast<std::uint32_t>(random.next() >> 32);
  out.method = kPageFacts[static_cast<std::size_t>(out.page)].method;
  if (out.page == Page::kWeakSpot && out.extra % 8 == 0) {
    out.method = "POST";
  } else if (visitor.kind == VisitorKind::kSearchEngine && out.extra % 32 == 0) {
    out.method = "HEAD";
  }
  return out;
}

Response AccessModel::response_to(const Request& request, Random& random) const {
  Response out;
  out.status_index = status_of(request, random);
  const PageFacts& facts = kPageFacts[static_cast<std::size_t>(request.page)];
  const std::uint32_t status = kStatuses[out.status_index];
  if (request.method == "HEAD" || status == 204 || status == 304 || status == 499) {
    out.size_bytes = 0;
  } else if (status >= 300) {
    out.size_bytes = 120 + request.id % 64;
  } else {
    // The same page has the same size each time.
    const std::uint64_t own = mix(request.id * 32ULL + static_cast<std::uint64_t>(request.page));
    out.size_bytes = facts.size_bytes + static_cast<std::uint32_t>((facts.size_bytes * 3ULL * (own >> 40)) >> 24);
  }
  // Each doubling of the time is half as likely: a long tail.
  const auto doublings = static_cast<std::uint32_t>(std::countr_zero(random.next() | 1ULL << 12));
  out.latency_ms = (facts.latency_ms + random.below(facts.latency_ms + 1)) << (doublings / 2);
  if (status == 504) {
    out.latency_ms = 60'000 + random.below(5);
  }
  return out;
}

char* AccessModel::put_path(char* out, const Request& request) const {
  switch (request.page) {
    case Page::kHome:
      return put(out, request.extra % 16 == 0 ? "/?utm_source=newsletter&utm_campaign=spring%20sale" : "/");
    case Page::kCategory:
      out = put(out, "/c/");
      out = put(out, kCategories[request.id % kCategories.size()]);
      if (request.extra % 4 == 0) {
        out = put(out, "?page=");
        out = put_number(out, 2 + request.extra / 4 % 9);
        out = put(out, request.extra % 8 == 0 ? "&sort=price_asc" : "");
      }
      return out;
    case Page::kProduct:
      out = put(out, "/product/");
      out = put_number(out, request.id);
      return put(out, request.extra % 8 == 0 ? "?ref=similar" : "");
    case Page::kSearch:
      out = put(out, "/search?q=");
      out = put(out, kTerms[std::min(request.extra % kTerms.size(), (request.extra >> 8) % kTerms.size())]);
      if (request.extra % 3 == 0) {
        out = put(out, "&page=");
        out = put_number(out, 2 + request.extra / 3 % 4);
      }
      return out;
    case Page::kCart:
      return put(out, "/cart");
    case Page::kAddToCart:
      return put(out, "/api/v2/cart/items");
    case Page::kCheckout:
      return put(out, "/checkout");
    case Page::kLogin:
      return put(out, "/login?next=%2Faccount");
    case Page::kOrder:
      out = put(out, "/account/orders/");
      return put_number(out, 100'000 + request.extra % 900'000);
    case Page::kStock:
      out = put(out, "/api/v2/products/");
      out = put_number(out, request.id);
      return put(out, "/stock");
    case Page::kSuggest: {
      const std::string_view term = kTerms[request.extra % kTerms.size()];
      out = put(out, "/api/v2/suggest?q=");
      // What was typed so far; an escape is not cut.
      return put(out, term.find('%') == std::string_view::npos ? term.substr(0, 2 + (request.extra >> 8) % 5) : term);
    }
    case Page::kImage:
      out = put(out, "/static/img/p/");
      out = put_number(out, request.id);
      return put(out, request.extra % 3 == 0 ? "_large.webp" : "_small.webp");
    case Page::kScript:
      return put(out, request.extra % 2 == 0 ? "/static/js/app.3f9c1b7e.js" : "/static/js/vendor.a81d02c4.js");
    case Page::kStyle:
      return put(out, "/static/css/main.5d20e6aa.css");
    case Page::kRobots:
      return put(out, "/robots.txt");
    case Page::kOldProduct:
      out = put(out, "/shop/item.php?id=");
      return put_number(out, request.id);
    case Page::kWeakSpot:
      return put(out, kWeakSpots[request.id % kWeakSpots.size()]);
    case Page::kHealth:
    case Page::kCount:
      break;
  }
  return put(out, "/healthz");
}
}  // namespace weir::generate
