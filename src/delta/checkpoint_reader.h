#pragma once

#include "delta/log_replay.h"
#include "delta/log_segment.h"
#include "storage/object_store.h"

namespace weir::duck {
class Connection;
}

namespace weir::delta {
/// Reads a checkpoint of any kind (classic, multi-part, v2 with sidecars) into `replay`, after the commits behind it.
/// Parquet is read by DuckDB; `connection` may be nullptr, then a private one is opened. Errors: kCorrupt, kIo.
Status read_checkpoint(const storage::ObjectStore& store, const TableLocation& location,
                       const std::vector<LogFile>& files, duck::Connection* connection, LogReplay& replay);
}  // namespace weir::delta
