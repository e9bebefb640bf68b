#include "logs/request_stats.h"

#include <algorithm>
#include <tuple>

#include "core/hash.h"
#include "logs/endpoint.h"

namespace weir::logs {
namespace {
constexpr std::int64_t kMicrosPerSecond = 1'000'000;

std::uint64_t visitor_of(const Record& record) {
  // Who has logged in is known by name; others by address and browser.
  if (record.user.data() != nullptr) {
    return hash64(record.user, 1) | 1U;
  }
  return hash64(record.user_agent, hash64(record.host)) | 1U;
}
}  // namespace

RequestCounts& RequestCounts::operator+=(const RequestCounts& other) {
  count += other.count;
  client_errors_count += other.client_errors_count;
  server_errors_count += other.server_errors_count;
  bytes += other.bytes;
  timed_count += other.timed_count;
  duration_us += other.duration_us;
  return *this;
}

bool SlowRequest::operator<(const SlowRequest& other) const {
  return std::tuple(-duration_us, file, line_number) < std::tuple(-other.duration_us, other.file, other.line_number);
}

RequestStats::RequestStats(const RequestOptions& options) : options_(options), endpoints_(options.endpoints_max) {}

void RequestStats::add(const Record& record, std::size_t file, Sessions::Visits& visits) {
  ++count_;
  const auto status = static_cast<std::size_t>(record.status);
  ++statuses_[status];
  const std::uint64_t client_error = status >= 400 && status < 500 ? 1 : 0;
  const std::uint64_t server_error = status >= 500 && status < 600 ? 1 : 0;
  const auto bytes = record.bytes > 0 ? static_cast<std::uint64_t>(record.bytes) : 0;
  RequestCounts one{.count = 1,
                    .client_errors_count = client_error,
                    .server_errors_count = server_error,
                    .bytes = bytes};
  if (record.duration_us >= 0) {
    one.timed_count = 1;
    one.duration_us = static_cast<std::uint64_t>(record.duration_us);
    durations_[status / 100].add(one.duration_us);
    keep_if_slow(record, file);
  }
  const std::string_view path = options_.fold_ids ? fold_ids(record.path, folded_) : record.path;
  // Nearly all methods are GET: one pass over the path is enough to tell endpoints apart.
  const std::uint64_t endpoint = hash64(path, record.method == "GET" ? 0 : hash64(record.method));
  endpoints_.at(endpoint, [&]() -> std::string_view {
    name_ = record.method;
    name_ += name_.empty() ? "" : " ";
    return name_ += path;
  }) += one;
  if (!record.time) {
    ++without_time_count_;
    return;
  }
  const std::int64_t second = *record.time / kMicrosPerSecond;
  const std::int64_t window = second / kWindowSeconds * kWindowSeconds;
  if (window != last_window_) {
    last_window_ = window;
    last_counts_ = &windows_[window];  // stays where it is
  }
  *last_counts_ += one;
  const std::uint64_t visitor = visitor_of(record);
  visits[Sessions::shard_of(visitor)].push_back({.visitor = visitor,
                                                 .endpoint = endpoint,
                                                 .second = static_cast<std::uint32_t>(second),
                                                 .is_page = is_page(record)});
}

void RequestStats::keep_if_slow(const Record& record, std::size_t file) {
  if (options_.slowest_max == 0 ||
      (slowest_.size() == options_.slowest_max && slowest_.front().duration_us > record.duration_us)) {
    return;
  }
  SlowRequest slow{.duration_us = record.duration_us,
                   .file = file,
                   .line_number = record.line_number,
                   .status = record.status,
                   .time = record.time,
                   .request = {},
                   .host = {}};
  if (slowest_.size() == options_.slowest_max && !(slow < slowest_.front())) {
    return;
  }
  constexpr std::size_t kTextBytesMax = 512;
  slow.request = std::string(record.method) + (record.method.empty() ? "" : " ") + std::string(record.path);
  if (!record.query.empty()) {
    slow.request += '?' + std::string(record.query);
  }
  slow.request.resize(std::min(slow.request.size(), kTextBytesMax));
  slow.host = record.host.substr(0, kTextBytesMax);
  if (slowest_.size() == options_.slowest_max) {
    std::ranges::pop_heap(slowest_, std::less<>{});
    slowest_.pop_back();
  }
  slowest_.push_back(std::move(slow));
  std::ranges::push_heap(slowest_, std::less<>{});
}

std::vector<SlowRequest> RequestStats::slowest() const {
  std::vector<SlowRequest> sorted = slowest_;
  std::ranges::sort(sorted, std::less<>{});
  return sorted;
}

RequestStats& RequestStats::operator+=(RequestStats&& other) {
  count_ += other.count_;
  without_time_count_ += other.without_time_count_;
  for (const auto& [window, counts] : other.windows_) {
    windows_[window] += counts;
  }
  endpoints_.add(other.endpoints_);
  for (std::size_t i = 0; i < statuses_.size(); ++i) {
    statuses_[i] += other.statuses_[i];
  }
  for (std::size_t i = 0; i < durations_.size(); ++i) {
    durations_[i] += other.durations_[i];
  }
  slowest_.insert(slowest_.end(), std::make_move_iterator(other.slowest_.begin()),
                  std::make_move_iterator(other.slowest_.end()));
  std::ranges::sort(slowest_, std::less<>{});
  slowest_.resize(std::min(slowest_.size(), options_.slowest_max));
  std::ranges::make_heap(slowest_, std::less<>{});
  return *this;
}
}  // namespace weir::logs
