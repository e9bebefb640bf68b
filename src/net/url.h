#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"

namespace weir::net {
/// The parts of an absolute http or https URL, percent-encoded as they stand in it.
///   https://api.example.com:8443/v1/orders?limit=100&cursor=a%20b
///   scheme  host            port path       query
struct Url {
  std::string scheme;    ///< lower case
  std::string user;      ///< "name" or "name:password"; usually empty
  std::string host;      ///< an IPv6 address has its brackets
  std::string port;      ///< empty for the scheme's own
  std::string path;      ///< "/" at least
  std::string query;     ///< without the "?"
  std::string fragment;  ///< without the "#"; never sent

  /// Errors: kInvalid for what is no absolute http(s) URL.
  static Result<Url> parse(std::string_view text);
  std::string text() const;
  /// The same without user, query and fragment: what may stand in logs.
  std::string text_without_secrets() const;
  /// Follows a link that stands in a document at this URL: "/a", "../b?c", "//host/", "https://…". Errors as of parse.
  Result<Url> resolve(std::string_view reference) const;
  /// Adds parameters to the query; names and values are encoded here.
  Url with_query(const std::vector<std::pair<std::string, std::string>>& parameters) const;
  bool operator==(const Url&) const = default;
};
}  // namespace weir::net
