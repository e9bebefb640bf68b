#include "generate/access_log.h"

#include <array>
#include <bit>
#include <span>

#include "generate/access_requests.h"
#include "generate/day_curve.h"
#include "generate/log_writer.h"
#include "generate/text.h"

namespace weir::generate {
namespace {
constexpr std::uint64_t kLinesPerDay = 2'000'000;
constexpr std::size_t kLineBytesMax = 1'024;
constexpr std::size_t kNoRequest = kStatuses.size();  // counts behind the statuses

// Visits at a time; a prime, so that any step through them meets each one.
constexpr std::uint64_t kPlaces = 1'021;
constexpr std::uint64_t kVisitSteps = 64;  // a visit ends after so many lines at the latest

constexpr std::uint64_t kRoundStream = 11;
constexpr std::uint64_t kVisitStream = 12;
constexpr std::uint64_t kLineStream = 13;

constexpr std::string_view kSite = "https://shop.example";
constexpr std::array<std::string_view, 8> kOutside{"-",
                                                   "-",
                                                   "-",
                                                   "https://search.example/",
                                                   "https://search.example/",
                                                   "https://www.find.example/url?q=desk+lamp&sa=U",
                                                   "https://m.friends.example/",
                                                   "android-app://app.search.example/"};
constexpr std::array<std::string_view, 4> kNoRequests{"-", "\\x16\\x03\\x01\\x02\\x00\\x01\\x00\\x01\\xFC\\x03\\x03",
                                                      "\\n", "MGLNDD_203.0.113.9_443"};

// "[29/Feb/2024:13:05:59 +0000]"
char* put_clf_moment(char* out, std::int64_t seconds) {
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  std::array<char, 19> iso;
  put_moment(iso.data(), seconds);
  const std::string_view text(iso.data(), iso.size());
  const auto month = static_cast<std::size_t>((text[5] - '0') * 10 + text[6] - '0') - 1;
  out = put(out, '[');
  out = put(out, text.substr(8, 2));
  out = put(out, '/');
  out = put(out, kMonths.substr(3 * month, 3));
  out = put(out, '/');
  out = put(out, text.substr(0, 4));
  out = put(out, ':');
  out = put(out, text.substr(11));
  return put(out, " +0000]");
}

char* put_octet(char* out, std::uint64_t value) {
  return put_number(out, value & 255U);
}

// Only ranges that belong to nobody: documentation, benchmarks, carrier-grade NAT, private.
char* put_address(char* out, const Visitor& visitor) {
  const std::uint32_t number = visitor.number;
  switch (visitor.kind) {
    case VisitorKind::kSearchEngine:
      out = put(out, "203.0.113.");
      return put_octet(out, number);
    case VisitorKind::kProbe:
      out = put(out, number % 2 == 0 ? "192.0.2." : "198.51.100.");
      return put_octet(out, number / 2);
    case VisitorKind::kHealthCheck:
      out = put(out, "10.0.3.");
      return put_octet(out, number);
    default:
      break;
  }
  if (number % 16 == 5) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const std::uint64_t own = mix(number);
    out = put(out, "2001:db8:");
    for (std::uint32_t shift = 0; shift < 16; shift += 4) {
      out = put(out, kHex[own >> shift & 15U]);
    }
    out = put(out, "::");
    return put_number(out, 1 + (own >> 32) % 9'999);
  }
  const std::uint64_t own = mix(number) >> 8;
  if (number % 8 == 0) {
    out = put(out, (own & 1U) != 0 ? "198.18." : "198.19.");
  } else {
    out = put(out, "100.");
    out = put_number(out, 64 + (own >> 16) % 64);
    out = put(out, '.');
    out = put_octet(out, own >> 24);
    out = put(out, '.');
    return put_octet(out, own >> 32);
  }
  out = put_octet(out, own >> 24);
  out = put(out, '.');
  return put_octet(out, own >> 32);
}

class AccessLog final : public LogSource {
 public:
  AccessLog(std::uint64_t seed, bool has_latency) : seed_(seed), has_latency_(has_latency), model_(seed) {
    for (std::size_t i = 0; i < kStatuses.size(); ++i) {
      names_text_[i] = "status_" + std::to_string(kStatuses[i]);
      names_[i] = names_text_[i];
    }
    names_[kNoRequest] = "no_request";
  }

  void write_record(std::uint64_t record, LogChunk& chunk) const override {
    const Step step = step_of(record);
    const Visitor visitor = model_.visitor_of(step.session);
    Random random(seed_, kLineStream, record);

    char* out = chunk.reserve(kLineBytesMax);
    out = put_address(out, visitor);
    if (visitor.is_logged_in) {
      out = put(out, " - user");
      out = put_number(out, visitor.number);
      out = put(out, ' ');
    } else {
      out = put(out, " - - ");
    }
    out = put_clf_moment(out, moment_of(record, random));

    if (visitor.kind == VisitorKind::kProbe && random.chance(100)) {
      out = put(out, " \"");
      out = put(out, kNoRequests[random.below(kNoRequests.size())]);
      out = put(out, "\" 400 150 \"-\" \"-\"");
      chunk.count(kNoRequest);
      chunk.end_record(put_end(out, 0));
      return;
    }
    const Request request = model_.request_of(visitor, step.number);
    const Response response = model_.response_to(request, random);
    out = put(out, " \"");
    out = put(out, request.method);
    out = put(out, ' ');
    out = model_.put_path(out, request);
    out = put(out, visitor.kind == VisitorKind::kPerson ? " HTTP/2.0\" " : " HTTP/1.1\" ");
    out = put_number(out, kStatuses[response.status_index]);
    if (response.size_bytes == 0) {
      out = put(out, " - \"");
    } else {
      out = put(out, ' ');
      out = put_number(out, response.size_bytes);
      out = put(out, " \"");
    }
    out = put_referer(out, visitor, step.number);
    out = put(out, "\" \"");
    out = put(out, visitor.agent);
    out = put(out, '"');
    chunk.count(response.status_index);
    chunk.end_record(put_end(out, response.latency_ms));
  }

  std::span<const std::string_view> count_names() const override { return names_; }
  std::uint64_t record_bytes() const override { return 245; }

 private:
  struct Step {
    std::uint64_t session = 0;
    std::uint32_t number = 0;  // of the request in its visit, from 0
  };

  // Lines come in rounds: in each, every place has its turn once, in an order of the round's own. Where in a place's
  // rounds one visit ends and the next begins is told by hashed bits alone, so that any line can be found directly.
  Step step_of(std::uint64_t record) const {
    const std::uint64_t round = record / kPlaces;
    const std::uint64_t order = bits_of(seed_, kRoundStream, round);
    const std::uint64_t place = ((1 + order % (kPlaces - 1)) * (record % kPlaces) + (order >> 32)) % kPlaces;
    const std::uint64_t time = round + place * 7;  // so that not all places begin anew in the same round
    const std::uint64_t window = time / kVisitSteps;
    const auto at = static_cast<int>(time % kVisitSteps);
    Random random(seed_, kVisitStream, window * kPlaces + place);
    // One step in eight begins a visit, and the first of the window.
    const std::uint64_t starts = (random.next() & random.next() & random.next()) | 1U;
    const std::uint64_t starts_up_to_now = starts & (~std::uint64_t{0} >> (63 - at));
    const int start = 63 - std::countl_zero(starts_up_to_now);
    return {bits_of(random.next(), kVisitStream, static_cast<std::uint64_t>(start)),
            static_cast<std::uint32_t>(at - start)};
  }

  std::int64_t moment_of(std::uint64_t record, Random& random) const {
    const std::uint64_t fraction = (((record % kLinesPerDay) << 32) + (random.next() >> 32)) / kLinesPerDay;
    return kLogStartSeconds + static_cast<std::int64_t>(record / kLinesPerDay * 86'400) +
           curve_.second_of(static_cast<std::uint32_t>(fraction));
  }

  // The last page that the visitor saw, or where it came from.
  char* put_referer(char* out, const Visitor& visitor, std::uint32_t step) const {
    if (visitor.kind != VisitorKind::kPerson) {
      return put(out, '-');
    }
    while (step > 0) {
      const Request before = model_.request_of(visitor, --step);
      if (before.page <= Page::kCart) {
        out = put(out, kSite);
        return model_.put_path(out, before);
      }
    }
    return put(out, kOutside[visitor.session % kOutside.size()]);
  }

  char* put_end(char* out, std::uint32_t latency_ms) const {
    if (has_latency_) {
      out = put(out, ' ');
      out = put_number(out, latency_ms / 1'000);
      out = put(out, '.');
      out = put_padded(out, latency_ms, 3);
    }
    return put(out, '\n');
  }

  std::uint64_t seed_;
  bool has_latency_;
  AccessModel model_;
  DayCurve curve_;
  std::array<std::string, kStatuses.size()> names_text_;
  std::array<std::string_view, kStatuses.size() + 1> names_;
};
static_assert(kStatuses.size() + 1 <= LogChunk::kCountsMax);
}  // namespace

Result<GenerateSummary> generate_access_log(const AccessLogOptions& options, const ProgressCallback& progress,
                                            std::stop_token stop) {
  const AccessLog source(options.seed, options.has_latency);
  return write_log(options.file, {.records_count = options.lines_count, .size_bytes_max = options.size_bytes_max},
                   source, options.threads_max, progress, std::move(stop));
}
}  // namespace weir::generate
