#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "duck/library.h"

namespace weir::duck {
/// Ends what `connection` runs once `stop` is requested, until this object goes. DuckDB forgets an interrupt that comes
/// before the statement runs, so a stop interrupts again and again.
class Interrupter {
 public:
  Interrupter(std::stop_token stop, duckdb_connection connection) : connection_(connection) {
    if (stop.stop_possible()) {
      callback_.emplace(std::move(stop), [this] { thread_ = std::jthread([this](const std::stop_token& done) { repeat(done); }); });
    }
  }
  Interrupter(const Interrupter&) = delete;
  Interrupter& operator=(const Interrupter&) = delete;
  /// Waits for a callback that is running, then for its thread.
  ~Interrupter() { callback_.reset(); }

 private:
  void repeat(const std::stop_token& done) {
    std::unique_lock lock(mutex_);
    while (!done.stop_requested()) {
      library().interrupt(connection_);
      changed_.wait_for(lock, done, std::chrono::milliseconds(5), [] { return false; });
    }
  }

  duckdb_connection connection_;
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::jthread thread_;
  std::optional<std::stop_callback<std::function<void()>>> callback_;
};
}  // namespace weir::duck
