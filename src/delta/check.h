#pragma once

#include <string>
#include <vector>

#include "core/result.h"
#include "delta/table_location.h"

namespace weir::duck {
class Connection;
}

namespace weir::delta {
/// Compares a whole table with the protocol, strictly: each commit (commitInfo first, one action per key, encoded
/// paths, values for exactly the partition columns, files that are added but were not there), the statistics of every
/// live file with its rows, every checkpoint and every checksum with the commits up to it. Reads all data; for tests and for doubts.
/// Returns what is wrong, one line each; an empty list is a sound table. Errors: those of Snapshot::load, kIo.
Result<std::vector<std::string>> check_table(const storage::ObjectStore& store, const TableLocation& location,
                                             duck::Connection& connection);
}  // namespace weir::delta
