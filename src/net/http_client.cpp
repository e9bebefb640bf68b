#include "net/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <mutex>

#include "core/scope.h"
#include "core/text.h"
#include "core/version.h"
#include "net/url.h"

namespace weir::net {
namespace {
constexpr int kStopPollMilliseconds = 50;
constexpr std::size_t kExcerptBytes = 200;

void initialise() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(done);
}

// One connection and what drives it.
struct Line {
  CURLM* multi = curl_multi_init();
  CURL* easy = curl_easy_init();
  Line() = default;
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;
  ~Line() {
    curl_easy_cleanup(easy);
    curl_multi_cleanup(multi);
  }
};

// What arrives. C callbacks must not throw: what has no memory left is an answer that is too large.
struct Arrival {
  HttpResponse response;
  std::uint64_t body_bytes_max = 0;
  bool too_large = false;

  static std::size_t on_body(const char* bytes, std::size_t size, std::size_t count, void* self) noexcept {
    auto& arrival = *static_cast<Arrival*>(self);
    const std::size_t length = size * count;
    try {
      arrival.too_large = arrival.response.body.size() + length > arrival.body_bytes_max;
      if (!arrival.too_large) {
        arrival.response.body.append(bytes, length);
        return length;
      }
    } catch (const std::exception&) {
      arrival.too_large = true;
    }
    return 0;
  }

  static std::size_t on_header(const char* bytes, std::size_t size, std::size_t count, void* self) noexcept {
    auto& arrival = *static_cast<Arrival*>(self);
    const std::string_view line = trim(std::string_view(bytes, size * count));
    try {
      if (line.starts_with("HTTP/")) {
        arrival.response.headers.clear();  // the answer to a redirect or "100 Continue" was another one
        arrival.response.body.clear();
      } else if (const std::size_t colon = line.find(':'); colon != std::string_view::npos) {
        arrival.response.headers.push_back({std::string(line.substr(0, colon)), std::string(trim(line.substr(colon + 1)))});
      }
      return size * count;
    } catch (const std::exception&) {
      return 0;
    }
  }
};

ErrorCode code_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return ErrorCode::kTimeout;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_TOO_MANY_REDIRECTS:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
      return ErrorCode::kInvalid;
    default:
      return ErrorCode::kIo;
  }
}

// A list of curl's, owned.
class HeaderList {
 public:
  explicit HeaderList(const std::vector<HttpHeader>& headers) {
    for (const HttpHeader& header : headers) {
      // A header without a value ends with ';' in curl's notation.
      list_ = curl_slist_append(list_, (header.value.empty() ? header.name + ';' : header.name + ": " + header.value).c_str());
    }
  }
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  ~HeaderList() { curl_slist_free_all(list_); }
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

bool breaks_line(const HttpHeader& header) {
  return header.name.find_first_of("\r\n:") != std::string::npos || header.value.find_first_of("\r\n") != std::string::npos;
}

void prepare(CURL* easy, const HttpRequest& request, const HeaderList& headers, Arrival& arrival, char* error) {
  curl_easy_reset(easy);  // keeps connections
  curl_easy_setopt(easy, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, error);
  curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "");
  curl_easy_setopt(easy, CURLOPT_USERAGENT, ("weir/" + std::string(kVersion)).c_str());
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, request.redirects_max > 0 ? 1L : 0L);
  curl_easy_setopt(easy, CURLOPT_MAXREDIRS, static_cast<long>(request.redirects_max));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Arrival::on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &arrival);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &Arrival::on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &arrival);
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  } else if (!request.body.empty() || request.method == "POST" || request.method == "PUT" || request.method == "PATCH") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  } else if (request.method != "GET") {
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

// Runs until the end or a stop; nothing when stopped.
std::optional<CURLcode> transfer(Line& line, const std::stop_token& stop) {
  curl_multi_add_handle(line.multi, line.easy);
  const scope_exit remove([&] { curl_multi_remove_handle(line.multi, line.easy); });
  int running = 1;
  while (true) {
    curl_multi_perform(line.multi, &running);
    int left = 0;
    if (const CURLMsg* message = curl_multi_info_read(line.multi, &left); message != nullptr && message->msg == CURLMSG_DONE) {
      return message->data.result;
    }
    if (stop.stop_requested()) {
      return std::nullopt;
    }
    curl_multi_poll(line.multi, nullptr, 0, kStopPollMilliseconds, nullptr);
  }
}

std::optional<std::chrono::milliseconds> retry_after(const HttpResponse& response, const Clock& clock) {
  const auto value = response.header("Retry-After");
  if (!value) {
    return std::nullopt;
  }
  std::int64_t seconds = 0;
  const auto [end, problem] = std::from_chars(value->data(), value->data() + value->size(), seconds);
  if (problem != std::errc() || end != value->data() + value->size()) {
    const std::time_t date = curl_getdate(std::string(*value).c_str(), nullptr);
    if (date < 0) {
      return std::nullopt;
    }
    seconds = date - std::chrono::duration_cast<std::chrono::seconds>(clock.now().time_since_epoch()).count();
  }
  constexpr std::int64_t kLongest = 366LL * 24 * 3600;
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kLongest));
}

ErrorCode code_of_status(int status) {
  switch (status) {
    case 404:
    case 410:
      return ErrorCode::kNotFound;
    case 408:
    case 504:
      return ErrorCode::kTimeout;
    case 409:
    case 412:
      return ErrorCode::kConflict;
    case 429:
      return ErrorCode::kIo;
    case 501:
      return ErrorCode::kUnsupported;
    default:
      return status >= 500 ? ErrorCode::kIo : ErrorCode::kInvalid;
  }
}

std::string shown(std::string_view url) {
  const Result<Url> parsed = Url::parse(url);
  return parsed ? parsed->text_without_secrets() : excerpt(url);
}
}  // namespace

struct HttpClient::Pool {
  std::mutex mutex;
  std::vector<std::unique_ptr<Line>> idle;

  std::unique_ptr<Line> take() {
    const std::lock_guard lock(mutex);
    if (idle.empty()) {
      return std::make_unique<Line>();
    }
    std::unique_ptr<Line> line = std::move(idle.back());
    idle.pop_back();
    return line;
  }
  void give_back(std::unique_ptr<Line> line) {
    const std::lock_guard lock(mutex);
    idle.push_back(std::move(line));
  }
};

HttpClient::HttpClient() : pool_(std::make_unique<Pool>()) { initialise(); }
HttpClient::~HttpClient() = default;

std::optional<std::string_view> HttpResponse::header(std::string_view name) const {
  const auto found = std::ranges::find_if(headers, [&](const HttpHeader& header) { return equals_ignoring_case(header.name, name); });
  return found == headers.end() ? std::nullopt : std::optional<std::string_view>(found->value);
}

Result<HttpResponse> HttpClient::send(const HttpRequest& request) {
  WEIR_TRY(Url::parse(request.url));
  if (std::ranges::any_of(request.headers, breaks_line)) {
    return fail(ErrorCode::kInvalid, "a header must be one line, and its name without a colon", shown(request.url));
  }
  const HeaderList headers(request.headers);
  Arrival arrival{.body_bytes_max = request.body_bytes_max};
  std::string error(CURL_ERROR_SIZE, '\0');
  std::unique_ptr<Line> line = pool_->take();  // after what it points to
  prepare(line->easy, request, headers, arrival, error.data());
  const std::optional<CURLcode> code = transfer(*line, request.stop);
  if (!code) {
    return fail(ErrorCode::kCancelled, "stopped", shown(request.url));  // the connection is half used: it goes
  }
  if (arrival.too_large) {
    return fail(ErrorCode::kUnsupported, fmt::format("the answer is larger than {}", human_bytes(request.body_bytes_max)), shown(request.url));
  }
  if (*code != CURLE_OK) {
    const std::string reason = error.c_str();  // NOLINT(readability-redundant-string-cstr): up to the first NUL
    return fail(code_of(*code), reason.empty() ? curl_easy_strerror(*code) : reason, shown(request.url));
  }
  long status = 0;
  curl_easy_getinfo(line->easy, CURLINFO_RESPONSE_CODE, &status);
  const char* url = nullptr;
  curl_easy_getinfo(line->easy, CURLINFO_EFFECTIVE_URL, &url);
  arrival.response.status = static_cast<int>(status);
  arrival.response.url = url == nullptr ? request.url : url;
  curl_easy_setopt(line->easy, CURLOPT_ERRORBUFFER, nullptr);
  pool_->give_back(std::move(line));
  return std::move(arrival.response);
}

Result<HttpResponse> require_success(HttpResponse response, const Clock& clock) {
  if (response.status < 400) {
    return response;
  }
  const std::string_view text = trim(response.body);
  Error error{code_of_status(response.status), fmt::format("the server answers {}", response.status), shown(response.url), std::nullopt};
  if (!text.empty()) {
    error.message += ": " + excerpt(text, kExcerptBytes);
  }
  if (response.status == 429 || response.status >= 500) {
    error.retry_after = retry_after(response, clock);
  }
  return std::unexpected(std::move(error));
}
}  // namespace weir::net
