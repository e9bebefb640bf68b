#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace weir {
/// A fixed number of threads that run jobs in the order in which they came. Jobs must not throw.
/// `submit` may be called from any thread, also from a job. The destructor runs what is still queued, then joins.
class ThreadPool {
 public:
  explicit ThreadPool(std::size_t threads_count);
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;
  ~ThreadPool();

  void submit(std::function<void()> job);
  /// Waits until nothing is queued or running. Not to be called from a job.
  void wait();
  std::size_t threads_count() const { return threads_.size(); }

 private:
  void work();
  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable idle_;
  std::deque<std::function<void()>> jobs_;
  std::size_t running_count_ = 0;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};
}  // namespace weir
