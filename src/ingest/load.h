#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/result.h"
#include "delta/snapshot.h"
#include "ingest/input_file.h"
#include "ingest/source_config.h"
#include "lake/lake.h"
#include "lake/session.h"

namespace weir::ingest {
/// The files of a source, and which of them the table lacks.
struct PendingFiles {
  std::vector<InputFile> all;
  std::vector<std::size_t> to_load;      ///< positions in `all`: new ones and ones that were written since
  std::vector<std::string> changed;      ///< names of those that were loaded before
  std::vector<std::optional<std::int64_t>> loaded_versions;  ///< for each of `all`: the time of what was loaded under its name
  std::vector<std::string> notes;        ///< files that are older than what was loaded
};

/// `snapshot` is the table's, nullptr when it is not there. With `everything` all files are to be loaded.
/// What was loaded stands in the table itself: a `txn` for each file (see transaction_id), its version the file's time.
Result<PendingFiles> find_pending(const SourceConfig& source, const std::filesystem::path& folder, const delta::Snapshot* snapshot,
                                  bool everything);

/// "weir/ingest/orders/data/orders_1.csv".
std::string transaction_id(const SourceConfig& source, const InputFile& file);

struct LoadRequest {
  const SourceConfig& source;
  const PendingFiles& pending;
  bool everything = false;  ///< the table's rows are replaced by those of all files
  std::string node;         ///< for the build record
  std::string code_hash;
  std::filesystem::path temp_folder;
  const Clock* clock = &system_clock();
  std::function<void(double fraction, std::string_view detail)> progress;  ///< from any thread; may be empty
  std::stop_token stop;
};

struct LoadResult {
  std::int64_t version = 0;
  std::uint64_t rows_count = 0;      ///< that were read and fit; for a merge, after the newest of each key was taken
  std::uint64_t rejects_count = 0;
  std::uint64_t records_count = 0;   ///< that were read, with the rejected ones
  std::uint64_t bytes_count = 0;     ///< of the files
  std::uint64_t files_count = 0;
  std::vector<std::string> notes;
  std::vector<std::string> reject_lines;  ///< the first ones
};

/// Loads the pending files in one commit. Rejected rows are committed to the reject table before the rows are; a load that was
/// killed in between is repeated with the same load id and adds them only once.
/// Errors: kInvalid (types that do not fit the table, too many rejects, a bad file), kConflict (a file was written meanwhile), kIo,
/// kCancelled.
Result<LoadResult> load_files(lake::Session& session, const LoadRequest& request);
}  // namespace weir::ingest
