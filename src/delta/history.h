#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "delta/table_location.h"

/// Cheap looks into the log that need neither a snapshot nor DuckDB.
namespace weir::delta {
/// The newest version, by listing the log alone. `from_version` is one that is known to be there; it makes the listing
/// of a long log on an object store short. Errors: kNotFound without a table, kIo.
Result<std::int64_t> newest_version(const storage::ObjectStore& store, const TableLocation& location,
                                    std::optional<std::int64_t> from_version = std::nullopt);
/// The same, with nothing instead of kNotFound.
Result<std::optional<std::int64_t>> find_newest_version(const storage::ObjectStore& store,
                                                        const TableLocation& location,
                                                        std::optional<std::int64_t> from_version = std::nullopt);

/// One commit as its `commitInfo` tells of it. Texts are empty and JSON is "{}" where the writer said nothing.
struct HistoryEntry {
  std::int64_t version = 0;
  Timestamp timestamp;  ///< the in-commit timestamp where there is one, else the file's time
  std::string operation;
  std::string operation_parameters_json = "{}";
  std::string operation_metrics_json = "{}";
  std::string engine_info;
  std::optional<bool> is_blind_append;
  std::optional<std::int64_t> read_version;
  std::string commit_info_json = "{}";  ///< the whole object, also with keys that others do not know ("weir")
};

struct HistoryOptions {
  std::optional<std::int64_t> up_to_version;  ///< the first entry; the newest version when empty
  std::size_t limit_count = 1000;
};
/// Commits backwards from the newest. Ends early where older commits have been cleaned up. Errors: kNotFound, kCorrupt,
/// kIo.
Result<std::vector<HistoryEntry>> read_history(const storage::ObjectStore& store, const TableLocation& location,
                                               const HistoryOptions& options = {});
/// One commit. Errors: kNotFound where it is not there (any more).
Result<HistoryEntry> read_history_entry(const storage::ObjectStore& store, const TableLocation& location,
                                        std::int64_t version);

/// The newest version that was committed at or before `moment`, by the rules of Delta: times of commits that go back
/// are counted as one millisecond after the one before. Errors: kNotFound when the table is younger (the message names
/// its first moment).
Result<std::int64_t> version_as_of(const storage::ObjectStore& store, const TableLocation& location, Timestamp moment);
}  // namespace weir::delta
