#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.h"
#include "core/result.h"

namespace weir::net {
struct HttpHeader {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;                  ///< absolute, http or https
  std::vector<HttpHeader> headers;  ///< of your own; Host, User-Agent, Accept-Encoding and Content-Length come by themselves
  std::string body;
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds timeout{60'000};  ///< for all of it
  std::uint64_t body_bytes_max = 256U << 20U;  ///< a larger answer is an Error
  int redirects_max = 5;                       ///< 0: a redirect is an answer like others
  std::stop_token stop;                        ///< ends it within 50 ms
};

struct HttpResponse {
  int status = 0;                   ///< 200, 404 …
  std::vector<HttpHeader> headers;  ///< of the last answer, when redirects were followed
  std::string body;                 ///< unpacked
  std::string url;                  ///< where it came from in the end

  /// The first header of that name, in any case; nothing when there is none.
  std::optional<std::string_view> header(std::string_view name) const;
};

/// Sends HTTP requests; keeps connections open and uses them again. Safe from many threads, each with a connection of its own.
/// Tries once: stack `retry` on it, its Errors say whether they may pass.
class HttpClient {
 public:
  HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;
  ~HttpClient();

  /// Any status is an answer. Errors, with the address (without query) as subject: kTimeout; kIo for names that do not resolve,
  /// refused and broken connections; kInvalid for bad addresses and certificates; kUnsupported for an answer that is too large;
  /// kCancelled after a stop.
  Result<HttpResponse> send(const HttpRequest& request);

 private:
  struct Pool;
  std::unique_ptr<Pool> pool_;
};

/// Takes answers of 2xx only (and 3xx, when redirects are not followed). Errors: kNotFound (404, 410), kTimeout (408, 504),
/// kConflict (409, 412), kIo (429 and 5xx), kUnsupported (501), else kInvalid; with the begin of the answer's text, and with
/// `retry_after` when the server says so (seconds, or a date compared with `clock`).
Result<HttpResponse> require_success(HttpResponse response, const Clock& clock = system_clock());
}  // namespace weir::net
