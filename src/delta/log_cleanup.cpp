#include "delta/log_cleanup.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "core/text.h"
#include "delta/intervals.h"
#include "delta/log_segment.h"
#include "delta/table_features.h"
#include "storage/object_store.h"

namespace weir::delta {
namespace {
constexpr std::int64_t kRetentionDays = 30;

// The oldest version that must stay readable. Times of commits may go back a little; a later one does not make an
// earlier one expire.
std::optional<std::int64_t> oldest_kept(const std::vector<LogFile>& files, Timestamp cutoff) {
  std::optional<std::int64_t> newest;
  std::optional<std::int64_t> oldest_young;
  for (const LogFile& file : files) {
    if (file.kind == LogFile::Kind::kCommit) {
      newest = std::max(newest.value_or(file.version), file.version);
      if (file.modified >= cutoff) {
        oldest_young = std::min(oldest_young.value_or(file.version), file.version);
      }
    }
  }
  return oldest_young ? oldest_young : newest;
}
}  // namespace

Result<std::size_t> remove_expired_log(storage::ObjectStore& store, const Snapshot& snapshot, const Clock& clock) {
  if (equals_ignoring_case(snapshot.property("delta.enableExpiredLogCleanup").value_or("true"), "false") ||
      supports_writer_feature(snapshot.protocol(), "checkpointProtection")) {
    return 0;
  }
  const std::chrono::milliseconds retention(
      interval_millis(snapshot.property("delta.logRetentionDuration"), kRetentionDays * 86'400'000));
  const Timestamp cutoff = std::chrono::floor<std::chrono::days>(clock.now() - retention);
  WEIR_TRY_ASSIGN(std::vector<LogFile> files, list_log(store, snapshot.location()));
  const auto kept = oldest_kept(files, cutoff);
  if (!kept) {
    return 0;
  }
  WEIR_TRY_ASSIGN(const LogSegment segment, choose_segment(files, kept));
  const auto checkpoint = segment.checkpoint_version();
  if (!checkpoint) {
    return 0;
  }
  std::erase_if(files, [&](const LogFile& file) { return file.end_version >= *checkpoint; });
  std::ranges::stable_sort(files, {}, &LogFile::version);
  for (const LogFile& file : files) {
    WEIR_TRY(store.remove(file.key));
  }
  return files.size();
}
}  // namespace weir::delta
