#pragma once

#include <string>

namespace weir::delta {
/// The path of a Parquet file without rows, which this process keeps in memory; empty where the system cannot keep one.
/// Threads: any.
const std::string& empty_parquet_path();
}  // namespace weir::delta
