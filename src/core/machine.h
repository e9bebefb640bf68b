#pragma once

#include <cstdint>

namespace weir {
/// The memory this process may use: the machine's, or its control group's limit where that is lower.
std::uint64_t machine_memory_bytes();
/// The processors this process may use, at least 1.
unsigned machine_cores_count();
/// The highest resident memory of this process so far.
std::uint64_t peak_memory_bytes();
}  // namespace weir
