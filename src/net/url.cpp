#include "net/url.h"

#include <curl/curl.h>

#include <memory>

#include "core/text.h"

namespace weir::net {
namespace {
struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, FreeUrl>;

std::string part(CURLU* url, CURLUPart which) {
  char* text = nullptr;
  if (curl_url_get(url, which, &text, 0) != CURLUE_OK) {
    return {};
  }
  std::string out = text;
  curl_free(text);
  return out;
}

Result<Url> parts_of(CURLU* url, std::string_view text) {
  Url out{.scheme = part(url, CURLUPART_SCHEME),
          .user = part(url, CURLUPART_USER),
          .host = part(url, CURLUPART_HOST),
          .port = part(url, CURLUPART_PORT),
          .path = part(url, CURLUPART_PATH),
          .query = part(url, CURLUPART_QUERY),
          .fragment = part(url, CURLUPART_FRAGMENT)};
  if (const std::string password = part(url, CURLUPART_PASSWORD); !password.empty()) {
    out.user += ':' + password;
  }
  if (out.scheme != "http" && out.scheme != "https") {
    return fail(ErrorCode::kInvalid, "only http and https addresses can be read", excerpt(text));
  }
  return out;
}

Status set(CURLU* url, std::string_view text) {
  if (const CURLUcode code = curl_url_set(url, CURLUPART_URL, std::string(text).c_str(), 0); code != CURLUE_OK) {
    return fail(ErrorCode::kInvalid, std::string("is no address: ") + curl_url_strerror(code), excerpt(text));
  }
  return {};
}
}  // namespace

Result<Url> Url::parse(std::string_view text) {
  const UrlHandle url(curl_url());
  WEIR_TRY(set(url.get(), text));
  return parts_of(url.get(), text);
}

std::string Url::text() const {
  return scheme + "://" + (user.empty() ? "" : user + '@') + host + (port.empty() ? "" : ':' + port) + path + (query.empty() ? "" : '?' + query) +
         (fragment.empty() ? "" : '#' + fragment);
}

std::string Url::text_without_secrets() const { return scheme + "://" + host + (port.empty() ? "" : ':' + port) + path; }

Result<Url> Url::resolve(std::string_view reference) const {
  const UrlHandle url(curl_url());
  WEIR_TRY(set(url.get(), text()));
  WEIR_TRY(set(url.get(), reference));  // a relative one is resolved against what is there
  return parts_of(url.get(), reference);
}

Url Url::with_query(const std::vector<std::pair<std::string, std::string>>& parameters) const {
  Url out = *this;
  for (const auto& [name, value] : parameters) {
    out.query += (out.query.empty() ? "" : "&") + percent_encode(name) + '=' + percent_encode(value);
  }
  return out;
}
}  // namespace weir::net
