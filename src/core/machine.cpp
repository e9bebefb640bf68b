#include "core/machine.h"

#include <sched.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "core/files.h"
#include "core/text.h"

namespace weir {
std::uint64_t machine_memory_bytes() {
  const auto pages = static_cast<std::uint64_t>(std::max(0L, sysconf(_SC_PHYS_PAGES)));
  std::uint64_t total = pages * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
  if (const auto text = read_file("/sys/fs/cgroup/memory.max")) {
    std::uint64_t limit = 0;
    const std::string_view digits = trim(*text);
    if (std::from_chars(digits.data(), digits.data() + digits.size(), limit).ec == std::errc()) {
      total = std::min(total, limit);
    }
  }
  return total;
}

unsigned machine_cores_count() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (sched_getaffinity(0, sizeof set, &set) != 0) {
    return 1;
  }
  return static_cast<unsigned>(std::max(1, CPU_COUNT(&set)));
}

std::uint64_t peak_memory_bytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}
}  // namespace weir
