#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "generate/popularity.h"
#include "generate/random.h"

namespace weir::generate {
enum class VisitorKind : std::uint8_t { kPerson, kSearchEngine, kApp, kProbe, kHealthCheck };

/// Who sends a request. Texts live as long as the program.
struct Visitor {
  VisitorKind kind = VisitorKind::kPerson;
  std::uint64_t session = 0;  ///< random bits, the same for all requests of one visit
  std::uint32_t number = 0;   ///< of the visitor; people come back
  bool is_logged_in = false;  ///< the log then names "user<number>"
  std::string_view agent;
};

enum class Page : std::uint8_t {
  kHome,
  kCategory,
  kProduct,
  kSearch,
  kCart,
  kAddToCart,
  kCheckout,
  kLogin,
  kOrder,
  kStock,
  kSuggest,
  kImage,
  kScript,
  kStyle,
  kRobots,
  kOldProduct,  ///< moved
  kWeakSpot,    ///< what probes look for; not there
  kHealth,
  kCount,
};

struct Request {
  Page page = Page::kHome;
  std::uint32_t id = 0;     ///< of the product, category, order, term …
  std::uint32_t extra = 0;  ///< of the query string
  std::string_view method;
};

/// What the server made of it.
struct Response {
  std::uint32_t status_index = 0;  ///< of kStatuses
  std::uint32_t size_bytes = 0;
  std::uint32_t latency_ms = 0;
};
inline constexpr std::array<std::uint32_t, 18> kStatuses{200, 201, 204, 206, 301, 302, 304, 400, 401,
                                                         403, 404, 405, 429, 499, 500, 502, 503, 504};

/// Draws visitors, their requests and the answers. Immutable.
class AccessModel {
 public:
  explicit AccessModel(std::uint64_t seed);

  /// `session` is any random bits.
  Visitor visitor_of(std::uint64_t session) const;
  /// The request number `step` of a visit.
  Request request_of(const Visitor& visitor, std::uint32_t step) const;
  Response response_to(const Request& request, Random& random) const;
  /// Writes the path with its query string; at most 256 bytes.
  char* put_path(char* out, const Request& request) const;

 private:
  std::uint64_t seed_;
  Popularity products_;
};
}  // namespace weir::generate
