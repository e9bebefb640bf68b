#include "core/retry.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace weir {
std::chrono::milliseconds RetrySchedule::delay(int attempt) const {
  double factor = 1.0;
  if (options_->backoff == Backoff::kLinear) {
    factor = attempt;
  } else if (options_->backoff == Backoff::kExponential) {
    factor = std::ldexp(1.0, std::min(attempt - 1, 62));
  }
  const double longest = static_cast<double>(options_->delay_max.count());
  double wait = std::min(static_cast<double>(options_->delay.count()) * factor, longest);
  if (options_->jitter > 0) {
    constexpr std::uint64_t kSteps = 1U << 20U;
    const double chance = static_cast<double>(options_->random->below(kSteps)) / static_cast<double>(kSteps);
    wait *= 1.0 - std::min(options_->jitter, 1.0) * chance;
  }
  return std::chrono::milliseconds(std::llround(wait));
}

std::optional<std::chrono::milliseconds> RetrySchedule::wait_after(int attempt, const Error& error) const {
  const bool again = options_->retry_if ? options_->retry_if(error) : error.may_pass();
  if (!again || attempt >= options_->attempts_max || options_->stop.stop_requested()) {
    return std::nullopt;
  }
  if (!error.retry_after) {
    return delay(attempt);
  }
  if (*error.retry_after > options_->retry_after_max) {
    return std::nullopt;
  }
  return std::max(*error.retry_after, delay(attempt));
}

std::optional<std::chrono::milliseconds> RetrySchedule::wait_after(int attempt, const std::exception& error) const {
  const bool again = !options_->retry_exception_if || options_->retry_exception_if(error);
  if (!again || attempt >= options_->attempts_max || options_->stop.stop_requested()) {
    return std::nullopt;
  }
  return delay(attempt);
}

namespace detail {
Error after_attempts(Error error, int attempts_count) {
  if (attempts_count > 1) {
    error.message += fmt::format(" ({} attempts)", attempts_count);
  }
  return error;
}

Error stopped_after(Error error, int attempts_count) {
  error.message = fmt::format("stopped before trying again after {} {}: {}", attempts_count,
                              attempts_count == 1 ? "attempt" : "attempts", error.message);
  error.code = ErrorCode::kCancelled;
  error.retry_after.reset();
  return error;
}
}  // namespace detail
}  // namespace weir
