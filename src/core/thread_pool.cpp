#include "core/thread_pool.h"

#include <utility>

#include "core/result.h"

namespace weir {
ThreadPool::ThreadPool(std::size_t threads_count) {
  WEIR_ASSERT(threads_count > 0, "a pool has threads");
  for (std::size_t i = 0; i < threads_count; ++i) {
    threads_.emplace_back([this] { work(); });
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::scoped_lock lock(mutex_);
    closing_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) {
    thread.join();
  }
}

void ThreadPool::submit(std::function<void()> job) {
  {
    const std::scoped_lock lock(mutex_);
    jobs_.push_back(std::move(job));
  }
  changed_.notify_one();
}

void ThreadPool::wait() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return jobs_.empty() && running_count_ == 0; });
}

void ThreadPool::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return closing_ || !jobs_.empty(); });
    if (jobs_.empty()) {
      return;
    }
    std::function<void()> job = std::move(jobs_.front());
    jobs_.pop_front();
    ++running_count_;
    lock.unlock();
    job();
    job = nullptr;
    lock.lock();
    --running_count_;
    if (jobs_.empty() && running_count_ == 0) {
      idle_.notify_all();
    }
  }
}
}  // namespace weir
