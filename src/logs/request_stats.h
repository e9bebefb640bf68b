#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "logs/counted_texts.h"
#include "logs/quantiles.h"
#include "logs/record.h"
#include "logs/sessions.h"

namespace weir::logs {
struct RequestOptions {
  bool fold_ids = false;
  std::size_t slowest_max = 10;
  std::size_t endpoints_max = 100'000;
};

/// What is counted for some requests.
struct RequestCounts {
  std::uint64_t count = 0;
  std::uint64_t client_errors_count = 0;  ///< status 4xx
  std::uint64_t server_errors_count = 0;  ///< status 5xx
  std::uint64_t bytes = 0;
  std::uint64_t timed_count = 0;  ///< those with a duration
  std::uint64_t duration_us = 0;  ///< of these together
  RequestCounts& operator+=(const RequestCounts& other);
};

struct SlowRequest {
  std::int64_t duration_us = 0;
  std::size_t file = 0;
  std::uint64_t line_number = 0;
  std::int32_t status = 0;
  std::optional<std::int64_t> time;
  std::string request;
  std::string host;
  /// Whether this one comes before `other` in the table: the slower, then the earlier in the logs.
  bool operator<(const SlowRequest& other) const;
};

/// Counts requests. One for each thread, added up at the end. One thread at a time.
class RequestStats {
 public:
  static constexpr std::int64_t kWindowSeconds = 300;

  explicit RequestStats(const RequestOptions& options);
  /// Counts `record`, a request in the `file`th file, and puts what sessions need to `visits`.
  void add(const Record& record, std::size_t file, Sessions::Visits& visits);
  RequestStats& operator+=(RequestStats&& other);

  std::uint64_t count() const { return count_; }
  std::uint64_t without_time_count() const { return without_time_count_; }
  /// By the moment at which a window of five minutes begins, in seconds since 1970.
  const std::unordered_map<std::int64_t, RequestCounts>& windows() const { return windows_; }
  /// By "GET /path".
  const CountedTexts<RequestCounts>& endpoints() const { return endpoints_; }
  /// By status, 0 … 999.
  const std::array<std::uint64_t, 1000>& statuses() const { return statuses_; }
  /// Durations in microseconds by class of status: [2] is 200 … 299.
  const std::array<Quantiles, 10>& durations() const { return durations_; }
  /// The slowest first.
  std::vector<SlowRequest> slowest() const;

 private:
  void keep_if_slow(const Record& record, std::size_t file);

  RequestOptions options_;
  std::uint64_t count_ = 0;
  std::uint64_t without_time_count_ = 0;
  std::unordered_map<std::int64_t, RequestCounts> windows_;
  std::int64_t last_window_ = -1;
  RequestCounts* last_counts_ = nullptr;
  CountedTexts<RequestCounts> endpoints_;
  std::array<std::uint64_t, 1000> statuses_{};
  std::array<Quantiles, 10> durations_;
  std::vector<SlowRequest> slowest_;  ///< a heap, the fastest in front
  std::string folded_;
  std::string name_;
};
}  // namespace weir::logs
