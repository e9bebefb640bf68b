#include "core/thread_pool.h"

#include <gtest/gtest.h>

#include <atomic>

namespace weir {
namespace {
TEST(ThreadPoolTest, RunsEveryJob) {
  ThreadPool pool(3);
  std::atomic<int> sum = 0;
  for (int i = 1; i <= 1000; ++i) {
    pool.submit([&sum, i] { sum += i; });
  }
  pool.wait();
  EXPECT_EQ(sum, 500500);
}

TEST(ThreadPoolTest, JobsMaySubmitJobs) {
  std::atomic<int> count = 0;
  ThreadPool pool(2);
  pool.submit([&] {
    for (int i = 0; i < 10; ++i) {
      pool.submit([&] { ++count; });
    }
  });
  pool.wait();
  EXPECT_EQ(count, 10);
}

TEST(ThreadPoolTest, TheDestructorFinishesTheQueue) {
  std::atomic<int> count = 0;
  {
    ThreadPool pool(1);
    for (int i = 0; i < 100; ++i) {
      pool.submit([&] { ++count; });
    }
  }
  EXPECT_EQ(count, 100);
}
}  // namespace
}  // namespace weir
