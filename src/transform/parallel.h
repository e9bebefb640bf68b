#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "core/machine.h"

namespace weir::transform {
/// Calls `work(i)` for each i below `count`, on up to `threads_count` threads (0: all processors); returns when all are
/// done. `work` must not throw.
template <typename Work>
void for_each_parallel(std::size_t count, unsigned threads_count, const Work& work) {
  constexpr std::size_t kBatch = 16;
  const std::size_t wanted = threads_count == 0 ? machine_cores_count() : threads_count;
  const std::size_t threads = std::min(wanted, count / kBatch);
  std::atomic<std::size_t> next = 0;
  const auto run = [&] {
    for (std::size_t begin = next.fetch_add(kBatch); begin < count; begin = next.fetch_add(kBatch)) {
      for (std::size_t i = begin; i < std::min(begin + kBatch, count); ++i) {
        work(i);
      }
    }
  };
  std::vector<std::jthread> others;
  for (std::size_t i = 1; i < threads; ++i) {
    others.emplace_back(run);
  }
  run();
}
}  // namespace weir::transform
